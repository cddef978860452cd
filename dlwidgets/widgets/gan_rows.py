"""A duel in rows that JSON can carry: what `GanMonitor` tells the browser, with its types."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import traitlets as t

from dlwidgets.training.adversarial.diagnosis import Code
from dlwidgets.widgets import wire
from dlwidgets.widgets.run_rows import finite

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.training.adversarial import Duel, Finding
    from dlwidgets.training.adversarial.film import Shot

COLUMNS = ("step", "loss_d", "loss_g", "real", "fake", "grad_d", "grad_g", "spread", "covered")
"""What a row of `_readings` holds, in this order."""

EVIDENCE = (
    *("gradient", "greatest", "real", "fake", "spread", "covered", "classes", "accuracy"),
    *("period", "swing"),
)
_KNOWN = t.Float(allow_none=True, default_value=None)

FINDING = t.Dict(per_key_traits={"code": t.Enum(get_args(Code)), **dict.fromkeys(EVIDENCE, _KNOWN)})
ABOUT = {
    "generator": t.Unicode(),
    "discriminator": t.Unicode(),
    "logits": t.Bool(),
    "noise": t.Int(),
    "real": t.Int(),
    "classes": t.Int(),
    "accuracy": _KNOWN,
    "trusted": t.Bool(),
    "cost": _KNOWN,
    "stride": t.Int(),
    "bytes": t.Int(),
}
SHOWN = {
    "step": t.Int(),
    "index": t.Int(),
    "columns": t.Int(),
    "tiles": wire.Array("uint8", ndim=4),
    "scores": wire.Array("float32", ndim=1),
    "guesses": wire.Array("int8", ndim=1),
    "asked": wire.Array("int16", ndim=1),
}


def about(duel: Duel) -> dict[str, Any]:
    """Return who plays, and how they are looked at."""
    game, classes = duel.game, duel.classes
    names = ("G", "D") if game is None else game.names
    return {
        "generator": names[0],
        "discriminator": names[1],
        "logits": game is not None and game.logits,
        "noise": 0 if game is None else len(game.noise),
        "real": 0 if game is None else len(game.seen),
        "classes": 0 if classes is None else classes.count,
        "accuracy": None if classes is None else finite(classes.accuracy),
        "trusted": classes is not None and classes.trusted,
        "cost": finite(duel.cost),
        "stride": duel.film.stride,
        "bytes": duel.film.nbytes,
    }


def shown(duel: Duel, index: int) -> dict[str, Any]:
    """Return the shot at ``index``, empty while there is none."""
    if not len(duel.film):
        return {
            "step": 0,
            "index": 0,
            "columns": 1,
            "tiles": np.zeros((0, 1, 1, 1), np.uint8),
            "scores": np.zeros(0, np.float32),
            "guesses": np.zeros(0, np.int8),
            "asked": np.zeros(0, np.int16),
        }
    shot: Shot = duel.film[index]
    game = duel.game
    return {
        "step": shot.step,
        "index": index,
        "columns": 1 if game is None else game.columns,
        "tiles": shot.tiles,
        "scores": shot.scores,
        "guesses": shot.guesses,
        "asked": asked(duel),
    }


def asked(duel: Duel) -> NDArray[np.int16]:
    """Return the class that each tile was asked for; empty for a generator without labels."""
    game = duel.game
    labels = None if game is None else game.asked
    if game is None or labels is None or labels.ndim != 1 or labels.is_floating_point():
        return np.zeros(0, np.int16)
    return labels[: game.tiles].cpu().numpy().astype(np.int16)


def readings(duel: Duel) -> NDArray[np.float32]:
    """Return one row a look, with the columns of `COLUMNS`."""
    rows = [[getattr(reading, name) for name in COLUMNS] for reading in duel.readings]
    return np.array(rows, np.float32).reshape(-1, len(COLUMNS))


def finding_row(finding: Finding) -> dict[str, Any]:
    """Return a finding."""
    evidence = finding.evidence
    return {
        "code": finding.code,
        **{name: finite(evidence.get(name, math.nan)) for name in EVIDENCE},
    }
