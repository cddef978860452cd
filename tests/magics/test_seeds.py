"""Watching changes nothing: the same seed gives the same weights, bit by bit."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import torch

MODEL = """
import torch
from torch import nn
x, y = torch.randn(96, 4), torch.randint(0, 3, (96,))
held_out = x[:32], y[:32]
model = nn.Sequential(
    nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3)
)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
"""

BODIES = {
    "loader": """
data = torch.utils.data.TensorDataset(x, y)
for epoch in range(3):
    for a, b in torch.utils.data.DataLoader(data, 16, shuffle=True):
        loss = nn.functional.cross_entropy(model(a), b)
        optimizer.zero_grad(); loss.backward(); optimizer.step()
""",
    "noise": """
import random, numpy
for i in range(20):
    a = x + 0.1 * torch.randn_like(x) * random.random() + float(numpy.random.rand())
    loss = nn.functional.cross_entropy(model(a), y)
    optimizer.zero_grad(); loss.backward(); optimizer.step()
""",
    "schedule": """
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
for i in range(10):
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad(); loss.backward(); optimizer.step(); scheduler.step()
""",
    "closure": """
lbfgs = torch.optim.LBFGS(model.parameters(), max_iter=4)
def closure():
    lbfgs.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    return loss
for i in range(3): lbfgs.step(closure)
""",
}

SEEDED = "import random, numpy, torch\ntorch.manual_seed(5); numpy.random.seed(5); random.seed(5)\n"

# Expressions that draw numbers and run the model in whatever mode it is in.
WATCHED = (
    '--every 0.000001 --log "accuracy(model, held_out)" --log "model(x).mean() * torch.rand(())" '
    '--show "torch.rand(8, 8)" --show "model(x)[0]"'
)


def outcome(shell: Any) -> tuple[list[torch.Tensor], list[Any]]:
    """Return all weights and buffers, and what the three generators give next."""
    state = [value.clone() for value in shell.names["model"].state_dict().values()]
    return state, [torch.rand(3).tolist(), np.random.rand(3).tolist(), random.random()]  # noqa: NPY002 -- the one the body uses


def assert_equal(one: Any, other: Any) -> None:
    assert all(torch.equal(a, b) for a, b in zip(one[0], other[0], strict=True))
    assert one[1] == other[1]


@pytest.mark.parametrize("name", BODIES)
def test_with_and_without_the_magic(bare: Any, name: str) -> None:
    bare.run(SEEDED + MODEL + BODIES[name])
    plain = outcome(bare)
    bare.run(f"%%train --seed 5 --no-widget\n{MODEL}{BODIES[name]}")
    assert_equal(outcome(bare), plain)
    run = bare.names["run"]
    bare.run(SEEDED)
    bare.run(f"%%train\n{MODEL}{BODIES[name]}")
    assert_equal(outcome(bare), plain)
    assert bare.names["run"].history["loss"].equals(run.history["loss"])


@pytest.mark.parametrize("name", BODIES)
def test_with_expressions_evaluated_at_every_step(bare: Any, name: str) -> None:
    bare.run(SEEDED + MODEL + BODIES[name])
    plain = outcome(bare)
    cell = bare.run(f"%%train --seed 5 {WATCHED}\n{MODEL}{BODIES[name]}")
    assert_equal(outcome(bare), plain)
    run = bare.names["run"]
    assert "Error" not in cell.printed
    assert run.history["accuracy(model, held_out)"].notna().any()
    assert {len(frames) > 0 for frames in run.frames.values()} == {True}


def test_a_pause_and_a_look_inside_change_nothing(bare: Any) -> None:
    body = BODIES["noise"]
    bare.run(SEEDED + MODEL + body)
    plain = outcome(bare)
    looked = body.replace(
        "    loss =", "    run.history; run.status(); run.chart(); run.knobs\n    loss ="
    )
    bare.run(f"%%train --seed 5\n{MODEL}{looked}")
    assert_equal(outcome(bare), plain)


@pytest.mark.parametrize("seed", [0, 1, 2**63, 2**64 - 1])
def test_every_seed_is_torchs_own(bare: Any, seed: int) -> None:
    bare.run(f"%%train --seed {seed}\nimport torch; drawn = torch.rand(4)")
    assert torch.equal(
        bare.names["drawn"], torch.rand(4, generator=torch.Generator().manual_seed(seed))
    )


def test_without_a_seed_the_generators_go_on(bare: Any) -> None:
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    bare.run("%%train\nimport torch; drawn = torch.rand(2)")
    assert torch.equal(bare.names["drawn"], expected)


@pytest.mark.parametrize("line", ["--optimizer adam --lr 0.01", "--batch-size 32"])
def test_the_declarative_form_repeats_itself(bare: Any, line: str) -> None:
    cell = (
        f"%%train --data '(x, y), (x, y)' --epochs 2 --seed 3 --device cpu {line}\n"
        "model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 3))"
    )
    bare.run(SEEDED + MODEL)
    bare.run(cell)
    first, run = outcome(bare), bare.names["run"]
    torch.rand(7)
    bare.run(cell)
    assert_equal(outcome(bare), first)
    assert bare.names["run"].history["loss"].equals(run.history["loss"])
    bare.run(cell.replace("--seed 3", "--seed 4"))
    assert not bare.names["run"].history["loss"].equals(run.history["loss"])
