"""What describes a layer and the size of its input; the twin of `arithmetic/setting.ts`."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from operator import index
from typing import Any, Literal, cast, get_args

from dlwidgets.language import say, suggest

Pair = tuple[int, int]
"""Vertical first, then horizontal, as torch has it."""

Kind = Literal["conv", "transposed", "max", "avg"]
PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]
PaddingWord = Literal["same", "valid"]

LARGEST = 65_536
"""The largest number that any field takes; far beyond what a layer has."""

CLASS: dict[Kind, str] = {
    "conv": "Conv2d",
    "transposed": "ConvTranspose2d",
    "max": "MaxPool2d",
    "avg": "AvgPool2d",
}
"""Torch's name of each kind."""

ABSENT: dict[str, Any] = {
    "groups": 1,
    "bias": False,
    "dilation": (1, 1),
    "padding_mode": "zeros",
    "output_padding": (0, 0),
    "ceil_mode": False,
    "count_include_pad": True,
}
"""What a field holds where the kind of layer has no such argument."""

LACKS: dict[Kind, tuple[str, ...]] = {
    "conv": ("output_padding", "ceil_mode", "count_include_pad"),
    "transposed": ("ceil_mode", "count_include_pad"),
    "max": ("groups", "bias", "padding_mode", "output_padding", "count_include_pad"),
    "avg": ("groups", "bias", "dilation", "padding_mode", "output_padding"),
}
"""The fields that each kind of layer has no argument for."""

