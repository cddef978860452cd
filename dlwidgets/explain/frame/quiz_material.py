"""Selections to ask about, each with those that it is often taken for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from dlwidgets.explain.frame.literals import literal
from dlwidgets.language import Both

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from dlwidgets.explain.frame.traps.stage import Stage

REASONS: Final = {
    "end": Both(
        "Look at the end: a slice of labels includes it, a slice of positions does not.",
        "注意终点：标签切片包含终点，位置切片不包含。",
    ),
    "labels": Both(
        "A whole number in .loc is a label; in .iloc it is a position.",
        ".loc 中的整数是标签；.iloc 中的整数是位置。",
    ),
    "brackets": Both(
        "In [ ] of a frame, a name is a column and a slice takes rows.",
        "表格的 [ ] 中，名称是列，切片取行。",
    ),
    "kinds": Both(
        "A single label takes its axis away; a list keeps it.",
        "单个标签会去掉一个轴；列表则保留。",
    ),
    "missing": Both(
        "A missing label is a KeyError, a position beyond the end an IndexError, a slice beyond it "
        "is just cut.",
        "缺失的标签是 KeyError，超出末尾的位置是 IndexError，超出末尾的切片只是被截去。",
    ),
    "step": Both(
        "start:stop:step begins at start and leaves out stop.",
        "start:stop:step 从 start 开始，不含 stop。",
    ),
    "mask": Both(
        "A mask keeps the rows where it is True, with all columns.",
        "布尔掩码保留为 True 的行，列全部保留。",
    ),
    "axes": Both(
        "With two keys, rows come first and columns second.",
        "有两个键时，先行后列。",
    ),
    "type": Both("Count the axes that are left.", "数一数还剩几个轴。"),
    "other": Both(
        "Look again at which rows and columns are named.", "再看看写的是哪些行、哪些列。"
    ),
}
"""What is said of a wrong answer, by the trap that it fell into."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A selection that is taken for another, and the trap behind it."""

    code: str
    trap: str


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection to ask about."""

    code: str
    rivals: tuple[Rival, ...]


def _selection(code: str, *rivals: tuple[str, str]) -> Selection:
    return Selection(code, tuple(Rival(*pair) for pair in rivals))


def _ends(stage: Stage, dice: random.Random) -> tuple[int, int]:
    """Return the first and last place of a slice of some rows, with one left at the end."""
    size = len(stage.subject)
    first = dice.randrange(size - 2)
    return first, dice.randrange(first + 1, size - 1)


def _label_slice(stage: Stage, dice: random.Random) -> Selection:
    first, last = _ends(stage, dice)
    name = stage.name
    return _selection(
        f"{name}.loc[{stage.row(first)}:{stage.row(last)}]",
        (f"{name}.iloc[{first}:{last}]", "end"),
        (f"{name}.iloc[{first}:{last + 2}]", "end"),
    )


def _position_slice(stage: Stage, dice: random.Random) -> Selection:
    first, last = _ends(stage, dice)
    name = stage.name
    rivals = [
        (f"{name}.iloc[{first}:{last + 1}]", "end"),
        (f"{name}.loc[{first}:{last}]", "labels"),
    ]
    return _selection(f"{name}.iloc[{first}:{last}]", *rivals)


def _bracket_slice(stage: Stage, dice: random.Random) -> Selection:
    first, last = _ends(stage, dice)
    name = stage.name
    rivals = [(f"{name}.iloc[{first}:{last + 1}]", "end")]
    if stage.frame:
        rivals.append((f"{name}.iloc[:, {first}:{last}]", "brackets"))
    return _selection(f"{name}[{first}:{last}]", *rivals)


def _label(stage: Stage, dice: random.Random) -> Selection:
    place, name = dice.randrange(len(stage.subject)), stage.name
    row = stage.row(place)
    rivals = [(f"{name}.loc[[{row}]]", "kinds"), (f"{name}[{row}]", "brackets")]
    if row.isdigit():
        rivals.insert(0, (f"{name}.iloc[{row}]", "labels"))
    return _selection(f"{name}.loc[{row}]", *rivals)


def _labels(stage: Stage, dice: random.Random) -> Selection:
    name = stage.name
    rows = sorted(dice.sample(range(len(stage.subject)), 2))
    one, other = map(stage.row, rows)
    return _selection(
        f"{name}.loc[[{one}, {other}]]",
        (f"{name}.loc[{one}:{other}]", "end"),
        (f"{name}.loc[{one}]", "kinds"),
    )


def _position(stage: Stage, dice: random.Random) -> Selection:
    place, name = dice.randrange(len(stage.subject)), stage.name
    return _selection(
        f"{name}.iloc[{place}]",
        (f"{name}.loc[{place}]", "labels"),
        (f"{name}.iloc[[{place}]]", "kinds"),
        (f"{name}.iloc[{place - 1}]", "other"),
    )


def _from_the_end(stage: Stage, dice: random.Random) -> Selection:
    place, name = dice.randrange(1, 3), stage.name
    size = len(stage.subject)
    return _selection(
        f"{name}.iloc[-{place}]",
        (f"{name}.iloc[{place}]", "labels"),
        (f"{name}.iloc[{size}]", "missing"),
        (f"{name}.iloc[-{place}:]", "kinds"),
    )


def _beyond(stage: Stage, dice: random.Random) -> Selection:
    name, size = stage.name, len(stage.subject)
    if dice.random() < 0.5:  # noqa: PLR2004 -- a coin
        return _selection(
            f"{name}.iloc[{size}]",
            (f"{name}.iloc[{size - 1}]", "missing"),
            (f"{name}.iloc[{size}:]", "missing"),
        )
    return _selection(
        f"{name}.iloc[{size - 1}:{size + 3}]",
        (f"{name}.iloc[{size}]", "missing"),
        (f"{name}.iloc[{size - 1}]", "kinds"),
    )


def _every_second(stage: Stage, dice: random.Random) -> Selection:
    name, first = stage.name, dice.randrange(2)
    return _selection(
        f"{name}.iloc[{first}::2]",
        (f"{name}.iloc[{1 - first}::2]", "step"),
        (f"{name}.iloc[{first}:2]", "step"),
    )


def _column(stage: Stage, dice: random.Random) -> Selection | None:
    if not stage.frame:
        return None
    name, column = stage.name, stage.column(dice.randrange(stage.subject.shape[1]))
    row = stage.row(0)
    if dice.random() < 0.5:  # noqa: PLR2004 -- a coin
        one, other = f"{name}[{column}]", f"{name}[[{column}]]"
    else:
        one, other = f"{name}[[{column}]]", f"{name}[{column}]"
    return _selection(one, (other, "kinds"), (f"{name}.loc[{row}, {column}]", "axes"))


def _row_in_brackets(stage: Stage, dice: random.Random) -> Selection | None:
    if not stage.frame:
        return None
    name, row = stage.name, stage.row(dice.randrange(len(stage.subject)))
    rivals = [(f"{name}.loc[{row}]", "brackets"), (f"{name}.loc[[{row}]]", "brackets")]
    if row.isdigit():
        rivals.append((f"{name}.iloc[:, {row}]", "labels"))
    return _selection(f"{name}[{row}]", *rivals)


def _cell(stage: Stage, dice: random.Random) -> Selection | None:
    if not stage.frame:
        return None
    name, row = stage.name, stage.row(dice.randrange(len(stage.subject)))
    column = stage.column(dice.randrange(stage.subject.shape[1]))
    return _selection(
        f"{name}.loc[{row}, {column}]",
        (f"{name}.loc[[{row}], [{column}]]", "kinds"),
        (f"{name}.loc[{row}]", "axes"),
        (f"{name}.loc[{column}, {row}]", "axes"),
    )


def _mask(stage: Stage, dice: random.Random) -> Selection | None:
    """Keep the rows that hold more than a value of a column."""
    subject, name = stage.subject, stage.name
    columns = (
        [subject.iloc[:, place] for place in range(subject.shape[1])]
        if isinstance(subject, pd.DataFrame)
        else [subject]
    )
    numbers = [place for place, column in enumerate(columns) if column.dtype.kind in "iuf"]
    if not numbers:
        return None
    place = dice.choice(numbers)
    column = columns[place]
    values = [one for one in column.dropna().unique() if one < column.max()]
    value = literal(dice.choice(sorted(values))) if values else ""
    if not value:
        return None
    spelt = f"{name}[{stage.column(place)}]" if stage.frame else name
    rivals = [(f"{name}[{spelt} >= {value}]", "mask"), (f"{name}[{spelt} < {value}]", "mask")]
    if stage.frame:
        rivals.insert(0, (f"{name}.loc[{spelt} > {value}, {stage.column(place)}]", "mask"))
    return _selection(f"{name}[{spelt} > {value}]", *rivals)


SELECTIONS: Final[tuple[Callable[[Stage, random.Random], Selection | None], ...]] = (
    _label_slice,
    _position_slice,
    _bracket_slice,
    _label,
    _labels,
    _position,
    _from_the_end,
    _beyond,
    _every_second,
    _column,
    _row_in_brackets,
    _cell,
    _mask,
)
"""Each makes a selection of some rows and columns, drawn by lot; None where the data have none."""
