"""What a playground tells its page, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.language import SILENT, Both
from dlwidgets.widgets import wire

if TYPE_CHECKING:
    from dlwidgets.training.playground import Phase, Play
    from dlwidgets.widgets.playground_traits import PlaygroundTraits

SHOWN = 1000
"""Real points that are drawn at most."""

TARGET = {
    "name": t.Unicode(),
    "points": wire.Array("float32"),
    "centres": wire.Array("float32"),
    "count": t.Int(),
    "centre": wire.Array("float64"),
    "scale": t.Float(),
    "floor": wire.Array("float64"),
    "drawn": t.Bool(),
}

PICTURE = {
    "samples": wire.Array("float32"),
    "gradients": wire.Array("float32"),
    "mesh": wire.Array("float32"),
    "heat": wire.Array("float32"),
}

PHASE = {
    "name": t.Unicode(),
    "values": wire.Array("float64"),
    "points": wire.Array("float32"),
    "gradients": wire.Array("float32"),
}

_NONE = np.zeros((0, 2), np.float32)

NO_TARGET = {
    "name": "",
    "points": _NONE,
    "centres": _NONE,
    "count": 0,
    "centre": np.zeros(2),
    "scale": 1.0,
    "floor": np.zeros(0),
    "drawn": False,
}
NO_PICTURE = {"samples": _NONE, "gradients": _NONE, "mesh": _NONE, "heat": _NONE}
NO_PHASE = {"name": "", "values": np.zeros(0), "points": _NONE, "gradients": _NONE}


def target_row(play: Play) -> dict[str, Any]:
    """Return the real points as the page draws them."""
    target = play.target
    points = target.points.numpy()
    return {
        "name": target.name,
        "points": points[:: -(-len(points) // SHOWN)],
        "centres": target.centres.numpy(),
        "count": len(points),
        "centre": np.array(target.centre),
        "scale": target.scale,
        "floor": np.array([play.measures.floor]),
        "drawn": target.name == "own" and not len(target.raw),
    }


def picture_row(play: Play) -> dict[str, Any]:
    """Return what both nets do now."""
    from dlwidgets.training.playground import heat, mesh, pushed

    found = pushed(play, play.measures.z)
    return {
        "samples": found.points.numpy(),
        "gradients": found.gradients.numpy(),
        "mesh": mesh(play).numpy(),
        "heat": heat(play).numpy(),
    }


def phase_row(phase: Phase | None) -> dict[str, Any]:
    """Return a phase of a round."""
    if phase is None:
        return NO_PHASE
    return {
        "name": phase.name,
        "values": np.array(phase.values),
        "points": phase.points.numpy(),
        "gradients": phase.gradients.numpy(),
    }


def ending(play: Play) -> Both:
    """Return why a game can't go on, and what would mend it; no text while it can."""
    ended = play.ended
    if ended is None:
        return SILENT
    net = ended.net.upper()
    # Where the numbers of one net blow up, those of the other may have driven them.
    lr, name = max((play.live.lr_d, "lr_d"), (play.live.lr_g, "lr_g"))
    adam = play.setting.optimizer == "adam"
    other = ("", "") if adam else (" or take the optimizer adam,", "或改用优化器 adam，")
    return Both(
        f"The loss of {net} was no finite number at its update {ended.update:,}; the game has "
        f"stopped there. Lower the larger rate, {name} (now {lr:g}),{other[0]} then restart.",
        f"{net} 第 {ended.update:,} 次更新时损失不再是有限数，游戏在此停止。"
        f"请降低较大的学习率 {name}（现为 {lr:g}），{other[1]}然后重新开始。",
    )


def written(widget: PlaygroundTraits, own: bool) -> str:  # noqa: FBT001 -- said at its one call
    """Return the line that lays out the game of a widget; ``own`` points are called so."""
    from dlwidgets.widgets.playground_traits import LIVE, SETTING

    traits = widget.traits()
    turned = {
        name: getattr(widget, name)
        for name in ("target", *LIVE, *SETTING)
        if getattr(widget, name) != traits[name].default_value
    }
    first = ["points"] if own and turned.get("target") == "own" else []
    if first:
        del turned["target"]
    parts = [*first, *(f"{name}={value!r}" for name, value in turned.items())]
    return f"dlwidgets.GanPlayground({', '.join(parts)})"
