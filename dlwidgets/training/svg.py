"""The still chart and the still pictures of a report: SVG and PNG, written by hand.

Colours are CSS variables (``--dlw-…``), so that a chart inside a page follows its theme.
"""

from __future__ import annotations

import math
import struct
import zlib
from html import escape
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import numpy as np

from dlwidgets.language import say
from dlwidgets.training.curves import DASHES, Curve, Mark, Tone
from dlwidgets.training.words import quantity

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT = 500, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 54, 490, 12, 220
_LABEL = 7
"""Characters that fit beside the vertical axis."""
_ROWS = 3
_STROKES: dict[Tone, tuple[str, str]] = {
    "hand": ("var(--dlw-accent)", "4 3"),
    "code": ("var(--dlw-soft)", "1 3"),
    "bad": ("var(--dlw-bad)", ""),
}


def color(index: int) -> str:
    """Return the CSS colour of curve number ``index``."""
    return f"var(--dlw-series-{index % 6 + 1})"


def dash(index: int) -> str:
    """Return the SVG attribute that tells curve number ``index`` apart without its colour."""
    pattern = DASHES[index % len(DASHES)]
    return f' stroke-dasharray="{" ".join(f"{n:g}" for n in pattern)}"' if pattern else ""


def swatch(index: int) -> str:
    """Return a small sample of a curve's look, for tables."""
    return (
        '<svg class="dlw-swatch" width="24" height="8" aria-hidden="true">'
        f'<path d="M0 4H24" fill="none" stroke="{color(index)}" stroke-width="2"{dash(index)}/>'
        "</svg>"
    )


