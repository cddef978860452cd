"""Why torch refuses a setting, in words: one text a rule; the browser has its own table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Values = Mapping[str, int | str]

REMEDIES = 2
"""More would be a menu, not advice."""


def because(rule: str, values: Values) -> str:
    """Return the sentence of a rule in the chosen language."""
    axes = {
        "vertical": say("vertically: ", "垂直方向："),
        "horizontal": say("horizontally: ", "水平方向："),
    }
    return axes.get(str(values["axis"]), "") + _TEXTS[rule](values) + _advice(values)


def inequality(rule: str, values: Values) -> str:
    """Return the inequality that fails, with its numbers; the same in every language."""
    return _INEQUALITIES[rule](values)


def _advice(values: Values) -> str:
    """Return the remedies: what to do, to which field, to which value."""
    parts = []
    for key, to in values.items():
        if not key.endswith("_to"):
            continue
        field = key.removesuffix("_to")
        start = values.get(field)
        shown = repr(to).replace("'", '"')
        if isinstance(start, str) or isinstance(to, str) or start is None:
            parts.append(say(f"set {field} to {shown}", f"把 {field} 设为 {shown}"))
        elif to > start:
            parts.append(say(f"raise {field} to {shown}", f"把 {field} 调大到 {shown}"))
        else:
            parts.append(say(f"lower {field} to {shown}", f"把 {field} 调小到 {shown}"))
    if not parts:
        return ""
    chosen = parts[:REMEDIES]
    return say("; " + " or ".join(chosen), "；可" + "，或".join(chosen))


def _argument(v: Values) -> str:
    return say(
        f"{v['layer']} has no argument {v['name']}; leave it out",
        f"{v['layer']} 没有参数 {v['name']}；请去掉",
    )


def _padding_word(v: Values) -> str:
    return say(
        f'{v["layer"]} takes padding only as numbers, got "{v["padding"]}"; give a number',
        f'{v["layer"]} 的 padding 只能是数字，得到 "{v["padding"]}"；请给出数字',
    )


def _at_least(v: Values) -> str:
    name = str(v["name"])
    return say(
        f"{name} must be at least {v['least']}, got {v[name]}",
        f"{name} 至少为 {v['least']}，得到 {v[name]}",
    )


def _groups(v: Values) -> str:
    name = str(v["name"])
    return say(
        f"{name} {v[name]} can't be divided by groups {v['groups']} (remainder {v['rest']})",
        f"{name} {v[name]} 不能被 groups {v['groups']} 整除（余 {v['rest']}）",
    )


def _same_stride(v: Values) -> str:
    return say(
        f'padding="same" keeps the size and needs stride 1, got {v["stride"]} (a number such as '
        f"{v['half']} goes with any stride)",
        f'padding="same" 保持尺寸，步幅须为 1，得到 {v["stride"]}（写成数字如 {v["half"]} '
        f"则可配任意步幅）",
    )


def _reflect_ring(v: Values) -> str:
    return say(
        f"padding {v['padding']} can't be mirrored from an input of {v['size']} cells, only up "
        f"to {v['most']}",
        f"输入只有 {v['size']} 格，镜像填充最多 {v['most']}，得到 {v['padding']}",
    )


def _circular_ring(v: Values) -> str:
    return say(
        f"padding {v['padding']} goes around the input of {v['size']} cells more than once",
        f"填充 {v['padding']} 绕 {v['size']} 格的输入不止一圈",
    )


def _window(v: Values) -> str:
    plain = v["dilation"] == 1
    with_dilation = (
        "" if plain else say(f" with dilation {v['dilation']}", f"、膨胀 {v['dilation']}")
    )
    more = (
        say(f" and ceil_mode allows {v['extra']} more", f"，ceil_mode 再容许 {v['extra']} 格")
        if v["extra"]
        else ""
    )
    return say(
        f"kernel {v['kernel_size']}{with_dilation} spans {v['span']} cells, but the padded input "
        f"has {v['padded']}{more}",
        f"卷积核 {v['kernel_size']}{with_dilation} 跨 {v['span']} 格，但填充后的输入只有 "
        f"{v['padded']} 格{more}",
    )


def _pool_ring(v: Values) -> str:
    return say(
        f"padding {v['padding']} is more than half of kernel {v['kernel_size']}",
        f"填充 {v['padding']} 超过池化窗口 {v['kernel_size']} 的一半",
    )


def _transposed_mode(v: Values) -> str:
    return say(
        f'ConvTranspose2d knows only padding_mode "zeros", got "{v["padding_mode"]}"',
        f'ConvTranspose2d 的 padding_mode 只能是 "zeros"，得到 "{v["padding_mode"]}"',
    )


def _output_padding(v: Values) -> str:
    return say(
        f"output_padding {v['output_padding']} must be smaller than stride {v['stride']} or "
        f"dilation {v['dilation']}",
        f"output_padding {v['output_padding']} 必须小于 stride {v['stride']} 或 dilation "
        f"{v['dilation']}",
    )


def _output(v: Values) -> str:
    return say(
        f"padding {v['padding']} cuts off more than there is: the output would have "
        f"{v['output']} cells",
        f"填充 {v['padding']} 裁掉的比有的还多：输出将有 {v['output']} 格",
    )


_TEXTS: dict[str, Callable[[Values], str]] = {
    "argument": _argument,
    "padding_word": _padding_word,
    "at_least": _at_least,
    "groups": _groups,
    "same_stride": _same_stride,
    "reflect_ring": _reflect_ring,
    "circular_ring": _circular_ring,
    "window": _window,
    "pool_ring": _pool_ring,
    "transposed_mode": _transposed_mode,
    "output_padding": _output_padding,
    "output": _output,
}


def _spans(v: Values) -> str:
    room = f"{v['padded']} + {v['extra']} = {v['room']}" if v["extra"] else v["padded"]
    return f"{v['dilation']} × ({v['kernel_size']} − 1) + 1 = {v['span']} > {room}"


_INEQUALITIES: dict[str, Callable[[Values], str]] = {
    "argument": lambda v: str(v["name"]),
    "padding_word": lambda v: f'padding = "{v["padding"]}"',
    "at_least": lambda v: f"{v['name']} = {v[str(v['name'])]} < {v['least']}",
    "groups": lambda v: f"{v[str(v['name'])]} mod {v['groups']} = {v['rest']} ≠ 0",
    "same_stride": lambda v: f"stride = {v['stride']} ≠ 1",
    "reflect_ring": lambda v: f"padding = {v['padding']} ≥ {v['size']}",
    "circular_ring": lambda v: f"padding = {v['padding']} > {v['size']}",
    "window": _spans,
    "pool_ring": lambda v: f"padding = {v['padding']} > ⌊{v['kernel_size']} / 2⌋ = {v['half']}",
    "transposed_mode": lambda v: f'padding_mode = "{v["padding_mode"]}" ≠ "zeros"',
    "output_padding": lambda v: (
        f"output_padding = {v['output_padding']} ≥ max({v['stride']}, {v['dilation']})"
    ),
    "output": lambda v: (
        f"({v['size']} − 1) × {v['stride']} − 2 × {v['padding']} + {v['dilation']} × "
        f"({v['kernel_size']} − 1) + {v['output_padding']} + 1 = {v['output']} < 1"
    ),
}
