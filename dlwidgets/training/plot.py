"""A run drawn with matplotlib, without pyplot and so without anything left behind."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.training.curves import DASHES, LIGHT, Curve, Mark, Tone, curves, marks
from dlwidgets.training.words import state_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from dlwidgets.data.lettering import Lettering
    from dlwidgets.training.run import Run

_MARKERS = ("o", "s", "^", "D")
_TONES: dict[Tone, tuple[str, str]] = {
    "hand": ("#0b62b0", "--"),
    "code": ("#5c6570", ":"),
    "bad": ("#b3261e", "-"),
}
_TEXTS = 12
_TOGETHER = 2


def plot(run: Run, ax: Axes | None = None, *, log: bool = False) -> Axes:
    """Draw the curves and events of a run; return the Axes.

    As a cell's value the Axes show their picture; ``ax.figure`` is the figure.

    Args:
        run: a run in any state.
        ax: where to draw; without one, on a new figure that pyplot knows nothing of.
        log: whether the vertical axis is logarithmic; values from 0 down are then left out.
    """
    from dlwidgets.data.lettering import Lettering

    if ax is None:
        from dlwidgets.data.picture import Picture, PictureAxes

        figure = Picture(figsize=(6.4, 3.6), dpi=100, layout="constrained")
        ax = figure.add_subplot(axes_class=PictureAxes)
    lettering = Lettering()
    drawn = curves(run, run.history)
    log = log and any((curve.y > 0).any() for curve in drawn)
    lines = [_draw(ax, i, curve, lettering, log=log) for i, curve in enumerate(drawn)]
    _mark(ax, marks(run), lettering)
    _label(ax, run, lettering, log=log)
    if drawn:
        _legend(ax, lines, lettering, [lettering.clean(curve.name) for curve in drawn])
    else:
        nothing = lettering.choose("no steps were recorded", "没有记录任何步")
        font = lettering.families
        ax.text(0.5, 0.5, nothing, transform=ax.transAxes, ha="center", va="center", family=font)
    return ax


def _draw(ax: Axes, index: int, curve: Curve, lettering: Lettering, *, log: bool) -> Line2D:
    y = np.where(curve.y > 0, curve.y, np.nan) if log else curve.y
    x = curve.x
    if curve.sparse:
        x, y = x[np.isfinite(y)], y[np.isfinite(y)]
    (line,) = ax.plot(
        x,
        y,
        color=LIGHT[index % len(LIGHT)],
        linewidth=1.2,
        linestyle=(0, DASHES[index % len(DASHES)]) if index % len(DASHES) else "-",
        marker=_MARKERS[index % len(_MARKERS)] if curve.sparse else "",
        markersize=4,
        label=lettering.clean(curve.name),
    )
    return line


def _mark(ax: Axes, happened: list[Mark], lettering: Lettering) -> None:
    for mark in happened:
        color, style = _TONES[mark.tone]
        ax.axvline(mark.x, color=color, linestyle=style, linewidth=0.8)
    # What the user did is read first where there is no room for all.
    told = sorted(happened, key=lambda mark: mark.tone == "code")[:_TEXTS]
    for x, near in _gather(told, ax.get_xlim()).items():
        note = ax.annotate(
            lettering.clean(", ".join(mark.text for mark in near)),
            (x, 0.98),
            xycoords=("data", "axes fraction"),
            xytext=(2, 0),
            textcoords="offset points",
            rotation=90,
            va="top",
            family=lettering.families,
            fontsize="x-small",
            color=_TONES[near[-1].tone][0],
            bbox={"facecolor": ax.get_facecolor(), "alpha": 0.7, "linewidth": 0, "pad": 1},
            parse_math=False,
        )
        # A text too long for the axes may stick out, but not squeeze them.
        note.set_in_layout(False)


def _gather(told: list[Mark], limits: tuple[float, float]) -> dict[int, list[Mark]]:
    """Return marks by the place of their text: two that are near share one, more are too many."""
    room = 0.03 * (limits[1] - limits[0])
    gathered: dict[int, list[Mark]] = {}
    for mark in sorted(told, key=lambda mark: mark.x):
        last = next(reversed(gathered), None)
        if last is None or mark.x - last >= room:
            gathered[mark.x] = [mark]
        elif len(gathered[last]) < _TOGETHER:
            gathered[last].append(mark)
    return gathered


def _label(ax: Axes, run: Run, lettering: Lettering, *, log: bool) -> None:
    font = lettering.families
    ax.set_xlabel(lettering.choose("step", "步"), family=font)
    if log:
        ax.set_yscale("log", nonpositive="mask")
        ax.set_ylabel(lettering.choose("log scale", "对数刻度"), family=font)
    state = state_words(run.state)
    state = state if lettering.shows(state) else run.state
    title = lettering.clean(f"{run.name} · {state}")
    ax.set_title(title, fontsize="medium", family=font, parse_math=False)


def _legend(ax: Axes, lines: list[Line2D], lettering: Lettering, names: list[str]) -> None:
    # Numbers first, then the names: matplotlib leaves out labels that begin with "_".
    font = {"family": lettering.families, "size": "small"}
    columns = math.ceil(len(lines) / 8)
    legend = ax.legend(lines, [str(i) for i in range(len(lines))], prop=font, ncols=columns)
    legend.set_in_layout(False)
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_parse_math(False)
        text.set_text(name)
