"""From a setting to torch: the layer itself, and what torch says about an impossible one."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from dlwidgets.explain.convolution.rules import problems
from dlwidgets.explain.convolution.setting import CLASS
from dlwidgets.explain.convolution.size import output_size
from dlwidgets.language import say

if TYPE_CHECKING:
    from dlwidgets.explain.convolution.setting import Setting

HEAVY = 2**24
"""Multiplications from which torch is asked with sizes alone instead of zeros."""


def arguments(setting: Setting) -> dict[str, Any]:
    """Return torch's arguments that are not its defaults, in the order of its documentation."""
    pools = setting.pools
    start = {} if pools else {"in_channels": setting.in_channels}
    if not pools or setting.out_channels != setting.in_channels:
        start["out_channels"] = setting.out_channels
    defaults: dict[str, Any] = {
        "kernel_size": None,
        "stride": setting.kernel_size if pools else (1, 1),
        "padding": (0, 0),
        "output_padding": (0, 0),
        "dilation": (1, 1),
        "groups": 1,
        "bias": not pools,
        "padding_mode": "zeros",
        "ceil_mode": False,
        "count_include_pad": True,
    }
    held = {name: getattr(setting, name) for name in defaults}
    return start | {name: held[name] for name in defaults if held[name] != defaults[name]}


def layer(
    setting: Setting,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    *,
    seed: int = 0,
) -> nn.Module:
    """Return the module: ``nn.Conv2d(...)``, or ``nn.Sequential(nn.Conv2d(...), nn.ReLU())``.

    Args:
        setting: one without `problems`; otherwise torch's own error appears.
        weight: copied into the layer; torch's initial values from ``seed`` where left out.
        bias: likewise, of shape (out_channels,).
        seed: of the initial values; torch's global generator stays as it is.

    Raises:
        ValueError: for weights of another shape, or weights of a layer that has none.
    """
    with torch.random.fork_rng(devices=[]):
        # Not torch.manual_seed, which would seed the accelerators' generators too.
        torch.default_generator.manual_seed(seed)
        made: nn.Module = getattr(nn, CLASS[setting.kind])(**arguments(setting))
    for name, values in (("weight", weight), ("bias", bias)):
        if values is not None:
            _fill(made, name, values)
    return nn.Sequential(made, nn.ReLU()) if setting.relu else made


def _fill(made: nn.Module, name: str, values: Tensor) -> None:
    """Put a copy of ``values`` where the layer keeps its weight or bias."""
    held = getattr(made, name, None)
    shape = None if held is None else tuple(held.shape)
    if shape != tuple(values.shape):
        kind = type(made).__name__
        there = say("none", "无") if shape is None else say(f"shape {shape}", f"形状 {shape}")
        got = tuple(values.shape)
        raise ValueError(
            say(
                f"layer: {name} of this {kind}: expected {there}, got shape {got}",
                f"layer：此 {kind} 的 {name} 应为 {there}，得到形状 {got}",
            )
        )
    copy = values.detach().clone()
    setattr(made, name, nn.Parameter(copy, requires_grad=copy.is_floating_point()))


def torch_says(setting: Setting) -> str | None:
    """Return torch's own words where it refuses the setting, else ``None``.

    The layer is made and run on zeros of the setting's size. Where that would be costly, and
    nothing is known against the setting, torch's "meta" device stands in, which computes sizes
    alone. Nothing of the user's changes: neither the random state nor the filters of warnings.
    """
    # "meta" words some refusals otherwise and overlooks others, so it is kept for what is valid.
    device = "meta" if _costly(setting) and not problems(setting) else "cpu"
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        try:
            # On "meta" no initial values are drawn, so no random state moves.
            bare = {} if setting.pools else {"device": "meta"}
            made = getattr(nn, CLASS[setting.kind])(**arguments(setting), **bare)
            zero = torch.zeros((), device=device)
            for name, values in list(made.named_parameters()):
                setattr(made, name, nn.Parameter(zero.expand(values.shape), requires_grad=False))
            made(zero.expand(1, setting.in_channels, *setting.size))
        except (RuntimeError, TypeError, ValueError) as error:
            return str(error)
    return None


def _costly(setting: Setting) -> bool:
    """Return whether zeros of this size would take noticeable time or memory."""
    numbers = (*setting.size, *setting.kernel_size, *setting.stride, *setting.dilation)
    if min(*numbers, setting.in_channels, setting.out_channels, setting.groups) < 1:
        return False  # refused before anything is computed
    (height, width), (down, across) = output_size(setting), setting.kernel_size
    weights = setting.in_channels * setting.out_channels * down * across
    cells = max(height, setting.size[0]) * max(width, setting.size[1])
    return weights * cells // setting.groups > HEAVY
