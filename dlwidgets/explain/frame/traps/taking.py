"""Traps of brackets, of types, and of what is not there."""

from __future__ import annotations

import pandas as pd

from dlwidgets.explain.frame.literals import literal
from dlwidgets.explain.frame.traps.stage import Stage, own
from dlwidgets.explain.frame.traps.step import (
    Step,
    Trap,
    errors,
    first,
    made,
    refused,
    seen,
    several,
)
from dlwidgets.language import Both


def brackets(stage: Stage) -> Trap | None:
    """Show that a name in brackets is a column, and a slice rows."""
    return first(own(stage) if stage.frame else [stage], _brackets if stage.frame else _of_series)


def _brackets(stage: Stage) -> Trap | None:
    subject = stage.subject
    assert isinstance(subject, pd.DataFrame)  # noqa: S101 -- the caller has looked
    if len(subject) < 2 or not subject.shape[1] or several(stage):  # noqa: PLR2004 -- a slice of two
        return None
    name, column = stage.name, stage.column(0)
    steps = [
        seen(
            stage,
            f"{name}[{column}]",
            Both(f"A name: the column {column}.", f"写名称：取列 {column}。"),
        ),
        seen(
            stage,
            f"{name}[0:2]",
            Both(
                "A slice: rows, by position, and the stop is left out.",
                "写切片：取行，按位置，不含终点。",
            ),
        ),
        seen(
            stage,
            f"{name}[{stage.row(0)}]",
            Both(
                f"The label of a row is no column, so this fails: a row is {name}.loc[...].",
                f"行标签不是列名，所以出错：取一行要写 {name}.loc[...]。",
            ),
        ),
    ]
    slices = steps[1].outcome
    if refused(steps) or errors(steps) != ["", "", "KeyError"] or slices.shape[0] != 2:  # noqa: PLR2004 -- as above
        return None
    title = Both("[ ] takes columns for a name and rows for a slice", "[ ] 中名称取列，切片取行")
    moral = Both(
        "Where there could be doubt, write .loc or .iloc with both axes.",
        "容易混淆时，请用 .loc 或 .iloc 并写明两个轴。",
    )
    return made("brackets", title, stage, steps, moral)


def _of_series(stage: Stage) -> Trap | None:
    if len(stage.subject) < 2 or several(stage):  # noqa: PLR2004 -- a slice of two
        return None
    name, label = stage.name, stage.row(1)
    steps = [
        seen(stage, f"{name}[{label}]", Both("A label: its value.", "写标签：取对应的值。")),
        seen(
            stage,
            f"{name}[0:2]",
            Both("A slice of whole numbers: positions.", "整数切片：按位置。"),
        ),
        seen(
            stage,
            f"{name}.iloc[1]",
            Both("By position it is said with .iloc.", "按位置取值，请写 .iloc。"),
        ),
    ]
    if any(errors(steps)):
        return None
    title = Both(
        "[ ] of a Series: labels, but slices of positions", "Series 的 [ ]：标签；整数切片却按位置"
    )
    moral = Both(
        "Write .loc for labels and .iloc for positions; then nobody has to guess.",
        "标签用 .loc，位置用 .iloc，就无须猜测。",
    )
    return made("brackets", title, stage, steps, moral)


def kinds(stage: Stage) -> Trap | None:
    """Show that a name gives a Series and a list of names a frame."""
    return first(own(stage), _kinds)


def _kinds(stage: Stage) -> Trap | None:
    subject = stage.subject
    if not len(subject) or not subject.index.is_unique or several(stage):
        return None
    name, row = stage.name, stage.row(0)
    column = stage.column(0) if stage.frame and subject.shape[1] else ""
    if stage.frame and not column:
        return None
    pairs = (
        [(f"{name}[{column}]", "Series"), (f"{name}[[{column}]]", "DataFrame")]
        if stage.frame
        else [(f"{name}.loc[{row}]", "scalar"), (f"{name}.loc[[{row}]]", "Series")]
    )
    if stage.frame:
        pairs += [(f"{name}.loc[{row}]", "Series"), (f"{name}.loc[{row}, {column}]", "scalar")]
    said = {
        "scalar": Both("One label for each axis: a single value.", "每个轴一个标签：单个值。"),
        "Series": Both(
            "A single label takes its axis away: a Series.", "单个标签会去掉一个轴：Series。"
        ),
        "DataFrame": Both(
            "A list keeps the axis, even with one label: a DataFrame.",
            "列表保留该轴，哪怕只有一个标签：DataFrame。",
        ),
    }
    if not stage.frame:
        said["Series"] = Both("A list keeps the axis: a Series.", "列表保留该轴：Series。")
    steps = [seen(stage, code, said[kind]) for code, kind in pairs]
    if [step.outcome.kind for step in steps] != [kind for _, kind in pairs]:
        return None
    title = Both("One label or a list of one: another type", "单个标签与列表：类型不同")
    moral = Both(
        "What comes next decides: models want a DataFrame with columns, arithmetic a Series.",
        "看下一步要什么：模型要有列的 DataFrame，运算多用 Series。",
    )
    return made("kinds", title, stage, steps, moral)


def missing(stage: Stage) -> Trap | None:
    """Show what is not there: a label, a position, a slice."""
    return first(own(stage), _missing)


def _absent(stage: Stage) -> str:
    """Return the code of a label that is not there, near to one that is."""
    index = stage.subject.index
    if index.dtype.kind in "iuf" and len(index):
        most = index.max()
        return literal(int(most) + 1) if most == most and abs(most) < 2**53 else "-1"  # noqa: PLR0124 -- no NaN
    if isinstance(index, pd.DatetimeIndex):
        return 'pd.Timestamp("1900-01-01")'
    text = index[0] if len(index) and isinstance(index[0], str) else "row"
    while text in index:
        text += "x"
    return literal(text) or '"row"'


def _missing_steps(stage: Stage, label: str) -> list[Step]:
    """Return a label, a position and slices that are not there."""
    name, size = stage.name, len(stage.subject)
    return [
        seen(
            stage,
            f"{name}.loc[{label}]",
            Both(f"No row is called {label}.", f"没有名为 {label} 的行。"),
        ),
        seen(
            stage,
            f"{name}.iloc[{size}]",
            Both(
                f"There are {size:,} rows, the last at position {size - 1:,}.",
                f"共 {size:,} 行，最后一行的位置是 {size - 1:,}。",
            ),
        ),
        seen(
            stage,
            f"{name}.iloc[{size}:{size + 3}]",
            Both(
                "A slice beyond the end is no error: it is empty.",
                "切片超出末尾不报错：结果为空。",
            ),
        ),
        seen(
            stage,
            f"{name}.iloc[{size - 1}:{size + 3}]",
            Both(
                "A slice that reaches beyond the end is cut there.",
                "切片部分超出末尾：只取到最后一行。",
            ),
        ),
    ]


def _missing(stage: Stage) -> Trap | None:
    size = len(stage.subject)
    if several(stage) or not size:
        return None
    label = _absent(stage)
    steps = _missing_steps(stage, label)
    rows = [step.outcome.shape[:1] for step in steps[2:]]
    if errors(steps) != ["KeyError", "IndexError", "", ""] or rows != [(0,), (1,)]:
        return None
    title = Both(
        "What is not there: KeyError, IndexError, or empty",
        "取不到时：KeyError、IndexError，或为空",
    )
    moral = Both(
        "Errors tell you at once; an empty slice does not. Look at the shape.",
        "报错会立刻提醒您；空切片不会。请看一眼形状。",
    )
    return made("missing", title, stage, steps, moral)
