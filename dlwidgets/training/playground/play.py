"""The game: updates of D and G in turn, a slice at a time, with the same numbers in any slices."""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dlwidgets.models.adversarial import discriminator_loss, generator_loss
from dlwidgets.training.playground.aside import aside
from dlwidgets.training.playground.measures import Measures

if TYPE_CHECKING:
    from dlwidgets.training.playground.setting import Live, Net, Setting
    from dlwidgets.training.playground.targets import Target

OPTIMIZERS = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}


@dataclass(frozen=True, eq=False)
class Batch:
    """What the next update of a net is made from.

    Attributes:
        real: real points, (n, 2); (0, 2) for G, which sees none.
        z: noise, (n, k).
    """

    real: Tensor
    z: Tensor


@dataclass(frozen=True)
class Ended:
    """Why a game can't go on.

    Attributes:
        net: whose loss was no finite number.
        update: which update of that net it would have been, from 1.
    """

    net: Net
    update: int


class Play:
    """A game between D and G on the plane.

    Attributes:
        setting: what it began with.
        live: what can be turned while it goes on; replace it to turn something.
        target: the real points.
        discriminator: D: (n, 2) to logits (n, 1).
        generator: G: (n, noise_size) to (n, 2).
        rounds: how many rounds are through: ``d_steps`` updates of D, then one of G.
        counts: how many updates D and G have had.
        played: each stretch of updates without a change of `live`: that, and who had its turn, as
            ``"DGDG"``.
        ended: why it can't go on; None while it can.
        measures: what was measured in the course of it.
    """

    @aside()
    def __init__(self, target: Target, setting: Setting, live: Live) -> None:
        """Make both nets; nothing is learned yet."""
        self.target, self.setting, self.live = target, setting, live
        self._make()
        self.rounds = 0
        self.counts: dict[Net, int] = {"d": 0, "g": 0}
        self.played: list[tuple[Live, bytearray]] = []
        self.ended: Ended | None = None
        self._turn = 0
        self._pending: dict[Net, Batch] = {}
        self._draw: dict[Net, torch.Generator] = {
            "d": torch.Generator().manual_seed(setting.seed + 1),
            "g": torch.Generator().manual_seed(setting.seed + 2),
        }
        self.measures = Measures(self)
        self.measures.take()

    def _make(self) -> None:
        one = self.setting
        with torch.random.fork_rng(devices=[]):
            # Not torch.manual_seed, which would seed every device.
            torch.default_generator.manual_seed(one.seed)
            self.generator = net(one.noise_size, one.hidden_g, one.layers_g, 2)
            self.discriminator = net(2, one.hidden_d, one.layers_d, 1)
        kind = OPTIMIZERS[one.optimizer]
        more = {"betas": (0.5, 0.999)} if one.optimizer == "adam" else {}
        self._optimizers: dict[Net, torch.optim.Optimizer] = {
            "d": kind(self.discriminator.parameters(), lr=self.live.lr_d, **more),
            "g": kind(self.generator.parameters(), lr=self.live.lr_g, **more),
        }

    @property
    def next(self) -> Net:
        """Whose update comes next."""
        if self.live.train != "both":
            return "d" if self.live.train == "d" else "g"
        return "d" if self._turn < self.live.d_steps else "g"

    @aside()
    def advance(self, seconds: float = math.inf, rounds: int | None = None) -> None:
        """Play for about so many seconds, or so many rounds, whichever is over first.

        However short the time, one update is made. A round that has begun counts as one.
        """
        end = perf_counter() + seconds
        goal = math.inf if rounds is None else self.rounds + rounds
        while self.ended is None and self.rounds < goal:
            self._update(self.next)
            if perf_counter() >= end:
                break

    @aside()
    def step(self, who: Net) -> None:
        """Make one update of D or of G, whoever's turn it is."""
        if self.ended is None:
            self._update(who)

    @aside()
    def peek(self, who: Net) -> Batch:
        """Return the batch from which the next update of a net will be made."""
        if who not in self._pending:
            self._pending[who] = self._batch(who)
        return self._pending[who]

    def noise(self, n: int, draw: torch.Generator) -> Tensor:
        """Return ``n`` points of noise, (n, k)."""
        size = self.setting.noise_size
        if self.setting.noise == "gaussian":
            return torch.randn(n, size, generator=draw)
        return 2 * torch.rand(n, size, generator=draw) - 1

    def loss(self, who: Net, batch: Batch) -> Tensor:
        """Return what D or G lowers, over a batch."""
        fake = self.generator(batch.z)  # (n, 2)
        if who == "g":
            return generator_loss(self.discriminator(fake), self.live.loss)
        real_logits = self.discriminator(batch.real)  # (n, 1)
        return discriminator_loss(real_logits, self.discriminator(fake.detach()), self.live.loss)

    def _batch(self, who: Net) -> Batch:
        """Draw: the numbers of D and those of G come from streams of their own."""
        n, draw, points = self.setting.batch_size, self._draw[who], self.target.points
        real = points[:0]
        if who == "d":
            real = points[torch.randint(len(points), (n,), generator=draw)]
        return Batch(real, self.noise(n, draw))

    def _update(self, who: Net) -> None:
        batch = self._pending.pop(who, None) or self._batch(who)
        loss = self.loss(who, batch)
        if not math.isfinite(loss.item()):
            self.ended = Ended(who, self.counts[who] + 1)
            return
        optimizer = self._optimizers[who]
        for group in optimizer.param_groups:
            group["lr"] = self.live.lr_d if who == "d" else self.live.lr_g
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        self._note(who)

    def _note(self, who: Net) -> None:
        """Count an update, and measure where a round is through that is to be measured."""
        if not self.played or self.played[-1][0] != self.live:
            self.played.append((self.live, bytearray()))
        self.played[-1][1].extend(who.upper().encode())
        self.counts[who] += 1
        self._turn += who == "d"
        if who == "g" or (self.live.train == "d" and self._turn >= self.live.d_steps):
            self._turn = 0
            self.rounds += 1
            self.measures.after_round()


def net(inputs: int, hidden: int, layers: int, outputs: int) -> nn.Sequential:
    """Return fully connected layers with LeakyReLU between them, as the book's nets have."""
    parts: list[nn.Module] = []
    for i in range(layers):
        parts += [nn.Linear(hidden if i else inputs, hidden), nn.LeakyReLU(0.2)]
    return nn.Sequential(*parts, nn.Linear(hidden if layers else inputs, outputs))
