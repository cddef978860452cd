import json
from typing import Any

import numpy as np
import pytest
import torch
import traitlets as t

from dlwidgets import GanMonitor
from dlwidgets.training import Run, watched
from dlwidgets.training.adversarial import duel_of
from dlwidgets.training.adversarial.still import sheet, still
from dlwidgets.widgets.gan_rows import COLUMNS
from tests.training.adversarial.games import nets, played, real, train
from tests.widgets.conftest import Line


@pytest.fixture(scope="module")
def lesson() -> Run:
    return played()[0]


def test_it_shows_the_newest_samples_of_a_run_that_has_ended(lesson: Run) -> None:
    monitor = GanMonitor(lesson)
    film = duel_of(lesson).film
    assert monitor.step == film.steps[-1] == 40
    assert np.array_equal(monitor.samples, film[len(film) - 1].tiles)
    assert np.array_equal(monitor.scores, film[len(film) - 1].scores)
    assert monitor.findings is None  # too early to say
    assert monitor._phase == "early"
    assert repr(monitor) == f"GanMonitor: lesson, {len(film)} shots, step 40"


def test_readings_hold_what_the_duel_has_seen(lesson: Run) -> None:
    monitor = GanMonitor(lesson)
    last = dict(zip(COLUMNS, monitor._readings[-1].tolist(), strict=True))
    seen = [*duel_of(lesson).readings][-1]
    assert last["step"] == seen.step
    assert last["real"] == pytest.approx(seen.real)
    assert last["fake"] == pytest.approx(seen.fake)
    assert last["loss_g"] == pytest.approx(lesson.history.g_loss.iloc[-1])


def test_any_shot_can_be_looked_at(lesson: Run, line: Line) -> None:
    monitor = GanMonitor(lesson, comm=line)
    film = duel_of(lesson).film
    monitor.frame = 3
    assert monitor.step == film.steps[3]
    line.say("look", 0, seq=1)
    assert monitor.step == film.steps[0]
    line.say("look", -1, seq=2)
    assert (monitor.frame, monitor.step) == (-1, 40)
    with pytest.raises(t.TraitError, match=rf"frame expected -1 to {len(film) - 1}, got 999"):
        monitor.frame = 999
    line.say("look", 999, seq=3)
    assert "expected -1 to" in line.custom("ack")[-1][0]["error"]
    assert (monitor.frame, monitor.step) == (-1, 40)


def test_a_shot_stays_when_the_film_is_thinned() -> None:
    run = Run()
    run.subscribe(every=0)
    duel = duel_of(run)
    duel.share = 1e9
    G, D = nets()  # noqa: N806 -- as the book calls them
    with watched(run):
        train(G, D, rounds=30)
    duel.film._shots.capacity = len(duel.film) + 1
    monitor = GanMonitor(run)
    monitor.frame = 4
    kept = monitor.step
    for _ in range(3):
        duel.look()
        monitor._refresh()
    assert duel.film.stride == 2
    assert monitor.frame == 2
    assert monitor.step == kept


def test_it_sends_no_more_than_the_page_draws(line: Line) -> None:
    run = Run()
    run.subscribe(every=0)
    duel = duel_of(run)
    duel.share = 1e9
    monitor = GanMonitor(run, comm=line)
    line.say("hello")
    with watched(run):
        train(*nets(), rounds=30)
    ticks = [state["_tick"] for state in line.updates() if "_tick" in state]
    # Ready, hello, running, and the end: in between nothing was drawn.
    assert len(ticks) <= 5
    assert monitor.state == "finished"
    assert monitor.step == 30


def test_nets_that_are_named_are_looked_at_after_the_fact_too() -> None:
    run = Run("empty")
    with watched(run):
        pass
    G, D = nets()  # noqa: N806 -- as above
    z = torch.randn(9, 4, generator=torch.Generator().manual_seed(0))
    monitor = GanMonitor(run, generator=G, discriminator=D, noise=z, data=real())
    with torch.no_grad():
        expected = D.eval()(G.eval()(z)).squeeze(1)
    assert monitor.scores == pytest.approx(expected.numpy())


def test_half_a_game_is_refused() -> None:
    with pytest.raises(ValueError, match="go together; discriminator, noise, data is missing"):
        GanMonitor(Run(), generator=nets()[0])


def test_a_misspelt_option_is_refused() -> None:
    with pytest.raises(TypeError, match="Did you mean 'frame'"):
        GanMonitor(Run(), frames=3)


def test_without_a_game_it_says_so(line: Line) -> None:
    run = Run()
    monitor = GanMonitor(run, comm=line)
    assert monitor._phase == "waiting"
    with watched(run):
        pass
    assert monitor._phase == "nobody"
    assert len(monitor.samples) == 0


def test_what_is_sent_is_json_with_the_arrays_apart(lesson: Run) -> None:
    monitor = GanMonitor(lesson)
    state: dict[str, Any] = monitor.get_state()
    text = json.dumps(
        {k: v for k, v in state.items() if k not in {"_esm", "_css", "layout"}},
        default=lambda value: f"<{type(value).__name__}>",
    )
    assert "NaN" not in text


def test_the_still_picture_shows_the_last_samples(lesson: Run) -> None:
    duel = duel_of(lesson)
    shot = duel.film[len(duel.film) - 1]
    pixels = sheet(shot, 8)
    assert pixels.shape == (8 * 9 - 1, 8 * 9 - 1)
    assert np.array_equal(pixels[9:17, 18:26], shot.tiles[10, :, :, 0])
    assert set(pixels[8]) == {128}
    bundle = still(duel)
    assert bundle["text/plain"].startswith("G(z) after step 40 · mean D(x) 0.")
    assert "<script" not in bundle["text/html"]
