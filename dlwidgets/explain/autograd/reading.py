"""Reading a graph from ``grad_fn``: what is joined to what, and what each node has saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from dlwidgets.explain.autograd.graph import (
    MOST,
    RULES,
    WRITTEN,
    Graph,
    Node,
    Operator,
    Variable,
    spot,
)
from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dlwidgets.explain.autograd.rules import Saved


def read(
    root: Tensor,
    known: Mapping[tuple[Node, int], tuple[str, Tensor | None]],
    first: Iterable[Tensor] = (),
) -> Graph:
    """Return the graph behind a tensor.

    Args:
        root: a tensor with ``grad_fn``.
        known: names and values of outputs of nodes, as far as somebody knows them.
        first: leaves and constants that are to be the first variables, whether used or not.

    Raises:
        RuntimeError: torch's own, where what the graph has saved is gone or was changed.
        ValueError: for more than `MOST` operators.
    """
    reader = _Reader(dict(known))
    for tensor in first:
        reader.begin(tensor)
    for node in _in_order(root.grad_fn):
        reader.take(node)
    return reader.done(root)


def _in_order(top: Node) -> list[Node]:
    """Return all nodes but those of leaves, inputs before what is computed from them."""
    order: list[Node] = []
    seen = set()
    stack: list[tuple[Node, bool]] = [(top, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
            continue
        if node in seen or hasattr(node, "variable"):
            continue
        seen.add(node)
        stack.append((node, True))
        stack += [(below, False) for below, _ in reversed(node.next_functions) if below is not None]
    if len(order) > MOST:
        raise ValueError(
            say(
                f"AutogradExplorer: expected a graph of at most {MOST} operators, got "
                f"{len(order)}; give a smaller batch or part of the model",
                f"AutogradExplorer：计算图至多 {MOST} 个算子，得到 {len(order)} 个；"
                "请使用更小的批量或模型的一部分",
            )
        )
    return _as_made(order)


def _as_made(order: list[Node]) -> list[Node]:
    """Return nodes in the order in which the user's lines made them, as far as that is one.

    Autograd goes by it: sums of gradients, which are rounded, then come out the same to the bit.
    """
    made = sorted(order, key=lambda node: node._sequence_nr())  # noqa: SLF001 -- torch offers no other way
    done: set[Node] = set()
    for node in made:
        below = {one for one, _ in node.next_functions if one is not None}
        if not all(one in done or hasattr(one, "variable") for one in below):
            return order  # made in several threads, each of which counts for itself
        done.add(node)
    return made


def saved_by(node: Node) -> Saved:
    """Return what a node has saved, by name, with the shape and type of its first output."""
    names = [name for name in dir(node) if name.startswith("_saved_")]
    saved = {name.removeprefix("_saved_"): _plain(getattr(node, name)) for name in names}
    made = node._input_metadata[0] if getattr(node, "_input_metadata", None) else None  # noqa: SLF001 -- the only place that knows the shape
    if node.name() == WRITTEN:
        saved["places"] = _places(node)
    if made is not None:
        saved |= {"shape": tuple(int(size) for size in made.shape), "dtype": made.dtype}
    return saved


def _places(node: Node) -> Tensor:
    """Return which numbers were written in place: the gradient of the rest passes by."""
    made = node._input_metadata[0]  # noqa: SLF001 -- as above
    size = tuple(int(one) for one in made.shape)
    numbered = torch.arange(1, 1 + torch.Size(size).numel(), dtype=made.dtype).reshape(size)
    _, written = node(numbered.to(made.device))
    return torch.as_tensor(written.flatten().long() - 1)


def _plain(value: Any) -> Any:  # noqa: ANN401 -- whatever nodes save
    """Return a saved value: tensors cut from their graph, negative numbers as such."""
    if isinstance(value, Tensor):
        return value.detach()
    if isinstance(value, int) and value >= 2**63:  # torch shows int64 as if it had no sign
        return value - 2**64
    if isinstance(value, (tuple, list)):
        return tuple(_plain(one) for one in value)
    return value


class _Reader:
    def __init__(self, known: dict[tuple[Node, int], tuple[str, Tensor | None]]) -> None:
        self.known = known
        self.variables: list[Variable] = []
        self.operators: list[Operator] = []
        self.nodes: list[Node] = []
        self.leaves: dict[int, Tensor] = {}
        self.places: dict[Any, int] = {}

    def begin(self, tensor: Tensor) -> None:
        """Add a leaf or constant that may or may not be used."""
        if tensor.requires_grad:
            self._leaf(tensor)
        else:
            self._constant(tensor.detach(), {})

    def take(self, node: Node) -> None:
        """Add an operator, its inputs, and no outputs as yet: only those that are used."""
        saved = saved_by(node)
        rule = RULES.get(node.name())
        operator = Operator(len(self.operators), node.name(), rule, saved)
        self.places[node] = operator.index
        self.operators.append(operator)
        self.nodes.append(node)
        edges = []
        for place, (below, number) in enumerate(node.next_functions):
            held = saved.get(rule.edge(place)) if rule else None
            value = held if isinstance(held, Tensor) else None
            absent = below is None and value is None and (not rule or place in rule.optional)
            edges.append(-1 if absent else self._edge(below, number, value, saved))
        operator.edges = tuple(edges)
        operator.wanted = tuple(below is not None for below, _ in node.next_functions)
        if rule:
            operator.extras = tuple(self._constant(saved.get(one), saved) for one in rule.extras)

    def _edge(self, below: Node, number: int, value: Tensor | None, saved: Saved) -> int:
        if below is None:
            return self._constant(value, saved)
        if hasattr(below, "variable"):
            return self._leaf(below.variable)
        found = self.output(below, number)
        if self.variables[found].value is None and value is not None:
            self.variables[found].value = value.clone()
        return found

    def _leaf(self, tensor: Tensor) -> int:
        key = ("leaf", id(tensor))
        if key not in self.places:
            value = tensor.detach().clone()
            self.places[key] = self._add("leaf", "", tuple(tensor.shape), tensor.dtype, value)
            self.leaves[self.places[key]] = tensor
        return self.places[key]

    def _constant(self, value: Tensor | None, saved: Saved) -> int:
        if value is None:
            return self._add("constant", "", (), saved.get("dtype", torch.float32), None)
        # The same tensor, used twice, is one circle; numbers are each their own.
        key = ("constant", spot(value))
        if key not in self.places:
            held = value.clone()
            if value.ndim == 0 and saved.get("dtype", value.dtype).is_floating_point:
                held = held.to(saved.get("dtype", value.dtype))
            index = self._add("constant", "", tuple(held.shape), held.dtype, held)
            self.places[key] = index
            self.leaves[index] = value
        return self.places[key]

    def output(self, node: Node, number: int) -> int:
        """Return the variable that comes out of a node."""
        key = (node, number)
        if key not in self.places:
            maker = self.operators[self.places[node]]
            made = node._input_metadata[number]  # noqa: SLF001 -- as in saved_by
            name, held = self.known.get(key, ("", None))
            value = None if held is None else held.detach().clone()
            shape = tuple(int(size) for size in made.shape)
            result = maker.saved.get("result")
            if value is None and number == 0 and isinstance(result, Tensor):
                value = result.clone() if tuple(result.shape) == shape else None
            index = self._add("result", name, shape, made.dtype, value)
            self.variables[index].own = bool(name)
            self.variables[index].maker, self.variables[index].output = maker.index, number
            maker.outputs = (*maker.outputs, index)
            self.places[key] = index
        return self.places[key]

    def _add(
        self,
        kind: str,
        name: str,
        shape: tuple[int, ...],
        dtype: torch.dtype,
        value: Tensor | None,
    ) -> int:
        index = len(self.variables)
        self.variables.append(Variable(index, kind, name, shape, dtype, value=value))
        return index

    def done(self, root: Tensor) -> Graph:
        """Return the graph."""
        index = self.output(root.grad_fn, root.output_nr)
        self.variables[index].value = root.detach().clone()
        return Graph(self.variables, self.operators, index, self.nodes, self.leaves)
