"""The regression: its data, its engines against each other and against the algebra of it."""

# ruff: noqa: NPY002 -- seed 100 is that of NumPy's global generator

from __future__ import annotations

import itertools
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlwidgets.training.retrain import ENGINES, Engine, Regression
from dlwidgets.training.retrain.by_hand import by_hand, quadratic

HERE = [engine for engine in ENGINES.values() if engine.here]


def trained(**values: Any) -> dict[str, np.ndarray[Any, Any]]:
    job = Regression(**values).job(HERE)
    assert job.advance()
    return {lane.name: lane.rows for lane in job.lanes}


def test_the_data_are_those_of_numpys_global_seed() -> None:
    np.random.seed(100)
    x = np.linspace(-1, 1, 100)
    y = 3 * np.power(x, 2) + 2 + 0.2 * np.random.rand(100)
    w, b = np.random.rand(), np.random.rand()
    ours = Regression().data
    np.testing.assert_array_equal(ours[0], x)
    np.testing.assert_array_equal(ours[1], y)
    assert ours[2:] == (w, b)


def test_one_step_by_hand() -> None:
    x, y = np.array([-1.0, 1.0]), np.array([5.0, 5.0])
    ((loss, w, b),) = by_hand(x, y, 0.0, 0.0, lr=0.1, steps=1)
    # Both errors are −5: the loss is ½ (25 + 25), and both derivatives are −10.
    assert (loss, w, b) == (25.0, 1.0, 1.0)


def test_it_finds_about_what_the_book_finds() -> None:
    for rows in trained().values():
        _, w, b = rows[-1]
        assert w == pytest.approx(2.96, abs=0.02)
        assert b == pytest.approx(2.10, abs=0.02)


def test_without_noise_it_finds_the_curve_itself() -> None:
    for rows in trained(noise=0.0, lr=0.017, steps=3000).values():
        np.testing.assert_allclose(rows[-1], [0, 3, 2], atol=1e-9)


@given(
    lr=st.floats(1e-5, 0.03),
    noise=st.floats(0, 2),
    points=st.integers(2, 200),
    seed=st.integers(0, 2**32 - 1),
    start=st.tuples(st.floats(-9, 9), st.floats(-9, 9)),
)
@settings(max_examples=25, deadline=None)
def test_every_engine_takes_the_same_steps(
    lr: float, noise: float, points: int, seed: int, start: tuple[float, float]
) -> None:
    job = Regression(lr, 40, noise, points, seed, *start).job(HERE)
    assert job.advance()
    first, *others = job.lanes
    for lane in others:
        assert (lane.ending, lane.done) == (first.ending, first.done)
        np.testing.assert_allclose(lane.rows, first.rows, rtol=1e-9, atol=1e-9)
    assert job.apart() < 1e-9


def test_enough_steps_give_the_least_squares() -> None:
    regression = Regression(lr=0.017, steps=4000)
    x, y, _, _ = regression.data
    expected, *_ = np.linalg.lstsq(np.stack([x**2, np.ones_like(x)], 1), y)
    job = regression.job(HERE[:1])
    job.advance()
    np.testing.assert_allclose(job.lanes[0].rows[-1, 1:], expected, rtol=1e-9)


@given(points=st.integers(3, 150), seed=st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_the_limit_parts_rates_that_settle_from_rates_that_blow_up(points: int, seed: int) -> None:
    limit = Regression(points=points, seed=seed).limit
    ends = []
    for factor in (0.99, 1.01):
        job = Regression(limit * factor, 3000, 0.2, points, seed).job(HERE[:1])
        job.advance()
        ends.append(job.lanes[0].rows[-1, 0] / job.lanes[0].rows[0, 0])
    assert ends[0] < 1
    assert ends[1] > 1e6


def test_a_rate_that_is_too_large_ends_without_a_warning() -> None:
    job = Regression(lr=1.0).job(HERE)
    job.advance()
    assert {lane.ending for lane in job.lanes} == {"diverged"}
    assert len({lane.done for lane in job.lanes}) == 1
    for lane in job.lanes:
        assert 10 < lane.done < 500
        assert np.isfinite(lane.rows).all()


@pytest.mark.parametrize("engine", HERE, ids=lambda engine: engine.name)
def test_its_code_runs_without_this_package_and_finds_the_same(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    regression = Regression(lr=0.002, steps=30, noise=0.5, points=20, seed=3, w0=-1.5)
    code = regression.code(engine.name)
    assert "dlwidgets" not in code
    space: dict[str, Any] = {}
    exec(code, space)
    job = regression.job([engine])
    job.advance()
    assert [space["w"], space["b"]] == job.lanes[0].rows[-1, 1:].tolist()
    assert capsys.readouterr().out == f"{space['w']} {space['b']}\n"


def test_the_source_is_that_of_the_function_that_runs() -> None:
    for engine in ENGINES.values():
        assert engine.source.startswith(f"def {engine.function.__name__}(")
        assert "yield" in engine.source
        assert "noqa" not in engine.source
        assert max(map(len, engine.source.splitlines())) <= 100


def test_tensorflow_is_there_where_it_is_installed() -> None:
    assert ENGINES["tensorflow"].here == (find_spec("tensorflow") is not None)
    assert not Engine("none", by_hand, (), package="no_such_package").here


def test_nothing_of_the_random_state_moves() -> None:
    np.random.seed(7)
    before = np.random.get_state()[1].copy()
    quadratic(50, 0.2, 1)
    assert (np.random.get_state()[1] == before).all()


def test_an_engine_may_be_left_at_any_step() -> None:
    rows = Regression().lane(ENGINES["nn"])
    rows.run(until=0.0)
    assert (rows.done, rows.ending) == (1, "")
    rows.close()
    taken = list(itertools.islice(by_hand(*Regression().data, lr=0.001, steps=9), 3))
    assert len(taken) == 3
