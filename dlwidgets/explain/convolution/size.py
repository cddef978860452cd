"""Sizes: the ring, the output, what a stride leaves out; the twin of `arithmetic/size.ts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlwidgets.explain.convolution.setting import Pair, Setting

AXES = (0, 1)


@dataclass(frozen=True)
class Line:
    """One axis of a layer as a gather: output ``o`` reads ``o * step + tap * dilation``.

    The grid is the padded input; for a transposed convolution it is the input with
    ``stride - 1`` zeros between its cells, and the kernel is read backwards.

    Attributes:
        source: the input index of each cell of the grid, -1 where a zero stands.
        step: how far the window moves on the grid.
        dilation: how far its taps lie apart.
        taps: how many there are.
        outputs: how many windows there are.
        flipped: whether the kernel is read backwards.
    """

    source: tuple[int, ...]
    step: int
    dilation: int
    taps: int
    outputs: int
    flipped: bool

    def touches(self) -> list[tuple[int, int, int]]:
        """Return every (output, kernel index, input index) that meet; zeros left out."""
        return [
            (o, self.taps - 1 - tap if self.flipped else tap, self.source[at])
            for o in range(self.outputs)
            for tap in range(self.taps)
            if (at := o * self.step + tap * self.dilation) < len(self.source)
            and self.source[at] >= 0
        ]


def around(setting: Setting, axis: int) -> Pair:
    """Return the padding before and after, along one axis; ``"same"`` may be uneven."""
    if setting.padding == "valid":
        return (0, 0)
    if setting.padding == "same":
        # An odd total puts the extra cell behind (right, below), as torch does.
        total = setting.span(axis) - 1
        return (total // 2, total - total // 2)
    cells = setting.padding[axis]
    return (cells, cells)


def padded_length(setting: Setting, axis: int) -> int:
    """Return the length of the padded input along an axis."""
    return setting.size[axis] + sum(around(setting, axis))


def output_length(setting: Setting, axis: int) -> int:
    """Return the length of the output along an axis."""
    step, span = setting.stride[axis], setting.span(axis)
    if setting.kind == "transposed":
        grown = (setting.size[axis] - 1) * step + span + setting.output_padding[axis]
        return grown - sum(around(setting, axis))
    spare = padded_length(setting, axis) - span
    if not (setting.ceil_mode and setting.pools):
        return spare // step + 1
    count = -(-spare // step) + 1
    # Torch drops a last window that would begin in the ring behind the input.
    return count - ((count - 1) * step >= setting.size[axis] + around(setting, axis)[0])


def output_size(setting: Setting) -> Pair:
    """Return height and width of the output; meaningful for settings without problems."""
    return (output_length(setting, 0), output_length(setting, 1))


def left_out(setting: Setting) -> Pair:
    """Return how many rows and columns at the end of the padded input no window reaches."""
    if setting.kind == "transposed":
        return (0, 0)
    rows, columns = (
        padded_length(setting, axis)
        - (output_length(setting, axis) - 1) * setting.stride[axis]
        - setting.span(axis)
        for axis in AXES
    )
    return (max(0, rows), max(0, columns))


def _mirrored(setting: Setting, axis: int, at: int) -> int:
    """Return the input index that stands at ``at``, counted from the first cell; -1 for a zero."""
    size = setting.size[axis]
    if 0 <= at < size:
        return at
    if setting.padding_mode == "replicate":
        return 0 if at < 0 else size - 1
    if setting.padding_mode == "circular":
        return at % size
    if setting.padding_mode == "reflect":
        return -at if at < 0 else 2 * (size - 1) - at
    return -1


def line(setting: Setting, axis: int) -> Line:
    """Return one axis of the layer as a gather."""
    before, _ = around(setting, axis)
    outputs, step = output_length(setting, axis), setting.stride[axis]
    transposed = setting.kind == "transposed"
    if transposed:
        places = {setting.span(axis) - 1 - before + i * step: i for i in range(setting.size[axis])}
        source = tuple(places.get(at, -1) for at in range(outputs + setting.span(axis) - 1))
    else:
        length = padded_length(setting, axis)
        source = tuple(_mirrored(setting, axis, at - before) for at in range(length))
    return Line(
        source=source,
        step=1 if transposed else step,
        dilation=setting.dilation[axis],
        taps=setting.kernel_size[axis],
        outputs=outputs,
        flipped=transposed,
    )
