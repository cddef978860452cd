"""Losses as the explorer shows them: torch's numbers, and the browser's against torch's."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch
from torch import nn
from torch.nn import functional

import dlwidgets
from dlwidgets.explain.loss import Task, checked, judged, read

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(dlwidgets.__file__).parent / "frontend/src/widgets/loss_explorer"
CASES = 600


def drawn(seed: int) -> Task:
    """Return a task of random kind, size, weights and options; some logits are huge."""
    pick = random.Random(seed)
    generator = torch.Generator().manual_seed(seed)
    samples, classes = pick.randint(1, 8), pick.randint(1, 10)
    kind = pick.choice(["cross_entropy", "bce", "mse"])
    size = pick.choice([0.1, 3.0, 40.0, 900.0])
    logits = size * torch.randn(samples, classes, generator=generator, dtype=torch.float64)
    if kind == "cross_entropy":
        target = torch.randint(0, classes, (samples, 1), generator=generator).double()
    else:
        target = torch.rand(samples, classes, generator=generator, dtype=torch.float64)
        target = target.round() if pick.random() < 0.5 else target
    weight = torch.rand(classes, generator=generator, dtype=torch.float64) + 0.1
    if pick.random() < 0.4:
        weight = torch.ones(classes, dtype=torch.float64)
    smooth = pick.choice([0.0, 0.0, 0.1, 1.0]) if kind == "cross_entropy" else 0.0
    reduction = pick.choice(["mean", "sum", "none"])
    return Task(kind, logits, target, weight, reduction, smooth)


def test_the_browser_computes_what_torch_does_and_its_line_of_code_too(tmp_path: Path) -> None:
    tasks = [drawn(seed) for seed in range(CASES)]
    cases = []
    for task in tasks:
        found = judged(task)
        samples, classes = task.logits.shape
        cases.append(
            {
                "task": {
                    "kind": task.kind,
                    "reduction": task.reduction,
                    "label_smoothing": task.label_smoothing,
                    "samples": samples,
                    "classes": classes,
                    "logits": task.logits.flatten().tolist(),
                    "target": task.target.flatten().tolist(),
                    "weight": task.weight.tolist(),
                },
                "terms": found.terms.tolist(),
                "value": found.value,
                "gradient": found.gradient.flatten().tolist(),
            }
        )
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases))
    deno = shutil.which("deno")
    assert deno is not None
    command = [deno, "run", f"--allow-read={file}", str(HERE / "against_torch.ts"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    *differences, codes = done.stdout.splitlines()
    assert differences == []
    for task, line in zip(tasks, json.loads(codes), strict=True):
        value = eval(line, {"torch": torch, "F": functional})
        expected = task.module()(task.logits, task.asked())
        # The line has seven digits of each number, and computes in single precision.
        torch.testing.assert_close(value.double(), expected, rtol=2e-3, atol=1e-4)


LOSSES: list[tuple[nn.Module, Callable[..., torch.Tensor]]] = [
    (
        nn.CrossEntropyLoss(torch.tensor([1.0, 2.0, 0.5]), label_smoothing=0.2),
        lambda x, y: functional.cross_entropy(
            x, y, torch.tensor([1.0, 2.0, 0.5]).double(), label_smoothing=0.2
        ),
    ),
    (nn.CrossEntropyLoss(reduction="sum"), lambda x, y: functional.cross_entropy(x, y).mul(2)),
]


@pytest.mark.parametrize(("loss", "expected"), LOSSES)
def test_a_loss_of_ones_own_is_read_with_its_options(
    loss: nn.Module, expected: Callable[..., torch.Tensor]
) -> None:
    logits = torch.tensor([[1.0, 2.0, -1.0], [0.0, 0.3, 4.0]])
    target = torch.tensor([1, 0])
    found = judged(read(loss, logits, target))
    x = logits.double().requires_grad_()
    value = expected(x, target)
    value.backward()
    assert found.value == pytest.approx(value.item(), rel=1e-12)
    torch.testing.assert_close(found.gradient, x.grad)


def test_by_hand() -> None:
    task = read(nn.CrossEntropyLoss(), [0.0, 0.0], torch.tensor([1]))
    found = judged(task)
    assert found.value == pytest.approx(0.6931471805599453)
    assert found.gradient.tolist() == [[0.5, -0.5]]
    squares = judged(read(nn.MSELoss(), [1.0, 3.0], [0.0, 1.0]))
    assert squares.terms.tolist() == [1, 4]
    assert squares.value == 2.5
    assert squares.gradient.tolist() == [[1, 2]]
    binary = judged(read(nn.BCEWithLogitsLoss(reduction="none"), [0.0], [0.25]))
    assert binary.gradient.tolist() == [[0.25]]


@pytest.mark.parametrize(
    ("loss", "logits", "target", "error", "text"),
    [
        (nn.L1Loss(), [1.0], [1.0], TypeError, "expected nn.CrossEntropyLoss.* got L1Loss"),
        (3, [1.0], [1.0], TypeError, "got int"),
        (nn.MSELoss(), "abc", [1.0], TypeError, "logits: expected numbers, got str"),
        (nn.MSELoss(), [float("nan")], [1.0], TypeError, "expected finite numbers"),
        (nn.MSELoss(), [[[1.0]]], [1.0], ValueError, r"got \(1, 1, 1\)"),
        (nn.MSELoss(), torch.zeros(9, 2), torch.zeros(9, 2), ValueError, r"such as logits\[:8\]"),
        (nn.MSELoss(), torch.zeros(0, 2), torch.zeros(0, 2), ValueError, r"got \(0, 2\)"),
        (nn.MSELoss(), [1.0, 2.0], [1.0], ValueError, r"the shape of the logits \(1, 2\)"),
        (nn.CrossEntropyLoss(), [1.0, 2.0], [0.5], ValueError, "expected 1 class indices as int"),
        (nn.CrossEntropyLoss(), [1.0, 2.0], [2], ValueError, "target: expected 0 to 1, got 2 to 2"),
        (nn.CrossEntropyLoss(), [1.0, 2.0], [0, 1], ValueError, "expected 1 class indices"),
        (nn.BCEWithLogitsLoss(), [1.0], [1.5], ValueError, "target: expected 0 to 1"),
        (
            nn.BCEWithLogitsLoss(torch.ones(1)),
            [1.0],
            [1.0],
            ValueError,
            "weight of BCEWithLogitsLoss can't be shown; use pos_weight",
        ),
        (
            nn.CrossEntropyLoss(torch.ones(3)),
            [1.0, 2.0],
            [0],
            ValueError,
            "weight: expected 2 numbers from 0",
        ),
    ],
)
def test_what_can_not_be_shown_is_refused(
    loss: Any, logits: Any, target: Any, error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        read(loss, logits, target)


def test_negative_weights_are_refused() -> None:
    task = read(nn.CrossEntropyLoss(), [1.0, 2.0], [0])
    with pytest.raises(ValueError, match="weight: expected 2 numbers from 0"):
        checked(replace(task, weight=torch.tensor([1.0, -1.0]).double()))
