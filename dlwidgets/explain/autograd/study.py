"""One graph under study: its values, its backward pass, and what they become for other leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from dlwidgets.explain.autograd import names
from dlwidgets.explain.autograd.backward import Walk, jacobian, walk
from dlwidgets.explain.autograd.calling import Called
from dlwidgets.explain.autograd.program import CLOSE, Replay, apart
from dlwidgets.explain.autograd.reading import read
from dlwidgets.explain.autograd.refusals import gone, no_graph
from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dlwidgets.explain.autograd.graph import Graph
    from dlwidgets.explain.autograd.program import Run, Source

ROWS, COLUMNS = 8, 16
"""Outputs and inputs of a Jacobian that can be shown."""


@dataclass(frozen=True, eq=False)
class Found:
    """The graph with one set of values.

    Attributes:
        values: of each variable; None where torch keeps none.
        walk: the backward pass.
        truth: what ``.backward()`` leaves in ``.grad`` of each variable, by another pass; of the
            user's own tensors as long as nothing is edited. None where nothing arrives.
        jacobian: one row an output, one column a number of a leaf; None where it is too large.
    """

    values: list[Tensor | None]
    walk: Walk
    truth: list[Tensor | None]
    jacobian: Tensor | None


@dataclass(eq=False)
class Study:
    """A graph, the values of its leaves, and the gradient from which backward begins.

    Attributes:
        graph: as `read` returns it, with names.
        source: computes it again; None where that can't be done.
        vector: the gradient of the root, in its shape.
        unknown: what stands in the way of computing it again.
        values: of leaves and constants that were edited, by index.
        real: the gradients of the user's own leaves, by torch on the user's own graph.
        first: the ``vector`` that they are of.
    """

    graph: Graph
    source: Source | None
    vector: Tensor
    unknown: tuple[str, ...] = ()
    values: dict[int, Tensor] = field(default_factory=dict)
    real: Mapping[int, Tensor | None] = field(default_factory=dict)
    kept: Found | None = None

    def __post_init__(self) -> None:
        """Keep where backward began at first."""
        self.first = self.vector

    @property
    def editable(self) -> tuple[int, ...]:
        """The leaves and constants that can be edited."""
        return self.source.editable if self.source else ()

    def found(self) -> Found:
        """Return the graph with the values of now."""
        if self.source is None:
            if self.kept is None:
                raise LookupError
            return self.kept
        run = self.source.run(self.values)
        # Another value may take another branch of the user's function.
        graph = self.graph = run.graph
        leaves = {at: run.at(at) for at in run.own}
        passed = walk(graph, run.root, run.nodes, leaves, self.vector)
        values = [None if x is None else x.detach() for x in run.tensors]
        values = [graph.variables[at].value if x is None else x for at, x in enumerate(values)]
        return Found(values, passed, self._truth(), self._jacobian(run))

    def _truth(self) -> list[Tensor | None]:
        """Return what torch leaves in ``.grad`` after one ``.backward()`` on fresh copies."""
        if self.source is None:
            return []
        run = self.source.run(self.values)
        for tensor in run.tensors:
            if tensor is not None and tensor.requires_grad and not tensor.is_leaf:
                tensor.retain_grad()
        run.root.backward(self.vector, inputs=self._inputs(run))
        found = [None if x is None or not x.requires_grad else x.grad for x in run.tensors]
        if not self.values and torch.equal(self.vector, self.first):
            for at, gradient in self.real.items():
                found[at] = gradient
        return found

    def _inputs(self, run: Run) -> list[Tensor]:
        made = [x for x in run.tensors if x is not None and x.grad_fn is not None]
        return [run.at(at) for at in run.own] + made

    def _jacobian(self, run: Run) -> Tensor | None:
        leaves = {at: run.at(at) for at in run.own}
        columns = sum(leaf.numel() for leaf in leaves.values())
        if not (1 < run.root.numel() <= ROWS and 0 < columns <= COLUMNS):
            return None
        return jacobian(run.root, leaves)

    def edit(self, at: int, value: Tensor) -> None:
        """Give a leaf or constant another value.

        Raises:
            ValueError: if it can't be edited, the shape differs, or torch can't compute with it;
                then nothing has changed.
        """
        variable = self.graph.variables[at]
        if at not in self.editable:
            raise ValueError(
                say(
                    f"{variable.name}: this graph can't be computed again"
                    f"{' because of ' + ', '.join(self.unknown) if self.unknown else ''}; give the "
                    "function that computes it: explore(f, w=w)",
                    f"{variable.name}：无法重新计算此计算图"
                    f"{'（' + '、'.join(self.unknown) + '）' if self.unknown else ''}；"
                    "请给出计算它的函数：explore(f, w=w)",
                )
            )
        if tuple(value.shape) != variable.shape:
            raise ValueError(
                say(
                    f"{variable.name}: expected shape {variable.shape}, got {tuple(value.shape)}",
                    f"{variable.name}：形状应为 {variable.shape}，得到 {tuple(value.shape)}",
                )
            )
        before = dict(self.values)
        self.values[at] = value.detach().to(variable.dtype).clone()
        try:
            self.found()
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
            # Torch's words, or those of the user's own function.
            self.values = before
            raise ValueError(str(error)) from error

    def point(self, vector: Tensor) -> None:
        """Begin backward from another gradient of the root.

        Raises:
            ValueError: for another shape.
        """
        self.vector = fitting(self.graph.variables[self.graph.root].shape, vector, self.vector)


def fitting(shape: tuple[int, ...], given: Any, like: Tensor) -> Tensor:  # noqa: ANN401 -- tensors, arrays, lists
    """Return the gradient of the root in its shape.

    Raises:
        ValueError: for another shape.
    """
    vector = torch.as_tensor(given).detach().to(like.dtype).to(like.device)
    if tuple(vector.shape) != shape:
        raise ValueError(
            say(
                f"gradient: expected the shape of the output, {shape}, got {tuple(vector.shape)}",
                f"gradient：应与输出形状 {shape} 相同，得到 {tuple(vector.shape)}",
            )
        )
    return vector.clone()


def of_tensor(root: Tensor, scope: Mapping[str, object], gradient: Any = None) -> Study:  # noqa: ANN401 -- as above
    """Return the study of a tensor that the user has computed; nothing of it is changed.

    Args:
        root: a tensor with ``grad_fn``.
        scope: the user's variables, for names, and for values that torch has not kept.
        gradient: where to begin, in the shape of ``root``; else ones.

    Raises:
        ValueError: for a leaf, a tensor without graph, or a graph that backward has used up; the
            text has torch's own words and the remedy.
    """
    if root.grad_fn is None:
        raise ValueError(no_graph(root))
    like = torch.ones_like(root, requires_grad=False)
    vector = like if gradient is None else fitting(tuple(root.shape), gradient, like)
    try:
        graph = read(root, names.results(scope))
        leaves = {v.index: graph.leaves[v.index] for v in graph.variables if v.kind == "leaf"}
        own = walk(graph, root, graph.nodes, leaves, vector)
    except RuntimeError as error:
        raise ValueError(gone(error)) from error
    replay = Replay(graph)
    names.give(graph, scope)
    real = {at: own.gradients[at] for at in leaves}
    study = Study(graph, replay, vector, real=real)
    unknown = list(replay.unknown)
    if replay.complete:
        again = study.found().walk.gradients
        if any(_differ(again[at], gradient) for at, gradient in real.items()):
            unknown.append(root.grad_fn.name())
    if unknown:
        values = [variable.value for variable in graph.variables]
        kept = Found(values, own, own.gradients, None)
        return Study(graph, None, vector, tuple(unknown), kept=kept)
    return study


def _differ(found: Tensor | None, expected: Tensor | None) -> bool:
    if found is None or expected is None:
        return found is not expected
    return apart(found, expected) > CLOSE


def of_function(
    function: Callable[..., object],
    leaves: Mapping[str, Any],
    gradient: Any = None,  # noqa: ANN401 -- as above
) -> Study:
    """Return the study of what a function computes from its leaves.

    Args:
        function: takes the leaves by name and returns a tensor.
        leaves: tensors, or numbers, which then have a gradient; tensors keep their
            ``requires_grad``, but where none has it all do.
        gradient: where to begin; else ones.

    Raises:
        TypeError: if there are no leaves, or the function returns no tensor with a gradient.
    """
    made = {name: _leaf(name, value) for name, value in leaves.items()}
    if not any(leaf.requires_grad for leaf in made.values()):
        for leaf in made.values():
            leaf.requires_grad_(leaf.is_floating_point())
    source = Called(function, made)
    root = source.graph.variables[source.graph.root]
    like = torch.ones(root.shape, dtype=root.dtype)
    vector = like if gradient is None else fitting(root.shape, gradient, like)
    return Study(source.graph, source, vector)


def _leaf(name: str, value: Any) -> Tensor:  # noqa: ANN401 -- checked here
    if isinstance(value, Tensor):
        return value.detach().clone().requires_grad_(value.requires_grad)
    try:
        made = torch.as_tensor(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(
            say(
                f"AutogradExplorer: {name} expected a number or a tensor, got "
                f"{type(value).__name__}.{suggest(name, ['gradient', 'names'])}",
                f"AutogradExplorer：{name} 应为数或张量，得到 {type(value).__name__}。"
                f"{suggest(name, ['gradient', 'names'])}",
            )
        ) from error
    made = made if made.is_floating_point() else made.float()
    return made.clone().requires_grad_()
