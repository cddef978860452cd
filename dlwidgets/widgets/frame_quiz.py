"""The quiz of `FrameExplorer`: predict which cells, which type, which shape; then see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import traitlets as t

from dlwidgets.language import say, suggest
from dlwidgets.widgets.base import command
from dlwidgets.widgets.frame_grids import plain
from dlwidgets.widgets.layer_rows import TEXT

if TYPE_CHECKING:
    from dlwidgets.explain.frame.quiz import Option, Question
    from dlwidgets.explain.frame.traps.stage import Stage
    from dlwidgets.language import Both

WHAT: Final = ("all", "cells", "type", "shape")

OPTION: Final = t.Dict(
    per_key_traits={"text": TEXT, "cells": t.List(t.List(t.Int())), "words": TEXT}
)
QUESTION: Final = t.Dict(
    per_key_traits={
        "kind": t.Enum(["cells", "type", "shape"]),
        "code": t.Unicode(),
        "setup": t.Unicode(),
        "why": TEXT,
        "rows": t.List(t.Unicode()),
        "columns": t.List(t.Unicode()),
        "texts": t.List(t.List(t.Unicode())),
        "options": t.List(OPTION),
        "right": t.Int(),
        "cells": t.List(t.List(t.Int())),
        "result": t.Unicode(),
    }
)
STATE: Final = {
    "at": t.Int(),
    "tries": t.List(t.List(t.Int())),
    "ends": t.List(t.Enum(["", "right", "shown"])),
}
NONE: Final[dict[str, Any]] = {"at": 0, "tries": [], "ends": []}


class Questions(t.HasTraits):
    """What a widget with a quiz on selections has: the questions, and how it went."""

    _questions = t.List(QUESTION, help="What is asked; none for no quiz.").tag(sync=True)
    _quiz = t.Dict(NONE, per_key_traits=STATE, help="How far the quiz is.").tag(sync=True)

    if TYPE_CHECKING:
        panel: str
        _subject: Any
        _name: str

    def quiz(self, what: str = "all", *, count: int = 5, seed: int = 0) -> None:
        """Ask before it is shown: which cells a selection takes, of which type and shape.

        Questions are made from the data at hand. A wrong answer is told which trap it fell into.

        Args:
            what: ``"cells"``, ``"type"``, ``"shape"``, or ``"all"``.
            count: how many questions, at most 12.
            seed: the same seed asks the same questions.

        Raises:
            ValueError: for another kind of question, or a count that is no number from 1 to 12.
        """
        if what not in WHAT:
            message = say(
                f"FrameExplorer.quiz: what expected one of {', '.join(WHAT)}; got {what!r}.",
                f"FrameExplorer.quiz：what 应为 {'、'.join(WHAT)} 之一；得到 {what!r}。",
            )
            raise ValueError(message + suggest(str(what), WHAT))
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST:
            raise ValueError(
                say(
                    f"FrameExplorer.quiz: count expected a number from 1 to {MOST}, got {count!r}",
                    f"FrameExplorer.quiz：count 应为 1 到 {MOST} 的整数，得到 {count!r}",
                )
            )
        self.panel = "quiz"
        self._ask(what, count, seed)

    def end_quiz(self) -> None:
        """Ask nothing any more."""
        self._questions, self._quiz = [], dict(NONE)

    @property
    def score(self) -> dict[str, int]:
        """How the quiz went so far: ``asked``, ``right``, ``shown``, and ``tries`` in all."""
        ends = self._quiz["ends"]
        return {
            "asked": len(self._questions),
            "right": ends.count("right"),
            "shown": ends.count("shown"),
            "tries": sum(map(len, self._quiz["tries"])),
        }

    @command
    def _on_quiz(self, value: dict[str, Any]) -> None:
        """Begin a quiz from the page."""
        self.quiz(str(value["what"]), seed=int(value["seed"]))

    def _panels_begin(self) -> None:
        """Begin anew: the data have changed."""
        self.end_quiz()
        getattr(super(), "_panels_begin", lambda: None)()

    def _ask(self, what: str, count: int, seed: int) -> None:
        from dlwidgets.explain.frame.quiz import KINDS, quiz

        kinds = KINDS if what == "all" else tuple(one for one in KINDS if one == what)
        made = quiz(self._subject, what=kinds, count=count, seed=seed, name=self._name)
        with self.hold_trait_notifications():
            self._quiz = {"at": 0, "tries": [[] for _ in made], "ends": [""] * len(made)}
            self._questions = [_question(one) for one in made]


MOST: Final = 12


def _question(one: Question) -> dict[str, Any]:
    outcome = one.outcome
    told = (
        f"{outcome.error.exception}: {outcome.error.message}"
        if outcome.error
        else f"{outcome.kind} {outcome.shape}"
    )
    return {
        "kind": one.kind,
        "code": plain(one.code),
        "setup": plain(one.stage.setup),
        "why": one.stage.why._asdict(),
        **_grid(one.stage),
        "options": [_option(option) for option in one.options],
        "right": one.right,
        "cells": [
            [int(row), int(column)]
            for cells in outcome.cells
            for row in cells.rows
            for column in cells.columns
        ],
        "result": plain(told),
    }


def _grid(stage: Stage) -> dict[str, Any]:
    """Return the labels and cells of the small frame that is asked about."""
    from dlwidgets.explain.frame import window

    shape = (*stage.subject.shape, 1)
    seen = window(stage.subject, range(shape[0]), range(shape[1]))
    return {
        "rows": [plain(" / ".join(label)) for label in seen.row_labels],
        "columns": [plain(" / ".join(label)) for label in seen.column_labels],
        "texts": [[plain(text) for text in row] for row in seen.texts],
    }


def _text(both: Both) -> dict[str, str]:
    return {key: plain(text) for key, text in both._asdict().items()}


def _option(option: Option) -> dict[str, Any]:
    return {
        "text": _text(option.text),
        "cells": [list(cell) for cell in option.cells],
        "words": _text(option.words),
    }
