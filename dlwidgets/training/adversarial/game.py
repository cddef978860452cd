"""Who plays against whom, on which noise and which data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from dlwidgets.language import say
from dlwidgets.training.isolation import isolated

if TYPE_CHECKING:
    from torch import nn

TILES = 64
"""Samples that are shown, of a generator without labels."""
ROWS = 8
"""Noises that are shown of each class, of a generator with labels."""
CLASSES = 10
"""Classes that are shown at most."""
SAMPLES = 256
"""Samples, and real examples, from which means and distances are taken."""

_SHAPING = ("View", "Reshape", "Squeeze", "Unsqueeze", "Clone", "Mean", "Transpose", "Permute")


@dataclass(eq=False)
class Game:
    """A generator, its discriminator, and the noise and the data on which they are looked at.

    Attributes:
        generator: makes samples of ``noise``, and of ``asked`` where it takes labels.
        discriminator: gives one score a sample, or several whose mean counts.
        noise: (n, ...), the same at every look; the first ``tiles`` rows are shown.
        asked: (n, ...) labels, or None.
        real: (m, ...) real examples as the discriminator takes them.
        labels: (m,) classes of the real examples, or None where they are unknown.
        logits: whether scores are logits, of which the probability is the sigmoid.
        tiles: how many samples are shown.
        columns: how many of them stand in a row; of labelled ones one a class.
        names: what the user calls the two.
    """

    generator: nn.Module
    discriminator: nn.Module
    noise: torch.Tensor
    asked: torch.Tensor | None
    real: torch.Tensor
    labels: torch.Tensor | None
    logits: bool = False
    tiles: int = TILES
    columns: int = 8
    names: tuple[str, str] = ("G", "D")

    def __post_init__(self) -> None:
        """Fix the real examples that are scored: more may be added to the others later."""
        self.seen = self.real[:SAMPLES]
        conditional = self.asked is not None and self.labels is not None
        self.seen_labels = (
            self.labels[:SAMPLES] if conditional and self.labels is not None else None
        )

    def samples(self) -> torch.Tensor:
        """Return what the generator makes of the noise, in the shape of the real examples."""
        made: torch.Tensor = self.generator(*_given(self.noise, self.asked))
        return fitted(made, self.real)

    def score(self, x: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
        """Return the probability to be real that the discriminator gives each of ``x``, (n,)."""
        found: torch.Tensor = self.discriminator(*_given(x, labels)).float()
        shares = found.sigmoid() if self.logits else found
        return shares.reshape(len(x), -1).mean(1)

    def scores(self, samples: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the scores of real examples, the same at every look, and of the samples."""
        return self.score(self.seen, self.seen_labels), self.score(samples, self.asked)


def _given(x: torch.Tensor, labels: torch.Tensor | None) -> tuple[torch.Tensor, ...]:
    return (x,) if labels is None else (x, labels)


def fitted(samples: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """Return samples in the shape in which the discriminator is given its examples."""
    wanted = (len(samples), *like.shape[1:])
    fits = samples.numel() == torch.Size(wanted).numel()
    return samples.reshape(wanted) if fits else samples


def arranged(
    noise: torch.Tensor, asked: torch.Tensor | None, labels: torch.Tensor | None
) -> tuple[torch.Tensor, torch.Tensor | None, int, int]:
    """Return noise and labels in the order of the grid, with the number of tiles and of columns.

    With class labels each of the first `ROWS` noises is asked for each class, so that a row shows
    what the label alone changes, and a column what the noise does.
    """
    noise = noise[:SAMPLES]
    if asked is None:
        tiles = min(TILES, len(noise))
        return noise, None, tiles, max(1, round(tiles**0.5))
    asked = asked[:SAMPLES]
    if asked.is_floating_point() or asked.ndim != 1:
        tiles = min(TILES, len(noise))
        return noise, asked, tiles, max(1, round(tiles**0.5))
    known = asked if labels is None else labels.to(asked)
    classes = known.unique()[:CLASSES]
    grid = noise[:ROWS].repeat_interleave(len(classes), 0)
    wanted = classes.repeat(len(noise[:ROWS]))
    rest = noise[ROWS:]
    turn = classes.repeat(len(rest) // len(classes) + 1)[: len(rest)]
    return torch.cat([grid, rest]), torch.cat([wanted, turn]), len(grid), len(classes)


def gives_logits(discriminator: nn.Module, *given: torch.Tensor) -> bool:
    """Whether the scores of a discriminator are logits: it does not end in a sigmoid.

    Nothing of the module is changed by asking.
    """
    with isolated([discriminator]), torch.enable_grad():
        discriminator.eval()
        first, *rest = given
        leaf = first.detach().clone().requires_grad_(first.is_floating_point())
        scores = discriminator(leaf, *rest)
        node: Any = scores.grad_fn
        while node is not None and node.name().startswith(_SHAPING):
            node = node.next_functions[0][0]
    return node is None or not node.name().startswith("Sigmoid")


def game_of(
    generator: object,
    discriminator: object,
    noise: object,
    data: object,
    labels: object = None,
) -> Game:
    """Return the game of nets, noise and data that somebody names.

    Raises:
        TypeError: for nets, noise, data or labels of another kind.
        ValueError: for noise or data without a row, or labels that do not fit them.
    """
    generator = _net("generator", generator)
    discriminator = _net("discriminator", discriminator)
    x, y = _pair(data)
    noise, x = _rows("noise", noise), _rows("data", x)
    if labels is not None:
        labels = _rows("labels", labels)
        if len(labels) != len(noise) or y is None:
            raise ValueError(
                say(
                    f"GanMonitor: with labels, expected one for each of the {len(noise)} rows of "
                    f"noise, and data=(x, y); got {len(labels)} labels",
                    f"GanMonitor：给出 labels 时，应与 noise 的 {len(noise)} 行一一对应，"
                    f"且 data=(x, y)；得到 {len(labels)} 个标签",
                )
            )
    noise, asked, tiles, columns = arranged(noise, labels, y)
    beside = () if asked is None or y is None else (y[:2],)
    logits = gives_logits(discriminator, x[:2], *beside)
    return Game(
        *(generator, discriminator, noise, asked, x, y), logits=logits, tiles=tiles, columns=columns
    )


def _net(name: str, value: object) -> nn.Module:
    if isinstance(value, torch.nn.Module):
        return value
    kind = type(value).__name__
    raise TypeError(
        say(
            f"GanMonitor: {name} should be an nn.Module, got {kind}",
            f"GanMonitor：{name} 应为 nn.Module，得到 {kind}",
        )
    )


def _rows(name: str, value: object) -> torch.Tensor:
    if not isinstance(value, torch.Tensor) or value.ndim == 0:
        kind = type(value).__name__
        raise TypeError(
            say(
                f"GanMonitor: {name} should be a tensor of one row a sample, got {kind}",
                f"GanMonitor：{name} 应为张量，每行一个样本，得到 {kind}",
            )
        )
    if not len(value):
        raise ValueError(say(f"GanMonitor: {name} has no row", f"GanMonitor：{name} 没有任何行"))
    return value.detach()


def _pair(data: Any) -> tuple[Any, torch.Tensor | None]:  # noqa: ANN401 -- whatever was given
    """Return (x, y) of a data set, of a pair, or of examples alone."""
    split = getattr(data, "train", data)
    if isinstance(split, tuple) and len(split) == 2:  # noqa: PLR2004 -- (x, y)
        return split[0], split[1] if isinstance(split[1], torch.Tensor) else None
    return split, None
