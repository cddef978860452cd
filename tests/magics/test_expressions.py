"""``--log`` and ``--show``: checked before, equal to what the user would compute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

import dlwidgets
from tests.magics.conftest import LOOP

EVERY = "--every 0.000001"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('--log "acuracy(model, held)"', "no variable named 'acuracy'. Did you mean 'accuracy'?"),
        ('--log "accuracy(modle, held)"', "no variable named 'modle'. Did you mean 'model'?"),
        ("--log lsos", "no variable named 'lsos'. Did you mean 'loss'?"),  # the body binds it
        ("--log qqqq", "no variable named 'qqqq'."),
        ('--show "modl(x)"', "no variable named 'modl'. Did you mean 'model'?"),
        ('--log "model(x"', "--log: expected a Python expression, got 'model(x' ("),
        ('--log "a = 1"', "--log: expected a Python expression, got 'a = 1' ("),
        ('--show ""', "--show: expected a Python expression, got '' ("),
        ('--log "await f()"', "--log: expected a Python expression"),
        ('--log "yield"', "--log: expected a Python expression"),
    ],
)
def test_what_can_not_be_evaluated_is_said_before_anything_runs(
    shell: Any, line: str, text: str
) -> None:
    shell.run("held = x, y")
    weights = shell.names["model"][0].weight.clone()
    generator = torch.get_rng_state()
    said = shell.try_(f"%%train --seed 9 {line}\n{LOOP}").usage
    assert text in said
    assert "run" not in shell.names
    assert torch.equal(shell.names["model"][0].weight, weights)
    assert torch.equal(torch.get_rng_state(), generator)


@pytest.mark.parametrize(
    "line",
    [
        '--log "sum(i * i for i in range(3))"',
        '--log "max(map(lambda a: a, [1, 2]))"',
        '--log "[(b := 2), b][1]"',
        "--log \"{'a': 1}['a']\"",
        "--log loss",
        "--log run.steps",
        '--log "dlwidgets.accuracy(model, (x, y))"',
        '--log "mean_loss(model, (x, y), nn.functional.cross_entropy)"',
    ],
)
def test_these_are_fine(shell: Any, line: str) -> None:
    cell = shell.run(f"%%train {EVERY} {line}\n{LOOP}")
    assert "[dlwidgets]" not in cell.printed
    assert shell.names["run"].history.iloc[-1].notna().drop("epoch", errors="ignore").all()


def test_names_that_a_star_import_may_bring_are_not_doubted(shell: Any) -> None:
    cell = shell.run(f"%%train {EVERY} --log tau\nfrom math import *\n{LOOP}")
    assert "[dlwidgets]" not in cell.printed
    assert math.isclose(shell.names["run"].history["tau"].iloc[-1], math.tau)


def test_logged_values_are_those_of_direct_evaluation(shell: Any) -> None:
    shell.run("held = torch.randn(200, 4), torch.randint(0, 3, (200,))")
    shell.run(
        f'%%train {EVERY} --log "accuracy(model, held)" --log "model[0].weight.norm()"\n'
        "direct = []\n"
        "for i in range(30):\n"
        "    step()\n"
        "    model.eval()\n"
        "    hits = (model(held[0]).argmax(1) == held[1]).float().mean().item()\n"
        "    model.train()\n"
        "    direct.append((hits, model[0].weight.norm().item()))\n"
    )
    history, direct = shell.names["run"].history, np.array(shell.names["direct"])
    for column, name in enumerate(["accuracy(model, held)", "model[0].weight.norm()"]):
        logged = history[name].to_numpy()
        seen = ~np.isnan(logged)
        assert seen[-1]
        np.testing.assert_allclose(logged[seen], direct[seen, column], rtol=1e-6)


def test_the_last_step_is_always_evaluated(shell: Any) -> None:
    run = shell.train(LOOP, "--every 1000 --log run.steps --show 'model[0].weight'")
    assert run.history["run.steps"].iloc[-1] == 5
    assert [frame.step for frame in run.frames["model[0].weight"]][-1] == 5


def test_frames_show_what_the_expression_gives(shell: Any) -> None:
    run = shell.train(LOOP, f"{EVERY} --show 'torch.linspace(0, 1, 144).reshape(12, 12) > 0.5'")
    (frames,) = run.frames.values()
    frame = frames[-1]
    assert (frame.kind, frame.data.shape) == ("image", (12, 12))
    assert frame.data.reshape(-1).tolist() == [0] * 72 + [255] * 72


def test_under_no_grad_and_without_a_trace(shell: Any) -> None:
    shell.run(
        f'%%train {EVERY} --log "asked.append(torch.is_grad_enabled()) or 1"\nasked = []\n{LOOP}'
    )
    assert set(shell.names["asked"]) == {False}
    assert torch.is_grad_enabled()
    assert shell.names["model"].training


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--log 1/0", "1/0: ZeroDivisionError: division by zero"),
        ("--log model.wieght", "model.wieght: AttributeError: "),
        ("--log 'model(x)'", "expected a number or a tensor of one element, got shape (64, 3)"),
        ("--show 'str(x)'", "expected a tensor or array of 1 to 4 dimensions, got str"),
    ],
)
def test_one_that_fails_says_so_once_and_training_goes_on(shell: Any, line: str, said: str) -> None:
    cell = shell.run(f"%%train {EVERY} {line} --log run.steps\n{LOOP}")
    assert cell.printed.count("[dlwidgets]") == 1
    assert said in cell.printed
    run = shell.names["run"]
    assert (run.state, run.steps) == ("finished", 5)
    assert run.history["run.steps"].iloc[-1] == 5  # the other one went on


def test_every_sets_the_time_between_updates(shell: Any) -> None:
    often = shell.train("for i in range(50): step()", f"{EVERY} --log run.steps")
    seldom = shell.train("for i in range(50): step()", "--every 1000 --log run.steps")
    assert seldom.history["run.steps"].count() == 1
    assert often.history["run.steps"].count() > 1


def test_no_widget_shows_nothing_but_records(shell: Any) -> None:
    cell = shell.run(f"%%train --no-widget\n{LOOP}")
    assert cell.printed == ""
    assert len(shell.names["run"].history) == 5


def test_in_chinese(shell: Any) -> None:
    dlwidgets.set_language("zh")
    said = shell.try_(f"%%train --log lsos\n{LOOP}").usage
    assert said == "--log 'lsos'：没有名为 'lsos' 的变量。 您是不是想写 'loss'？"
    assert "应为 Python 表达式" in shell.try_(f"%%train --log '('\n{LOOP}").usage
