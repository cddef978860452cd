"""What the trained models make of their inputs, where those can be drawn: on a line or a plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch

from dlwidgets.training.isolation import isolated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import Tensor, nn

ALONG = 161
"""Places on the line of a fit."""

SIDE = 48
"""Rows and columns of a map of decisions."""

POINTS = 400
"""Samples that are drawn beside it, at most."""

NOWHERE = 255
"""The class of a place for which a model that has diverged gives no number."""

MARGIN = 0.06
"""How far the picture reaches beyond the samples, as a share of their range."""


@dataclass(frozen=True, eq=False, slots=True)
class Preview:
    """The picture of every run.

    Attributes:
        kind: ``"fit"``, one input and one output as a curve; ``"map"``, two inputs and the class
            that each place belongs to, or `NOWHERE`.
        x: where it reaches: least and greatest input; of a map for both inputs, (4,).
        values: of a fit the outputs along the line, (runs, `ALONG`); of a map the class of each
            cell, (runs, `SIDE`, `SIDE`), rows from the least second input up.
        points: samples, (n, 2): input and target, or both inputs.
        labels: the class of each sample; of a fit empty.
    """

    kind: Literal["fit", "map"]
    x: NDArray[np.float32]
    values: NDArray[np.float32] | NDArray[np.uint8]
    points: NDArray[np.float32]
    labels: NDArray[np.uint8]


def preview(models: Sequence[nn.Module], samples: tuple[Tensor, Tensor]) -> Preview | None:
    """Return the picture of models, or None where inputs or outputs have other dimensions."""
    x, y = samples
    if x.ndim != 2 or not x.is_floating_point():  # noqa: PLR2004 -- samples, features
        return None
    classes = not y.is_floating_point()
    with isolated(models):
        for model in models:
            model.eval()
        out = models[0](x[:1])
        if x.shape[1] == 1 and out.numel() == 1 and not classes:
            return _fit(models, x, y)
        if x.shape[1] == 2 and out.ndim == 2 and classes and int(y.max()) < NOWHERE:  # noqa: PLR2004 -- a plane
            return _map(models, x, y)
    return None


def _fit(models: Sequence[nn.Module], x: Tensor, y: Tensor) -> Preview | None:
    if y.numel() != len(x):
        return None
    low, high = _reach(x[:, 0])
    along = torch.linspace(low, high, ALONG, dtype=x.dtype, device=x.device)[:, None]
    values = torch.stack([model(along).reshape(-1) for model in models])
    points = torch.stack([x[:POINTS, 0], y.reshape(-1)[:POINTS].to(x.dtype)], 1)
    return Preview(
        "fit",
        np.array([low, high], np.float32),
        _floats(values),
        _floats(points),
        np.zeros(0, np.uint8),
    )


def _map(models: Sequence[nn.Module], x: Tensor, y: Tensor) -> Preview:
    reach = [*_reach(x[:, 0]), *_reach(x[:, 1])]
    across, up = (
        # In the middle of each cell.
        low + (high - low) * (torch.arange(SIDE, dtype=x.dtype, device=x.device) + 0.5) / SIDE
        for low, high in (reach[:2], reach[2:])
    )
    second, first = torch.meshgrid(up, across, indexing="ij")
    places = torch.stack([first.flatten(), second.flatten()], 1)
    values = torch.stack([_class(model(places)).reshape(SIDE, SIDE) for model in models])
    return Preview(
        "map",
        np.array(reach, np.float32),
        _bytes(values),
        _floats(x[:POINTS]),
        _bytes(y.reshape(-1)[:POINTS]),
    )


def _class(logits: Tensor) -> Tensor:
    found = logits.argmax(1) if logits.shape[1] > 1 else (logits[:, 0] > 0).long()
    return found.where(logits.isfinite().all(1), torch.full_like(found, NOWHERE))


def _reach(values: Tensor) -> tuple[float, float]:
    low, high = (float(v) for v in values.aminmax())
    more = MARGIN * (high - low) or 1.0
    return low - more, high + more


def _floats(values: Tensor) -> NDArray[np.float32]:
    return np.asarray(values.cpu().numpy(), np.float32)


def _bytes(values: Tensor) -> NDArray[np.uint8]:
    return np.asarray(values.cpu().numpy(), np.uint8)
