"""The declarative form against the textbook's recipe, on the real MNIST."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import torch
from torch import nn
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

import dlwidgets
from dlwidgets.data.mnist import mnist
from tests.bench.table import show

EPOCHS = 20
ROUNDS = 3
FASTER = 2.0
ACCURATE = 0.983
SEEDS = (0, 1, 2)
MEAN_AND_STD = 0.5, 0.5
"""The book's own (section 3.2.2)."""


def net() -> nn.Sequential:
    """Return the classifier whose epochs are timed: 784-300-100-10."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 300),
        nn.ReLU(),
        nn.Linear(300, 100),
        nn.ReLU(),
        nn.Linear(100, 10),
    )


def normalised_net(seed: int) -> nn.Sequential:
    """Return the book's classifier (section 3.2): the same with batch norm after hidden layers."""
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 300),
        nn.BatchNorm1d(300),
        nn.ReLU(),
        nn.Linear(300, 100),
        nn.BatchNorm1d(100),
        nn.ReLU(),
        nn.Linear(100, 10),
    )


def slower(optimizer: torch.optim.Optimizer) -> StepLR:
    """A tenth of the learning rate after every five epochs (section 3.7)."""
    return StepLR(optimizer, 5, 0.1)


def recipe_epoch(folder: Path, data: dlwidgets.data.Dataset) -> float:
    """Return the seconds of one epoch with DataLoader and transforms, as the book has it."""
    steps = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize(*([value] for value in MEAN_AND_STD))]
    )
    held = _as_torchvision(folder, data, steps)
    loader = DataLoader(held, batch_size=64, shuffle=True)
    model = net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    started = time.perf_counter()
    for x, y in loader:
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return time.perf_counter() - started


def _as_torchvision(
    folder: Path, data: dlwidgets.data.Dataset, steps: transforms.Compose
) -> datasets.MNIST:
    """Return torchvision's own MNIST over the same images, without its files."""
    held = datasets.MNIST.__new__(datasets.MNIST)
    held.root, held.train, held.transform, held.target_transform = folder, True, steps, None
    held.data = (data.train.x[:, 0] * 255).round().to(torch.uint8)
    held.targets = data.train.y
    return held


def our_epoch(data: dlwidgets.data.Dataset) -> float:
    """Return the seconds of one epoch with dlwidgets.train, watched but not shown."""
    run = dlwidgets.train(
        net(), data.train, epochs=1, lr=0.01, momentum=0.9, device="cpu", monitor=False
    )
    return run.status().elapsed


def main() -> None:
    """Print the ratio of an epoch, and the accuracy after twenty."""
    try:
        plain = mnist()
        data = plain.normalize(*MEAN_AND_STD)
    except FileNotFoundError as error:
        print(f"\nMNIST left out: {error}")
        return
    with tempfile.TemporaryDirectory() as folder:
        turns = [(recipe_epoch(Path(folder), plain), our_epoch(data)) for _ in range(ROUNDS)]
    recipe, ours = (statistics.median(turn[i] for turn in turns) for i in (0, 1))
    ratios = [before / after for before, after in turns]
    rows = [
        ["DataLoader + transforms", f"{recipe:.2f}", "1.00"],
        ["dlwidgets.train", f"{ours:.2f}", f"{statistics.median(ratios):.2f}"],
    ]
    show(
        f"MNIST, 784-300-100-10, batch 64, CPU (at least {FASTER} times as fast)",
        ["an epoch", "seconds", "times as fast"],
        rows,
    )
    rows = []
    for seed in SEEDS:
        run = dlwidgets.train(
            normalised_net(seed),
            data,
            epochs=EPOCHS,
            lr=0.01,
            momentum=0.9,
            scheduler=slower,
            device="cpu",
            seed=seed,
            monitor=False,
        )
        reached = 100 * run.history["test_accuracy"].dropna().iloc[-1]
        rows.append([str(seed), f"{reached:.2f}", f"{run.status().elapsed:.0f}"])
    show(
        f"MNIST by the book: batch norm, lr / 10 every 5 epochs (at least {100 * ACCURATE} %)",
        ["seed", f"test accuracy after {EPOCHS} epochs, %", "seconds"],
        rows,
    )
