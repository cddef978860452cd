"""Predict, then reveal: questions on selections of the frame at hand (book 10.4.2).

Each wrong answer is what a selection that is often taken for the one asked would give; all are
computed by pandas.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from dlwidgets.explain.frame.quiz_material import REASONS, SELECTIONS, Rival, Selection
from dlwidgets.explain.frame.reading import read
from dlwidgets.explain.frame.traps.stage import (
    EXAMPLE,
    RENUMBERED,
    SHUFFLED,
    SMALL,
    Stage,
    example,
)
from dlwidgets.language import Both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.explain.frame.outcome import Outcome, Subject

Kind = Literal["cells", "type", "shape"]
KINDS: Final[tuple[Kind, ...]] = ("cells", "type", "shape")

ROWS, COLUMNS = 6, 4
"""The largest frame that is asked about."""

FEWEST_ROWS = 3
MOST_OPTIONS = 4

TYPES: Final = {
    "scalar": Both("scalar", "标量"),
    "Series": Both("Series", "Series"),
    "DataFrame": Both("DataFrame", "DataFrame"),
    "error": Both("an error", "报错"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """An answer: its text, or the cells that it lights, and why it is right or wrong."""

    text: Both
    cells: tuple[tuple[int, int], ...]
    words: Both


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What a selection gives.

    Attributes:
        kind: what is asked: ``cells``, ``type`` or ``shape``.
        code: the selection.
        options: the answers to choose from.
        right: which of them is right.
        stage: what is selected from, and the lines that make it.
        outcome: what pandas gives.
    """

    kind: Kind
    code: str
    options: tuple[Option, ...]
    right: int
    stage: Stage
    outcome: Outcome


def quiz(
    subject: Subject,
    *,
    what: tuple[Kind, ...] = KINDS,
    count: int = 5,
    seed: int = 0,
    name: str = "df",
) -> tuple[Question, ...]:
    """Return questions on selections of a frame, or of its first rows and columns.

    Args:
        subject: a DataFrame or Series; it is never changed.
        what: which kinds of questions.
        count: how many, at most.
        seed: the same seed asks the same questions.
        name: what the frame is called.

    Returns:
        As many as there are different ones, at most ``count``.
    """
    dice = random.Random(seed)  # noqa: S311 -- a game
    found: list[Question] = []
    stages, makers, kinds = list(_stages(subject, name)), list(SELECTIONS), list(what)
    dice.shuffle(makers)
    firsts = [dice.randrange(len(stages)) for _ in makers]
    material = [
        (stages[(first + turn) % len(stages)], make)
        for turn in range(len(stages))
        for first, make in zip(firsts, makers, strict=True)
    ]
    for stage, make in material:
        selection = make(stage, dice)
        if selection is None or any(selection.code == one.code for one in found):
            continue
        dice.shuffle(kinds)
        made = (_question(kind, selection, stage, dice) for kind in kinds)
        question = next((one for one in made if one is not None), None)
        if question is not None:
            found.append(question)
        if len(found) == count:
            break
    return tuple(found)


def _stages(subject: Subject, name: str) -> Iterator[Stage]:
    """Yield the small frames that are asked about."""
    stage = Stage(subject, name)
    frame = isinstance(subject, pd.DataFrame)
    several = any(isinstance(labels, pd.MultiIndex) for labels in subject.axes)
    empty = 0 in subject.shape or len(subject) < FEWEST_ROWS
    if several or empty or not all(labels.is_unique for labels in subject.axes):
        yield from _and_numbered(example(not frame), EXAMPLE)
        return
    if len(subject) > ROWS or (frame and subject.shape[1] > COLUMNS):
        made = (
            subject.iloc[:ROWS, :COLUMNS]
            if isinstance(subject, pd.DataFrame)
            else subject.iloc[:ROWS]
        )
        cut = f"[:{ROWS}, :{COLUMNS}]" if frame else f"[:{ROWS}]"
        stage = Stage(made, "small", f"small = {name}.iloc{cut}", SMALL)
    yield from _and_numbered(stage, RENUMBERED)


def _and_numbered(stage: Stage, why: Both) -> Iterator[Stage]:
    yield stage
    size = min(len(stage.subject), len(SHUFFLED))
    labels = [one for one in SHUFFLED if one < size]
    code = f"numbered = {stage.name}.head({size}).set_axis({labels})"
    setup = f"{stage.setup}\n{code}".lstrip()
    yield Stage(stage.subject.head(size).set_axis(labels), "numbered", setup, why)


