"""Commands with which a page selects: pickers, rectangles, typed expressions, spellings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import traitlets as t

from dlwidgets.language import say
from dlwidgets.widgets.base import command
from dlwidgets.widgets.frame_carry import (
    FOLLOWED,
    LABELS,
    MOST_LISTED,
    OF_SERIES,
    OFFERED,
    accessor_of,
    carried,
)
from dlwidgets.widgets.frame_grids import FrameGrids, lit, plain
from dlwidgets.widgets.frame_rows import (
    ACCESSORS,
    KINDS,
    NO_OUTCOME,
    NO_PICK,
    OUTCOME,
    PICKS,
    outcome_row,
    pick_row,
    read_pick,
)
from dlwidgets.widgets.frame_spelling import Spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.explain.frame import Outcome, Pick, Span

LONGEST = 5_000
"""Characters of an expression that are taken."""

FEW = 20
"""Positions that pickers list where a slice has steps."""

MOST_APART = 2_000
"""Positions with gaps between them: each of them stands in the code."""

OFFER = t.Dict(per_key_traits={"rows": t.List(t.Enum(KINDS)), "columns": t.List(t.Enum(KINDS))})


class Selecting(Spelling, FrameGrids):
    """What a widget that selects from a frame has; `FrameGrids` draws what it gives."""

    accessor = t.Enum(ACCESSORS, ".iloc", help="The way of selecting that is shown.").tag(sync=True)
    expression = t.Unicode("", help="What is selected, as code; set it to select.").tag(sync=True)

    _outcome = t.Dict(
        NO_OUTCOME, per_key_traits=OUTCOME, help="What the selection gives, without its cells."
    ).tag(sync=True)
    _picks = t.Dict(
        {"rows": NO_PICK, "columns": NO_PICK}, per_key_traits=PICKS, help="What the pickers show."
    ).tag(sync=True)
    _offered = t.Dict(
        value_trait=OFFER, default_value={}, help="What can be picked with each accessor."
    ).tag(sync=True)
    _quiet = False

    if TYPE_CHECKING:
        _subject: Any
        _name: str
        _picked: tuple[Pick, Pick]
        _found: Outcome

        def _sizes(self) -> tuple[int, int]:
            """Return rows and columns."""

        def hold_sync(self) -> AbstractContextManager[None]:
            """Send what changes inside at once."""

    def _begin_selecting(self) -> None:
        """Begin with the first cells."""
        offered = OF_SERIES if self._subject.ndim == 1 else OFFERED
        self._offered = {
            accessor: {"rows": rows, "columns": columns}
            for accessor, (rows, columns) in offered.items()
        }
        rows, columns = self._sizes()
        self._area(range(min(3, rows)), range(min(2, columns)), ".iloc")

    def _area(
        self,
        rows: range | NDArray[np.int64],
        columns: range | NDArray[np.int64],
        accessor: str,
    ) -> None:
        """Select positions, and let the pickers show them."""
        from dlwidgets.explain import frame
        from dlwidgets.explain.frame.picking import picked

        found = frame.select(self._subject, rows, columns, accessor, self._name)
        # One cell alone fits .at, a mask or a query has no rectangle: the engine chose another.
        accessor = accessor_of(found.code, self._name) or accessor
        labels = accessor in LABELS
        sizes = self._sizes()
        of_rows = picked(frame.span(rows), sizes[0], labels=labels)
        of_columns = picked(frame.span(columns), sizes[1], labels=labels)
        if accessor == "[]":
            # Columns have no slices there.
            of_columns = carried(of_columns, "[]", "[]", self._offered["[]"]["columns"], sizes[1])
        self._picked = of_rows, of_columns
        self._take(found, accessor)

    def _take(self, found: Outcome, accessor: str = "", typed: str = "") -> None:
        """Show what a selection gave."""
        self._found = found
        version = self._outcome["version"] + 1
        with self.hold_sync():
            picked = bool(accessor)
            self._outcome = outcome_row(found, typed, version, picked=picked)
            self._begin_spelling(version)
            self._say_expression(plain(typed or found.code))
            if accessor:
                self._show_picks(accessor)
            self._mark("frame", lit(found.cells))
            self._hold("result", None if found.error is not None else found.result)

    def _show_picks(self, accessor: str) -> None:
        self.accessor = accessor
        self._picks = {
            axis: pick_row(pick, self._label_of(place))
            for place, (axis, pick) in enumerate(
                zip(("rows", "columns"), self._picked, strict=True)
            )
        }

    def _say_expression(self, text: str) -> None:
        """Let the trait say what is selected already."""
        self._quiet = True
        try:
            self.expression = text
        finally:
            self._quiet = False

    @t.observe("expression")
    def _expressed(self, change: dict[str, Any]) -> None:
        """Select what an expression says that was set in Python."""
        if not self._quiet:
            self._read(str(change["new"]))

    def _read(self, text: str) -> None:
        from dlwidgets.explain import frame

        found = frame.read(self._subject, text[:LONGEST], self._name)
        if self._followed(found):
            self._take(found, accessor_of(found.code, self._name), typed=text[:LONGEST])
            return
        self._turn(accessor_of(found.code, self._name))
        self._take(found, typed=text[:LONGEST])

    def _turn(self, accessor: str) -> None:
        """Go to another tab with the same pick, as far as it goes there."""
        if accessor in ("", self.accessor):
            return
        offered = self._offered[accessor]
        rows, columns = (
            carried(pick, self.accessor, accessor, offered[axis], size)
            for pick, axis, size in zip(
                self._picked, ("rows", "columns"), self._sizes(), strict=True
            )
        )
        if accessor in {"mask", ".query"} and not rows.value:
            # A mask to begin with that every column knows.
            rows = replace(rows, column=0, operator="notna")
        self._picked = rows, columns
        self._show_picks(accessor)

    def _followed(self, found: Outcome) -> bool:
        """Let the pickers show a selection that was typed, if they can; tell whether."""
        from dlwidgets.explain.frame.picking import picked

        accessor = accessor_of(found.code, self._name)
        if accessor not in FOLLOWED or found.error or found.computed or len(found.cells) != 1:
            return False
        spans, labels = (found.cells[0].rows, found.cells[0].columns), accessor in LABELS
        if any(not isinstance(one, range) and len(one) > MOST_LISTED for one in spans):
            return False
        rows, columns = (
            picked(_listed(one), size, labels=labels)
            for one, size in zip(spans, self._sizes(), strict=True)
        )
        self._picked = rows, columns
        return True

    def _label_of(self, axis: int) -> Callable[[int], str]:
        """Return what finds the label at a position; there is none beyond the end."""
        from dlwidgets.explain import frame

        size = self._sizes()[axis]

        def label(place: int) -> str:
            if not -size <= place < size:
                return ""
            return frame.full_label(self._subject, axis, place)[:100]

        return label

    @command
    def _on_pick(self, value: dict[str, Any]) -> None:
        """Select what the pickers say."""
        self._check_subject()
        accessor = str(value["accessor"])
        self._picked = read_pick(value["rows"]), read_pick(value["columns"])
        self._pick(accessor)

    @command
    def _on_accessor(self, value: str) -> None:
        """Write the same selection in another way, as far as it goes."""
        self._check_subject()
        if value in self._offered:
            self._turn(value)
            self._pick(value)

    def _pick(self, accessor: str) -> None:
        from dlwidgets.explain import frame

        rows, columns = self._picked
        self._take(frame.pick(self._subject, accessor, rows, columns, self._name), accessor)

    @command
    def _on_area(self, value: dict[str, Any]) -> None:
        """Select rows and columns by position, each given as ranges."""
        self._check_subject()
        rows, columns = (
            _positions(value[axis], size)
            for axis, size in zip(("rows", "columns"), self._sizes(), strict=True)
        )
        self._area(rows, columns, self.accessor)

    @command
    def _on_read(self, value: str) -> None:
        """Select what was typed; what is wrong with it is shown below it."""
        self._check_subject()
        self._read(str(value))

    @command
    def _on_search(self, value: dict[str, Any]) -> None:
        """Send the positions and labels that a text is in."""
        from dlwidgets.explain import frame

        axis = int(value["axis"])
        places = frame.search(self._subject, axis, str(value["text"]))
        label = self._label_of(axis)
        found = [{"position": int(place), "label": plain(label(int(place)))} for place in places]
        self.send({"kind": "found", "view": value["view"], "found": found})


def _listed(span: Span) -> Span:
    """Return a few positions that are no neighbours one by one: ``[2, 0]`` says more than steps."""
    import numpy as np

    if isinstance(span, range) and span.step != 1 and len(span) <= FEW:
        return np.array(span, np.int64)
    return span


def _positions(ranges: Iterable[Iterable[int]], size: int) -> range | NDArray[np.int64]:
    """Return the positions of some ranges ``[start, stop]``, cut to those that there are."""
    import numpy as np

    parts = []
    for ends in ranges:
        start, stop = (min(max(int(end), 0), size) for end in ends)
        parts.append(range(start, stop))
    if len(parts) == 1:
        return parts[0]
    many = sum(map(len, parts))
    if many > MOST_APART:
        raise ValueError(
            say(
                f"expected at most {MOST_APART:,} positions where there are gaps, got {many:,}; "
                "select one range without gaps, or type a condition",
                f"选择不连续的位置时最多 {MOST_APART:,} 个，得到 {many:,} 个；"
                "请选择一个连续的范围，或输入条件",
            )
        )
    joined = [np.arange(part.start, part.stop) for part in parts]
    return np.unique(np.concatenate(joined)) if joined else range(0)
