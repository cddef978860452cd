"""Weights as safetensors, and back: numbers and names only, nothing that could run."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import torch

from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Mapping

States = dict[str, dict[str, torch.Tensor]]


def pack(states: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, Any], bytes]:
    """Return an index that JSON can carry, and the tensors as a safetensors file.

    Tensors are named ``<model>/<key>``. Tied ones are kept once, under the first of their names.

    Args:
        states: the ``state_dict`` of each model, on any device.

    Raises:
        TypeError: for an entry that is neither a dense tensor nor plain JSON.
    """
    from safetensors.torch import save

    tensors: dict[str, torch.Tensor] = {}
    known: dict[tuple[object, ...], str] = {}
    index: dict[str, Any] = {}
    for model, state in states.items():
        entries: dict[str, Any] = {}
        for key, value in state.items():
            name = f"{model}/{key}"
            if not isinstance(value, torch.Tensor):
                entries[key] = {"json": _as_json(name, value)}
                continue
            held = _dense(name, value)
            name = known.setdefault(_identity(held), name)
            if name not in tensors:
                # A copy of its own: parts of one storage may not stand in a file together.
                plain = torch.view_as_real(held.resolve_conj()) if held.is_complex() else held
                tensors[name] = (
                    plain.resolve_neg().cpu().clone(memory_format=torch.contiguous_format)
                )
            entries[key] = {"tensor": name, "complex": held.is_complex()}
        versions = getattr(state, "_metadata", None)
        index[model] = {"entries": entries, "versions": versions}
    return index, save(tensors)


def unpack(index: Mapping[str, Any], file: bytes) -> States:
    """Return what :func:`pack` was given, on the CPU; tied tensors are tied again."""
    from safetensors.torch import load

    tensors = load(file)
    complexes: dict[str, torch.Tensor] = {}
    states: States = {}
    for model, kept in index.items():
        state: OrderedDict[str, Any] = OrderedDict()
        for key, entry in kept["entries"].items():
            if "json" in entry:
                state[key] = entry["json"]
            elif entry["complex"]:
                name = entry["tensor"]
                state[key] = complexes.setdefault(name, torch.view_as_complex(tensors[name]))
            else:
                state[key] = tensors[entry["tensor"]]
        if kept["versions"] is not None:
            # load_state_dict converts what modules of an older version wrote, by this.
            state._metadata = OrderedDict(kept["versions"])  # type: ignore[attr-defined]  # noqa: SLF001 -- torch keeps it there
        states[model] = state
    return states


def _identity(held: torch.Tensor) -> tuple[object, ...]:
    """Return the same for two tensors that are the same numbers in the same memory."""
    if not held.numel():
        return (object(),)
    place = (held.untyped_storage().data_ptr(), held.storage_offset())
    return (
        *place,
        held.dtype,
        held.device,
        held.shape,
        held.stride(),
        held.is_conj(),
        held.is_neg(),
    )


def _dense(name: str, value: torch.Tensor) -> torch.Tensor:
    if value.layout is not torch.strided or value.is_quantized or value.device.type == "meta":
        kind = "quantized" if value.is_quantized else f"{value.layout} on {value.device}"
        raise TypeError(
            say(
                f"save {name}: expected a dense tensor, got a {kind} one; "
                "delete this model from run.models and keep it with torch.save",
                f"save {name}：应为稠密张量，得到 {kind}；"
                "请将该模型移出 run.models，改用 torch.save 保存",
            )
        )
    return value.detach()


def _as_json(name: str, value: object) -> object:
    try:
        again: object = json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        again = None
    if again is None or type(again) is not type(value) or again != value:
        raise TypeError(
            say(
                f"save {name}: expected a tensor or plain numbers and texts, got "
                f"{type(value).__name__}; "
                "delete this model from run.models and keep it with torch.save",
                f"save {name}：应为张量或普通的数与文本，得到 {type(value).__name__}；"
                "请将该模型移出 run.models，改用 torch.save 保存",
            )
        )
    return again
