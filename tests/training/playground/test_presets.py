"""Each known course is what it is called: measured, for two seeds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlwidgets.training.playground import PRESETS, Live, Play, Setting, pushed, target_of


def played(name: str, seed: int, rounds: int) -> Play:
    game = Play(target_of("ring", seed), Setting(seed=seed), Live(**PRESETS[name]))
    game.advance(rounds=rounds)
    return game


@pytest.mark.parametrize("seed", [0, 1])
def test_a_healthy_game_finds_nearly_all_modes(seed: int) -> None:
    rows = played("healthy", seed, 600).measures.rows[-25:]
    assert np.median(rows[:, 6]) >= 7
    assert rows[:, 3:5].mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.06)
    assert np.median(rows[:, 5]) < 0.02


@pytest.mark.parametrize("seed", [0, 1])
def test_a_collapsed_one_chases_one_mode_after_another(seed: int) -> None:
    rows = played("collapse", seed, 400).measures.rows[25:]
    assert np.median(rows[:, 6]) <= 2
    assert np.median(rows[:, 5]) > 0.2


@pytest.mark.parametrize("seed", [0, 1])
def test_where_d_is_too_strong_the_gradient_of_g_vanishes(seed: int) -> None:
    game = played("strong", seed, 60)
    rows = game.measures.rows[5:]
    assert rows[:, 3].min() > 0.9
    assert rows[:, 4].max() < 0.1
    assert rows[:, 6].max() <= 1
    flat = pushed(game, game.measures.z).gradients.norm(dim=1).mean()
    game.live = Live(loss="non_saturating")
    mended = pushed(game, game.measures.z).gradients.norm(dim=1).mean()
    assert torch.isfinite(mended)
    assert mended > 50 * flat
