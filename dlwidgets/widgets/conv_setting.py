"""The settings of `ConvExplorer` as traits, and what happens to impossible ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import traitlets as t

from dlwidgets.explain import convolution
from dlwidgets.explain.convolution import Setting
from dlwidgets.explain.convolution.setting import pair
from dlwidgets.language import say
from dlwidgets.widgets.conv_numbers import figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import nn

FIELDS = (
    "kind",
    "in_channels",
    "out_channels",
    "kernel_size",
    "stride",
    "padding",
    "dilation",
    "groups",
    "bias",
    "padding_mode",
    "output_padding",
    "ceil_mode",
    "count_include_pad",
    "relu",
)
"""The traits that describe the layer; with the size of the input they are a `Setting`."""


class Impossible(t.TraitError, ValueError):  # noqa: N818 -- what it is, as LookupError
    """Torch refuses this layer on this input; the text names rule, numbers and the way out."""


class Pair(t.List[int]):
    """Two whole numbers, vertical and horizontal; one stands for both."""

    def __init__(self, value: int, **options: Any) -> None:  # noqa: ANN401 -- those of every trait
        super().__init__(t.Int(), [value, value], **options)

    def validate(self, obj: t.HasTraits, value: Any) -> list[int]:  # noqa: ANN401 -- checked here
        """Return ``[vertical, horizontal]``."""
        return cast("list[int]", _setting_error(obj, lambda: list(pair(str(self.name), value))))


class Padding(t.Union):
    """Two whole numbers as a `Pair`, or one of torch's words."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 -- those of every trait
        super().__init__([Pair(0), t.Enum(["same", "valid"])], default_value=[0, 0], **options)

    def validate(self, obj: t.HasTraits, value: Any) -> Any:  # noqa: ANN401 -- checked here
        """Return ``[vertical, horizontal]``, ``"same"`` or ``"valid"``."""
        if isinstance(value, str):
            return _setting_error(obj, lambda: Setting.of(padding=value).padding)
        return _setting_error(obj, lambda: list(pair("padding", value)))


def _setting_error(obj: t.HasTraits, make: Callable[[], Any]) -> Any:  # noqa: ANN401 -- what is made
    """Return what ``make`` returns; what it finds wrong is a TraitError of the widget."""
    try:
        return make()
    except (TypeError, ValueError) as error:
        raise t.TraitError(str(error).replace("Setting", type(obj).__name__)) from None


def beginning(
    layer: nn.Module | None, array: NDArray[Any] | None, mine: dict[str, Any]
) -> tuple[Setting, NDArray[Any]]:
    """Return the setting and the input that a new explorer begins with."""
    if layer is None:
        channels = {} if array is None else {"in_channels": array.shape[0]}
        setting = Setting.of(**(channels | mine))
    else:
        shape = (5, 5) if array is None else array.shape
        setting = convolution.of_module(layer, shape)
        held = {name: getattr(setting, name) for name in FIELDS}
        setting = Setting.of(**(held | mine), size=setting.size)
    if array is None:
        # Large enough for the kernel, so that there is something to see.
        size = [max(5, setting.span(axis) + 2) for axis in (0, 1)]
        array = figure(setting.in_channels, *size)
    elif array.shape[0] != setting.in_channels:
        raise Impossible(
            say(
                f"ConvExplorer: in_channels is {setting.in_channels}, but the input has "
                f"{array.shape[0]} channels; give one that fits, or leave in_channels out",
                f"ConvExplorer：in_channels 为 {setting.in_channels}，但输入有 {array.shape[0]} "
                "个通道；请给出一致的输入，或省略 in_channels",
            )
        )
    held = {name: getattr(setting, name) for name in FIELDS}
    return Setting.of(**held, size=array.shape[1:]), array


def refuse(setting: Setting) -> None:
    """Raise where torch would: the rule with its numbers, torch's words, the nearest that works."""
    found = convolution.problems(setting)
    if not found:
        return
    nearest = convolution.nearest_valid(setting)
    names = [*FIELDS, "size"]
    changed = [name for name in names if getattr(nearest, name) != getattr(setting, name)]
    way = ", ".join(f"{name}={getattr(nearest, name)!r}" for name in changed)
    why, said = found[0].text, convolution.torch_says(setting)
    raise Impossible(
        say(
            f"ConvExplorer: {why}. Torch says: {said}. Nearest that works: {way}",
            f"ConvExplorer：{why}。torch 的提示：{said}。最接近的可行设置：{way}",
        )
    )