POOLS = ("max", "avg")
_PAIRS = ("kernel_size", "stride", "dilation", "output_padding", "size")
_COUNTS = ("in_channels", "out_channels", "groups")
_FLAGS = ("bias", "ceil_mode", "count_include_pad", "relu")
_WORDS = {"kind": get_args(Kind), "padding_mode": get_args(PaddingMode)}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A layer and the height and width of its input; make one with `Setting.of`.

    Attributes:
        kind: ``"conv"``, ``"transposed"``, ``"max"`` or ``"avg"``.
        in_channels: channels of the input.
        out_channels: channels of the output; of pooling, those of the input.
        kernel_size: rows and columns of the kernel or the pooling window.
        stride: steps down and to the right.
        padding: cells around the input, or ``"same"`` or ``"valid"``.
        dilation: distance between the cells that one kernel reads.
        groups: blocks of channels that don't see each other.
        bias: whether a number is added to each output channel.
        padding_mode: what the ring holds: ``"zeros"``, ``"reflect"``, ``"replicate"``,
            ``"circular"``.
        output_padding: rows and columns added to the output of a transposed convolution.
        ceil_mode: whether a last pooling window may stick out of the padded input.
        count_include_pad: whether the ring counts in an average.
        relu: whether a ReLU follows.
        size: height and width of the input.
    """

    kind: Kind
    in_channels: int
    out_channels: int
    kernel_size: Pair
    stride: Pair
    padding: Pair | PaddingWord
    dilation: Pair
    groups: int
    bias: bool
    padding_mode: PaddingMode
    output_padding: Pair
    ceil_mode: bool
    count_include_pad: bool
    relu: bool
    size: Pair

    @classmethod
    def of(cls, **given: object) -> Setting:
        """Return the setting with torch's defaults for what is left out.

        ``Setting.of(kernel_size=3, stride=2, padding=1, size=(5, 5))``: a convolution of one
        channel, unless told otherwise. Whether torch would accept the numbers is another
        question, see `problems`.

        Args:
            **given: the attributes; numbers for both axes, or pairs (vertical, horizontal).

        Raises:
            TypeError: for an unknown name, or a value of the wrong type.
            ValueError: for an unknown word, or a number beyond `LARGEST`.
        """
        names = [field.name for field in fields(cls)]
        for name in given:
            if name not in names:
                message = say(
                    f"Setting: expected {', '.join(names)}; got {name!r}.",
                    f"Setting：可用 {'、'.join(names)}；得到 {name!r}。",
                )
                raise TypeError(message + suggest(name, names))
        known: dict[str, Any] = {
            name: _checked(name, value) for name, value in given.items() if value is not None
        }
        _refuse_none(given, known.get("kind", "conv"))
        pooling = known.get("kind", "conv") in POOLS
        channels = known.get("in_channels", 1)
        kernel = known.get("kernel_size", (3, 3))
        defaults: dict[str, Any] = {
            "kind": "conv",
            "in_channels": channels,
            "out_channels": channels if pooling else 1,
            "kernel_size": kernel,
            "stride": kernel if pooling else (1, 1),
            "padding": (0, 0),
            "size": (5, 5),
            "relu": False,
            **ABSENT,
            "bias": not pooling,
        }
        return cls(**{**defaults, **known})

    @property
    def pools(self) -> bool:
        """Whether this is one of the poolings: no weights, and the channels stay apart."""
        return self.kind in POOLS

    @property
    def numeric(self) -> Pair:
        """The padding as numbers: "valid" is none, "same" what keeps the size (smaller half)."""
        if self.padding == "valid":
            return (0, 0)
        if self.padding == "same":
            return ((self.span(0) - 1) // 2, (self.span(1) - 1) // 2)
        return self.padding

    @property
    def weight_shape(self) -> tuple[int, int, int, int]:
        """The shape of torch's weight: (out, in / groups, …), transposed (in, out / groups, …)."""
        ins, outs = self.in_channels, self.out_channels
        first, second = (outs, ins) if self.kind == "conv" else (ins, outs)
        return (first, second // self.groups, *self.kernel_size)

    def span(self, axis: int) -> int:
        """Return how many cells a dilated kernel reaches over, its holes included."""
        return self.dilation[axis] * (self.kernel_size[axis] - 1) + 1

    def strangers(self) -> list[str]:
        """Return the arguments that are set although this kind of layer has none such."""
        names = [name for name in LACKS[self.kind] if getattr(self, name) != ABSENT[name]]
        uneven = self.pools and self.out_channels != self.in_channels
        return [*names, "out_channels"] if uneven else names

    def without(self, name: str) -> Setting:
        """Return the setting with one such argument back at what stands for "none"."""
        return self.with_field(name, self.in_channels if name == "out_channels" else ABSENT[name])

    def with_field(self, name: str, value: object) -> Setting:
        """Return the setting with one field changed, whose name is only known when running."""
        change: dict[str, Any] = {name: value}
        return replace(self, **change)

    def as_kind(self, kind: Kind) -> Setting:
        """Return the same numbers for another kind of layer, without what that kind lacks."""
        bias = True if self.pools and kind not in POOLS else self.bias
        padding = self.padding if kind == "conv" else self.numeric
        other = replace(self, kind=kind, bias=bias, padding=padding)
        for name in other.strangers():
            other = other.without(name)
        return replace(other, padding_mode="zeros") if kind == "transposed" else other


def _refuse_none(given: dict[str, object], kind: str) -> None:
    """Let ``None`` stand for "left out" only where torch does: the stride of pooling."""
    for name, value in given.items():
        if value is None and not (name == "stride" and kind in POOLS):
            raise TypeError(
                say(
                    f"Setting: {name} can't be None; leave it out for torch's default",
                    f"Setting：{name} 不能是 None；省略即用 torch 的默认值",
                )
            )


def _checked(name: str, value: object) -> object:
    """Return a field's value as its dataclass holds it."""
    if name in _WORDS or (name == "padding" and isinstance(value, str)):
        return _word(name, value, _WORDS.get(name, get_args(PaddingWord)))
    if name in _FLAGS:
        return _flag(name, value)
    if name in _COUNTS:
        return whole(name, value)
    return pair(name, value)


def _word(name: str, value: object, known: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in known:
        return value
    words = ", ".join(map(repr, known))
    more = say(" or numbers", "，或数字") if name == "padding" else ""
    raise (ValueError if isinstance(value, str) else TypeError)(
        say(
            f"Setting: {name} must be one of {words}{more}, got {value!r}.",
            f"Setting：{name} 应为 {words}{more}，得到 {value!r}。",
        )
        + suggest(str(value), known)
    )


def _flag(name: str, value: object) -> bool:
    # numpy's bools are bools to a reader, and torch takes them.
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return bool(value)
    raise TypeError(
        say(
            f"Setting: {name} must be True or False, got {value!r}",
            f"Setting：{name} 应为 True 或 False，得到 {value!r}",
        )
    )


def whole(name: str, value: object) -> int:
    """Return a whole number, also of numpy or torch.

    Raises:
        TypeError: for anything else, such as ``2.0`` or ``True``.
        ValueError: beyond `LARGEST` in either direction.
    """
    try:
        if isinstance(value, bool) or str(getattr(value, "dtype", "")) in ("bool", "torch.bool"):
            raise TypeError  # noqa: TRY301 -- one message for all that is no whole number
        number = index(cast("Any", value))
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(
            say(
                f"Setting: {name} must be a whole number"
                f"{'' if name in _COUNTS else ' or a pair of them'}, got {value!r}",
                f"Setting：{name} 应为整数"
                f"{'' if name in _COUNTS else '或一对整数'}，得到 {value!r}",
            )
        ) from None
    if abs(number) > LARGEST:
        raise ValueError(
            say(
                f"Setting: {name} must lie within ±{LARGEST:,}, got {number:,}",
                f"Setting：{name} 应在 ±{LARGEST:,} 之内，得到 {number:,}",
            )
        )
    return number


def pair(name: str, value: object) -> Pair:
    """Return (vertical, horizontal) from one whole number or two.

    Raises:
        TypeError: for anything else.
    """
    if isinstance(value, tuple | list):
        if len(value) == 2:  # noqa: PLR2004 -- a pair
            return (whole(name, value[0]), whole(name, value[1]))
        if len(value) == 1:  # torch takes (3,) for (3, 3)
            return (whole(name, value[0]), whole(name, value[0]))
        raise TypeError(
            say(
                f"Setting: {name} must be one number or two (vertical, horizontal), got {value!r}",
                f"Setting：{name} 应为一个或两个数（垂直、水平），得到 {value!r}",
            )
        )
    number = whole(name, value)
    return (number, number)
