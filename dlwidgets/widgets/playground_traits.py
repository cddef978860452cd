"""What travels between a playground and its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

from dlwidgets.language import say, suggest
from dlwidgets.widgets import wire
from dlwidgets.widgets.base import Number, Whole
from dlwidgets.widgets.playground_rows import (
    NO_PHASE,
    NO_PICTURE,
    NO_TARGET,
    PHASE,
    PICTURE,
    TARGET,
)

if TYPE_CHECKING:
    from dlwidgets.training.playground import Target

LIVE = ("lr_d", "lr_g", "loss", "d_steps", "train")
SETTING = (
    *("hidden_d", "layers_d", "hidden_g", "layers_g"),
    *("noise", "noise_size", "batch_size", "optimizer", "seed"),
)
KNOBS = (*LIVE, *SETTING, "target")
NAMED = ("loss", "train", "noise", "optimizer")


def _number(value: float, low: float, high: float, help_: str) -> Any:  # noqa: ANN401 -- a trait
    return Number(value, min=low, max=high, help=help_).tag(sync=True)


def _whole(value: int, low: int, high: int, help_: str) -> Any:  # noqa: ANN401 -- a trait
    return Whole(value, min=low, max=high, help=help_).tag(sync=True)


def _name(value: str, help_: str) -> Any:  # noqa: ANN401 -- a trait
    return t.Unicode(value, help=help_).tag(sync=True)


class PlaygroundTraits(t.HasTraits):
    """The knobs of a playground, and everything that its page is drawn from."""

    _own: Target | None = None

    target = _name("ring", "The real points: ring, grid, moons, spiral, line, or own.")
    lr_d = _number(0.005, 0, 100, "The learning rate of D.")
    lr_g = _number(0.002, 0, 100, "The learning rate of G.")
    loss = _name("non_saturating", "A form of dlwidgets.models.adversarial.FORMS.")
    d_steps = _whole(1, 1, 20, "Updates of D for one of G.")
    train = _name("both", "Who learns: both, d or g.")
    hidden_d = _whole(32, 1, 256, "Units of each hidden layer of D.")
    layers_d = _whole(2, 0, 4, "Hidden layers of D.")
    hidden_g = _whole(32, 1, 256, "Units of each hidden layer of G.")
    layers_g = _whole(2, 0, 4, "Hidden layers of G.")
    noise = _name("uniform", "What G is fed: uniform on [−1, 1], or gaussian.")
    noise_size = _whole(2, 1, 16, "Numbers in a point of noise; 1 and 2 can be drawn as a mesh.")
    batch_size = _whole(128, 1, 1024, "Real points, and generated ones, of an update.")
    optimizer = _name("adam", "adam with betas (0.5, 0.999), or sgd.")
    seed = _whole(0, 0, 2**32 - 1, "Where everything random begins.")

    _targets = t.List(t.Unicode(), help="The clouds to choose from.").tag(sync=True)
    _presets = t.List(t.Unicode(), help="The courses of a game to choose from.").tag(sync=True)
    _target = t.Dict(NO_TARGET, per_key_traits=TARGET, help="The real points.").tag(sync=True)
    _mine = t.Bool(default_value=False, help="Whether there are points of one's own.").tag(
        sync=True
    )
    _picture = t.Dict(NO_PICTURE, per_key_traits=PICTURE, help="What both nets do.").tag(sync=True)
    _phase = t.Dict(NO_PHASE, per_key_traits=PHASE, help="Of slow motion; or none.").tag(sync=True)
    _rows = wire.Array(
        "float64", ndim=2, help="Round, losses of D and G, D(x), D(G(z)), distance, modes found."
    ).tag(sync=True)
    _now = wire.Array("float64", ndim=1, help="The same as of now.").tag(sync=True)
    _counts = t.List(t.Int(), [0, 0, 0], help="Rounds; updates of D, of G.").tag(sync=True)
    _next = t.Enum(["d", "g"], "d", help="Whose update comes next.").tag(sync=True)
    _ending = t.List(t.Unicode(), ["", ""], help="Why it can't go on, en and zh.").tag(sync=True)
    _line = t.Unicode("", help="The code line.").tag(sync=True)
    _program = t.Unicode("", help="The program, once it was asked for.").tag(sync=True)
    _asked = t.Int(0, help="Which position of the page this is.").tag(sync=True)
    _tick = t.Int(0, help="Counts the pictures.").tag(sync=True)

    @t.validate("target")
    def _check_target(self, proposal: dict[str, Any]) -> str:
        from dlwidgets.training.playground import OWN, TARGETS

        name: str = proposal["value"]
        known = [*TARGETS, OWN]
        if name not in known:
            listed, hint = ", ".join(known), suggest(name, known)
            raise t.TraitError(
                say(
                    f"GanPlayground: target expected one of {listed}, got {name!r}.{hint}",
                    f"GanPlayground：target 应为 {listed} 之一，得到 {name!r}。{hint}",
                )
            )
        if name == OWN and self._own is None:
            raise t.TraitError(
                say(
                    "GanPlayground: there are no points of your own yet; give them as "
                    "GanPlayground(points), or draw on the stage",
                    "GanPlayground：尚无您自己的点；请写 GanPlayground(points)，或在舞台上绘制",
                )
            )
        return name

    @t.validate(*NAMED)
    def _check_name(self, proposal: dict[str, Any]) -> str:
        from dlwidgets.training.playground import check_choice

        try:
            return check_choice(proposal["trait"].name, proposal["value"])
        except ValueError as error:
            raise t.TraitError(str(error)) from error
