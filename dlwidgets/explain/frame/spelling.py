"""All ways to write one selection; each is followed and compared before it is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dlwidgets.explain.frame.keys import LISTED, Keys, attribute, is_all, slice_of
from dlwidgets.explain.frame.literals import quoted
from dlwidgets.explain.frame.masks import as_query, mask_in
from dlwidgets.explain.frame.outcome import Spelling
from dlwidgets.explain.frame.reading import read
from dlwidgets.explain.frame.sameness import same
from dlwidgets.language import Both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.explain.frame.outcome import Cells, Outcome, Span, Subject

COMPARED = 5_000_000
"""Cells up to which every value is compared; of more, positions, labels and dtypes are."""

Candidate = tuple[str, Both]

NAME = Both("a column by its name", "按列名取列")
DOT = Both("short, where the name is a Python name", "简写，仅当列名是合法的 Python 名称")
LABELS = Both("by labels", "按标签")
POSITIONS = Both("by positions", "按位置")
ONE_LABEL = Both("one cell by labels, fast", "按标签取单个单元格，速度快")
ONE_POSITION = Both("one cell by positions, fast", "按位置取单个单元格，速度快")
ROWS = Both("[] with a slice takes rows", "[] 中的切片取行")
LIST = Both("a list of names keeps a DataFrame", "列名列表得到 DataFrame")
FIRST = Both("the first rows", "前几行")
LAST = Both("the last rows", "后几行")
MASK = Both("a mask of rows", "按布尔掩码取行")
MASK_LOC = Both("a mask with .loc, also for setting", "掩码与 .loc，也可用于赋值")
QUERY = Both("the mask as a text", "把条件写成字符串")
WHOLE = Both("the frame itself", "表格本身")
STEPS = Both("two steps: only for reading", "分两步：只适合读取")


def spellings(subject: Subject, outcome: Outcome, name: str = "df") -> tuple[Spelling, ...]:
    """Return all spellings that give the same object, the idiomatic one first.

    Args:
        subject: what was selected from.
        outcome: what `read`, `pick` or `select` returned for it.
        name: what the subject is called in code.
    """
    return tuple(one for one in each_spelling(subject, outcome, name) if one is not None)


def each_spelling(
    subject: Subject, outcome: Outcome, name: str = "df"
) -> Iterator[Spelling | None]:
    """Yield the spellings one by one, and None for each that was tried in vain.

    Between two of them a caller may do something else: on a large frame each takes its time.
    """
    plain = outcome.error is None and not outcome.computed and len(outcome.cells) == 1
    if not plain or outcome.kind not in {"scalar", "Series", "DataFrame"}:
        return
    by_axes = (
        _series(subject, outcome, name)
        if isinstance(subject, pd.Series)
        else _frame(subject, outcome, name)
    )
    candidates: dict[str, Both] = {}
    for code, words in [*_masks(subject, outcome, name), *by_axes]:
        candidates.setdefault(code, words)
    first = True
    for code, words in candidates.items():
        good = verified(subject, outcome, code, name)
        yield Spelling(code, words, idiomatic=first) if good else None
        first = first and not good


def verified(subject: Subject, outcome: Outcome, code: str, name: str = "df") -> bool:
    """Return whether a code gives the same object as an outcome's, without a warning of its own."""
    other = read(subject, code, name)
    if other.error is not None or other.kind != outcome.kind or len(other.cells) != 1:
        return False
    if set(other.warnings) - set(outcome.warnings):
        return False
    if not other.cells[0].same(outcome.cells[0]):
        return False
    if outcome.cells[0].count > COMPARED and isinstance(outcome.result, (pd.DataFrame, pd.Series)):
        return same(outcome.result.iloc[:0], other.result.iloc[:0]) and outcome.result.index.equals(
            other.result.index
        )
    return same(outcome.result, other.result)


def _masks(subject: Subject, outcome: Outcome, name: str) -> Iterator[Candidate]:
    """Return spellings of a selection that was made by a mask."""
    mask = mask_in(outcome.code, name)
    if mask is None:
        return
    condition, columns = mask
    query = as_query(condition, name)
    if columns is None:
        yield f"{name}[{condition}]", MASK
        yield f"{name}.loc[{condition}]", MASK_LOC
        if query and isinstance(subject, pd.DataFrame):
            yield f"{name}.query({quoted(query)})", QUERY
        return
    yield f"{name}.loc[{condition}, {columns}]", MASK_LOC
    yield f"{name}[{condition}][{columns}]", STEPS
    if query and isinstance(subject, pd.DataFrame):
        yield f"{name}.query({quoted(query)})[{columns}]", QUERY


def _frame(frame: pd.DataFrame, outcome: Outcome, name: str) -> Iterator[Candidate]:
    cells = outcome.cells[0]
    writer = Keys(frame, name)
    all_rows = is_all(cells.rows, len(frame))
    all_columns = is_all(cells.columns, frame.shape[1])
    if outcome.kind == "scalar":
        yield from _cell(writer, cells, name)
        return
    if outcome.kind == "Series":
        column = len(cells.columns) == 1 and (len(cells.rows) != 1 or _along_rows(frame, outcome))
        if column:
            yield from _column(writer, cells, name, all_rows=all_rows)
        elif len(cells.rows) == 1:
            yield from _row(writer, cells, name, all_columns=all_columns)
        return
    yield from _part(writer, cells, name, all_rows=all_rows, all_columns=all_columns)


