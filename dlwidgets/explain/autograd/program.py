"""A graph computed again: every value on the way, and the same for other leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dlwidgets.explain.autograd.graph import Graph, Node, Operator

    Alter = Mapping[int, Callable[[Tensor], Tensor]]

CLOSE = 1e-4
"""How far, as a share, a value computed again may be from the one that torch has kept."""

GUESSED = 4096
"""Numbers for which plainer ones are tried: 1.0 for 0.99999994."""

DIGITS = 7
"""Digits that numbers which somebody has typed may have."""


@dataclass(frozen=True, eq=False)
class Run:
    """One forward pass, on copies.

    Attributes:
        graph: the graph that it made.
        tensors: the tensor of each variable; None where it can't be had.
        nodes: torch's node of each operator; None where there is no gradient.
        own: the leaves that are copies, by index, so that gradients may be left in them.
    """

    graph: Graph
    tensors: list[Tensor | None]
    nodes: list[Node]
    own: tuple[int, ...]

    @property
    def root(self) -> Tensor:
        """The tensor that the graph is about."""
        return self.at(self.graph.root)

    def at(self, index: int) -> Tensor:
        """Return the tensor of a variable."""
        found = self.tensors[index]
        if found is None:
            raise LookupError(index)
        return found


class Source(Protocol):
    """What can be computed again with other leaves.

    Attributes:
        graph: what is computed, with values and names.
    """

    graph: Graph

    @property
    def editable(self) -> tuple[int, ...]:
        """The leaves and constants that may have other values."""
        ...

    def run(
        self, values: Mapping[int, Tensor], alter: Alter | None = None, *, grad: bool = True
    ) -> Run:
        """Compute with these values of leaves and constants, on copies; the others stay.

        Args:
            values: by the index of the variable.
            alter: what is done to a variable before others are computed from it.
            grad: whether torch records the graph.
        """
        ...


class Replay:
    """Computes a graph again, operator by operator, from what the user's graph has kept.

    Attributes:
        graph: with the values of all variables, as far as they can be known.
        unknown: names of operators that can't be computed again, each once; empty where all can.
        apart: how far the values are from those that torch has kept, as a share.
    """

    def __init__(self, graph: Graph) -> None:
        """Find all values, and check them against those that torch has kept."""
        self.graph = graph
        self.unknown: list[str] = []
        self.apart = 0.0
        with torch.no_grad():
            for operator in reversed(graph.operators):
                self._look_back(operator)
            for operator in graph.operators:
                self._fill(operator)
        if not self.unknown:
            self._check_nodes()

    @property
    def complete(self) -> bool:
        """Whether the graph can be computed with other leaves."""
        return not self.unknown

    @property
    def editable(self) -> tuple[int, ...]:
        """The leaves and constants that may have other values."""
        found = (v for v in self.graph.variables if v.kind != "result" and v.value is not None)
        return tuple(v.index for v in found) if self.complete else ()

    def _look_back(self, operator: Operator) -> None:
        """Say what stood in a tensor before something was written into it."""
        rule, variables = operator.rule, self.graph.variables
        if rule is None or rule.before is None or not operator.outputs:
            return
        out, before = variables[operator.outputs[0]], variables[operator.edges[0]]
        if out.value is not None and before.value is None and before.kind == "result":
            before.value, before.recovered = rule.before(operator.saved, out.value), True

    def _fill(self, operator: Operator) -> None:
        self._recover(operator)
        variables = self.graph.variables
        made = _attempt(
            operator, [variables[at].value if at >= 0 else None for at in operator.inputs]
        )
        fits = made is not None
        for at in operator.outputs:
            variable = variables[at]
            found = None if made is None else made[variable.output]
            if found is None or tuple(found.shape) != variable.shape:
                fits = False
                continue
            far = 0.0 if variable.value is None else apart(found, variable.value)
            fits = fits and far <= CLOSE
            self.apart = max(self.apart, far if far <= CLOSE else 0.0)
            variable.value = found if variable.value is None else variable.value
        # What only lacks the result of another is not to blame.
        blocked = any(
            variables[at].kind == "result" and variables[at].value is None
            for at in operator.inputs
            if at >= 0
        )
        to_blame = not fits and not (blocked and self.unknown)
        if to_blame and operator.name not in self.unknown:
            self.unknown.append(operator.name)

    def _recover(self, operator: Operator) -> None:
        """Find the one input that torch has not kept, from the output, if that is known."""
        variables, rule = self.graph.variables, operator.rule
        lost = [variables[at] for at in operator.inputs if at >= 0 and variables[at].value is None]
        if len(lost) != 1 or rule is None or rule.missing is None or not operator.outputs:
            return
        out = variables[operator.outputs[0]].value
        if out is None or lost[0].kind != "constant":
            return
        inputs = [variables[at].value if at >= 0 else None for at in operator.inputs]
        try:
            exact = rule.missing(operator.saved, out, inputs)
        except (RuntimeError, TypeError):
            return
        for guess in _plainer(exact):
            trial = [guess if x is None else x for x in inputs]
            made = _attempt(operator, list(trial))
            if made is not None and torch.equal(made[0], out):
                exact = guess
                break
        lost[0].value, lost[0].recovered = exact, True
        lost[0].shape, lost[0].dtype = tuple(exact.shape), exact.dtype

    def _check_nodes(self) -> None:
        """Make sure that the copy has the same operators."""
        for operator, node in zip(self.graph.operators, self.run({}).nodes, strict=True):
            if node is None or node.name() != operator.name:
                self.unknown.append(operator.name)

    def run(
        self, values: Mapping[int, Tensor], alter: Alter | None = None, *, grad: bool = True
    ) -> Run:
        """Compute with these values of leaves and constants, on copies; the others stay."""
        variables = self.graph.variables
        tensors: list[Tensor | None] = [None] * len(variables)
        nodes: list[Node] = []

        def put(at: int, tensor: Tensor) -> None:
            tensors[at] = alter[at](tensor) if alter and at in alter else tensor

        with torch.set_grad_enabled(grad):
            for variable in variables:
                held = values.get(variable.index, variable.value)
                if variable.kind != "result" and held is not None:
                    put(variable.index, fresh(held, leaf=variable.kind == "leaf"))
            for operator in self.graph.operators:
                made = compute(
                    operator, [tensors[at] if at >= 0 else None for at in operator.inputs]
                )
                if made is None:
                    raise LookupError(operator.name)
                nodes.append(made[variables[operator.outputs[0]].output].grad_fn)
                for at in operator.outputs:
                    put(at, made[variables[at].output])
        own = tuple(v.index for v in variables if v.kind == "leaf")
        return Run(self.graph, tensors, nodes, own)


def fresh(value: Tensor, *, leaf: bool) -> Tensor:
    """Return a copy to compute with; of a leaf one that asks for its gradient."""
    return value.detach().clone().requires_grad_(leaf)


def compute(operator: Operator, inputs: list[Tensor | None]) -> list[Tensor] | None:
    """Return the outputs of an operator; None where an input or the rule is not known."""
    given = [at >= 0 for at in operator.inputs]
    if operator.rule is None or any(
        there and x is None for there, x in zip(given, inputs, strict=True)
    ):
        return None
    made = operator.rule.run(operator.saved, *inputs)
    return [made] if isinstance(made, Tensor) else list(made)


def _attempt(operator: Operator, inputs: list[Tensor | None]) -> list[Tensor] | None:
    """Compute, or return None where what torch has kept does not suffice."""
    try:
        return compute(operator, inputs)
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        return None


def _plainer(exact: Tensor) -> Iterator[Tensor]:
    """Yield guesses of what the user may have written, one number or many, the shortest first.

    A difference of rounded numbers is itself a little off: 0.0999999 for 0.1.
    """
    if not exact.is_floating_point() or not 0 < exact.numel() <= GUESSED:
        return
    numbers = exact.flatten().tolist()
    for digits in range(1, DIGITS + 1):
        yield exact.new_tensor(float(f"{numbers[0]:.{digits}g}"))
    for digits in range(1, DIGITS + 1):
        rounded = [float(f"{value:.{digits}g}") for value in numbers]
        yield exact.new_tensor(rounded).reshape(exact.shape)


def apart(found: Tensor, expected: Tensor) -> float:
    """Return the largest difference, as a share of the largest number where that exceeds 1."""
    a, b = found.detach().double().cpu(), expected.detach().double().cpu()
    if a.shape != b.shape:
        return float("inf")
    if a.numel() == 0 or torch.equal(a, b):
        return 0.0
    same = (a == b) | (a.isnan() & b.isnan())
    far = torch.where(same, 0.0, (a - b).abs()).nan_to_num(float("inf"), float("inf"))
    return float(far.max()) / max(1.0, float(b.nan_to_num(0.0, 0.0, 0.0).abs().max()))
