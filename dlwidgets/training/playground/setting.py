"""What a game on the plane is played with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from dlwidgets.language import say, suggest
from dlwidgets.models.adversarial import FORMS

NOISES = ("uniform", "gaussian")
OPTIMIZERS = ("adam", "sgd")
TRAINED = ("both", "d", "g")
"""Who learns: both nets in turn, only D, only G."""

Net = Literal["d", "g"]


@dataclass(frozen=True)
class Setting:
    """What a game begins with; another one begins it anew.

    Attributes:
        hidden_d: units of each hidden layer of D.
        layers_d: hidden layers of D.
        hidden_g: units of each hidden layer of G.
        layers_g: hidden layers of G.
        noise: ``"uniform"`` on [−1, 1], or ``"gaussian"``.
        noise_size: numbers in a point of noise.
        batch_size: real points, and generated ones, of an update.
        optimizer: ``"adam"`` with betas (0.5, 0.999), or ``"sgd"``.
        seed: where everything random begins.
    """

    hidden_d: int = 32
    layers_d: int = 2
    hidden_g: int = 32
    layers_g: int = 2
    noise: str = "uniform"
    noise_size: int = 2
    batch_size: int = 128
    optimizer: str = "adam"
    seed: int = 0


@dataclass(frozen=True)
class Live:
    """What can be turned while a game goes on.

    Attributes:
        lr_d: the learning rate of D.
        lr_g: the learning rate of G.
        loss: one of ``dlwidgets.models.adversarial.FORMS``.
        d_steps: updates of D for one of G.
        train: one of `TRAINED`.
    """

    lr_d: float = 0.005
    lr_g: float = 0.002
    loss: str = "non_saturating"
    d_steps: int = 1
    train: str = "both"


CHOICES = {"noise": NOISES, "optimizer": OPTIMIZERS, "train": TRAINED, "loss": FORMS}


def check_choice(name: str, value: object) -> str:
    """Return ``value`` if ``name`` can be that.

    Raises:
        ValueError: for any other, with the nearest.
    """
    known = CHOICES[name]
    if isinstance(value, str) and value in known:
        return value
    listed, hint = ", ".join(known), suggest(str(value), known)
    raise ValueError(
        say(
            f"{name}: expected one of {listed}, got {value!r}.{hint}",
            f"{name}：应为 {listed} 之一，得到 {value!r}。{hint}",
        )
    )


PRESETS: dict[str, dict[str, Any]] = {
    "healthy": {},
    "collapse": {"lr_d": 0.002, "lr_g": 0.01},
    "strong": {"loss": "saturating", "d_steps": 5, "lr_d": 0.01, "lr_g": 0.0002},
}
"""Settings that show a course of the game; tests measure that they do."""
