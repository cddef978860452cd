"""One step of one number, taken apart: every line of the update with its numbers (book 5.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlwidgets.explain.optimizers.formulas import LETTERS, Line, compute

if TYPE_CHECKING:
    from dlwidgets.explain.optimizers.race import Path


@dataclass(frozen=True)
class Term:
    """A line of an update: the letter that gets a value, the formula, and the value."""

    letter: str
    formula: str
    value: float

    def __str__(self) -> str:
        return f"{self.letter} ← {self.formula} = {self.value:.6g}"


@dataclass(frozen=True)
class Breakdown:
    """What one step did to one number.

    Attributes:
        step: from 0.
        method: what the optimizer is called.
        before: the number before the step, θ.
        gradient: g, as autograd has it.
        letters: the values that the formulas start from.
        terms: the lines in order, the last being Δθ; empty where no formula is known.
        change: Δθ as torch has made it.
        state: ``optimizer.state`` after the step, by torch's names.
        notes: where torch differs from the book: ``"rate"``, ``"nesterov"``, ``"delta"``.
    """

    step: int
    method: str
    before: float
    gradient: float
    letters: dict[str, float]
    terms: tuple[Term, ...]
    change: float
    state: dict[str, float]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        head = (
            f"{self.method}, step {self.step + 1}: θ = {self.before:.6g}, g = {self.gradient:.6g}"
        )
        lines = [str(term) for term in self.terms] or [f"Δθ = {self.change:.6g}"]
        return "\n".join([head, *lines])


def lines_at(path: Path, step: int) -> tuple[Line, ...]:
    """Return the formulas of a step; none where the method is not known."""
    piece = path.piece(step)
    if piece.formula is None:
        return ()
    return (piece.formula.first if step == piece.begin else ()) or piece.formula.lines


def breakdown(path: Path, step: int, number: int = 0) -> Breakdown:
    """Return one step of a path, taken apart.

    Args:
        path: of `race`.
        step: from 0; one that was taken.
        number: which of the two that are followed.
    """
    piece = path.piece(step)
    options = dict(zip(path.options, path.held[step].tolist(), strict=True))
    before = dict(zip(path.state, path.before[step, :, number].tolist(), strict=True))
    after = dict(zip(path.state, path.after[step, :, number].tolist(), strict=True))
    here, there = path.points[step, number], path.points[step + 1, number]
    gradient = float(path.gradients[step, number])
    letters = {
        "θ": float(here),
        "g": gradient,
        "t": float(step - piece.begin + 1),
        **{LETTERS[name]: value for name, value in options.items() if name in LETTERS},
    }
    known = piece.formula
    if known:
        letters |= {letter: before.get(name, 0.0) for name, letter in known.state.items()}
        after = {name: after[name] for name in known.state if name in after}
    terms = [Term(*line) for line in compute(lines_at(path, step), letters)]
    return Breakdown(
        step,
        piece.title,
        float(here),
        gradient,
        letters,
        tuple(terms),
        float(there - here),
        after,
        known.notes if known else (),
    )
