"""How good the book's generative models become on the real MNIST, on the CPU."""

from __future__ import annotations

import torch
from torch import nn

import dlwidgets
from dlwidgets.data.mnist import mnist
from dlwidgets.models import CGAN, CNN, GAN, VAE
from dlwidgets.training.metrics import accuracy
from tests.bench.table import show

SEED = 0
VAE_EPOCHS, VAE_LOSS = 15, 106.0
JUDGE_EPOCHS, JUDGE_ACCURACY = 3, 98.5
GAN_EPOCHS, GAN_RATE = 40, 2e-4
CGAN_EPOCHS, CGAN_RATE = 25, 5e-4
MINUTES = 20.0
SAMPLES, RAREST, AS_ASKED = 5_000, 3.0, 90.0


def vae_loss_of(data: dlwidgets.data.Dataset) -> list[list[str]]:
    """Train the book's VAE (784-400-20, Adam 1e-3, batch 128); return its row."""
    torch.manual_seed(SEED)
    run = dlwidgets.train(
        VAE(20),
        data,
        epochs=VAE_EPOCHS,
        batch_size=128,
        device="cpu",
        seed=SEED,
        monitor=False,
    )
    last = run.history.dropna(subset=["test_loss"]).iloc[-1]
    names = ("test_loss", "test_reconstruction", "test_kl")
    numbers = [f"{last[name]:.2f}" for name in names]
    return [[str(SEED), *numbers, f"{run.status().elapsed:.0f}"]]


def judge(data: dlwidgets.data.Dataset) -> nn.Module:
    """Return a classifier of the real digits, which is good enough to count the drawn ones."""
    torch.manual_seed(SEED)
    model = CNN()
    dlwidgets.train(
        model,
        data,
        epochs=JUDGE_EPOCHS,
        optimizer="adam",
        lr=2e-3,
        device="cpu",
        seed=SEED,
        monitor=False,
    )
    return model.eval()


def drawn(model: GAN, classifier: nn.Module) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what the classifier takes the samples for, and what was asked for."""
    asked = torch.arange(SAMPLES) % 10
    given = () if model.classes is None else (asked,)
    with torch.no_grad():
        x = model.generator(model.noise(SAMPLES, torch.Generator().manual_seed(SEED)), *given)
        return classifier((x + 1) / 2).argmax(1), asked


def adversarial(
    model: GAN, data: dlwidgets.data.Dataset, classifier: nn.Module, epochs: int, lr: float
) -> tuple[list[str], float]:
    """Train a GAN; return a row, and the share of samples that are as asked."""
    run = dlwidgets.train(
        model,
        data,
        epochs=epochs,
        lr=lr,
        batch_size=128,
        device="cpu",
        seed=SEED,
        monitor=False,
    )
    found, asked = drawn(model, classifier)
    shares = 100 * torch.bincount(found, minlength=10) / SAMPLES
    right = 100 * (found == asked).double().mean().item()
    minutes = run.status().elapsed / 60
    cells = [f"{share:.1f}" for share in shares.tolist()]
    return [str(epochs), f"{lr:g}", f"{minutes:.1f}", *cells], right


def main() -> None:
    """Print what each model reaches, beside what it should."""
    try:
        data = mnist()
    except FileNotFoundError as error:
        print(f"\nGenerative models left out: {error}")
        return
    show(
        f"VAE 784-400-20, Adam 1e-3, batch 128, {VAE_EPOCHS} epochs, CPU "
        f"(test loss per image at most {VAE_LOSS:g})",
        ["seed", "test loss", "reconstruction", "KL", "seconds"],
        vae_loss_of(data),
    )
    classifier = judge(data)
    rows, digits = [], [str(digit) for digit in range(10)]
    torch.manual_seed(SEED)
    row, _ = adversarial(GAN(), data, classifier, GAN_EPOCHS, GAN_RATE)
    rows.append(["GAN", *row, "–"])
    torch.manual_seed(SEED)
    row, right = adversarial(CGAN(), data, classifier, CGAN_EPOCHS, CGAN_RATE)
    rows.append(["CGAN", *row, f"{right:.1f}"])
    show(
        f"Dense GAN and CGAN, Adam, batch 128, seed {SEED}, CPU: share of each digit in "
        f"{SAMPLES:,} samples, % (GAN: none under {RAREST:g}, in {MINUTES:g} minutes at most; "
        f"CGAN: {AS_ASKED:g} % as asked); judged by a CNN that reads "
        f"{100 * accuracy(classifier, data.test):.1f} % of the test digits "
        f"(at least {JUDGE_ACCURACY})",
        ["model", "epochs", "lr", "minutes", *digits, "as asked"],
        rows,
    )
