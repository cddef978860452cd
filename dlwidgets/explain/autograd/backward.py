"""A backward pass, watched: what each operator was handed, and what it handed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from dlwidgets.explain.autograd.program import apart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets.explain.autograd.graph import Graph, Node, Operator

ROUNDING = 1e-4
"""How far, as a share, a product may be from the gradient that it explains."""

Maybe = tuple[Tensor | None, ...]


@dataclass(frozen=True, eq=False)
class Visit:
    """An operator that autograd has come through.

    Attributes:
        operator: its index.
        upstream: for each output of the node the gradient that arrived.
        results: for each edge the gradient handed on; None where none is wanted.
        slopes: for each edge the local derivative, where the result is upstream times it, number
            by number; None where the result is a product of matrices, or a sum.
    """

    operator: int
    upstream: Maybe
    results: Maybe
    slopes: Maybe


@dataclass(frozen=True, eq=False)
class Walk:
    """One backward pass.

    Attributes:
        visits: in the order in which autograd went.
        gradients: for each variable all that arrived; None where nothing did.
    """

    visits: list[Visit]
    gradients: list[Tensor | None]


def walk(
    graph: Graph, root: Tensor, nodes: Sequence[Node], leaves: dict[int, Tensor], vector: Tensor
) -> Walk:
    """Let autograd run backward, and write down what it does.

    Nothing is left in any ``.grad``, and the graph stays usable.

    Args:
        graph: what the nodes belong to.
        root: where to begin.
        nodes: torch's node of each operator.
        leaves: the tensors at which to end, by the index of their variable.
        vector: the gradient of the root, in its shape.

    Raises:
        RuntimeError: torch's own, where the graph can't be walked (any more).
    """
    seen: list[tuple[int, Maybe, Maybe]] = []
    hooks = [node.register_hook(_writer(seen, index)) for index, node in enumerate(nodes)]
    try:
        found = torch.autograd.grad(
            root, list(leaves.values()), vector, retain_graph=True, allow_unused=True
        )
    finally:
        for hook in hooks:
            hook.remove()
    gradients: list[Tensor | None] = [None] * len(graph.variables)
    for at, gradient in zip(leaves, found, strict=True):
        gradients[at] = gradient
    visits = []
    for index, results, upstream in seen:
        operator = graph.operators[index]
        for at in operator.outputs:
            gradients[at] = upstream[graph.variables[at].output]
        slopes = _slopes(graph, operator, nodes[index], upstream, results)
        visits.append(Visit(index, upstream, results[: len(operator.edges)], slopes))
    return Walk(visits, gradients)


def _writer(seen: list[tuple[int, Maybe, Maybe]], index: int) -> Callable[[Maybe, Maybe], None]:
    def write(results: Maybe, upstream: Maybe) -> None:
        seen.append((index, _copies(results), _copies(upstream)))

    return write


def _copies(some: Maybe) -> Maybe:
    # The engine may add to its buffers in place.
    return tuple(None if one is None else one.detach().clone() for one in some)


def _slopes(graph: Graph, operator: Operator, node: Node, upstream: Maybe, results: Maybe) -> Maybe:
    """Return local derivatives, where upstream times them is what was handed on."""
    none: Maybe = (None,) * len(operator.edges)
    if len(upstream) != 1 or upstream[0] is None or not callable(node):
        return none
    above = upstream[0]
    elementwise = operator.rule is not None and operator.rule.elementwise
    shapes = [None if at < 0 else graph.variables[at].shape for at in operator.edges]
    if above.numel() != 1 and not (elementwise and tuple(above.shape) in shapes):
        return none
    try:
        asked = node(torch.ones_like(above))
    except RuntimeError:  # a node that can't be asked twice
        return none
    locally = _copies((asked,) if isinstance(asked, Tensor) else asked)
    # Some nodes return more than they have edges: what has no gradient at all.
    return tuple(
        slope if _explains(above, slope, result, elementwise=elementwise) else None
        for slope, result in zip(locally[: len(none)], results, strict=False)
    )


def _explains(
    above: Tensor, slope: Tensor | None, result: Tensor | None, *, elementwise: bool
) -> bool:
    """Whether upstream times slope is the result, number by number."""
    if slope is None or result is None or slope.shape != result.shape:
        return False
    if above.numel() == 1:
        return apart(above.reshape(()) * slope, result) <= ROUNDING
    return elementwise and above.shape == result.shape and apart(above * slope, result) <= ROUNDING


def jacobian(root: Tensor, leaves: dict[int, Tensor]) -> Tensor:
    """Return the derivative of each number of the root with respect to each of the leaves.

    One backward pass a row, from v = (1, 0, …), (0, 1, …) and so on: shape (outputs, inputs).
    """
    rows = []
    for at in range(root.numel()):
        one = torch.zeros_like(root).flatten()
        one[at] = 1
        found = torch.autograd.grad(
            root,
            list(leaves.values()),
            one.reshape(root.shape),
            retain_graph=True,
            allow_unused=True,
            materialize_grads=True,
        )
        rows.append(torch.cat([gradient.flatten() for gradient in found]))
    return torch.stack(rows)
