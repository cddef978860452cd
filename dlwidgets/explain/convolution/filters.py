"""The 3×3 filters of the book's chapter on convolution, with what they do."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dlwidgets.language import say, suggest


@dataclass(frozen=True, eq=False)
class Filter:
    """A kernel with a name.

    Attributes:
        name: what it is called in code.
        en: its name in English.
        zh: its name in Chinese.
        weight: the kernel, shape (3, 3), float32. As everywhere in deep learning it is laid on
            the image as it stands, not turned around first.
    """

    name: str
    en: str
    zh: str
    weight: Tensor

    @property
    def label(self) -> str:
        """The name in the chosen language."""
        return say(self.en, self.zh)


_TABLE: tuple[tuple[str, str, str, list[list[float]]], ...] = (
    ("cross", "the book's first kernel", "书中第一个卷积核", [[1, 0, 1], [0, 1, 0], [1, 0, 1]]),
    ("identity", "identity", "恒等", [[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    ("vertical", "vertical edge", "垂直边缘", [[1, 0, -1], [1, 0, -1], [1, 0, -1]]),
    ("horizontal", "horizontal edge", "水平边缘", [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]),
    (
        "sobel_x",
        "Sobel, horizontal change",
        "Sobel x（水平变化）",
        [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    ),
    (
        "sobel_y",
        "Sobel, vertical change",
        "Sobel y（垂直变化）",
        [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    ),
    ("sharpen", "sharpen", "锐化", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    ("blur", "blur", "模糊", [[1 / 9] * 3] * 3),
    ("emboss", "emboss", "浮雕", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
)

NAMES = tuple(row[0] for row in _TABLE)
"""What `named` knows, in the order of a menu."""


def named(name: str) -> Filter:
    """Return a filter by its name: ``named("sobel_x").weight``.

    Raises:
        ValueError: for an unknown name; the text lists the known ones.
    """
    for key, en, zh, cells in _TABLE:
        if key == name:
            return Filter(key, en, zh, torch.tensor(cells, dtype=torch.float32))
    message = say(
        f"filter: expected one of {', '.join(NAMES)}; got {name!r}.",
        f"滤波器应为 {'、'.join(NAMES)}；得到 {name!r}。",
    )
    raise ValueError(message + suggest(str(name), NAMES))


def every() -> list[Filter]:
    """Return all filters, in the order of a menu."""
    return [named(name) for name in NAMES]