def _question(
    kind: Kind, selection: Selection, stage: Stage, dice: random.Random
) -> Question | None:
    """Return a question with its answers in a random order; None where there is nothing to ask."""
    outcome = read(stage.subject, selection.code, stage.name)
    if not _fair(outcome):
        return None
    rivals = [
        (rival, found)
        for rival in selection.rivals
        if _fair(found := read(stage.subject, rival.code, stage.name))
    ]
    answers = {"cells": _cells, "type": _types, "shape": _shapes}[kind](
        outcome, rivals, stage, dice
    )
    if len(answers) < 3:  # noqa: PLR2004 -- fewer are a toss of a coin
        return None
    right = answers[0]
    dice.shuffle(answers)
    return Question(kind, selection.code, tuple(answers), answers.index(right), stage, outcome)


def _fair(outcome: Outcome) -> bool:
    """Return whether an outcome is pandas' own, with nothing that would give it away."""
    return outcome.error is None or bool(outcome.error.exception)


Rivals = list[tuple[Rival, "Outcome"]]


def _truth(outcome: Outcome, rivals: Rivals) -> Both:
    """Return what is said of the right answer: pandas' error, a remark, or the trap avoided."""
    if outcome.error is not None:
        return Both(
            f"{outcome.error.exception}: {outcome.error.words.en}",
            f"{outcome.error.exception}：{outcome.error.words.zh}",
        )
    if outcome.notes:
        return outcome.notes[0]
    return REASONS[rivals[0][0].trap if rivals else "other"]


def _cells(outcome: Outcome, rivals: Rivals, stage: Stage, dice: random.Random) -> list[Option]:
    """Return sets of cells; an error lights none."""
    found = {_lit(outcome): _truth(outcome, rivals)}
    for rival, other in rivals:
        found.setdefault(_lit(other), REASONS[rival.trap])
    height, width = len(stage.subject), stage.subject.shape[1] if stage.frame else 1
    some = [_block(height, width, dice) for _ in range(8)]
    for cells in [*some, ()]:
        if len(found) < MOST_OPTIONS:
            found.setdefault(cells, REASONS["other"])
    none = Both("none: an error, or empty", "没有：报错或为空")
    return [
        Option(Both() if cells else none, cells, words)
        for cells, words in list(found.items())[:MOST_OPTIONS]
    ]


def _lit(outcome: Outcome) -> tuple[tuple[int, int], ...]:
    cells = {
        (int(row), int(column))
        for one in outcome.cells
        for row in one.rows
        for column in one.columns
    }
    return tuple(sorted(cells))


def _block(height: int, width: int, dice: random.Random) -> tuple[tuple[int, int], ...]:
    """Return whole rows, or a column."""
    if width > 1 and dice.random() < 0.3:  # noqa: PLR2004 -- mostly rows
        column = dice.randrange(width)
        return tuple((row, column) for row in range(height))
    top = dice.randrange(height)
    bottom = dice.randrange(top + 1, height + 1)
    return tuple((row, column) for row in range(top, bottom) for column in range(width))


def _types(outcome: Outcome, rivals: Rivals, _stage: Stage, _dice: random.Random) -> list[Option]:
    """Return all four types, in which the right one comes first."""
    if outcome.kind not in TYPES:
        return []
    reasons = {outcome.kind: _truth(outcome, rivals)}
    for rival, other in rivals:
        reasons.setdefault(other.kind, REASONS[rival.trap])
    order = [outcome.kind, *(kind for kind in TYPES if kind != outcome.kind)]
    return [Option(TYPES[kind], (), reasons.get(kind, REASONS["type"])) for kind in order]


def _shapes(outcome: Outcome, rivals: Rivals, stage: Stage, dice: random.Random) -> list[Option]:
    """Return shapes, or an error."""
    found = {_shape(outcome): _truth(outcome, rivals)}
    for rival, other in rivals:
        found.setdefault(_shape(other), REASONS[rival.trap])
    height, width = len(stage.subject), stage.subject.shape[1] if stage.frame else 1
    plain = [f"({height},)", f"({max(1, height - 1)}, {width})", f"({width},)", f"({height}, 1)"]
    dice.shuffle(plain)
    for text in plain:
        if len(found) < MOST_OPTIONS:
            found.setdefault(text, REASONS["other"])
    wrong = TYPES["error"]
    return [
        Option(wrong if text == "error" else Both(text, text), (), words)
        for text, words in list(found.items())[:MOST_OPTIONS]
    ]


def _shape(outcome: Outcome) -> str:
    return "error" if outcome.error is not None else str(outcome.shape)
