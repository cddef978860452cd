"""Tensors inside whatever a layer takes or returns: found, named, described."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 6
"""Items of a tuple or dict that a description spells out."""

DEEPEST = 4


def describe(value: object, depth: int = 0) -> str:
    """Return what a value is, in few words: ``64×10``, ``(64×10, 2×64×20)``, ``{logits: 64×10}``.

    The type of elements is named where it is not float32; a tensor of no axes is ``scalar``.
    """
    if isinstance(value, torch.Tensor):
        shape = "×".join(map(str, value.shape)) or "scalar"
        kind = str(value.dtype).removeprefix("torch.")
        return shape if kind == "float32" else f"{shape} {kind}"
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    pairs = _items(value)
    if pairs is None or depth >= DEEPEST:
        return type(value).__name__
    named = [
        describe(item, depth + 1) if isinstance(key, int) else f"{key}: {describe(item, depth + 1)}"
        for key, item in pairs[:SHOWN]
    ]
    inside = ", ".join([*named, "…"] if len(pairs) > SHOWN else named)
    return f"{{{inside}}}" if pairs and not isinstance(pairs[0][0], int) else f"({inside})"


def tensors(value: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield each tensor in a value with the way to it: ``[0]``, ``['logits']``."""
    if isinstance(value, torch.Tensor):
        yield path, value
    elif depth < DEEPEST:
        for key, item in _items(value) or ():
            yield from tensors(item, f"{path}[{key!r}]", depth + 1)


def mapped(value: Any, change: Any) -> Any:  # noqa: ANN401 -- any nest of tensors
    """Return a value of the same form with ``change`` applied to its tensors."""
    if isinstance(value, torch.Tensor):
        return change(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(mapped(item, change) for item in value))
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(item, change) for item in value)
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    return value


def _items(value: object) -> list[tuple[Any, object]] | None:
    if isinstance(value, dict):
        return [(str(key), item) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    if is_dataclass(value) and not isinstance(value, type):
        return [(field.name, getattr(value, field.name)) for field in fields(value)]
    return None
