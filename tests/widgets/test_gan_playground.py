"""The playground's Python: knobs, slices, slow motion, drawing, results, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from traitlets import TraitError

import dlwidgets
from dlwidgets import GanPlayground
from dlwidgets.training.playground import PRESETS, TARGETS, heat, pushed
from dlwidgets.widgets import gan_playground
from tests.widgets.conftest import Line

SMALL = {"hidden_d": 8, "hidden_g": 8, "layers_d": 1, "layers_g": 1, "batch_size": 16}


def small(*args: Any, **values: Any) -> GanPlayground:
    return GanPlayground(*args, **SMALL | values)


def same(one: GanPlayground, other: GanPlayground) -> bool:
    pairs = [
        (a, b)
        for name in ("generator", "discriminator")
        for a, b in zip(
            getattr(one, name).parameters(), getattr(other, name).parameters(), strict=True
        )
    ]
    return all(torch.equal(a, b) for a, b in pairs)


def errors(line: Line) -> list[str]:
    return [answer["error"] for answer, _ in line.custom("ack")]


def test_it_lays_out_a_game_and_shows_what_both_nets_do() -> None:
    w = GanPlayground()
    assert repr(w) == "GanPlayground: ring, 0 rounds, seed=0"
    assert w._targets == [*TARGETS, "own"]
    assert w._line == "dlwidgets.GanPlayground()"
    w.advance(4)
    play = w._play
    np.testing.assert_array_equal(w._picture["heat"], heat(play).numpy())
    found = pushed(play, play.measures.z)
    np.testing.assert_array_equal(w._picture["samples"], found.points.numpy())
    np.testing.assert_array_equal(w._picture["gradients"], found.gradients.numpy())
    np.testing.assert_array_equal(w.samples, found.points.numpy())
    assert w._counts == [4, 4, 4]
    assert w._rows[:, 0].tolist() == [0, 4]
    np.testing.assert_array_equal(w._now, w._rows[-1])
    assert w.history["distance"].tolist() == w._rows[:, 5].tolist()
    assert w.points.shape == (2000, 2)
    assert len(w._target["points"]) <= 1000


def test_equal_seeds_and_moves_are_equal_in_any_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gan_playground, "SLICE", 0.0)
    line = Line()
    paged, whole, other = small(comm=line), small(), small(seed=1)
    for seq in range(24):
        line.say("more", None, seq=seq)
    whole.advance(12)
    assert paged._counts == [12, 12, 12]
    assert same(paged, whole)
    assert not same(other.advance(12), whole)
    whole.restart()
    assert whole._counts == [0, 0, 0]
    assert same(whole.advance(12), paged)
    assert set(errors(line)) == {""}


def test_rates_are_turned_while_it_goes_on_and_sizes_begin_anew() -> None:
    w = small().advance(3)
    w.lr_g = 0.01
    w.turn(loss="least_squares", train="d")
    assert w._counts == [3, 3, 3]
    assert w._next == "d"
    w.advance(2)
    assert w._counts == [5, 5, 3]
    assert w._play.live.lr_g == 0.01
    w.hidden_g = 4
    assert w._counts == [0, 0, 0]
    assert w.generator[0].weight.shape == (4, 2)
    assert w._play.live.loss == "least_squares"
    w.turn(target="grid")
    assert w._target["centres"].shape == (25, 2)
    line = w._line
    assert line.startswith("dlwidgets.GanPlayground(target='grid', lr_g=0.01, loss='least_squares'")
    assert same(eval(line, {"dlwidgets": dlwidgets}).advance(2), w.advance(2))


def test_a_turn_that_changes_nothing_begins_nothing() -> None:
    w = small().advance(2)
    w.turn(hidden_g=8, lr_d=0.005)
    w.target = "ring"
    assert w._counts == [2, 2, 2]


def test_single_updates() -> None:
    w = small().step()
    assert (w._counts, w._next) == ([0, 1, 0], "g")
    w.step("g").step("g")
    assert w._counts == [2, 1, 2]
    line = Line()
    paged = small(comm=line)
    for who in ("d", "g", "g"):
        line.say("step", who, seq=1)
    assert same(paged, w)


def test_slow_motion_shows_the_batch_of_each_phase() -> None:
    line = Line()
    w = small(comm=line)
    seen = []
    for seq in range(6):
        line.say("phase", None, seq=seq)
        seen.append(w._phase["name"])
        if w._phase["name"] == "gradients":
            assert w._phase["gradients"].shape == (16, 2)
    assert seen == ["real", "fake", "update_d", "samples", "gradients", "update_g"]
    assert same(w, small().advance(1))
    line.say("phase")
    line.say("more", {"rounds": 2}, seq=9)
    assert w._phase["name"] == ""
    assert w._counts[0] == 3


def test_the_page_turns_and_what_can_not_be_changes_nothing() -> None:
    line = Line()
    w = small(comm=line).advance(2)
    line.say("turn", {"values": {"lr_d": 0.5, "d_steps": 2}, "asked": 7}, seq=1)
    assert (w.lr_d, w.d_steps, w._asked) == (0.5, 2, 7)
    line.say("turn", {"values": {"lr_g": 1, "hidden_d": 0}, "asked": 8}, seq=2)
    assert "hidden_d expected a number from 1 to 256, got 0" in errors(line)[-1]
    assert (w.lr_g, w.hidden_d, w._asked, w._counts[0]) == (0.002, 8, 7, 2)
    line.say("turn", {"values": {"target": "own"}, "asked": 9}, seq=3)
    assert "no points of your own yet" in errors(line)[-1]
    assert w.target == "ring"


def draw(line: Line, points: Any, *, fresh: bool) -> None:
    array = np.array(points, np.float32)
    packed = {"dtype": "float32", "shape": list(array.shape), "data": 0}
    line.say("draw", {"points": packed, "fresh": fresh}, seq=1, buffers=[array.tobytes()])


def test_points_are_drawn_added_and_replaced() -> None:
    line = Line()
    w = small(comm=line).advance(1)
    draw(line, [[0.1, 0.2], [0.3, -0.4]], fresh=True)
    assert (w.target, w._counts, w._mine) == ("own", [0, 0, 0], True)
    assert w._target["drawn"]
    draw(line, [[0.5, 0.5]], fresh=False)
    assert w.points.tolist() == [pytest.approx(p) for p in ([0.1, 0.2], [0.3, -0.4], [0.5, 0.5])]
    names: dict[str, Any] = {}
    exec(w.advance(2).code(), names)
    np.testing.assert_array_equal(names["samples"].numpy(), w.samples)
    draw(line, [[-0.5, 0.5]], fresh=True)
    assert w.points.tolist() == [[-0.5, 0.5]]
    w.target = "moons"
    w.target = "own"
    assert w.points.tolist() == [[-0.5, 0.5]]
    draw(line, np.zeros((3000, 2)), fresh=False)
    assert len(w.points) == gan_playground.MOST_DRAWN
    draw(line, [[np.nan, 0]], fresh=True)
    assert "got NaN or infinity in 1 rows" in errors(line)[-1]
    draw(line, np.zeros((0, 2)), fresh=True)
    assert "n at least 1" in errors(line)[-1]
    assert len(w.points) == gan_playground.MOST_DRAWN


def test_points_of_ones_own_keep_their_units_and_stay_as_they_are() -> None:
    mine = np.random.default_rng(0).normal([100, -50], 20, (300, 2))
    before = mine.copy()
    w = small(mine)
    assert w.target == "own"
    assert w._line.startswith("dlwidgets.GanPlayground(points, ")
    np.testing.assert_allclose(w.points, mine, rtol=1e-4)
    w.advance(2)
    np.testing.assert_array_equal(mine, before)
    play = w._play
    with torch.no_grad():
        expected = play.generator(play.measures.z) * play.target.scale + torch.tensor(
            play.target.centre
        )
    np.testing.assert_allclose(w.samples, expected.numpy(), rtol=1e-6)
    names: dict[str, Any] = {}
    exec(w.code(), names)
    np.testing.assert_array_equal(names["samples"].numpy(), w.samples)


def test_what_is_taken_away_is_a_copy() -> None:
    w = small().advance(1)
    with torch.no_grad():
        w.generator[0].weight.zero_()
        w.discriminator[0].weight.zero_()
    assert same(w, small().advance(1))
    w.samples[:] = w.points[:] = 0
    assert w.samples.any()
    assert w.points.any()


def test_presets_begin_a_known_course() -> None:
    w = small(seed=5).advance(1)
    w.preset("strong")
    for name, value in PRESETS["strong"].items():
        assert getattr(w, name) == value
    assert (w.hidden_d, w.seed, w._counts[0]) == (32, 5, 0)
    with pytest.raises(ValueError, match=r"got 'stron'\. Did you mean 'strong'\?"):
        w.preset("stron")
    line = Line()
    paged = small(comm=line)
    line.say("preset", "collapse", seq=1)
    assert paged.lr_g == PRESETS["collapse"]["lr_g"]


def test_a_game_that_blows_up_says_so_in_both_languages_and_begins_again() -> None:
    w = small(optimizer="sgd", loss="least_squares", lr_d=100, seed=1).advance(400)
    en, zh = w._ending
    assert "The loss of" in en
    assert "Lower the larger rate, lr_d (now 100)" in en
    assert "or take the optimizer adam" in en
    assert "损失不再是有限数" in zh
    stopped = w._counts
    assert w.advance(5)._counts == stopped
    w.turn(lr_d=0.01)
    assert "lr_d (now 0.01)" in w._ending[0]
    w.restart()
    assert w._ending == ["", ""]


def test_the_program_comes_when_it_is_asked_for() -> None:
    line = Line()
    w = small(comm=line).advance(2)
    assert w._program == ""
    line.say("program", None, seq=1)
    assert w._program == w.code()
    w.restart()
    assert w._program == ""


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"target": "rings"}, r"got 'rings'\. Did you mean 'ring'\?"),
        ({"target": "own"}, "there are no points of your own yet"),
        ({"loss": "saturated"}, r"got 'saturated'\. Did you mean 'saturating'\?"),
        ({"train": "D"}, "train: expected one of both, d, g, got 'D'"),
        ({"noise": "normal"}, "noise: expected one of uniform, gaussian"),
        ({"optimizer": "Adam"}, r"Did you mean 'adam'\?"),
        ({"lr_g": float("nan")}, "lr_g expected a number from 0 to 100, got nan"),
        ({"d_steps": 1.5}, "d_steps expected a whole number"),
        ({"batch_size": 10**9}, "batch_size expected a number from 1 to 1024"),
        ({"seed": -1}, "seed expected"),
        ({"loss": None}, "loss"),
    ],
)
def test_values_that_can_not_be(values: dict[str, Any], text: str) -> None:
    with pytest.raises(TraitError, match=text):
        GanPlayground(**values)
    w = small()
    (name,) = values
    before = getattr(w, name)
    with pytest.raises(TraitError):
        setattr(w, name, values[name])
    with pytest.raises(ValueError, match=text):
        w.turn(lr_d=1, **values)
    assert (getattr(w, name), w.lr_d) == (before, 0.005)


def test_names_that_can_not_be() -> None:
    with pytest.raises(TypeError, match=r"got 'lrd'\. Did you mean 'lr_d'\?"):
        GanPlayground(lrd=1)
    with pytest.raises(TypeError, match=r"got 'los'\. Did you mean 'loss'\?"):
        small().turn(los="x")
    with pytest.raises(AttributeError, match="Did you mean 'target'"):
        small().targets = "grid"
    with pytest.raises(ValueError, match="expected 'd', 'g' or nothing, got 'D'"):
        small().step("D")
    for rounds in (-1, 1.5, "3", True):
        with pytest.raises(ValueError, match="expected a number of rounds"):
            small().advance(rounds)
    with pytest.raises(ValueError, match=r"got shape \(3, 3\)"):
        GanPlayground(np.zeros((3, 3)))
    dlwidgets.set_language("zh")
    with pytest.raises(ValueError, match="应为不小于 0 的轮数"):
        small().advance(-1)


def test_a_closed_playground_still_plays() -> None:
    w = small()
    w.close()
    assert same(w.advance(2), small().advance(2))


def test_the_users_loop_is_served_first() -> None:
    assert gan_playground._slice() == gan_playground.SLICE
    with dlwidgets.live(monitor=False):
        assert gan_playground._slice() == gan_playground.BESIDE
