"""What torch refuses, found by trying; the twin of `arithmetic/rules.ts`.

Quirks of torch that the rules know (tried with 2.15): a negative padding crops in every mode but
zeros; ``Conv2d(0, …)`` is accepted, here it is not, for there is nothing to show; the ring of
"reflect" must be smaller than the input, that of "circular" may be as large; ``output_padding`` is
held against the larger of stride and dilation, axis by axis; the ring of max pooling against half
the kernel, whatever its dilation; ``ceil_mode`` makes a window valid that ends up to
``stride - 1`` cells behind the grid; ``padding="valid"`` goes with any stride, ``"same"`` with 1
alone. Depending on the code that torch picks for its size and groups, a transposed convolution
whose output has 0 rows, or with dilation 0, is refused or goes through: here both are problems.
A dilated max pooling may have windows that see nothing but ring: torch answers -inf and so do we,
but its backward then writes out of bounds and can end the process, so never run it to explain.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from dlwidgets.explain.convolution import wording
from dlwidgets.explain.convolution.setting import CLASS
from dlwidgets.explain.convolution.size import AXES, around, output_length, padded_length

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dlwidgets.explain.convolution.setting import Pair, Setting

Values = dict[str, int | str]

AXIS_NAMES = ("vertical", "horizontal")

LEAST = {
    "in_channels": 1,
    "out_channels": 1,
    "groups": 1,
    "kernel_size": 1,
    "stride": 1,
    "padding": 0,
    "dilation": 1,
    "output_padding": 0,
    "size": 1,
}
"""The smallest value of each number."""


@dataclass(frozen=True)
class Problem:
    """One rule that a setting breaks, with the numbers of the inequality.

    Attributes:
        rule: the stable name of the rule, the same in the browser.
        values: the numbers; ``axis`` is "vertical", "horizontal", "both" or "", and keys that end
            in ``_to`` are remedies: a field and the nearest value of it that satisfies the rule.
    """

    rule: str
    values: Mapping[str, int | str]

    @property
    def text(self) -> str:
        """The sentence for the reader: what is wrong, and what would help."""
        return wording.because(self.rule, self.values)

    @property
    def inequality(self) -> str:
        """The inequality that fails, with its numbers."""
        return wording.inequality(self.rule, self.values)


def problems(setting: Setting) -> list[Problem]:
    """Return what torch refuses about a setting: an empty list exactly when it accepts."""
    # The other rules count on these: numbers in their range, and only arguments that exist.
    first = [*_strange(setting), *_words(setting), *_least(setting)]
    if first:
        return first
    if setting.kind == "conv":
        return _of_conv(setting)
    if setting.kind == "transposed":
        return _of_transposed(setting)
    return [
        *_per_axis("pool_ring", lambda axis: _pool_ring(setting, axis)),
        *_per_axis("window", lambda axis: _window(setting, axis)),
    ]


def _per_axis(rule: str, check: Callable[[int], Values | None]) -> list[Problem]:
    """Return one problem for each axis, or one for both where the numbers are the same."""
    found = [check(axis) for axis in AXES]
    if found[0] is not None and found[0] == found[1]:
        return [Problem(rule, {"axis": "both", **found[0]})]
    return [
        Problem(rule, {"axis": name, **values})
        for name, values in zip(AXIS_NAMES, found, strict=True)
        if values is not None
    ]


def _some(**values: int | str | None) -> Values:
    """Return the values without the remedies that there are not."""
    return {name: value for name, value in values.items() if value is not None}


def _strange(setting: Setting) -> list[Problem]:
    layer = CLASS[setting.kind]
    return [
        Problem("argument", {"axis": "", "layer": layer, "name": name})
        for name in setting.strangers()
    ]


def _words(setting: Setting) -> list[Problem]:
    if not isinstance(setting.padding, str) or setting.kind == "conv":
        return []
    values = {"axis": "", "layer": CLASS[setting.kind], "padding": setting.padding}
    return [Problem("padding_word", values)]


def _least(setting: Setting) -> list[Problem]:
    found: list[Problem] = []
    for name, least in LEAST.items():
        held = getattr(setting, name)
        # The other modes crop by a negative padding; only zeros refuse it.
        if isinstance(held, str) or (name == "padding" and setting.padding_mode != "zeros"):
            continue
        if isinstance(held, int):
            values = _too_small(name, held, least)
            found += [Problem("at_least", {"axis": "", **values})] if values else []
        else:
            pair: Pair = held
            found += _per_axis("at_least", partial(_pair_too_small, name, pair, least))
    return found


def _too_small(name: str, value: int, least: int) -> Values | None:
    if value >= least:
        return None
    return {"name": name, "least": least, name: value, f"{name}_to": least}


def _pair_too_small(name: str, values: Pair, least: int, axis: int) -> Values | None:
    return _too_small(name, values[axis], least)


def _nearest(start: int, least: int, passes: Callable[[int], bool]) -> int:
    """Return the number nearest to ``start`` that passes, the smaller of two; there must be one."""
    away = 0
    while True:
        if start - away >= least and passes(start - away):
            return start - away
        if passes(start + away):
            return start + away
        away += 1


def _groups(setting: Setting) -> list[Problem]:
    ins, outs, groups = setting.in_channels, setting.out_channels, setting.groups
    found = []
    for name, channels in (("in_channels", ins), ("out_channels", outs)):
        if channels % groups == 0:
            continue
        values: Values = {"axis": "", "name": name, name: channels, "groups": groups}
        values["rest"] = channels % groups
        values["groups_to"] = _nearest(groups, 1, lambda n: ins % n == 0 and outs % n == 0)
        # The channels of the input are given by the input.
        if name == "out_channels":
            values[f"{name}_to"] = _nearest(outs, groups, lambda n: n % groups == 0)
        found.append(Problem("groups", values))
    return found


def _widest(setting: Setting, axis: int) -> int | None:
    """Return the widest ring that torch allows along an axis; None for any."""
    if setting.pools:
        return setting.kernel_size[axis] // 2
    size = setting.size[axis]
    return {"reflect": size - 1, "circular": size}.get(setting.padding_mode)


def _ring(setting: Setting, axis: int) -> Values | None:
    most, wide = _widest(setting, axis), around(setting, axis)[1]
    if most is None or wide <= most:
        return None
    same = setting.padding == "same"
    taps, dilation = setting.kernel_size[axis], setting.dilation[axis]
    # The total may be 2 * most: before and after differ by at most one, so neither exceeds `most`.
    thinner = 2 * most // (taps - 1) if same else 0
    return _some(
        padding=wide,
        size=setting.size[axis],
        most=most,
        kernel_size=taps,
        dilation=dilation,
        padding_to=None if same else most,
        dilation_to=thinner if thinner >= 1 else None,
        kernel_size_to=2 * most // dilation + 1 if same else None,
        padding_mode_to="zeros",
    )


def _window(setting: Setting, axis: int) -> Values | None:
    span, padded, size = setting.span(axis), padded_length(setting, axis), setting.size[axis]
    # Rounding up lets a window begin that ends up to stride - 1 cells behind the grid.
    extra = setting.stride[axis] - 1 if setting.pools and setting.ceil_mode else 0
    room = padded + extra
    if span <= room:
        return None
    taps, dilation = setting.kernel_size[axis], setting.dilation[axis]
    worded = isinstance(setting.padding, str)
    thinner = (room - 1) // (taps - 1) if taps > 1 and setting.kind != "avg" else 0
    ring, most = -((size + extra - span) // 2), _widest(setting, axis)
    shorter = (room - 1) // dilation + 1
    return _some(
        kernel_size=taps,
        dilation=dilation,
        span=span,
        padded=padded,
        extra=extra,
        room=room,
        padding=None if worded else around(setting, axis)[0],
        dilation_to=thinner if thinner >= 1 else None,
        padding_to=None if worded or (most is not None and ring > most) else ring,
        kernel_size_to=shorter if shorter >= 1 else None,
    )


def _pool_ring(setting: Setting, axis: int) -> Values | None:
    # Torch compares with the kernel alone, not with what a dilated one spans.
    padding, taps = cast("Pair", setting.padding)[axis], setting.kernel_size[axis]
    half = taps // 2
    if padding <= half:
        return None
    values: Values = {"kernel_size": taps, "padding": padding, "half": half}
    return values | {"padding_to": half, "kernel_size_to": 2 * padding}


def _output_ring(setting: Setting, axis: int) -> Values | None:
    extra, stride = setting.output_padding[axis], setting.stride[axis]
    larger = max(stride, setting.dilation[axis])
    if extra < larger:
        return None
    return _some(
        output_padding=extra,
        stride=stride,
        dilation=setting.dilation[axis],
        larger=larger,
        output_padding_to=larger - 1,
        stride_to=extra + 1,
    )


def _positive(setting: Setting, axis: int) -> Values | None:
    output = output_length(setting, axis)
    if output >= 1:
        return None
    padding, extra = cast("Pair", setting.padding)[axis], setting.output_padding[axis]
    stride, dilation = setting.stride[axis], setting.dilation[axis]
    lack = 1 - output
    return _some(
        size=setting.size[axis],
        stride=stride,
        padding=padding,
        dilation=dilation,
        kernel_size=setting.kernel_size[axis],
        output_padding=extra,
        output=output,
        padding_to=padding - -(-lack // 2),
        output_padding_to=extra + lack if lack <= max(stride, dilation) - 1 - extra else None,
        kernel_size_to=setting.kernel_size[axis] - (-lack // dilation),
    )


def _same_stride(setting: Setting, axis: int) -> Values | None:
    if setting.padding != "same" or setting.stride[axis] == 1:
        return None
    return _some(stride=setting.stride[axis], half=(setting.span(axis) - 1) // 2, stride_to=1)


def _of_conv(setting: Setting) -> list[Problem]:
    return [
        *_groups(setting),
        *_per_axis("same_stride", lambda axis: _same_stride(setting, axis)),
        *_per_axis(f"{setting.padding_mode}_ring", lambda axis: _ring(setting, axis)),
        *_per_axis("window", lambda axis: _window(setting, axis)),
    ]


def _of_transposed(setting: Setting) -> list[Problem]:
    mode = setting.padding_mode
    values: Values = {"axis": "", "padding_mode": mode, "padding_mode_to": "zeros"}
    return [
        *([] if mode == "zeros" else [Problem("transposed_mode", values)]),
        *_groups(setting),
        *_per_axis("output_padding", lambda axis: _output_ring(setting, axis)),
        *_per_axis("output", lambda axis: _positive(setting, axis)),
    ]
