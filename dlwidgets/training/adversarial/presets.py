"""Games that fall ill, each with its cure: dense nets on small images, a minute at most.

``play("collapse", data)`` inside ``%%train`` or ``live()`` shows how it goes wrong, and
``play("collapse", data, cured=True)`` how the one knob that is turned puts it right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Callable

LATENT = 16
WIDTH = 64
BATCH = 32

Loss = Literal["non_saturating", "minimax"]


@dataclass(frozen=True, slots=True)
class Preset:
    """What makes a game healthy or ill.

    Attributes:
        lr_g, lr_d: learning rates of Adam.
        beta1: its first coefficient, for both nets.
        g_steps, d_steps: steps of each net in a round.
        loss: G minimises -log D(G(z)), or log(1 - D(G(z))) as the two-player game is written.
        smoothing: by how much the labels of real examples lie below 1.
        steps: rounds until it shows.
    """

    lr_g: float = 5e-4
    lr_d: float = 5e-4
    beta1: float = 0.5
    g_steps: int = 1
    d_steps: int = 1
    loss: Loss = "non_saturating"
    smoothing: float = 0.0
    steps: int = 900


PRESETS: dict[str, Preset] = {
    "healthy": Preset(),
    "collapse": Preset(lr_g=2e-3, lr_d=2e-4, g_steps=3),
    "too_strong": Preset(lr_g=2e-5, lr_d=2e-3),
    "vanishing": Preset(lr_d=1e-3, d_steps=3, loss="minimax"),
    "oscillation": Preset(lr_g=5e-3, lr_d=1e-4, beta1=0.9),
}

CURES: dict[str, dict[str, Any]] = {
    "healthy": {},
    "collapse": {"lr_g": 5e-4, "lr_d": 5e-4, "g_steps": 1},
    "too_strong": {"lr_g": 5e-4, "lr_d": 5e-4},
    "vanishing": {"lr_d": 5e-4, "d_steps": 1, "loss": "non_saturating"},
    "oscillation": {"lr_g": 5e-4, "lr_d": 5e-4, "beta1": 0.5},
}
"""What is turned to make each well again."""


def preset(name: str, *, cured: bool = False) -> Preset:
    """Return a preset by name, ill or cured.

    Raises:
        ValueError: for a name that there is not.
    """
    if name not in PRESETS:
        listed = ", ".join(PRESETS)
        raise ValueError(
            say(
                f"preset: expected one of {listed}, got {name!r}.{suggest(str(name), PRESETS)}",
                f"preset：应为 {listed} 之一，得到 {name!r}。{suggest(str(name), PRESETS)}",
            )
        )
    found = PRESETS[name]
    return replace(found, **CURES[name]) if cured else found


def play(
    name: str | Preset,
    data: Any,  # noqa: ANN401 -- a data set: layers below know none
    *,
    cured: bool = False,
    steps: int | None = None,
    seed: int = 0,
) -> tuple[nn.Module, nn.Module]:
    """Train a dense GAN by a preset, as a plain loop that ``%%train`` or ``live()`` watches.

    Args:
        name: a name of `PRESETS`, or a preset of your own.
        data: a data set whose ``train.x`` lies in [0, 1], such as ``dlwidgets.data.digits()``;
            it is scaled to [-1, 1], the range of tanh.
        cured: whether the knob that makes it ill is turned back.
        steps: rounds, instead of the preset's own.
        seed: of weights, batches and noise; the same seed gives the same run, and the global
            random state is left alone.

    Returns:
        Generator and discriminator, trained.

    Raises:
        ValueError: for a name that there is not.
    """
    chosen = preset(name, cured=cured) if isinstance(name, str) else name
    images, labels = data.train.x.flatten(1) * 2 - 1, data.train.y
    random = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        G, D = nets(images.shape[1])  # noqa: N806 -- as the book calls them
    betas = (chosen.beta1, 0.999)
    optimizer_D = torch.optim.Adam(D.parameters(), chosen.lr_d, betas)  # noqa: N806 -- as above
    optimizer_G = torch.optim.Adam(G.parameters(), chosen.lr_g, betas)  # noqa: N806 -- as above
    real, fake = torch.full((BATCH, 1), 1 - chosen.smoothing), torch.zeros(BATCH, 1)
    for _ in range(chosen.steps if steps is None else steps):
        for _ in range(chosen.d_steps):
            rows = torch.randint(len(images), (BATCH,), generator=random)
            x, y = images[rows], labels[rows]  # noqa: F841 -- the monitor reads the classes here
            made = G(torch.randn(BATCH, LATENT, generator=random)).detach()
            loss_D = cross_entropy(D(x), real) + cross_entropy(D(made), fake)  # noqa: N806 -- as above
            optimizer_D.zero_grad()
            loss_D.backward()
            optimizer_D.step()
        for _ in range(chosen.g_steps):
            scores = D(G(torch.randn(BATCH, LATENT, generator=random)))
            loss_G = LOSSES[chosen.loss](scores)  # noqa: N806 -- as above
            optimizer_G.zero_grad()
            loss_G.backward()
            optimizer_G.step()
    return G, D


def nets(pixels: int) -> tuple[nn.Module, nn.Module]:
    """Return a dense generator with tanh and a dense discriminator that gives logits."""
    generator = nn.Sequential(
        *(nn.Linear(LATENT, WIDTH), nn.LeakyReLU(0.2)),
        *(nn.Linear(WIDTH, 2 * WIDTH), nn.LeakyReLU(0.2)),
        *(nn.Linear(2 * WIDTH, pixels), nn.Tanh()),
    )
    discriminator = nn.Sequential(
        *(nn.Linear(pixels, WIDTH), nn.LeakyReLU(0.2)),
        *(nn.Linear(WIDTH, WIDTH), nn.LeakyReLU(0.2)),
        nn.Linear(WIDTH, 1),
    )
    return generator, discriminator


LOSSES: dict[Loss, Callable[[torch.Tensor], torch.Tensor]] = {
    "non_saturating": lambda scores: cross_entropy(scores, torch.ones_like(scores)),
    "minimax": lambda scores: -cross_entropy(scores, torch.zeros_like(scores)),
}
"""Of the generator, given D's logits on its samples."""
