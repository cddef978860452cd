"""The setting of a live module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn
from torch.nn.parameter import UninitializedParameter

from dlwidgets.explain.convolution.setting import Setting
from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.explain.convolution.setting import Kind

_KINDS: tuple[tuple[type[nn.Module], Kind], ...] = (
    (nn.Conv2d, "conv"),
    (nn.ConvTranspose2d, "transposed"),
    (nn.MaxPool2d, "max"),
    (nn.AvgPool2d, "avg"),
)
_SHARED = ("kernel_size", "stride", "padding")
_FIELDS: dict[str, tuple[str, ...]] = {
    "conv": ("in_channels", "out_channels", "dilation", "groups", "padding_mode"),
    "transposed": ("in_channels", "out_channels", "dilation", "groups", "output_padding"),
    "max": ("dilation", "ceil_mode"),
    "avg": ("ceil_mode", "count_include_pad"),
}
_CHANNELS_TOO = 3
"""(channels, height, width)."""


def of_module(module: nn.Module, size: Sequence[int]) -> Setting:
    """Return the setting of a layer: its own numbers, and the size of its input.

    Args:
        module: ``nn.Conv2d``, ``nn.ConvTranspose2d``, ``nn.MaxPool2d`` or ``nn.AvgPool2d``, also
            as ``nn.Sequential(layer)`` or ``nn.Sequential(layer, nn.ReLU())``.
        size: (height, width) of its input, or (channels, height, width): a pooling knows no
            channels, and has one where none are given.

    Raises:
        TypeError: for another module, or a size that is none.
        ValueError: for a layer without numbers (lazy, or on the meta device), for a
            ``divisor_override``, which can't be shown, and where the channels
            are not those of the layer.
    """
    core, relu = _core(module)
    kind = next((kind for known, kind in _KINDS if isinstance(core, known)), None)
    if kind is None:
        raise TypeError(
            say(
                "layer: expected nn.Conv2d, nn.ConvTranspose2d, nn.MaxPool2d, nn.AvgPool2d, or "
                f"nn.Sequential of one and nn.ReLU(); got {type(module).__name__}",
                "层：应为 nn.Conv2d、nn.ConvTranspose2d、nn.MaxPool2d、nn.AvgPool2d，或由其中"
                f"之一与 nn.ReLU() 组成的 nn.Sequential；得到 {type(module).__name__}",
            )
        )
    _showable(core)
    *channels, height, width = _sizes(size)
    given = {name: getattr(core, name) for name in (*_SHARED, *_FIELDS[kind])}
    if kind in ("max", "avg"):
        given["in_channels"] = channels[0] if channels else 1
    else:
        given["bias"] = core.bias is not None
        if channels and channels[0] != core.in_channels:
            raise ValueError(
                say(
                    f"layer: the layer takes {core.in_channels} channels, the input has "
                    f"{channels[0]}; give an input of shape ({core.in_channels}, H, W)",
                    f"层：该层的输入通道为 {core.in_channels}，输入有 {channels[0]} 个；"
                    f"请给形状为 ({core.in_channels}, H, W) 的输入",
                )
            )
    return Setting.of(kind=kind, relu=relu, size=(height, width), **given)


def _core(module: nn.Module) -> tuple[nn.Module, bool]:
    """Return the layer inside a Sequential, and whether a ReLU follows it."""
    if not isinstance(module, nn.Sequential):
        return module, False
    parts = list(module)
    if len(parts) == 1:
        return parts[0], False
    if len(parts) == 2 and isinstance(parts[1], nn.ReLU):  # noqa: PLR2004 -- layer and ReLU
        return parts[0], True
    return module, False


def _showable(core: nn.Module) -> None:
    """Refuse what a setting can't say about a layer."""
    if isinstance(getattr(core, "weight", None), UninitializedParameter):
        raise ValueError(  # noqa: TRY004 -- the type is right, the state is not
            say(
                f"layer: {type(core).__name__} has no weights yet; call it once on an input",
                f"层：{type(core).__name__} 还没有权重；请先用一个输入调用一次",
            )
        )
    if any(parameter.is_meta for parameter in core.parameters()):
        raise ValueError(
            say(
                f"layer: the weights of {type(core).__name__} are on the meta device and hold no "
                "numbers; make the layer on another device",
                f"层：{type(core).__name__} 的权重在 meta 设备上，没有数值；请在其他设备上创建该层",
            )
        )
    if getattr(core, "divisor_override", None) is not None:
        raise ValueError(
            say(
                "layer: divisor_override can't be shown; make the layer without it",
                "层：divisor_override 无法展示；请去掉该参数",
            )
        )


def _sizes(size: Sequence[int]) -> Sequence[int]:
    """Return (height, width) or (channels, height, width)."""
    if isinstance(size, tuple | list) and len(size) in (2, _CHANNELS_TOO):
        return size
    raise TypeError(
        say(
            f"layer: size must be (height, width) or (channels, height, width), got {size!r}",
            f"层：size 应为 (高, 宽) 或 (通道, 高, 宽)，得到 {size!r}",
        )
    )
