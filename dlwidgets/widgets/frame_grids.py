"""Frames on the page: only what is seen of each crosses the wire, asked for by the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import traitlets as t

from dlwidgets.language import say
from dlwidgets.widgets import wire
from dlwidgets.widgets.base import command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from dlwidgets.explain.frame import Axis, Cells, Span, Window

    Flags = Callable[[range, range], NDArray[np.uint8]]

LIT: Final = 1
ADDED: Final = 2
CHANGED: Final = 4
REMOVED: Final = 8

AXIS = t.Dict(
    per_key_traits={
        "size": t.Int(),
        "names": t.List(t.Unicode()),
        "levels": t.Int(),
        "dtype": t.Unicode(),
    }
)
_TEXTS = t.List(t.List(t.Unicode()))
WINDOW = t.Dict(
    per_key_traits={
        "rows": t.List(t.Int()),
        "columns": t.List(t.Int()),
        "row_labels": _TEXTS,
        "column_labels": _TEXTS,
        "dtypes": t.List(t.Unicode()),
        "align": t.List(t.Unicode()),
        "texts": _TEXTS,
        "missing": _TEXTS,
        "flags": wire.Array("uint8", ndim=2),
    }
)
GRID = t.Dict(
    per_key_traits={
        "version": t.Int(),
        "series": t.Bool(),
        "name": t.Unicode(),
        "rows": AXIS,
        "columns": AXIS,
        "first": WINDOW,
    }
)

FIRST: Final = (range(40), range(16))
"""What is sent of a frame before the page has asked: the corner, some more than a view shows."""

MOST: Final = (400, 200)
"""Rows and columns that may be asked for at once."""


@dataclass(frozen=True)
class Held:
    """A frame that is on the page, and what its cells are marked with."""

    subject: Any
    flags: Flags | None
    version: int

    def window(self, rows: range, columns: range) -> dict[str, Any]:
        """Return what is seen of it, as the page reads it."""
        from dlwidgets.explain import frame

        seen = frame.window(self.subject, rows, columns)
        return window_row(seen, _marks(self.flags, seen.rows, seen.columns))


class FrameGrids(t.HasTraits):
    """What a widget with frames on its page has: each by name, and its windows on demand."""

    _grids = t.Dict(
        value_trait=GRID, default_value={}, help="The frames that are on the page, by name."
    ).tag(sync=True)

    if TYPE_CHECKING:

        def send(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
            """Send a custom message."""

        def _check_subject(self) -> None:
            """See whether the user's frame is still what is shown."""

    def __init__(self, *args: Any, **values: Any) -> None:  # noqa: ANN401 -- the bases'
        self._frames: dict[str, Held] = {}
        self._counted = 0
        super().__init__(*args, **values)

    def _hold(self, grid: str, subject: object, flags: Flags | None = None) -> None:
        """Put a frame, or whatever else an expression gives, on the page; None takes it away."""
        from dlwidgets.explain import frame

        self._counted += 1
        if subject is None:
            self._frames.pop(grid, None)
            self._grids = {name: row for name, row in self._grids.items() if name != grid}
            return
        held = Held(frame.look(subject), flags, self._counted)
        self._frames[grid] = held
        axes = frame.axes(held.subject)
        row = {
            "version": held.version,
            "series": axes.series,
            "name": plain(axes.name),
            "rows": _axis_row(axes.rows),
            "columns": _axis_row(axes.columns),
            "first": held.window(*FIRST),
        }
        self._grids = {**self._grids, grid: row}

    def _mark(self, grid: str, flags: Flags | None) -> None:
        """Mark the cells of a frame that is on the page anew; views ask for theirs."""
        held = self._frames[grid]
        self._counted += 1
        self._frames[grid] = Held(held.subject, flags, self._counted)
        row = self._grids[grid]
        first, version = row["first"], self._counted
        marked = _marks(flags, range(*first["rows"]), range(*first["columns"]))
        fresh = {**row, "version": version, "first": {**first, "flags": marked}}
        self._grids = {**self._grids, grid: fresh}

    @command
    def _on_look(self, value: dict[str, Any]) -> None:
        """Send what a view shows of a frame."""
        self._check_subject()
        held = self._frames.get(str(value["grid"]))
        if held is None:
            return
        rows, columns = (
            _asked(value[axis], most) for axis, most in zip(("rows", "columns"), MOST, strict=True)
        )
        seen = held.window(rows, columns)
        flags = seen.pop("flags")
        about = {key: value[key] for key in ("grid", "view")}
        self.send(
            {"kind": "window", **about, "version": held.version, "window": seen}, [flags.tobytes()]
        )

    @command
    def _on_full(self, value: dict[str, Any]) -> None:
        """Send a cell in full, or a label: row or column −1 stands for the rulers."""
        from dlwidgets.explain import frame

        held = self._frames.get(str(value["grid"]))
        if held is None:
            return
        row, column = int(value["row"]), int(value["column"])
        try:
            if column < 0:
                text = frame.full_label(held.subject, 0, row)
            elif row < 0:
                text = frame.full_label(held.subject, 1, column)
            else:
                text = frame.full(held.subject, row, column)
        except IndexError:
            raise ValueError(say("this cell is no longer there", "该单元格已不存在")) from None
        about = {key: value[key] for key in ("grid", "view", "row", "column")}
        self.send({"kind": "full", **about, "text": plain(text)})


