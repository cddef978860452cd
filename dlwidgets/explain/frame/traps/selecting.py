"""Traps of labels: ends of slices, whole numbers, repetitions."""

from __future__ import annotations

import numpy as np

from dlwidgets.explain.frame.literals import literal
from dlwidgets.explain.frame.traps.stage import REPEATED, SHUFFLED, Stage, numbered, own
from dlwidgets.explain.frame.traps.step import Step, Trap, errors, first, made, seen, several
from dlwidgets.language import Both


def end(stage: Stage) -> Trap | None:
    """Show that ``.loc`` includes the end and ``.iloc`` does not."""
    return first(own(stage), _end)


def _end_steps(stage: Stage, begin: int, last: int) -> list[Step]:
    """Return the same ends, by label and by position."""
    name, a, b = stage.name, stage.row(begin), stage.row(last)
    return [
        seen(
            stage,
            f"{name}.loc[{a}:{b}]",
            Both(
                f"From label {a} to label {b}: the last one is included, {last - begin + 1} rows.",
                f"从标签 {a} 到标签 {b}：包含终点，共 {last - begin + 1} 行。",
            ),
        ),
        seen(
            stage,
            f"{name}.iloc[{begin}:{last}]",
            Both(
                f"From position {begin} to {last}, where the same labels stand: the stop is left "
                f"out, {last - begin} rows.",
                f"从位置 {begin} 到 {last}（即这两个标签所在处）：不含终点，"
                f"只有 {last - begin} 行。",
            ),
        ),
        seen(
            stage,
            f"{name}.iloc[{begin}:{last + 1}]",
            Both(
                f"To get the same as .loc, the stop is one more: {last + 1}.",
                f"要与 .loc 的结果相同，终点须加一：{last + 1}。",
            ),
        ),
    ]


def _end(stage: Stage) -> Trap | None:
    size = len(stage.subject)
    if size < 3 or several(stage) or not stage.subject.index.is_unique:  # noqa: PLR2004 -- both ends and one between
        return None
    begin, last = (1, 3) if size > 3 else (0, 2)  # noqa: PLR2004 -- leaves one row before
    steps = _end_steps(stage, begin, last)
    rows = [step.outcome.shape[:1] for step in steps]
    if any(errors(steps)) or rows != [(last - begin + 1,), (last - begin,), (last - begin + 1,)]:
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
    return first(numbered(stage, SHUFFLED), _labels)


def _label_steps(stage: Stage, label: int) -> list[Step]:
    """Return a whole number as a label and as a position."""
    index, name = stage.subject.index, stage.name
    place, at = index.get_loc(label), literal(int(index[label]))
    return [
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
            Both(
                "Positions may be counted from the end: −1 is the last.",
                "位置可以从末尾数：-1 是最后一行。",
            ),
        ),
        seen(
            stage,
            f"{name}.loc[-1]",
            Both("Labels can't: there is no label −1.", "标签不行：没有名为 -1 的标签。"),
        ),
    ]


def _labels(stage: Stage) -> Trap | None:
    index = stage.subject.index
    size = len(index)
    if size < 2 or index.dtype.kind not in "iu" or not index.is_unique or -1 in index:  # noqa: PLR2004 -- two to mix up
        return None
    asked = [int(one) for one in index[: min(size, 1000)] if 0 <= one < size]
    label = next((one for one in asked if index.get_loc(one) != one), None)
    if label is None:
        return None
    steps = _label_steps(stage, label)
    if errors(steps) != ["", "", "", "KeyError"]:
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
    return first(numbered(stage, REPEATED), _repeated)


def _repeated_steps(stage: Stage, once: int, many: int) -> list[Step]:
    """Return a label that stands once, one that stands several times, and a position."""
    name, a, b = stage.name, stage.row(once), stage.row(many)
    kind = "a scalar" if not stage.frame else "a Series"
    art = "标量" if not stage.frame else "Series"
    whole = "Series" if not stage.frame else "DataFrame"
    return [
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


def _repeated(stage: Stage) -> Trap | None:
    index = stage.subject.index
    if index.is_unique or several(stage):
        return None
    twice = index.duplicated(keep=False)
    if twice.all():
        return None
    many, once = int(np.flatnonzero(twice)[0]), int(np.flatnonzero(~twice)[0])
    steps = _repeated_steps(stage, once, many)
    counts = [sum(cells.count for cells in step.outcome.cells) for step in steps]
    if any(errors(steps)) or counts[0] != counts[2] or counts[1] <= counts[0]:
        return None
    title = Both("Labels that repeat", "重复的标签")
    moral = Both(
        f"The type of the result then depends on the label: see {stage.name}.index.is_unique.",
        f"结果的类型会随标签而变。可用 {stage.name}.index.is_unique 检查。",
    )
    return made("repeated", title, stage, steps, moral)