def _along_rows(frame: pd.DataFrame, outcome: Outcome) -> bool:
    """Return whether a Series of one element goes along rows: then it has their labels."""
    labels = outcome.result.index
    return bool(same(labels, frame.index[list(outcome.cells[0].rows)]))


def _cell(writer: Keys, cells: Cells, name: str) -> Iterator[Candidate]:
    row, column = int(cells.rows[0]), int(cells.columns[0])
    one, other = writer.label(0, row), writer.label(1, column)
    yield f"{name}.at[{one}, {other}]", ONE_LABEL
    yield f"{name}.loc[{one}, {other}]", LABELS
    yield f"{name}.iat[{row}, {column}]", ONE_POSITION
    yield f"{name}.iloc[{row}, {column}]", POSITIONS
    yield f"{name}[{other}][{one}]", STEPS
    yield f"{name}[{other}].iloc[{row}]", STEPS


def _column(writer: Keys, cells: Cells, name: str, *, all_rows: bool) -> Iterator[Candidate]:
    place = int(cells.columns[0])
    label, dot = writer.label(1, place), attribute(writer, place)
    if all_rows:
        yield f"{name}[{label}]", NAME
        if dot:
            yield f"{name}.{dot}", DOT
    for key in writer.labels(0, cells.rows):
        yield f"{name}.loc[{key}, {label}]", LABELS
    for positions in writer.positions(0, cells.rows):
        yield f"{name}.iloc[{positions}, {place}]", POSITIONS
        if not all_rows:
            yield f"{name}[{label}].iloc[{positions}]", STEPS


def _row(writer: Keys, cells: Cells, name: str, *, all_columns: bool) -> Iterator[Candidate]:
    place = int(cells.rows[0])
    label = writer.label(0, place)
    for key in writer.labels(1, cells.columns):
        if all_columns:
            yield f"{name}.loc[{label}]", LABELS
        yield f"{name}.loc[{label}, {key}]", LABELS
    if all_columns:
        yield f"{name}.iloc[{place}]", POSITIONS
    for positions in writer.positions(1, cells.columns):
        yield f"{name}.iloc[{place}, {positions}]", POSITIONS


def _ends(writer: Keys, rows: Span, name: str) -> Iterator[Candidate]:
    """Return the first or last rows as ``head`` and ``tail``; all of them as they are."""
    if is_all(rows, writer.size(0)):
        yield name, WHOLE
        yield f"{name}[:]", ROWS
    elif isinstance(rows, range) and len(rows) and rows.step == 1:
        if rows.start == 0:
            yield f"{name}.head({len(rows)})", FIRST
        if rows.stop == writer.size(0):
            yield f"{name}.tail({len(rows)})", LAST


def _part(
    writer: Keys, cells: Cells, name: str, *, all_rows: bool, all_columns: bool
) -> Iterator[Candidate]:
    rows, columns = cells.rows, cells.columns
    if all_columns:
        yield from _ends(writer, rows, name)
    if all_rows and not all_columns and 0 < len(columns) <= LISTED:
        names = dict.fromkeys(writer.label(1, one) for one in columns)
        yield f"{name}[[{', '.join(names)}]]", LIST
        if len(names) < len(columns) or isinstance(writer.labels_of(1), pd.MultiIndex):
            yield f"{name}[{next(iter(names))}]", NAME
    for how, keys, words in (
        (".loc", writer.labels, LABELS),
        (".iloc", writer.positions, POSITIONS),
    ):
        across = [""] if all_columns else [f", {column}" for column in keys(1, columns)]
        for row in keys(0, rows):
            for column in across:
                yield f"{name}{how}[{row}{column}]", words
    if all_columns and isinstance(rows, range):
        yield f"{name}[{slice_of(rows, writer.size(0))}]", ROWS


def _series(series: pd.Series, outcome: Outcome, name: str) -> Iterator[Candidate]:
    rows = outcome.cells[0].rows
    writer = Keys(series, name)
    if outcome.kind == "scalar":
        place = int(rows[0])
        label = writer.label(0, place)
        yield f"{name}[{label}]", LABELS
        yield f"{name}.loc[{label}]", LABELS
        yield f"{name}.iloc[{place}]", POSITIONS
        yield f"{name}.at[{label}]", ONE_LABEL
        yield f"{name}.iat[{place}]", ONE_POSITION
        return
    yield from _ends(writer, rows, name)
    for key in writer.labels(0, rows):
        yield f"{name}.loc[{key}]", LABELS
        yield f"{name}[{key}]", LABELS
    for positions in writer.positions(0, rows):
        yield f"{name}.iloc[{positions}]", POSITIONS
