"""Each illness on real digits, and the cure. Fewer rounds than in a lesson, by the same seeds."""

import pytest
import torch

from dlwidgets import data
from dlwidgets.training import Run, watched
from dlwidgets.training.adversarial import Duel, duel_of
from dlwidgets.training.adversarial.presets import PRESETS, play, preset


def shown(name: str, rounds: int, *, cured: bool = False) -> Duel:
    run = Run(name)
    # Looks by steps, so that a slow machine sees the same.
    run.subscribe(every=0)
    duel = duel_of(run)
    duel.share, duel.gap = 1e9, 20
    with watched(run):
        play(name, data.digits(), cured=cured, steps=rounds)
    assert duel.judge is not None
    assert duel.judge.accuracy > 0.95
    return duel


@pytest.mark.parametrize(
    ("name", "rounds"),
    [("collapse", 115), ("too_strong", 150), ("vanishing", 180), ("oscillation", 400)],
)
def test_the_illness_shows(name: str, rounds: int) -> None:
    duel = shown(name, rounds)
    assert duel.findings is not None
    assert name in [one.code for one in duel.findings]


def test_the_cure_of_each_is_the_healthy_game_which_has_no_illness() -> None:
    assert {preset(name, cured=True) for name in PRESETS} == {PRESETS["healthy"]}
    duel = shown("healthy", 400)
    assert duel.findings == []
    readings = [*duel.readings]
    assert readings[-1].spread > 2 * readings[0].spread
    assert readings[-1].covered >= 3


def test_the_same_seed_gives_the_same_nets_watched_or_not() -> None:
    digits = data.digits()
    before = torch.get_rng_state()
    plain = play("healthy", digits, steps=12, seed=5)
    run = Run()
    run.subscribe(every=0)
    duel_of(run).share = 1e9
    with watched(run):
        seen = play("healthy", digits, steps=12, seed=5)
    other = play("healthy", digits, steps=12, seed=6)
    assert torch.equal(torch.get_rng_state(), before)
    for a, b, c in zip(plain, seen, other, strict=True):
        assert all(map(torch.equal, a.state_dict().values(), b.state_dict().values()))
        assert not torch.equal(next(a.parameters()), next(c.parameters()))


def test_a_misspelt_preset_is_refused() -> None:
    with pytest.raises(ValueError, match="Did you mean 'collapse'"):
        play("colapse", data.digits())
