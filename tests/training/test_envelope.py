import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlwidgets.training.envelope import CAPACITY, Envelope, extremes
from dlwidgets.training.history import History


def append(history: History, values: list[float], name: str = "loss") -> None:
    for value in values:
        history.open_row(0.0, None)
        if not math.isnan(value):
            history.put(name, value)


def oracle(values: np.ndarray, width: int) -> np.ndarray:
    """Compute the least and the greatest finite value of each bucket, in order of occurrence."""
    pairs = []
    for start in range(0, len(values), width):
        bucket = [float(v) for v in values[start : start + width]]
        finite = [v for v in bucket if math.isfinite(v)]
        if finite:
            ends = [min(finite), max(finite)]
            ends.sort(key=bucket.index)
        else:
            ends = [math.nan, math.nan]
        pairs.append(ends)
    return np.array(pairs, np.float32).reshape(-1)


numbers = st.one_of(
    st.floats(width=32, allow_nan=False, allow_infinity=False),
    st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 1.0]),
)


@given(st.lists(st.lists(numbers, max_size=30), max_size=12), st.sampled_from([2, 4, 10]))
def test_any_batching_gives_the_extremes_of_each_bucket(
    batches: list[list[float]], capacity: int
) -> None:
    history = History()
    envelope = Envelope(history, capacity)
    values: list[float] = []
    for batch in batches:
        append(history, batch)
        values += batch
        envelope.update()
    assert envelope.length <= capacity
    assert envelope.width & (envelope.width - 1) == 0
    assert envelope.length == -(-len(values) // envelope.width)
    if "loss" in envelope.names:
        np.testing.assert_array_equal(
            envelope.points("loss"), oracle(np.array(values), envelope.width)
        )


@given(
    st.lists(st.tuples(numbers, st.booleans()), min_size=1, max_size=120),
    st.integers(0, 119),
    st.integers(1, 7),
)
def test_series_that_begin_late_or_are_sparse(
    rows: list[tuple[float, bool]], begin: int, gap: int
) -> None:
    history = History()
    envelope = Envelope(history, 8)
    late, sparse = np.full(len(rows), math.nan), np.full(len(rows), math.nan)
    for row, (value, update) in enumerate(rows):
        history.open_row(0.0, None)
        history.put("first", 1.0)
        if row >= begin:
            history.put("late", value)
            late[row] = value
        if row % gap == 0:
            history.put("sparse", value)
            sparse[row] = value
        if update:
            envelope.update()
    envelope.update()
    for name, values in (("late", late), ("sparse", sparse)):
        if name in envelope.names:
            np.testing.assert_array_equal(envelope.points(name), oracle(values, envelope.width))


@settings(max_examples=40)
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=50))
def test_the_newest_row_may_be_amended_after_an_update(rows: list[tuple[float, float]]) -> None:
    history = History()
    envelope = Envelope(history, 4)
    for first, second in rows:
        history.open_row(0.0, None)
        history.put("loss", first)
        envelope.update()
        history.put("loss", second)
    envelope.update()
    expected = oracle(np.array([second for _, second in rows]), envelope.width)
    np.testing.assert_array_equal(envelope.points("loss"), expected)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_a_view_that_takes_what_changed_has_everything(batches: list[int]) -> None:
    history = History()
    envelope = Envelope(history, 8)
    token, seen = None, np.zeros(0, np.float32)
    count = 0
    for size in batches:
        append(history, [float(count + i) for i in range(size)])
        count += size
        envelope.update()
        version = envelope.version
        first, token = envelope.changed_since(token)
        if "loss" in envelope.names:
            seen = np.concatenate((seen[: 2 * first], envelope.points("loss", first)))
            np.testing.assert_array_equal(seen, envelope.points("loss"))
        assert token[0] == version


def test_an_old_token_of_another_width_means_everything() -> None:
    history = History()
    envelope = Envelope(history, 4)
    append(history, [1.0, 2.0, 3.0, 4.0])
    envelope.update()
    _, token = envelope.changed_since(None)
    assert envelope.changed_since(token)[0] == 3
    append(history, [5.0])
    envelope.update()
    assert (envelope.width, envelope.version) == (2, 1)
    assert envelope.changed_since(token)[0] == 0


def test_a_million_steps_fit_and_every_spike_survives() -> None:
    history = History()
    envelope = Envelope(history)
    rows = 1_000_000
    values = np.random.default_rng(0).random(rows)
    spikes = {17: 50.0, 123_456: 60.0, 777_777: -40.0, rows - 1: 70.0}
    for row, value in spikes.items():
        values[row] = value
    loss = values.tolist()
    for row in range(rows):
        history.open_row(0.0, None)
        history.put("loss", loss[row])
        if row % 50_000 == 0:
            envelope.update()
    envelope.update()
    assert envelope.length <= CAPACITY == 2000
    assert envelope.width == 512
    points = envelope.points("loss").reshape(-1, 2)
    for row, value in spikes.items():
        assert value in points[row // 512]
    np.testing.assert_array_equal(
        points.min(axis=1)[:-1],
        values[: rows // 512 * 512].reshape(-1, 512).min(axis=1).astype("f"),
    )


def test_numbers_beyond_32_bits_stay_spikes() -> None:
    block = np.array([[1.0, 1e300, 2.0, -1e300]])
    largest = np.finfo(np.float32).max
    assert extremes(block).tolist() == [[largest, -largest]]
    assert extremes(extremes(block)).tolist() == [[largest, -largest]]


@pytest.mark.parametrize(
    ("values", "last"),
    [
        ([1.0, math.nan, math.nan], 1.0),
        ([3.0, *[math.nan] * 5000], 3.0),
        ([1.0, math.inf], math.inf),
    ],
)
def test_last_is_the_newest_that_was_logged(values: list[float], last: float) -> None:
    history = History()
    append(history, values)
    envelope = Envelope(history)
    envelope.update()
    assert envelope.last("loss") == last
