"""Looks at a generator and its discriminator while they train, and remembers what it saw."""

# ruff: noqa: SLF001 -- run and duel are parts of one engine

from __future__ import annotations

import math
import weakref
from collections import deque
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import torch

from dlwidgets.training.adversarial.diagnosis import (
    SCARCE,
    STEPS,
    WINDOW,
    Classes,
    Finding,
    Reading,
    diagnose,
)
from dlwidgets.training.adversarial.film import Film, Shot, as_tiles
from dlwidgets.training.adversarial.judge import TRUSTED, Judge, train_judge
from dlwidgets.training.adversarial.norms import GradientNorms
from dlwidgets.training.adversarial.scout import Scout
from dlwidgets.training.adversarial.thinning import Thinned
from dlwidgets.training.events import ENDED
from dlwidgets.training.isolation import isolated

if TYPE_CHECKING:
    from torch.optim import Optimizer

    from dlwidgets.training.adversarial.game import Game
    from dlwidgets.training.run import Run

SHARE = 0.05
"""The share of the training time that looking may take."""
READINGS = 512
"""Looks that are kept for the charts, thinned evenly."""

_duels: weakref.WeakKeyDictionary[Run, Duel] = weakref.WeakKeyDictionary()


def duel_of(run: Run) -> Duel:
    """Return the duel of a run; it is made, and looks from now on, if there was none."""
    if run not in _duels:
        _duels[run] = Duel(run)
    return _duels[run]