def _marks(flags: Flags | None, rows: range, columns: range) -> NDArray[np.uint8]:
    if flags is None:
        return np.zeros((len(rows), len(columns)), np.uint8)
    return flags(rows, columns).astype(np.uint8, copy=False)


def _asked(ends: Iterable[int], most: int) -> range:
    start, stop = (max(0, int(end)) for end in ends)
    return range(start, min(stop, start + most))


def lit(cells: Iterable[Cells]) -> Flags:
    """Return what marks these cells as lit."""
    members = [(_member(one.rows), _member(one.columns)) for one in cells]

    def flags(rows: range, columns: range) -> NDArray[np.uint8]:
        found = np.zeros((len(rows), len(columns)), np.uint8)
        for of_rows, of_columns in members:
            # A mask of a whole frame lights each column by itself: most of them are not seen.
            wide = of_columns(columns)
            if wide.any():
                found |= np.outer(of_rows(rows), wide).astype(np.uint8) * LIT
        return found

    return flags


def _member(span: Span) -> Callable[[range], NDArray[np.bool_]]:
    """Return what tells of each position of a range whether it is among those of ``span``."""
    if isinstance(span, range):
        return lambda asked: np.fromiter((one in span for one in asked), bool, len(asked))
    here = np.zeros(int(span.max(initial=-1)) + 1, bool)
    here[span] = True

    def among(asked: range) -> NDArray[np.bool_]:
        found = np.zeros(len(asked), bool)
        part = here[asked.start : asked.stop]
        found[: len(part)] = part
        return found

    return among


def plain(text: str) -> str:
    """Return a text that JSON can carry: halves of surrogate pairs are no characters."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _axis_row(axis: Axis) -> dict[str, Any]:
    return {
        "size": axis.size,
        "names": [plain(name) for name in axis.names],
        "levels": axis.levels,
        "dtype": axis.dtype,
    }


def window_row(seen: Window, flags: NDArray[np.uint8]) -> dict[str, Any]:
    """Return a window for the page."""

    def texts(rows: Iterable[Iterable[str]]) -> list[list[str]]:
        return [[plain(text) for text in row] for row in rows]

    return {
        "rows": [seen.rows.start, seen.rows.stop],
        "columns": [seen.columns.start, seen.columns.stop],
        "row_labels": texts(seen.row_labels),
        "column_labels": texts(seen.column_labels),
        "dtypes": list(seen.dtypes),
        "align": list(seen.align),
        "texts": texts(seen.texts),
        "missing": [list(row) for row in seen.missing],
        "flags": flags,
    }
