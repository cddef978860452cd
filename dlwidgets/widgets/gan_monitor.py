"""Two nets against each other: their scores, their gradients, the samples, and what ails them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.language import say
from dlwidgets.training.events import ENDED, STATES
from dlwidgets.widgets import wire
from dlwidgets.widgets.base import Widget, command
from dlwidgets.widgets.gan_rows import ABOUT, FINDING, SHOWN, about, finding_row, readings, shown
from dlwidgets.widgets.train_monitor import weakly

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import nn

    from dlwidgets.training.adversarial import Duel, Finding
    from dlwidgets.training.run import Run

PHASES = ("waiting", "nobody", "early", "looked")
"""No game found yet; none found at all; too early for a diagnosis; diagnosed."""


class GanMonitor(Widget, bundle="gan_monitor"):
    """Adversarial training, look by look: scores, gradients, samples of one noise, diagnosis.

    ``%%train`` shows it below the chart of any loop with two optimizers in which what one net
    returns goes into the other, which gives scores. ``GanMonitor(run)`` brings it back, with the
    whole film; ``GanMonitor(run, generator=G, discriminator=D, noise=z, data=x)`` says who plays
    where a loop does not show it.

    Both nets are asked as after ``eval()`` and without gradients, at ticks of the run, for at most
    a twentieth of its time; nothing of them changes. Source: Goodfellow et al., Generative
    Adversarial Nets, 2014 (book 8.2 and 8.3).
    """

    frame = t.Int(-1, help="Which shot of the film is shown, from 0; -1 follows the newest.").tag(
        sync=True
    )

    state = t.Enum(STATES, "ready", read_only=True, help="What the run is doing (read only).").tag(
        sync=True
    )
    _title = t.Unicode("", help="The run's name.").tag(sync=True)
    _phase = t.Enum(PHASES, "waiting", help="Whether there is anything to say.").tag(sync=True)
    _about = t.Dict(per_key_traits=ABOUT, help="Who plays; cost in per cent of the time.").tag(
        sync=True
    )
    _steps = wire.Array("int32", ndim=1, help="The step of each shot.").tag(sync=True)
    _shown = t.Dict(per_key_traits=SHOWN, help="The shot that is shown, with its scores.").tag(
        sync=True
    )
    _readings = wire.Array(
        "float32",
        ndim=2,
        help="Looks: step, losses, scores, gradients (D before G), spread, classes covered.",
    ).tag(sync=True)
    _findings = t.List(FINDING, help="What ails the game, with the evidence.").tag(sync=True)
    _tick = t.Int(0, help="Counts what is sent, so that the page can say what it has drawn.").tag(
        sync=True
    )

    def __init__(
        self,
        run: Run,
        *,
        generator: nn.Module | None = None,
        discriminator: nn.Module | None = None,
        noise: Any = None,  # noqa: ANN401 -- checked below
        data: Any = None,  # noqa: ANN401 -- as above
        labels: Any = None,  # noqa: ANN401 -- as above
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Watch the two nets of ``run``.

        Args:
            run: a run in any state. Of one that has ended the film is shown; where there is none,
                and the nets are given, they are looked at once.
            generator: takes ``noise``, and ``labels`` where they are given.
            discriminator: takes what the generator makes, and the same labels.
            noise: (n, ...), the same at every look; the first 64 are shown.
            data: real examples (n, ...) as the discriminator takes them; ``(x, y)`` with classes,
                or a data set, tells which classes the samples cover.
            labels: (n,) classes to ask the generator for; then ``data`` needs classes too.
            **values: ``frame``, and what all Jupyter widgets take.

        Raises:
            TypeError: for an unknown option, or nets, noise or data of another kind.
            ValueError: if only some of generator, discriminator, noise and data are given.
        """
        from dlwidgets.training.adversarial import duel_of

        self._check_names(values)
        given = {
            "generator": generator,
            "discriminator": discriminator,
            "noise": noise,
            "data": data,
        }
        game = _game(given, labels)
        self._duel = duel_of(run)
        if game is not None:
            self._duel.play(game)
            if run.state in ENDED:
                self._duel.look()
        self._run = run
        self._watched = False
        self._drawn = 0
        self._step: int | None = None
        super().__init__(_title=run.name, **values)
        self._follow_frame()
        self._refresh()
        run.subscribe(flush=weakly(self._flush))

    @property
    def duel(self) -> Duel:
        """What was seen so far: ``duel.film``, ``duel.readings``, ``duel.judge``."""
        return self._duel

    @property
    def findings(self) -> list[Finding] | None:
        """What ails the game, with the evidence; None while it is too early to say."""
        return self._duel.findings

    @property
    def step(self) -> int:
        """The step of the shot on screen."""
        return int(self._shown["step"])

    @property
    def samples(self) -> NDArray[np.uint8]:
        """The samples on screen, (n, height, width, channels)."""
        tiles: NDArray[np.uint8] = self._shown["tiles"]
        return tiles

    @property
    def scores(self) -> NDArray[np.float32]:
        """What the discriminator made of each of them at that step, (n,)."""
        scores: NDArray[np.float32] = self._shown["scores"]
        return scores

    def __repr__(self) -> str:
        return f"GanMonitor: {self._title}, {len(self._steps)} shots, step {self.step:,}"

    @t.validate("frame")
    def _check_frame(self, proposal: dict[str, Any]) -> int:
        """Refuse a shot that the film does not have."""
        value: int = proposal["value"]
        most = len(self._duel.film)
        if -1 <= value < max(1, most):
            return value
        raise t.TraitError(
            say(
                f"GanMonitor: frame expected -1 to {most - 1}, got {value}; "
                f"the film has {most} shots",
                f"GanMonitor：frame 应为 -1 到 {most - 1}，得到 {value}；影片共有 {most} 帧",
            )
        )

    @t.observe("frame")
    def _frame_changed(self, _change: dict[str, Any]) -> None:
        self._follow_frame()
        self._show()

    def _follow_frame(self) -> None:
        """Remember the shot that is chosen by its step: places change when the film is thinned."""
        film = self._duel.film
        self._step = film[self.frame].step if 0 <= self.frame < len(film) else None

    # --- on the training thread -------------------------------------------------------------

    def _flush(self) -> None:
        """Bring the browser up to date, if it has drawn what it was sent."""
        turned = self._run.state != self.state
        if self.comm is None or not (turned or (self._watched and self._drawn >= self._tick)):
            return
        if turned or self._fresh():
            self._refresh()

    def _fresh(self) -> bool:
        steps = self._steps
        film = self._duel.film
        return len(film) > 0 and (not len(steps) or steps[-1] != film[len(film) - 1].step)

    def _refresh(self) -> None:
        """Send everything that may have changed."""
        duel, run = self._duel, self._run
        with self.hold_sync():
            self.set_trait("state", run.state)
            self._steps = np.array(duel.film.steps, np.int32)
            self._readings = readings(duel)
            self._findings = [finding_row(one) for one in duel.findings or []]
            self._about = about(duel)
            self._phase = _phase(duel, run)
            self._tick += 1
            self._show()

    def _show(self) -> None:
        """Send the shot that is chosen, or the newest."""
        steps = self._duel.film.steps
        index = len(steps) - 1
        if self._step is not None and steps:
            index = min(range(len(steps)), key=lambda i: abs(steps[i] - (self._step or 0)))
            if self.frame != index:
                self.frame = index
        self._shown = shown(self._duel, index)

    # --- from the browser -------------------------------------------------------------------

    @command
    def _on_hello(self, _value: object) -> None:
        """A view has appeared."""
        self._watched = True
        self._refresh()
        self._drawn = self._tick

    @command
    def _on_drawn(self, value: int) -> None:
        """A view has drawn what was sent under this number."""
        self._drawn = max(self._drawn, int(value))

    @command
    def _on_look(self, value: int) -> None:
        """Show the shot at this place, or with -1 the newest."""
        try:
            self.frame = int(value)
        except t.TraitError as error:
            raise ValueError(str(error)) from error


def _phase(duel: Duel, run: Run) -> str:
    if duel.game is None or not len(duel.film):
        return "nobody" if run.state in ENDED else "waiting"
    return "early" if duel.findings is None else "looked"


def _game(given: dict[str, Any], labels: Any) -> Any:  # noqa: ANN401 -- a Game, or None
    """Return who plays, as it was given; None if nothing was."""
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == len(given) and labels is None:
        return None
    if missing:
        listed = ", ".join(missing)
        raise ValueError(
            say(
                f"GanMonitor: generator, discriminator, noise and data go together; "
                f"{listed} is missing",
                f"GanMonitor：generator、discriminator、noise 与 data 须一起给出；缺少 {listed}",
            )
        )
    from dlwidgets.training.adversarial.game import game_of

    return game_of(**given, labels=labels)
