"""What a trap is shown on: the frame at hand where it fits, else a small one made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from dlwidgets.explain.frame.literals import label_code, literal
from dlwidgets.language import SILENT, Both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.explain.frame.outcome import Subject

LARGE = 100_000
"""Rows from which on a selection takes time that is felt: of such data, the first are shown."""

ROWS = 6
"""Rows of a frame that is made."""

COLUMNS = 12
"""Columns of a frame that is made to be written to."""

FEWEST = 3
"""Rows that are needed to give them other labels."""

SHUFFLED = (3, 1, 0, 4, 2)
REPEATED = (0, 1, 1, 2, 3)

OWN = SILENT
SMALL = Both(
    "The first part of your data, so that it can be counted.", "取您数据的前一部分，便于数清楚。"
)
RENUMBERED = Both(
    "The first rows of your data, with whole numbers for labels.",
    "取您数据的前几行，并把行标签换成整数。",
)
FRAMED = Both("Your Series as a frame of one column.", "把您的 Series 变成一列的表格。")
EXAMPLE = Both(
    "Your data have no rows or labels that would show this; a small example stands in.",
    "您的数据中没有能演示此点的行或标签；此处用一个小例子代替。",
)


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A frame, its name, the line that makes it, and why it was made."""

    subject: Subject
    name: str
    setup: str = ""
    why: Both = OWN

    @property
    def frame(self) -> bool:
        """Whether this is a DataFrame."""
        return isinstance(self.subject, pd.DataFrame)

    def row(self, position: int) -> str:
        """Return the code of a row's label."""
        return label_code(self.subject, 0, position, self.name)

    def column(self, position: int) -> str:
        """Return the code of a column's label."""
        return label_code(self.subject, 1, position, self.name)


def example(series: bool) -> Stage:  # noqa: FBT001 -- of which kind
    """Return the example for data that can't show a trap."""
    price = [3, 5, 8, 4, 9]
    letters = list("abcde")
    if series:
        code = f"example = pd.Series({price}, index={letters})"
        return Stage(pd.Series(price, index=letters), "example", code, EXAMPLE)
    columns = {"price": price, "count": [2, 1, 7, 0, 3]}
    code = f"example = pd.DataFrame({columns}, index={letters})"
    return Stage(pd.DataFrame(columns, index=letters), "example", code, EXAMPLE)


def own(stage: Stage) -> Iterator[Stage]:
    """Yield the data themselves, their first rows, and the example."""
    if len(stage.subject) < LARGE:
        yield stage
    if len(stage.subject) > ROWS:
        code = f"small = {stage.name}.head({ROWS})"
        yield Stage(stage.subject.head(ROWS), "small", code, SMALL)
    yield example(not stage.frame)


def numbered(stage: Stage, labels: tuple[int, ...]) -> Iterator[Stage]:
    """Yield the data, and their first rows with whole numbers for labels."""
    if len(stage.subject) < LARGE:
        yield stage
    for base in (stage, example(not stage.frame)):
        size = min(len(base.subject), len(labels))
        some = [one for one in labels if one < size][:size]
        if size >= FEWEST:
            head = f"{base.name}.head({size}).set_axis({some})"
            made = base.subject.head(size).set_axis(some)
            setup = f"{base.setup}\nnumbered = {head}".lstrip()
            yield Stage(made, "numbered", setup, RENUMBERED if base is stage else EXAMPLE)


def settable(stage: Stage) -> Iterator[Stage]:
    """Yield copies that can be written to: of small data, of their first rows, of the example."""
    subject, name = stage.subject, stage.name
    if isinstance(subject, pd.Series):
        label = literal(subject.name) if subject.name is not None else '"value"'
        if label:
            code = f"copied = {name}.head({ROWS}).to_frame({label}).copy()"
            made = subject.head(ROWS).to_frame(
                subject.name if subject.name is not None else "value"
            )
            yield Stage(made, "copied", code, FRAMED)
    elif len(subject) > ROWS or subject.shape[1] > COLUMNS:
        code = f"copied = {name}.iloc[:{ROWS}, :{COLUMNS}].copy()"
        yield Stage(subject.iloc[:ROWS, :COLUMNS].copy(), "copied", code, SMALL)
    else:
        yield Stage(subject.copy(), "copied", f"copied = {name}.copy()")
    shown = example(series=False)
    yield Stage(shown.subject, shown.name, shown.setup, shown.why)
