"""What a trap is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from dlwidgets.explain.frame.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dlwidgets.explain.frame.outcome import Outcome, Subject
    from dlwidgets.explain.frame.traps.stage import Stage
    from dlwidgets.language import Both


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One line of code, what came of it, and what there is to see."""

    code: str
    outcome: Outcome
    words: Both


@dataclass(frozen=True, slots=True, eq=False)
class Trap:
    """Something that people get wrong.

    Attributes:
        key: its name in `ORDER`.
        title: what it is about.
        subject: what the steps are taken on.
        name: how that is called in the code.
        setup: the lines that make it; empty where it is the data at hand.
        why: why it was made; empty likewise.
        steps: what was done, one after the other.
        moral: what to remember.
    """

    key: str
    title: Both
    subject: Subject
    name: str
    setup: str
    why: Both
    steps: tuple[Step, ...]
    moral: Both

    @property
    def own(self) -> bool:
        """Whether it is shown on the data at hand."""
        return not self.setup


def seen(stage: Stage, code: str, words: Both) -> Step:
    """Return a step that selects."""
    return Step(code, read(stage.subject, code, stage.name), words)


def made(key: str, title: Both, stage: Stage, steps: list[Step], moral: Both) -> Trap:
    """Return a trap on a stage."""
    return Trap(key, title, stage.subject, stage.name, stage.setup, stage.why, tuple(steps), moral)


def first(stages: Iterable[Stage], build: Callable[[Stage], Trap | None]) -> Trap | None:
    """Return the trap on the first stage that shows it."""
    return next((found for stage in stages if (found := build(stage)) is not None), None)


def errors(steps: list[Step]) -> list[str]:
    """Return the exception of each step, empty where there is none."""
    return [step.outcome.error.exception if step.outcome.error else "" for step in steps]


def refused(steps: list[Step]) -> bool:
    """Return whether a step was no code that may be typed, as for labels without a literal."""
    return any(step.outcome.error and not step.outcome.error.exception for step in steps)


def several(stage: Stage) -> bool:
    """Return whether labels have several levels, on either axis."""
    subject = stage.subject
    axes = subject.axes if isinstance(subject, pd.DataFrame) else [subject.index]
    return any(isinstance(labels, pd.MultiIndex) for labels in axes)
