"""Small games that the tests of the adversarial part share: seconds, not minutes."""

import torch
from torch import nn
from torch.nn import functional

from dlwidgets.training import Run, watched
from dlwidgets.training.adversarial import Duel, duel_of

PIXELS = 64


def nets(seed: int = 0, *, sigmoid: bool = True) -> tuple[nn.Module, nn.Module]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        generator = nn.Sequential(
            nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, PIXELS), nn.Tanh()
        )
        head = [nn.Sigmoid()] if sigmoid else []
        discriminator = nn.Sequential(
            nn.Linear(PIXELS, 16), nn.LeakyReLU(0.2), nn.Dropout(0.2), nn.Linear(16, 1), *head
        )
    return generator, discriminator


def real(seed: int = 1, rows: int = 600) -> tuple[torch.Tensor, torch.Tensor]:
    """Return stripes of three kinds that a small classifier tells apart."""
    random = torch.Generator().manual_seed(seed)
    y = torch.randint(0, 3, (rows,), generator=random)
    x = 0.2 * torch.rand(rows, 8, 8, generator=random) - 1
    for kind in range(3):
        x[y == kind, :, 2 * kind : 2 * kind + 2] = 0.8
    return x.flatten(1), y


class Labelled(nn.Module):
    """A net that takes a class beside its input."""

    def __init__(self, inputs: int, *layers: nn.Module) -> None:
        super().__init__()
        self.embed = nn.Embedding(3, 3)
        self.body = nn.Sequential(nn.Linear(inputs + 3, 16), nn.ReLU(), *layers)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.body(torch.cat([x, self.embed(y)], 1))
        return out


def labelled() -> tuple[Labelled, Labelled]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator = Labelled(4, nn.Linear(16, PIXELS), nn.Tanh())
        discriminator = Labelled(PIXELS, nn.Linear(16, 1))
    return generator, discriminator


def train(
    G: nn.Module,  # noqa: N803 -- as the book calls them
    D: nn.Module,  # noqa: N803 -- as above
    *,
    rounds: int = 40,
    conditional: bool = False,
    sigmoid: bool = True,
) -> None:
    """Train as the book does: samples are not detached, both are set to zero."""
    x, y = real()
    criterion = (
        functional.binary_cross_entropy if sigmoid else functional.binary_cross_entropy_with_logits
    )
    d_optimizer = torch.optim.Adam(D.parameters(), 1e-3)
    g_optimizer = torch.optim.Adam(G.parameters(), 1e-3)
    random = torch.Generator().manual_seed(0)
    for start in range(rounds):
        rows = torch.arange(32 * start, 32 * start + 32) % len(x)
        images, labels = x[rows], y[rows]
        given = (labels,) if conditional else ()
        real_labels, fake_labels = torch.ones(32, 1), torch.zeros(32, 1)
        d_loss = criterion(D(images, *given), real_labels)
        z = torch.randn(32, 4, generator=random)
        fake = G(z, *given)
        d_loss = d_loss + criterion(D(fake, *given), fake_labels)
        d_optimizer.zero_grad()
        g_optimizer.zero_grad()
        d_loss.backward()
        d_optimizer.step()
        z = torch.randn(32, 4, generator=random)
        g_loss = criterion(D(G(z, *given), *given), real_labels)
        d_optimizer.zero_grad()
        g_optimizer.zero_grad()
        g_loss.backward()
        g_optimizer.step()


def played(
    *, conditional: bool = False, sigmoid: bool = True, rounds: int = 40
) -> tuple[Run, Duel]:
    """Return a run whose every step was looked at, and its duel."""
    run = Run("lesson")
    run.subscribe(every=0)
    duel = duel_of(run)
    duel.share = 1e9
    G, D = labelled() if conditional else nets(sigmoid=sigmoid)  # noqa: N806 -- as above
    with watched(run):
        train(G, D, conditional=conditional, sigmoid=sigmoid and not conditional, rounds=rounds)
    return run, duel
