"""Pictures for notebooks, made without pyplot; imported only when one is drawn."""

from __future__ import annotations

import math
from io import BytesIO
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlwidgets.data.lettering import Lettering

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from dlwidgets.language import Both


class Picture(Figure):
    """A figure that shows itself as a cell's value though pyplot has never been imported."""

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        self.savefig(file, format="png", dpi=100)
        return file.getvalue()


class PictureAxes(Axes):
    """Axes that show their figure as a cell's value; alone they would show as text."""

    name = "dlwidgets picture"

    def _repr_png_(self) -> bytes | None:
        figure = self.get_figure(root=True)
        return figure._repr_png_() if isinstance(figure, Picture) else None


def sheet(images: np.ndarray[Any, Any], labels: Sequence[str]) -> Figure:
    """Draw images of shape (n, channels, height, width) in a near-square grid.

    All share one grey scale, from the smallest to the largest value of the sheet.
    """
    columns = math.ceil(math.sqrt(len(images)))
    rows = math.ceil(len(images) / columns)
    figure = Picture(figsize=(1.1 * columns, 1.3 * rows), layout="constrained")
    low, high = float(images.min()), float(images.max())
    span = (high - low) or 1.0
    for place, (image, label) in enumerate(zip(images, labels, strict=True), start=1):
        axes = figure.add_subplot(rows, columns, place)
        pixels = (image.transpose(1, 2, 0) - low) / span
        axes.imshow(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels, "gray", vmin=0, vmax=1)
        axes.set_title(label, fontsize="small")
        axes.set_axis_off()
    return figure


def line(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], title: Both, label: Both) -> Figure:
    """Draw one series over its days; texts are English where no font has Chinese characters."""
    lettering = Lettering()
    figure = Picture(figsize=(8, 3.6), dpi=100, layout="constrained")
    axes = figure.add_subplot()
    axes.plot(x, y, color="#0b62b0", linewidth=1)
    axes.grid(alpha=0.3)
    axes.set_title(
        lettering.clean(lettering.choose(*title)), family=lettering.families, parse_math=False
    )
    axes.set_ylabel(lettering.choose(*label), family=lettering.families)
    return figure
