"""What the user calls the tensors of a graph."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

from torch import Tensor, nn

from dlwidgets.explain.autograd.graph import spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dlwidgets.explain.autograd.graph import Graph, Node

MANY = 64
"""Members of a list or dict of the user that are looked at."""


def tensors_in(scope: Mapping[str, object]) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors among variables, in lists and dicts, and the parameters of modules.

    Each name is how Python reaches the tensor: ``w``, ``layers[0]``, ``model.fc1.weight``.
    """
    held = list(scope.items())
    # What has a name of its own is called by it.
    for name, value in held:
        if isinstance(value, Tensor):
            yield name, value
    for name, value in held:
        for path, inner in _inside(value):
            if isinstance(inner, Tensor):
                yield f"{name}{path}", inner


def _inside(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, nn.Module):
        for path, parameter in value.named_parameters():
            yield re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", f".{path}"), parameter
    elif isinstance(value, (list, tuple)):
        yield from ((f"[{place}]", one) for place, one in enumerate(value[:MANY]))
    elif isinstance(value, dict):
        yield from ((f"[{key!r}]", one) for key, one in list(value.items())[:MANY])


def results(scope: Mapping[str, object]) -> dict[tuple[Node, int], tuple[str, Tensor | None]]:
    """Return names and values of what operators have made and the user still holds."""
    found: dict[tuple[Node, int], tuple[str, Tensor | None]] = {}
    for name, tensor in tensors_in(scope):
        if tensor.grad_fn is not None:
            found.setdefault((tensor.grad_fn, tensor.output_nr), (name, tensor))
    return found


def give(graph: Graph, scope: Mapping[str, object]) -> None:
    """Name every variable: as the user does, else ``t1`` for results, ``c1`` for constants."""
    by_place: dict[object, str] = {}
    for name, tensor in tensors_in(scope):
        if not tensor.is_sparse and tensor.device.type != "meta":
            by_place.setdefault(spot(tensor), name)
    taken = {variable.name for variable in graph.variables if variable.name}
    for variable in graph.variables:
        held = graph.leaves.get(variable.index)
        if not variable.name and held is not None and spot(held) in by_place:
            name = by_place[spot(held)]
            if name not in taken:
                variable.name, variable.own = name, True
                taken.add(name)
    letters = {"leaf": "leaf", "constant": "c", "result": "t"}
    fresh = {kind: (f"{letter}{n}" for n in count(1)) for kind, letter in letters.items()}
    for variable in graph.variables:
        plain = variable.kind == "constant" and variable.shape == ()
        if not variable.name and not plain:
            variable.name = next(name for name in fresh[variable.kind] if name not in taken)
            taken.add(variable.name)
