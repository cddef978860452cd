"""A graph as autograd holds it: variables and operators, read from ``grad_fn``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets.explain.autograd.layerwise import LAYERWISE
from dlwidgets.explain.autograd.pointwise import POINTWISE
from dlwidgets.explain.autograd.tensorwise import TENSORWISE

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from dlwidgets.explain.autograd.rules import Rule, Saved

RULES: dict[str, Rule] = POINTWISE | TENSORWISE | LAYERWISE

MOST = 5000
"""Operators of a graph that are read."""

WRITTEN = "torch::autograd::CopySlices"
"""The node of what was written into a part of a tensor, in place."""

Node = Any  # torch.autograd.graph.Node, whose stubs lack what is read here


@dataclass(eq=False)
class Variable:
    """A tensor of the graph, a circle in the book's figures.

    Attributes:
        index: its place among the graph's variables.
        kind: ``"leaf"`` made by the user with ``requires_grad``, ``"constant"`` without, or the
            ``"result"`` of an operator.
        name: what the user calls it; else what it is, as ``mul_2``.
        shape: as torch has it; of a constant that torch does not keep the empty tuple.
        dtype: as torch has it.
        maker: the operator that made it, by its index; -1 for none.
        output: which output of the maker.
        value: a copy, cut from any graph; None where torch keeps none.
        recovered: whether torch keeps none, but it follows from what torch keeps.
        own: whether the name is the user's.
    """

    index: int
    kind: str
    name: str
    shape: tuple[int, ...]
    dtype: torch.dtype
    maker: int = -1
    output: int = 0
    value: Tensor | None = None
    recovered: bool = False
    own: bool = False

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient arrives."""
        return self.kind != "constant"


@dataclass(eq=False)
class Operator:
    """A node of autograd, a square in the book's figures.

    Attributes:
        index: its place in the order of computing.
        name: as torch calls it, ``"MulBackward0"``.
        rule: what it computes; None where we do not know.
        saved: its options, see `Saved`.
        edges: for each edge the variable that comes in; -1 for an input that was left out.
        extras: further variables that the rule takes, without an edge.
        outputs: the variables that come out, of those that are used.
        wanted: for each edge whether a gradient goes that way.
    """

    index: int
    name: str
    rule: Rule | None
    saved: Saved
    edges: tuple[int, ...] = ()
    extras: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    wanted: tuple[bool, ...] = ()

    @property
    def inputs(self) -> tuple[int, ...]:
        """All that goes in, as the rule takes it."""
        return self.edges + self.extras

    @property
    def short(self) -> str:
        """The name without what all nodes of autograd have: ``mul``."""
        if self.name == WRITTEN:
            return "copy_"
        return self.name.removesuffix("0").removesuffix("1").split("Backward")[0].lower()


@dataclass(eq=False)
class Graph:
    """What ``grad_fn`` leads to.

    Attributes:
        variables: circles.
        operators: squares, in an order in which they can be computed.
        root: the variable that was asked about.
        nodes: torch's own node of each operator.
        leaves: torch's own tensor of each leaf, and the memory of each constant, by the index of
            the variable.
    """

    variables: list[Variable]
    operators: list[Operator]
    root: int
    nodes: list[Node]
    leaves: dict[int, Tensor]


def spot(tensor: Tensor) -> tuple[Any, ...]:
    """Return what only this tensor and others on the very same numbers have."""
    return tensor.data_ptr(), tuple(tensor.shape), tensor.stride(), tensor.dtype
