"""A graph made by calling the user's own function again, every value on the way written down."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from dlwidgets.explain.autograd.graph import Node, spot
from dlwidgets.explain.autograd.names import give
from dlwidgets.explain.autograd.program import Replay, Run, fresh
from dlwidgets.explain.autograd.reading import read
from dlwidgets.explain.untouched import kept_random
from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType, FrameType

    from dlwidgets.explain.autograd.graph import Graph
    from dlwidgets.explain.autograd.program import Alter

Key = tuple[Node, int]


class Called:
    """Computes by calling the user's own function again, with copies of its leaves.

    Random numbers are the same at each call, and the user's own go on as if it never had been.

    Attributes:
        graph: of the last call with gradients and without alterations.
        named: the index of the variable of each leaf, by name.
    """

    def __init__(self, function: Callable[..., object], leaves: Mapping[str, Tensor]) -> None:
        """Call the function once.

        Raises:
            TypeError: if it returns no tensor that was computed from the leaves.
        """
        self.function = function
        self.leaves = dict(leaves)
        self._seed = torch.get_rng_state()
        self._calls: dict[int, int] = {}
        self.graph = self._call(self.leaves, {}, grad=True).graph

    @property
    def named(self) -> dict[str, int]:
        """The leaves that the graph has, by name."""
        return {v.name: v.index for v in self.graph.variables if v.name in self.leaves}

    @property
    def editable(self) -> tuple[int, ...]:
        """The leaves and constants that may have other values."""
        return tuple(self.named.values())

    def run(
        self, values: Mapping[int, Tensor], alter: Alter | None = None, *, grad: bool = True
    ) -> Run:
        """Call with these values of the leaves; the others stay."""
        names = {at: name for name, at in self.named.items()}
        given = self.leaves | {names[at]: value for at, value in values.items() if at in names}
        changes = {
            names.get(at, self._calls.get(at)): change for at, change in (alter or {}).items()
        }
        run = self._call(given, changes, grad=grad)
        if grad and not alter:
            self.graph = run.graph
        return run

    def _call(
        self,
        given: Mapping[str, Tensor],
        changes: Mapping[Any, Callable[[Tensor], Tensor]],
        *,
        grad: bool,
    ) -> Run:
        own = {n: fresh(x, leaf=self.leaves[n].requires_grad) for n, x in given.items()}
        passed = {n: changes[n](x) if n in changes else x for n, x in own.items()}
        recorder = _Recorder(changes)
        with kept_random(set()), torch.set_grad_enabled(grad), _names(self.function) as names:
            torch.set_rng_state(self._seed)
            with recorder:
                root = self.function(**passed)
        return self._read(root, own, recorder, names, checked=grad and not changes)

    def _read(
        self,
        root: object,
        own: dict[str, Tensor],
        recorder: _Recorder,
        names: dict[int, str],
        *,
        checked: bool,
    ) -> Run:
        if not isinstance(root, Tensor) or (checked and root.grad_fn is None):
            got = type(root).__name__ if not isinstance(root, Tensor) else "no gradient"
            raise TypeError(
                say(
                    "AutogradExplorer: expected a function that computes a tensor from "
                    f"{', '.join(own)}, with gradient, got {got}",
                    f"AutogradExplorer：函数应由 {', '.join(own)} 计算出带梯度的张量，得到 {got}",
                )
            )
        if root.grad_fn is None:
            return Run(self.graph, _only(self.graph, root), [], ())
        known = {key: (names.get(id(tensor), ""), tensor) for key, tensor in recorder.made.items()}
        graph = Replay(read(root, known, own.values())).graph
        places = {spot(tensor): name for name, tensor in own.items()}
        tensors: list[Tensor | None] = []
        for variable in graph.variables:
            held = graph.leaves.get(variable.index)
            if held is not None:
                variable.name = places.get(spot(held), variable.name)
                variable.own = bool(variable.name)
            key = (graph.nodes[variable.maker], variable.output) if variable.maker >= 0 else None
            tensors.append(held if key is None else recorder.made.get(key))
            if checked and key in recorder.order:
                self._calls[variable.index] = recorder.order[key]
        tensors[graph.root] = root
        give(graph, {})
        kept = tuple(at for at, x in graph.leaves.items() if spot(x) in places and x.requires_grad)
        return Run(graph, tensors, graph.nodes, kept)


def _only(graph: Graph, root: Tensor) -> list[Tensor | None]:
    """Return the root among variables of which nothing else is known."""
    return [root if variable.index == graph.root else None for variable in graph.variables]


class _Recorder(TorchFunctionMode):
    """Writes down each tensor with a gradient that the function computes, and alters some."""

    def __init__(self, changes: Mapping[Any, Callable[[Tensor], Tensor]]) -> None:
        super().__init__()
        self.changes = changes
        self.made: dict[Key, Tensor] = {}
        self.order: dict[Key, int] = {}

    def __torch_function__(
        self,
        func: Callable[..., Any],
        _types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 -- what torch's function returns
        out = func(*args, **(kwargs or {}))
        for tensor in out if isinstance(out, (tuple, list)) else (out,):
            if isinstance(tensor, Tensor) and tensor.grad_fn is not None:
                key = (tensor.grad_fn, tensor.output_nr)
                if key not in self.made:
                    self.order[key] = len(self.order)
                    self.made[key] = tensor
                    change = self.changes.get(self.order[key])
                    if change is not None and tensor is out:
                        out = change(tensor)
        return out


class _names:  # noqa: N801 -- used like a function
    """What the function calls the tensors that it computes, read when it returns."""

    def __init__(self, function: Callable[..., object]) -> None:
        self.code: CodeType | None = getattr(function, "__code__", None)
        self.found: dict[int, str] = {}

    def __enter__(self) -> dict[int, str]:
        self.before = sys.getprofile()
        sys.setprofile(self._look)
        return self.found

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self.before)

    def _look(self, frame: FrameType, event: str, _: object) -> None:
        if event == "return" and frame.f_code is self.code:
            for name, held in frame.f_locals.items():
                if isinstance(held, Tensor):
                    self.found[id(held)] = name
