"""The quiz of `ConvExplorer`: what is asked, and how it went."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

import traitlets as t

from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from torch import Tensor

WHAT: Final = ("all", "size", "cells")
SIZE: Final = -1
"""The task that asks for the size of the output; others ask for the cell of that flat index."""

QUIZ: Final = {
    "tasks": t.List(t.Int()),
    "at": t.Int(),
    "tries": t.List(t.List(t.Unicode())),
    "ends": t.List(t.Enum(["", "right", "shown"])),
}
NONE: Final[dict[str, Any]] = {"tasks": [], "at": 0, "tries": [], "ends": []}


class Quizzing(t.HasTraits):
    """What a widget with a quiz has: the state that page and Python share, and how to begin."""

    _quiz = t.Dict(NONE, per_key_traits=QUIZ, help="What is asked; no tasks for no quiz.").tag(
        sync=True
    )

    if TYPE_CHECKING:

        @property
        def output(self) -> Tensor:
            """What the cells of the quiz are taken from, shape (C, H, W)."""

    def quiz(
        self,
        what: str = "all",
        *,
        cells: Iterable[Sequence[int]] | None = None,
        count: int = 3,
        seed: int = 0,
    ) -> None:
        """Ask before it is shown: the size of the output, and the numbers in some of its cells.

        The widget hides what is asked for, takes the answer from the keyboard and says right, or
        which term is missing. Settings rest meanwhile; changing the layer in Python ends the quiz.

        Args:
            what: ``"size"``, ``"cells"``, or ``"all"`` for both.
            cells: those to ask for, as (row, column) or (channel, row, column); else random ones.
            count: how many random ones.
            seed: of their choice.

        Raises:
            TypeError: for cells that are no whole numbers.
            ValueError: for an unknown kind of quiz, or cells outside of the output.
        """
        self._quiz = _begun(what, tuple(self.output.shape), cells, count, seed)

    def end_quiz(self) -> None:
        """Show everything again."""
        self._quiz = dict(NONE)

    @property
    def score(self) -> dict[str, int]:
        """How the quiz went so far: ``asked``, ``right``, ``shown``, and ``tries`` in all."""
        return _score(self._quiz)


def _begun(
    what: str, shape: tuple[int, ...], cells: Iterable[Sequence[int]] | None, count: int, seed: int
) -> dict[str, Any]:
    """Return a fresh quiz on an output of a shape (channels, height, width).

    Raises:
        TypeError: for cells that are no whole numbers.
        ValueError: for an unknown kind of quiz, cells outside of the output, or none to ask for.
    """
    if what not in WHAT:
        message = say(
            f"ConvExplorer.quiz: what expected one of {', '.join(WHAT)}; got {what!r}.",
            f"ConvExplorer.quiz：what 应为 {'、'.join(WHAT)}；得到 {what!r}。",
        )
        raise ValueError(message + suggest(str(what), WHAT))
    tasks = [] if what == "cells" else [SIZE]
    if what != "size":
        tasks += _random(shape, count, seed) if cells is None else [_place(c, shape) for c in cells]
    if not tasks:
        raise ValueError(
            say(
                "ConvExplorer.quiz: expected at least one cell to ask for, got none",
                "ConvExplorer.quiz：至少要有一个待答的格，得到 0 个",
            )
        )
    return {"tasks": tasks, "at": 0, "tries": [[] for _ in tasks], "ends": [""] * len(tasks)}


def _score(quiz: dict[str, Any]) -> dict[str, int]:
    """Return how many were asked, answered right and shown, and how many answers there were."""
    return {
        "asked": len(quiz["tasks"]),
        "right": quiz["ends"].count("right"),
        "shown": quiz["ends"].count("shown"),
        "tries": sum(map(len, quiz["tries"])),
    }


def _random(shape: tuple[int, ...], count: int, seed: int) -> list[int]:
    channels, height, width = shape
    cells = channels * height * width
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ValueError(
            say(
                f"ConvExplorer.quiz: count expected a number from 1, got {count!r}",
                f"ConvExplorer.quiz：count 应为不小于 1 的整数，得到 {count!r}",
            )
        )
    return random.Random(seed).sample(range(cells), min(count, cells))  # noqa: S311 -- a game


def _place(cell: Sequence[int], shape: tuple[int, ...]) -> int:
    """Return the flat index of a cell (row, column) or (channel, row, column)."""
    given = tuple(cell) if isinstance(cell, (tuple, list)) else ()
    place = (0, *given) if len(given) == len(shape) - 1 else given
    whole = all(isinstance(i, int) and not isinstance(i, bool) for i in place)
    if len(place) != len(shape) or not whole:
        raise TypeError(
            say(
                f"ConvExplorer.quiz: a cell expected (row, column) or (channel, row, column), "
                f"got {cell!r}",
                f"ConvExplorer.quiz：格应为 (行, 列) 或 (通道, 行, 列)，得到 {cell!r}",
            )
        )
    if not all(0 <= i < most for i, most in zip(place, shape, strict=True)):
        raise ValueError(
            say(
                f"ConvExplorer.quiz: expected a cell of the output of shape {shape}, got {cell!r}",
                f"ConvExplorer.quiz：格应在形状为 {shape} 的输出之内，得到 {cell!r}",
            )
        )
    channel, row, column = map(int, place)
    return (channel * shape[1] + row) * shape[2] + column
