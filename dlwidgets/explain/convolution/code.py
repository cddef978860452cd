"""A setting as the line of Python that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets.explain.convolution.build import arguments
from dlwidgets.explain.convolution.setting import CLASS
from dlwidgets.explain.convolution.size import around

if TYPE_CHECKING:
    from dlwidgets.explain.convolution.setting import Setting

_FUNCTION = {
    "conv": "conv2d",
    "transposed": "conv_transpose2d",
    "max": "max_pool2d",
    "avg": "avg_pool2d",
}


def _literal(value: Any) -> str:  # noqa: ANN401 -- a field of a setting: numbers, pairs, words, flags
    """Return a value as one writes it: one number where both axes agree, words in double quotes."""
    if isinstance(value, tuple) and value[0] == value[1]:
        return str(value[0])
    return f'"{value}"' if isinstance(value, str) else str(value)


def code(setting: Setting) -> str:
    """Return the line that makes the layer: ``nn.Conv2d(3, 8, kernel_size=3, padding=1)``.

    Arguments that are torch's defaults are left out; with a ReLU the two stand in an
    ``nn.Sequential``. `parse` reads it back.
    """
    positional = ("in_channels", "out_channels") if not setting.pools else ()
    parts = [
        _literal(value) if name in positional else f"{name}={_literal(value)}"
        for name, value in arguments(setting).items()
    ]
    made = f"nn.{CLASS[setting.kind]}({', '.join(parts)})"
    return f"nn.Sequential({made}, nn.ReLU())" if setting.relu else made


def functional_code(setting: Setting) -> str:
    """Return the same as one expression of ``F``, ``x``, ``weight`` and ``bias``.

    ``F.conv2d(x, weight, bias, stride=2, padding=1)``. Functions know only zeros as padding: for
    the other modes ``F.pad`` makes the ring first.
    """
    held = arguments(setting)
    for name in ("in_channels", "out_channels", "bias"):
        held.pop(name, None)
    x = "x"
    if held.pop("padding_mode", None):
        (top, bottom), (left, right) = around(setting, 0), around(setting, 1)
        held.pop("padding", None)
        ring = f"({left}, {right}, {top}, {bottom})"
        x = f'F.pad(x, {ring}, mode="{setting.padding_mode}")'
    parts = [x]
    if not setting.pools:
        held.pop("kernel_size")
        parts += ["weight", "bias"] if setting.bias else ["weight"]
    parts += [f"{name}={_literal(value)}" for name, value in held.items()]
    made = f"F.{_FUNCTION[setting.kind]}({', '.join(parts)})"
    return f"F.relu({made})" if setting.relu else made
