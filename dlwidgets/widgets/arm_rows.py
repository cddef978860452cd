"""What the page is told of each arm of a comparison."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.widgets import wire

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from dlwidgets.training.arms import Comparison

BATCH = 64
"""Training samples of the batch that goes through a layer."""

ARM = t.Dict(
    per_key_traits={
        "name": t.Unicode(),
        "kind": t.Unicode(),
        "strength": wire.Array("float64"),  # one number, or none
        "losses": wire.Array("float64"),  # (part, mode, seed, epoch)
        "norms": wire.Array("float64"),  # (seed, epoch)
        "best": t.Int(),  # epoch, or -1
        "same": t.Bool(),
        "seconds": t.Float(),
        "code": t.Unicode(),
        "passes": wire.Array("float64"),  # loss of the batch: eval mode, then passes in train mode
        "dropout": t.Unicode(),  # the name of the layer; empty without one
        "p": t.Float(),
        "given": wire.Array("float64"),  # (samples, units)
        "passed": wire.Array("float64"),  # (passes, samples, units)
        "norm": t.Unicode(),  # the name of the layer; empty without one
        "eps": t.Float(),
        "statistics": wire.Array("float64"),  # (9, features), see STATISTICS
        "layers": t.List(t.Unicode()),
        "signal": wire.Array("float64"),  # (3, layers): values, gradients, apart
    }
)

STATISTICS = (
    *("weight", "bias", "batch_mean", "batch_var", "running_mean", "running_var"),
    *("given", "trained", "evaluated"),
)


def row(comparison: Comparison, name: str) -> dict[str, Any]:
    """Return all that is known of an arm."""
    found = comparison[name]
    strength = found.arm.strength
    return {
        "name": name,
        "kind": found.arm.kind,
        "strength": np.zeros(0) if math.isnan(strength) else np.array([strength]),
        "losses": found.losses,
        "norms": found.norms,
        "best": -1 if found.best is None else found.best,
        "same": comparison.same_start(name),
        "seconds": found.seconds,
        "code": comparison.code(name),
    } | _layers(comparison, name)


def histogram(comparison: Comparison) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return edges, and shares of the weights of each arm's model of the first seed."""
    from dlwidgets.explain import regularization

    edges, shares = regularization.histogram([one.models[0] for one in comparison.outcomes])
    return edges.numpy(), shares.numpy()


def _layers(comparison: Comparison, name: str) -> dict[str, Any]:
    """Return what the layers of the first seed's model make of one batch."""
    from dlwidgets.explain import regularization

    outcome, loss = comparison[name], comparison.plan.loss
    model: nn.Module = outcome.models[0]
    x, y = _batch(comparison)
    still, passes = regularization.losses(model, x, y, loss)
    drop, norm = regularization.dropped(model, x), regularization.normed(model, x)
    signal = regularization.signal(outcome.start, x, y, loss)
    none = np.zeros(0)
    return {
        "passes": np.array([still, *passes]),
        "dropout": "" if drop is None else drop.layer,
        "p": 0.0 if drop is None else drop.p,
        "given": none if drop is None else drop.given.numpy(),
        "passed": none if drop is None else drop.passed.numpy(),
        "norm": "" if norm is None else norm.layer,
        "eps": 0.0 if norm is None else norm.eps,
        "statistics": (
            none
            if norm is None
            else np.stack([getattr(norm, field).numpy() for field in STATISTICS])
        ),
        "layers": list(signal.layers),
        "signal": np.stack(
            [part.numpy() for part in (signal.values, signal.gradients, signal.apart)]
        ),
    }


def _batch(comparison: Comparison) -> tuple[Tensor, Tensor]:
    """Return the first training samples."""
    from dlwidgets.training.metrics import batches

    device = comparison.plan.device
    x, y = next(iter(batches(comparison.plan.parts()[0], device)))
    return x[:BATCH], y[:BATCH]
