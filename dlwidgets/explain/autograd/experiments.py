"""What happens when ...: the questions everybody asks of autograd, answered by torch on copies."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dlwidgets.explain.autograd.program import Run, Source

KINDS = (
    "accumulate",
    "zero",
    "twice",
    "retain",
    "detach",
    "no_grad",
    "inplace",
    "leaf",
    "inner",
    "vector",
)
"""No zero_grad, with it, backward twice, with retain_graph, detach, no_grad, a saved tensor or a
leaf changed in place, the gradient of a result, backward of a tensor without ``gradient=``."""

TRIED = 12
"""Results that are tried until one is found whose change torch minds."""

Gradients = dict[int, Tensor | None]


@dataclass(eq=False)
class Outcome:
    """What torch did.

    Attributes:
        kind: one of `KINDS`.
        target: the variable that something was done to; -1 for none.
        error: torch's own words, where it refused; else empty.
        warning: torch's own words, where it warned; else empty.
        frames: the gradients of the leaves after each backward pass that went through.
    """

    kind: str
    target: int = -1
    error: str = ""
    warning: str = ""
    frames: list[Gradients] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Lab:
    """Where it is tried out.

    Attributes:
        source: computes the graph on copies.
        values: of the leaves and constants.
        vector: the gradient of the root; None where it is a scalar.
        chosen: the variable that the user has chosen; -1 for none.
    """

    source: Source
    values: Mapping[int, Tensor]
    vector: Tensor | None
    chosen: int = -1

    def run(self, **options: object) -> Run:
        """Return a forward pass."""
        return self.source.run(self.values, **options)  # type: ignore[arg-type]  # handed on

    def back(self, run: Run, *, retain: bool = False) -> None:
        """Go backward, into the copies of the leaves alone."""
        leaves = [run.at(at) for at in run.own]
        run.root.backward(self.vector, retain_graph=retain, inputs=leaves or None)

    def gradients(self, run: Run) -> Gradients:
        """Return what stands in ``.grad`` of the leaves; None also where none was reached."""
        reached = {run.graph.variables[at].name: run.at(at).grad for at in run.own}
        leaves = (self.source.graph.variables[at] for at in self.source.editable)
        return {v.index: _copy(reached.get(v.name)) for v in leaves if v.kind == "leaf"}

    def middle(self) -> list[int]:
        """Return the results that something can be done to, the chosen one first."""
        graph = self.source.graph
        inner = [v.index for v in graph.variables if v.kind == "result" and v.index != graph.root]
        # What the user has a name for, in the order of computing, comes first.
        ordered = sorted(
            inner, key=lambda at: (not graph.variables[at].own, graph.variables[at].maker)
        )
        return [self.chosen] if self.chosen in inner else ordered


def _copy(gradient: Tensor | None) -> Tensor | None:
    return None if gradient is None else gradient.detach().clone()


def tried(kind: str, lab: Lab) -> Outcome:
    """Try something out on copies; errors and warnings of torch are part of the outcome."""
    outcome = Outcome(kind)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            _TRIALS[kind](lab, outcome)
        except RuntimeError as error:
            outcome.error = str(error)
    outcome.warning = str(heard[0].message) if heard else ""
    return outcome


def _accumulate(lab: Lab, outcome: Outcome, *, zero: bool = False) -> None:
    sums: Gradients = {}
    for _ in range(3):
        run = lab.run()
        if not zero:
            for at in run.own:
                run.at(at).grad = _copy(sums.get(at))
        lab.back(run)
        sums = lab.gradients(run)
        outcome.frames.append(sums)


def _twice(lab: Lab, outcome: Outcome, *, retain: bool = False) -> None:
    run = lab.run()
    for _ in range(2):
        lab.back(run, retain=retain)
        outcome.frames.append(lab.gradients(run))


def _detach(lab: Lab, outcome: Outcome) -> None:
    leaves = [v.index for v in lab.source.graph.variables if v.kind == "leaf"]
    middle = [at for at in lab.middle() if _reaches_leaf(lab, at)]
    outcome.target = (middle or leaves)[0]
    run = lab.run(alter={outcome.target: Tensor.detach})
    lab.back(run)
    outcome.frames.append(lab.gradients(run))


def _reaches_leaf(lab: Lab, at: int) -> bool:
    return lab.source.graph.variables[at].requires_grad


def _no_grad(lab: Lab, outcome: Outcome) -> None:
    run = lab.run(grad=False)
    run.root.backward(lab.vector)
    outcome.frames.append(lab.gradients(run))


def _inplace(lab: Lab, outcome: Outcome) -> None:
    """Change something that backward needs; the first where torch minds, else the very first."""
    graph, outcomes = lab.source.graph, []
    constants = [
        at
        for at in lab.source.editable
        if graph.variables[at].kind == "constant" and graph.variables[at].name
    ]
    for at in dict.fromkeys([*lab.middle()[:TRIED], graph.root, *constants[:TRIED]]):
        run = lab.run()
        tensor = run.tensors[at]
        if tensor is None or not tensor.is_floating_point():
            continue
        one = Outcome(outcome.kind, at)
        try:
            tensor.add_(1)
            lab.back(run)
            one.frames.append(lab.gradients(run))
        except RuntimeError as error:
            one.error = str(error)
        outcomes.append(one)
        if one.error:
            break
    chosen = outcomes[-1] if outcomes[-1].error else outcomes[0]
    outcome.target, outcome.error, outcome.frames = chosen.target, chosen.error, chosen.frames


def _leaf(lab: Lab, outcome: Outcome) -> None:
    run = lab.run()
    outcome.target = lab.chosen if lab.chosen in run.own else run.own[0]
    run.at(outcome.target).add_(1)


def _inner(lab: Lab, outcome: Outcome) -> None:
    """Read ``.grad`` of a result: torch has let go of it, and warns."""
    run = lab.run()
    outcome.target = (
        [at for at in lab.middle() if run.tensors[at] is not None] or [run.graph.root]
    )[0]
    tensor = run.at(outcome.target)
    lab.back(run)
    outcome.frames.append({outcome.target: _copy(tensor.grad)})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        again = lab.run()
        kept = again.at(outcome.target)
        kept.retain_grad()
        lab.back(again)
        outcome.frames.append({outcome.target: _copy(kept.grad)})


def _vector(lab: Lab, outcome: Outcome) -> None:
    run = lab.run()
    run.root.backward(inputs=[run.at(at) for at in run.own])
    outcome.frames.append(lab.gradients(run))


_TRIALS: dict[str, Callable[[Lab, Outcome], None]] = {
    "accumulate": _accumulate,
    "zero": lambda lab, outcome: _accumulate(lab, outcome, zero=True),
    "twice": _twice,
    "retain": lambda lab, outcome: _twice(lab, outcome, retain=True),
    "detach": _detach,
    "no_grad": _no_grad,
    "inplace": _inplace,
    "leaf": _leaf,
    "inner": _inner,
    "vector": _vector,
}


def lines(outcome: Outcome, root: str, leaves: list[str], target: str, gradient: str) -> list[str]:
    """Return the lines that do it, after the leaves were made; ``...`` stands for the forward pass.

    Args:
        outcome: what was tried.
        root: the name of the root.
        leaves: the names of the leaves.
        target: the name of what something was done to.
        gradient: what stands in the brackets of ``backward``; empty for a scalar.
    """
    more = f"{gradient}, " if gradient else ""
    back = f"{root}.backward({gradient})"
    show = f"print({', '.join(f'{leaf}.grad' for leaf in leaves)})"
    zero = [f"    {leaf}.grad = None" for leaf in leaves]
    loop = ["for step in range(3):", "    ..."]
    inner = f"print({target}.grad)"
    return {
        "accumulate": [*loop, f"    {back}", f"    {show}"],
        "zero": [loop[0], *zero, loop[1], f"    {back}", f"    {show}"],
        "twice": ["...", back, back],
        "retain": ["...", f"{root}.backward({more}retain_graph=True)", back, show],
        "detach": [f"...{target}", f"{target} = {target}.detach()", f"{target}...", back, show],
        "no_grad": ["with torch.no_grad():", "    ...", back],
        "inplace": ["...", f"{target}.add_(1)", back],
        "leaf": [f"{target}.add_(1)"],
        "inner": ["...", back, inner, "...", f"{target}.retain_grad()", back, inner],
        "vector": ["...", f"{root}.backward()", show],
    }[outcome.kind]
