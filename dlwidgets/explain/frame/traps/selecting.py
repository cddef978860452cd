"""Traps of selecting: ends of slices, labels and positions, brackets, what is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from dlwidgets.explain.frame.literals import literal
from dlwidgets.explain.frame.traps.stage import REPEATED, SHUFFLED, Stage, numbered, own
from dlwidgets.explain.frame.traps.step import Step, Trap, made, seen
from dlwidgets.language import Both


def _first(stages: Iterable[Stage], build: Callable[[Stage], Trap | None]) -> Trap | None:
    """Return the trap on the first stage that shows it."""
    return next((found for stage in stages if (found := build(stage)) is not None), None)


def _errors(steps: list[Step]) -> list[str]:
    """Return the exception of each step, empty where there is none."""
    return [step.outcome.error.exception if step.outcome.error else "" for step in steps]


def _refused(steps: list[Step]) -> bool:
    """Return whether a step was no code that may be typed, as for labels without a literal."""
    return any(step.outcome.error and not step.outcome.error.exception for step in steps)


def _several(stage: Stage) -> bool:
    """Return whether labels have several levels, on either axis."""
    subject = stage.subject
    axes = subject.axes if isinstance(subject, pd.DataFrame) else [subject.index]
    return any(isinstance(labels, pd.MultiIndex) for labels in axes)


def end(stage: Stage) -> Trap | None:
    """Show that ``.loc`` includes the end and ``.iloc`` does not."""
    return _first(own(stage), _end)


def _end(stage: Stage) -> Trap | None:
    size = len(stage.subject)
    if size < 3 or _several(stage) or not stage.subject.index.is_unique:  # noqa: PLR2004 -- both ends and one between
        return None
    first, last = (1, 3) if size > 3 else (0, 2)  # noqa: PLR2004 -- leaves one row before
    name, a, b = stage.name, stage.row(first), stage.row(last)
    steps = [
        seen(
            stage,
            f"{name}.loc[{a}:{b}]",
            Both(
                f"From label {a} to label {b}: the last one is included, {last - first + 1} rows.",
                f"从标签 {a} 到标签 {b}：包含终点，共 {last - first + 1} 行。",
            ),
        ),
        seen(
            stage,
            f"{name}.iloc[{first}:{last}]",
            Both(
                f"From position {first} to position {last}, where the same labels stand: the stop is left out, "
                f"{last - first} rows.",
                f"从位置 {first} 到位置 {last}（正是这两个标签所在处）：不含终点，只有 {last - first} 行。",
            ),
        ),
        seen(
            stage,
            f"{name}.iloc[{first}:{last + 1}]",
            Both(
                f"To get the same as .loc, the stop is one more: {last + 1}.",
                f"要与 .loc 的结果相同，终点须加一：{last + 1}。",
            ),
        ),
    ]
    rows = [step.outcome.shape[:1] for step in steps]
    if any(_errors(steps)) or rows != [(last - first + 1,), (last - first,), (last - first + 1,)]:
        return None
    title = Both(".loc includes the end, .iloc does not", ".loc 包含终点，.iloc 不包含")
    moral = Both(
        "Labels have no “one more”, so a slice of labels ends with its last label; positions "
        "count like Python's lists.",
        "标签没有“加一”可言，所以标签切片包含终点；位置切片与 Python 列表相同，不含终点。",
    )
    return made("end", title, stage, steps, moral)


def labels(stage: Stage) -> Trap | None:
    """Show whole numbers as labels that are not positions."""
    return _first(numbered(stage, SHUFFLED), _labels)


def _labels(stage: Stage) -> Trap | None:
    index = stage.subject.index
    size = len(index)
    if size < 2 or index.dtype.kind not in "iu" or not index.is_unique or -1 in index:  # noqa: PLR2004 -- two to mix up
        return None
    asked = [int(one) for one in index[: min(size, 1000)] if 0 <= one < size]
    label = next((one for one in asked if index.get_loc(one) != one), None)
    if label is None:
        return None
    name, place, at = stage.name, index.get_loc(label), literal(int(index[label]))
    steps = [
        seen(
            stage,
            f"{name}.loc[{label}]",
            Both(
                f"The row whose label is {label}: it stands at position {place}.",
                f"标签为 {label} 的行：它在位置 {place}。",
            ),
        ),
        seen(
            stage,
            f"{name}.iloc[{label}]",
            Both(
                f"The row at position {label}: its label is {at}.",
                f"位置 {label} 上的行：它的标签是 {at}。",
            ),
        ),
        seen(
            stage,
            f"{name}.iloc[-1]",
            Both("Positions may be counted from the end: −1 is the last.", "位置可以从末尾数：-1 是最后一行。"),
        ),
        seen(
            stage,
            f"{name}.loc[-1]",
            Both("Labels can't: there is no label −1.", "标签不行：没有名为 -1 的标签。"),
        ),
    ]
    if _errors(steps) != ["", "", "", "KeyError"]:
        return None
    title = Both("Whole numbers that are labels, not positions", "整数标签不是位置")
    moral = Both(
        "After sorting, filtering or shuffling, labels stay with their rows: .loc[0] is the row "
        "called 0, .iloc[0] the first row.",
        "排序、筛选、打乱之后，标签仍跟着自己的行：.loc[0] 是名为 0 的行，.iloc[0] 是第一行。",
    )
    return made("labels", title, stage, steps, moral)


def repeated(stage: Stage) -> Trap | None:
    """Show labels that stand at several rows."""
    return _first(numbered(stage, REPEATED), _repeated)


def _repeated(stage: Stage) -> Trap | None:
    index = stage.subject.index
    if index.is_unique or _several(stage):
        return None
    twice = index.duplicated(keep=False)
    if twice.all():
        return None
    many, once = int(np.flatnonzero(twice)[0]), int(np.flatnonzero(~twice)[0])
    name, a, b = stage.name, stage.row(once), stage.row(many)
    kind = "a scalar" if not stage.frame else "a Series"
    art = "标量" if not stage.frame else "Series"
    whole = "Series" if not stage.frame else "DataFrame"
    steps = [
        seen(
            stage,
            f"{name}.loc[{a}]",
            Both(f"{a} stands once: {kind}.", f"{a} 只出现一次：得到 {art}。"),
        ),
        seen(
            stage,
            f"{name}.loc[{b}]",
            Both(
                f"{b} stands several times: all its rows, a {whole}.",
                f"{b} 出现多次：得到它的所有行，是 {whole}。",
            ),
        ),
        seen(
            stage,
            f"{name}.iloc[{many}]",
            Both("A position is always one row.", "一个位置总是一行。"),
        ),
    ]
    counts = [sum(cells.count for cells in step.outcome.cells) for step in steps]
    if any(_errors(steps)) or counts[0] != counts[2] or counts[1] <= counts[0]:
        return None
    title = Both("Labels that repeat", "重复的标签")
    moral = Both(
        f"The type of the result then depends on the label. Check with {name}.index.is_unique.",
        f"结果的类型会随标签而变。可用 {name}.index.is_unique 检查。",
    )
    return made("repeated", title, stage, steps, moral)


def brackets(stage: Stage) -> Trap | None:
    """Show that a name in brackets is a column, and a slice rows."""
    return _first(own(stage) if stage.frame else [stage], _brackets if stage.frame else _of_series)


def _brackets(stage: Stage) -> Trap | None:
    subject = stage.subject
    assert isinstance(subject, pd.DataFrame)  # noqa: S101 -- the caller has looked
    if len(subject) < 2 or not subject.shape[1] or _several(stage):  # noqa: PLR2004 -- a slice of two
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
    if _refused(steps) or _errors(steps) != ["", "", "KeyError"] or slices.shape[0] != 2:  # noqa: PLR2004 -- as above
        return None
    title = Both("[ ] takes columns for a name and rows for a slice", "[ ] 中名称取列，切片取行")
    moral = Both(
        "Where there could be doubt, write .loc or .iloc with both axes.",
        "容易混淆时，请用 .loc 或 .iloc 并写明两个轴。",
    )
    return made("brackets", title, stage, steps, moral)


def _of_series(stage: Stage) -> Trap | None:
    if len(stage.subject) < 2 or _several(stage):  # noqa: PLR2004 -- a slice of two
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
    if any(_errors(steps)):
        return None
    title = Both("[ ] of a Series: labels, but slices of positions", "Series 的 [ ]：标签；整数切片却按位置")
    moral = Both(
        "Write .loc for labels and .iloc for positions; then nobody has to guess.",
        "标签用 .loc，位置用 .iloc，就无须猜测。",
    )
    return made("brackets", title, stage, steps, moral)


def kinds(stage: Stage) -> Trap | None:
    """Show that a name gives a Series and a list of names a frame."""
    return _first(own(stage), _kinds)


def _kinds(stage: Stage) -> Trap | None:
    subject = stage.subject
    if not len(subject) or not subject.index.is_unique or _several(stage):
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
        "Series": Both("A single label takes its axis away: a Series.", "单个标签会去掉一个轴：Series。"),
        "DataFrame": Both("A list keeps the axis, even with one label: a DataFrame.", "列表保留该轴，哪怕只有一个标签：DataFrame。"),
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
    return _first(own(stage), _missing)


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


def _missing(stage: Stage) -> Trap | None:
    size = len(stage.subject)
    if _several(stage) or not size:
        return None
    name, label = stage.name, _absent(stage)
    steps = [
        seen(
            stage,
            f"{name}.loc[{label}]",
            Both(f"No row is called {label}: KeyError.", f"没有名为 {label} 的行：KeyError。"),
        ),
        seen(
            stage,
            f"{name}.iloc[{size}]",
            Both(
                f"There are {size:,} rows, the last at position {size - 1:,}: IndexError.",
                f"共 {size:,} 行，最后一行的位置是 {size - 1:,}：IndexError。",
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
    rows = [step.outcome.shape[:1] for step in steps[2:]]
    if _errors(steps) != ["KeyError", "IndexError", "", ""] or rows != [(0,), (1,)]:
        return None
    title = Both("What is not there: KeyError, IndexError, or empty", "取不到时：KeyError、IndexError，或为空")
    moral = Both(
        "Errors tell you at once; an empty slice does not. Look at the shape.",
        "报错会立刻提醒您；空切片不会。请看一眼形状。",
    )
    return made("missing", title, stage, steps, moral)