class Axis:
    """Where values stand between two places on the page."""

    def __init__(
        self, low: float, high: float, start: float, end: float, *, log: bool = False
    ) -> None:
        """Put ``low`` at ``start`` and ``high`` at ``end``."""
        self._log = log
        if log:
            low, high = math.log10(low), math.log10(high)
        if not low < high:
            low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
        self.low, self.high = low, high
        self._start, self._scale = start, (end - start) / (high - low)

    def place(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where values stand; NaN for what a logarithmic axis has not."""
        if self._log:
            values = np.log10(np.where(values > 0, values, math.nan))
        return self._start + (values - self.low) * self._scale

    def ticks(self, most: int, *, whole: bool = False) -> list[float]:
        """Return at most ``most`` round numbers on the axis."""
        if self._log:
            first, last = math.ceil(self.low - 1e-6), math.floor(self.high + 1e-6)
            stride = max(1, math.ceil((last - first + 1) / most))
            decades = [10.0**k for k in range(first, last + 1, stride)]
            if len(decades) > 1:
                return decades
        raw = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(raw))
        stride_size = next(f * power for f in (1, 2, 5, 10) if f * power >= raw * (1 - 1e-9))
        stride_size = max(1.0, stride_size) if whole else stride_size
        first, last = math.ceil(self.low / stride_size), math.floor(self.high / stride_size)
        rounds = [round(k * stride_size, 12) for k in range(first, last + 1)]
        return [10.0**k for k in rounds] if self._log else rounds


def chart(drawn: list[Curve], marks: list[Mark], steps: int, *, log: bool) -> str:
    """Return an SVG line chart of the curves over the steps.

    Args:
        drawn: the curves, of few hundred points each.
        marks: what happened, drawn as vertical lines.
        steps: how many steps the run has.
        log: whether the vertical axis is logarithmic; the chart says so.
    """
    finite = [curve.y[np.isfinite(curve.y) & ((curve.y > 0) | (not log))] for curve in drawn]
    values = np.concatenate([*finite, np.zeros(0)])
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    pad = 0.0 if log else (high - low) * 0.04
    x = Axis(1, max(2, steps), _LEFT, _RIGHT)
    y = Axis(low - pad, high + pad, _BOTTOM, _TOP, log=log)
    label = say("Curves over the steps", "随步数变化的曲线")
    head = (
        f'<svg class="dlw-chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg" aria-label="{escape(label)}">'
    )
    parts = [
        head,
        *_axes(x, y, log=log),
        *(_line(index, curve, x, y) for index, curve in enumerate(drawn)),
        *_marks(marks, x),
        "</svg>",
    ]
    return "".join(parts)


def _label(value: float) -> str:
    """Return a tick's number so short that the room left of the axis holds it."""
    label = quantity(value)
    if len(label) <= _LABEL:
        return label
    mantissa, exponent = f"{abs(value):.3e}".split("e")
    return f"{'−' * (value < 0)}{float(mantissa):g}e{int(exponent)}"


def _axes(x: Axis, y: Axis, *, log: bool) -> list[str]:
    parts = []
    for value in y.ticks(5):
        at = float(y.place(np.array([value]))[0])
        parts.append(f'<path class="dlw-grid" d="M{_LEFT} {at:.1f}H{_RIGHT}"/>')
        parts.append(_text(_LEFT - 6, at + 4, _label(value), "end"))
    for value in x.ticks(6, whole=True):
        at = float(x.place(np.array([value]))[0])
        parts.append(f'<path class="dlw-grid" d="M{at:.1f} {_BOTTOM}v4"/>')
        label = f"{value:,.0f}"
        # A number at the right edge would be cut in two.
        edge = at + 4 * len(label) > WIDTH
        parts.append(_text(WIDTH if edge else at, _BOTTOM + 16, label, "end" if edge else "middle"))
    parts.append(f'<path class="dlw-grid" d="M{_LEFT} {_BOTTOM}H{_RIGHT}"/>')
    parts.append(_text(_LEFT - 6, HEIGHT - 6, say("step", "步"), "end"))
    if log:
        parts.append(_text(_RIGHT, HEIGHT - 6, say("vertical: log scale", "纵轴：对数刻度"), "end"))
    return parts


def _text(x: float, y: float, text: str, anchor: str, extra: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{escape(text)}</text>'


def _line(index: int, curve: Curve, x: Axis, y: Axis) -> str:
    across, down = x.place(curve.x), y.place(curve.y)
    path, gap = [], True
    for left, top in zip(across.tolist(), down.tolist(), strict=True):
        if not math.isfinite(top):
            # The points of a sparse curve belong together, whatever lies between them.
            gap = gap or not curve.sparse
            continue
        path.append(f"{'M' if gap else 'L'}{left:.1f} {top:.1f}")
        gap = False
    drawn = (
        f'<path d="{"".join(path)}" fill="none" stroke="{color(index)}" stroke-width="1.5" '
        f'stroke-linejoin="round"{dash(index)}/>'
    )
    if curve.sparse:
        kept = np.isfinite(down)
        drawn += "".join(
            f'<circle cx="{left:.1f}" cy="{top:.1f}" r="2.5" fill="{color(index)}"/>'
            for left, top in zip(across[kept].tolist(), down[kept].tolist(), strict=True)
        )
    return drawn


def _marks(marks: list[Mark], x: Axis) -> list[str]:
    parts = []
    ends = [-math.inf] * _ROWS
    for mark in marks:
        stroke, pattern = _STROKES[mark.tone]
        at = min(float(x.place(np.array([mark.x]))[0]), _RIGHT)
        dashes = f' stroke-dasharray="{pattern}"' if pattern else ""
        parts.append(
            f'<path d="M{at:.1f} {_TOP}V{_BOTTOM}" stroke="{stroke}"{dashes}>'
            f"<title>{escape(mark.text)}</title></path>"
        )
        width = sum(13 if east_asian_width(ch) in "WF" else 7 for ch in mark.text)
        start = min(at + 3, _RIGHT - width)
        row = next((row for row, end in enumerate(ends) if end < start), None)
        # Where there is no room the text is left out; the list of events has it.
        if row is None or start < _LEFT:
            continue
        ends[row] = start + width + 6
        halo = f' class="dlw-mark" fill="{stroke}"'
        parts.append(_text(start, _TOP + 10 + 14 * row, mark.text, "start", halo))
    return parts


def sparks(data: NDArray[np.float64]) -> str:
    """Return curves (curves, points) as a small SVG without axes."""
    shown = data[:, :: math.ceil(data.shape[1] / 300)]
    finite = shown[np.isfinite(shown)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    x, y = Axis(0, shown.shape[1] - 1, 2, 198), Axis(low, high, 98, 2)
    at = np.arange(shown.shape[1], dtype=np.float64)
    lines = (_line(i, Curve("", at, row, sparse=False), x, y) for i, row in enumerate(shown))
    return (
        '<svg class="dlw-spark" viewBox="0 0 200 100" width="200" height="100" '
        f'xmlns="http://www.w3.org/2000/svg" aria-hidden="true">{"".join(lines)}</svg>'
    )


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Return a grey (H, W) or coloured (H, W, 3) image as a PNG file."""
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + pixels[0].size), np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2 if pixels.ndim == 3 else 0, 0, 0, 0)  # noqa: PLR2004 -- the third axis is colour
    body = zlib.compress(rows.tobytes(), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
