"""The program of a game plays it again, bit for bit, with nothing but PyTorch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from dlwidgets.training.playground import (
    TARGETS,
    Live,
    Play,
    Setting,
    Target,
    own_points,
    program,
    target_of,
)
from dlwidgets.training.playground.code import stretches

SMALL = Setting(hidden_d=8, hidden_g=8, layers_d=1, layers_g=2, batch_size=16, seed=7)
MANY = np.random.default_rng(0).normal(50, 9, (1000, 2))


def check(target: Target, setting: Setting, live: Live, **given: Any) -> str:
    """Play in every manner, run the program, compare; return the program."""
    game = Play(target, setting, live)
    game.advance(rounds=3)
    game.step("d"), game.step("d"), game.step("g"), game.peek("d")
    game.live = replace(game.live, lr_g=0.03, d_steps=2, loss="saturating")
    game.advance(rounds=2)
    game.live = replace(game.live, train="d", loss=live.loss)
    game.advance(rounds=1)
    game.live = replace(game.live, train="both")
    game.advance(rounds=1)
    text = program(game)
    assert "dlwidgets" not in text
    assert max(map(len, text.splitlines())) <= 100
    names = dict(given)
    exec(text, names)
    for name, module in (("G", game.generator), ("D", game.discriminator)):
        for key, value in module.state_dict().items():
            assert torch.equal(names[name].state_dict()[key], value), (name, key)
    with torch.no_grad():
        samples = target.back(game.generator(game.measures.z))
    assert torch.equal(names["samples"], samples)
    return text


@pytest.mark.parametrize("name", TARGETS)
def test_a_named_cloud(name: str) -> None:
    check(target_of(name, SMALL.seed), SMALL, Live())


@pytest.mark.parametrize(
    ("setting", "live"),
    [
        ({"noise": "gaussian", "noise_size": 1}, {"loss": "least_squares"}),
        ({"optimizer": "sgd", "layers_d": 0}, {"lr_d": 0.3, "lr_g": 1e-5}),
        ({"layers_g": 0, "noise_size": 5}, {"loss": "saturating", "d_steps": 3}),
    ],
)
def test_other_settings(setting: dict[str, Any], live: dict[str, Any]) -> None:
    check(target_of("ring", SMALL.seed), replace(SMALL, **setting), Live(**live))


def test_points_of_ones_own() -> None:
    text = check(own_points(MANY[:60]), SMALL, Live())
    assert "raw = torch.tensor([" in text
    text = check(own_points(MANY), SMALL, Live(), points=MANY)
    assert "# `points` stands for yours" in text
    drawn = np.round(MANY[:50] / 100, 3)
    text = check(own_points(drawn, fit=False), SMALL, Live())
    # As short as they were drawn.
    assert f"[{drawn[0, 0]}, {drawn[0, 1]}]," in text


def test_a_game_that_has_not_begun() -> None:
    game = Play(target_of("line", 0), SMALL, Live())
    names: dict[str, Any] = {}
    exec(program(game), names)
    assert torch.equal(names["samples"], game.generator(game.measures.z))


def test_turns_are_written_as_they_fell() -> None:
    live = Live(d_steps=2)
    for turns in ("DDGDDG", "DDD", "GGDDGD", "DDDDGG", "G", ""):
        written = stretches(turns, live)
        assert "".join(updates * times for updates, times in written) == turns
    assert stretches("DDGDDGD", live) == [("DDG", 2), ("D", 1)]
