"""What remains of adversarial training in a saved notebook: the last samples, and their scores."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.language import say
from dlwidgets.training import svg
from dlwidgets.training.words import quantity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.training.adversarial.duel import Duel
    from dlwidgets.training.adversarial.film import Shot

WIDTH = 420
"""Pixels of the page that the sheet takes."""


def still(duel: Duel) -> dict[str, str]:
    """Return the last shot as a MIME bundle: ``text/html``, ``image/png`` and ``text/plain``."""
    shot = duel.film[len(duel.film) - 1]
    columns = 8 if duel.game is None else duel.game.columns
    picture = base64.b64encode(svg.png(sheet(shot, columns))).decode("ascii")
    text = caption(duel, shot)
    page = (
        f'<figure class="dlw-report"><img src="data:image/png;base64,{picture}" '
        f'alt="{escape(text)}" width="{WIDTH}" style="image-rendering:pixelated">'
        f"<figcaption>{escape(text)}</figcaption></figure>"
    )
    return {"text/html": page, "image/png": picture, "text/plain": text}


def caption(duel: Duel, shot: Shot) -> str:
    """Return step and mean scores in one line."""
    generator, discriminator = ("G", "D") if duel.game is None else duel.game.names
    reading = [*duel.readings][-1]
    real, fake = quantity(reading.real), quantity(reading.fake)
    mean = f"{discriminator}(x) {real} · {discriminator}({generator}(z)) {fake}"
    return say(
        f"{generator}(z) after step {shot.step:,} · mean {mean}",
        f"第 {shot.step:,} 步后的 {generator}(z) · 平均 {mean}",
    )


def sheet(shot: Shot, columns: int) -> NDArray[np.uint8]:
    """Lay the tiles out in rows, a line of mid grey between them."""
    count, height, width, channels = shot.tiles.shape
    rows = -(-count // columns)
    size = (rows * (height + 1) - 1, columns * (width + 1) - 1, channels)
    pixels = np.full(size, 128, np.uint8)
    for index, tile in enumerate(shot.tiles):
        top, left = index // columns * (height + 1), index % columns * (width + 1)
        pixels[top : top + height, left : left + width] = tile
    return pixels[:, :, 0] if channels == 1 else pixels
