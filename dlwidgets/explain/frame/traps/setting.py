"""The trap of setting in two steps; each is really run, on copies, by the pandas installed."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dlwidgets.explain.frame.changes.diff import compare, differ
from dlwidgets.explain.frame.changes.moves import extended
from dlwidgets.explain.frame.literals import literal
from dlwidgets.explain.frame.outcome import Cells, Outcome, Refusal, dtype_of, span
from dlwidgets.explain.frame.traps.stage import Stage, settable
from dlwidgets.explain.frame.traps.step import Step, Trap, made
from dlwidgets.language import Both

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be set: the column and row by label, the value there and the new one."""

    column: Any
    row: Any
    old: Any
    new: Any


# Each statement stands here as a reader would write it: whether pandas warns depends on that.
def _by_mask(frame: pd.DataFrame, aim: Aim) -> None:
    frame[frame[aim.column] == aim.old][aim.column] = aim.new


def _by_column(frame: pd.DataFrame, aim: Aim) -> None:
    frame[aim.column][aim.row] = aim.new


def _by_name(frame: pd.DataFrame, aim: Aim) -> None:
    part = frame[aim.column]
    part[aim.row] = aim.new


def _at_once(frame: pd.DataFrame, aim: Aim) -> None:
    frame.loc[aim.row, aim.column] = aim.new


def chained(stage: Stage) -> Trap | None:
    """Show chained assignment and copy-on-write."""
    for one in settable(stage):
        aim = _aim(one.subject)
        if aim is not None:
            return _shown(one, aim)
    return None


def _aim(frame: Any) -> Aim | None:  # noqa: ANN401 -- a frame
    """Return a cell whose value can be written down and changed to that of another row."""
    plain = not isinstance(frame.index, pd.MultiIndex) and not isinstance(
        frame.columns, pd.MultiIndex
    )
    if not plain or not frame.index.is_unique or not frame.columns.is_unique:
        return None
    for place, label in enumerate(frame.columns):
        column = frame.iloc[:, place]
        for row in range(1, len(column)):
            old, new = column.iloc[0], column.iloc[row]
            other = differ(column.iloc[[0]], column.iloc[[row]])[0]
            codes = (literal(one) for one in (label, frame.index[0], old, new))
            if other and all(codes) and not pd.isna(old) and not pd.isna(new):
                return Aim(label, frame.index[0], old, new)
    return None


def _shown(stage: Stage, aim: Aim) -> Trap:
    name = stage.name
    column, row, old, new = map(literal, (aim.column, aim.row, aim.old, aim.new))
    tries: list[tuple[str, Callable[[pd.DataFrame, Aim], None], Both]] = [
        (
            f"{name}[{name}[{column}] == {old}][{column}] = {new}",
            _by_mask,
            Both("A mask, then a column: two brackets.", "先掩码，再取列：两个方括号。"),
        ),
        (
            f"{name}[{column}][{row}] = {new}",
            _by_column,
            Both("A column, then a row: two brackets.", "先取列，再取行：两个方括号。"),
        ),
        (
            f"part = {name}[{column}]\npart[{row}] = {new}",
            _by_name,
            Both("The column under a name of its own.", "给这一列另起名字。"),
        ),
        (
            f"{name}.loc[{row}, {column}] = {new}",
            _at_once,
            Both("One step with .loc.", "用 .loc 一步完成。"),
        ),
    ]
    steps = [_ran(stage, code, work, aim, words) for code, work, words in tries]
    title = Both("Setting in two steps, and copy-on-write", "链式赋值与写时复制")
    return made("chained", title, stage, steps, _moral(steps))


def _moral(steps: list[Step]) -> Both:
    """Return what to remember of the pandas that is installed."""
    version = pd.__version__
    kept = [not step.outcome.cells for step in steps]
    return (
        Both(
            f"In pandas {version}, what brackets give behaves as a copy, so setting it never "
            "reaches the frame. Set in one step with .loc.",
            f"在 pandas {version} 中，方括号取出的结果表现为副本，对它赋值影响不到原表。"
            "请用 .loc 一步完成。",
        )
        if kept[:3] == [True] * 3
        else Both(
            f"In pandas {version}, whether setting in two steps reaches the frame depends on the "
            "first step; from pandas 3 on it never does. Set in one step with .loc.",
            f"在 pandas {version} 中，分两步赋值能否影响原表取决于第一步；pandas 3 起一律不能。"
            "请用 .loc 一步完成。",
        )
    )


def _ran(
    stage: Stage,
    code: str,
    work: Callable[[pd.DataFrame, Aim], None],
    aim: Aim,
    words: Both,
) -> Step:
    """Return what a statement has really done to a copy."""
    before = stage.subject
    assert isinstance(before, pd.DataFrame)  # noqa: S101 -- settable yields frames
    after = before.copy()
    error = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            work(after, aim)
        except Exception as raised:  # noqa: BLE001 -- whatever pandas raises is what is shown
            error = Refusal("other", type(raised).__name__, str(raised)[:500], words)
    said = tuple(f"{one.category.__name__}: {_short(str(one.message))}" for one in caught)
    if error is not None:
        return Step(code, Outcome(code, error=error), words)
    rows, columns = compare(before, extended(before, after)).cells
    cells = tuple(
        Cells(span([row]), span([column])) for row, column in zip(rows, columns, strict=True)
    )
    outcome = Outcome(
        code, after, "DataFrame", after.shape, dtype_of(after), cells, computed=False, warnings=said
    )
    return Step(code, outcome, _told(words, len(cells), bool(said)))


def _told(words: Both, changed: int, warned: bool) -> Both:  # noqa: FBT001 -- whether pandas said so
    """Return the words with what came of it."""
    if changed:
        came = Both("The frame has changed.", "原表被修改了。")
    else:
        came = Both("The frame has not changed.", "原表没有变化。")
    warns = (
        Both(" pandas warns.", " pandas 给出警告。")
        if warned
        else Both(" pandas says nothing.", " pandas 没有提示。")
        if not changed
        else Both()
    )
    return Both(f"{words.en} {came.en}{warns.en}", f"{words.zh}{came.zh}{warns.zh.strip()}")


def _short(message: str) -> str:
    """Return the first sentence of a warning."""
    text = " ".join(message.split())
    end = text.find(". ") + 1
    return f"{text[:end]} …" if end else text[:300]