class Duel:
    """What the two nets of a run make of each other, look by look.

    At a tick of the run, if its share of the time allows, both nets are asked as after ``eval()``,
    without gradients; modes, buffers and random states stay as they were. The judge is trained at
    the first look at which there are enough examples with their classes.

    Attributes:
        game: who plays, None until that is known.
        film: the samples of the same noise, over the whole run.
        findings: what ails the game; None while it is too early to say.
        judge: the classifier of samples; None where there are no classes.
        spent: seconds that all looks have taken.
        share: the share of the training time that looking may take.
        gap: steps from one look to the next at least.
        named: whether somebody has said who plays.
    """

    def __init__(self, run: Run) -> None:
        """Look at ``run`` from its next tick on."""
        self.game: Game | None = None
        self.film = Film()
        self.findings: list[Finding] | None = None
        self.judge: Judge | None = None
        self.readings: Thinned[Reading] = Thinned(READINGS)
        self.spent = 0.0
        self.share = SHARE
        self.gap = 1
        self.named = False
        self._run = weakref.ref(run)
        self._scout: Scout | None = Scout(run)
        self._norms = GradientNorms()
        self._optimizers = 0
        self._known: dict[str, list[str]] = {}
        self._recent: deque[Reading] = deque(maxlen=WINDOW)
        self._range = (0.0, 1.0)
        self._distance = math.nan
        self._next = 0.0
        self._seen = -1
        run.subscribe(flush=self.tick)

    @property
    def run(self) -> Run:
        """The run that is looked at.

        Raises:
            ReferenceError: if nothing else holds it any more.
        """
        run = self._run()
        if run is None:
            raise ReferenceError
        return run

    @property
    def cost(self) -> float:
        """The time that looking has taken, in per cent of the training time without it."""
        own = self.run.status().elapsed - self.spent
        return 100 * self.spent / own if own > 0 else 0.0

    @property
    def classes(self) -> Classes | None:
        """The classes of the data, as the judge knows them."""
        judge = self.judge
        if judge is None:
            return None
        return Classes(len(judge.classes), judge.accuracy, judge.accuracy >= TRUSTED)

    def play(self, game: Game) -> None:
        """Look at this game instead of whatever the loop shows."""
        self._release()
        self._scout = None
        self.named = True
        self._begin(game)

    def tick(self) -> None:
        """Look, if a step was made since the last time and the share of time allows."""
        run = self.run
        ended = run.state in ENDED
        started = perf_counter()
        if self._scout is not None:
            self._scout.asleep = True
            found = self._scout.look() if self.game is None else None
            if found is not None:
                self._begin(found)
        due = started >= self._next or run.state != "running"
        fresh = run.steps != self._seen if ended else run.steps >= self._seen + self.gap
        if self.game is not None and due and fresh:
            self._prepare(self.game)
            ready = perf_counter()
            self.look()
            now = perf_counter()
            self.spent += now - started
            # The judge is trained once, which is no reason to look away for long.
            self._next = now + (now - ready) / self.share
        if self._scout is not None:
            self._scout.asleep = False
        if ended:
            self._release()

    def look(self) -> None:
        """Take one look now: a shot, a reading, and what follows from all of them."""
        game, run = self.game, self.run
        if game is None:
            return
        self._seen = run.steps
        reading = Reading(run.steps, *self._losses())
        with isolated([game.generator, game.discriminator]):
            game.generator.eval()
            game.discriminator.eval()
            samples = game.samples()
            real, fake = game.scores(samples)
        reading.real, reading.fake = float(real.mean()), float(fake.mean())
        reading.spread = _distance(samples) / self._distance
        guesses = self._guesses(samples, reading)
        shown = slice(game.tiles)
        tiles = as_tiles(samples[shown], *self._range)
        scores = fake[shown].cpu().numpy().astype(np.float32)
        self.film.append(Shot(run.steps, tiles, scores, guesses[shown]))
        self.readings.append(reading)
        self._recent.append(reading)
        self._norms.ask(lambda role, norm: setattr(reading, f"grad_{role}", norm.item()))
        self.findings = diagnose(
            list(self.readings), list(self._recent), self._generator_losses(), self.classes
        )

    def _begin(self, game: Game) -> None:
        self.game = game
        real = game.seen.float()
        self._range = _ends(real)
        self._distance = _distance(real)
        self._seen = -1

    def _prepare(self, game: Game) -> None:
        """Meet new optimizers, and train the judge once there is something to learn from."""
        watch = self.run._watch
        if len(self.run.optimizers) != self._optimizers and watch is not None:
            self._optimizers = len(self.run.optimizers)
            self._norms.open(watch, self._roles(game))
        if self._scout is not None and not self._scout.done:
            self._scout.examples(game)
        settled = self._scout is None or self._scout.done
        if self.judge is None and settled and game.labels is not None:
            self.judge = train_judge(game.real, game.labels)

    def _roles(self, game: Game) -> dict[Optimizer, str]:
        """Return whose parameters each optimizer changes: ``"g"`` or ``"d"``."""
        nets = {"g": game.generator, "d": game.discriminator}
        owned = {role: {id(p) for p in net.parameters()} for role, net in nets.items()}
        roles = {}
        for optimizer in self.run.optimizers.values():
            own = {id(p) for group in optimizer.param_groups for p in group["params"]}
            for role, parameters in owned.items():
                if own <= parameters:
                    roles[optimizer] = role
        return roles

    def _columns(self, role: str) -> list[str]:
        """Return the curves of the run that are losses of one net."""
        if self.game is None or self.run._watch is None:
            return self._known.get(role, [])
        roles = self._roles(self.game)
        columns = self.run._watch._columns
        found = [name for (_, optimizer), name in columns.items() if roles.get(optimizer) == role]
        self._known[role] = found
        return found

    def _losses(self) -> tuple[float, float]:
        """Return the losses of the last step: the discriminator's and the generator's."""
        history = self.run._history
        row = history.rows - 1
        sums = []
        for role in ("d", "g"):
            values = [history.get(name, row) for name in self._columns(role)] if row >= 0 else []
            sums.append(math.fsum(values) if values else math.nan)
        return sums[0], sums[1]

    def _generator_losses(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        history = self.run._history
        rows = history.rows
        names = self._columns("g")
        columns = [history.metrics[name].read(max(0, rows - STEPS), rows) for name in names]
        return np.sum(columns, axis=0) if columns else np.zeros(0)

    def _guesses(self, samples: torch.Tensor, reading: Reading) -> np.ndarray:
        if self.judge is None:
            return np.full(len(samples), -1, np.int8)
        guesses = self.judge(samples)
        shares = torch.stack([(guesses == one).float().mean() for one in self.judge.classes])
        reading.covered = float((shares >= SCARCE).sum())
        return guesses.cpu().numpy().astype(np.int8)

    def _release(self) -> None:
        """Let go of every hook."""
        self._norms.close()
        if self._scout is not None:
            self._scout.close()


def _distance(samples: torch.Tensor) -> float:
    """Return the mean Euclidean distance between two of the samples."""
    flat = samples.detach().flatten(1).float().cpu()
    return float(torch.pdist(flat).mean()) if len(flat) > 1 else math.nan


def _ends(real: torch.Tensor) -> tuple[float, float]:
    """Return what is black and what white: [0, 1], [-1, 1], or the ends of the data."""
    low, high = (float(end) for end in real.aminmax())
    for ends in ((0.0, 1.0), (-1.0, 1.0)):
        if ends[0] <= low and high <= ends[1]:
            return ends
    return low, high
