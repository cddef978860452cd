import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.training.adversarial.film import LIMIT, SIDE, Film, Shot, as_tiles
from dlwidgets.training.adversarial.thinning import Thinned


@given(st.integers(3, 40), st.integers(1, 600))
def test_what_is_kept_is_spaced_evenly_with_the_first_and_the_newest(
    capacity: int, offered: int
) -> None:
    kept: Thinned[int] = Thinned(capacity)
    for item in range(offered):
        kept.append(item)
    places = kept.places
    assert [*kept] == places
    assert [kept[i] for i in range(len(kept))] == places
    assert kept[-1] == places[-1] == offered - 1
    assert places[0] == 0
    assert len(kept) <= capacity
    distances = np.diff(places)
    assert (distances[:-1] == kept.stride).all()
    assert len(distances) == 0 or 1 <= distances[-1] <= kept.stride
    # Never thinner than need be: half of the capacity is in use once it was full.
    assert offered < capacity or len(kept) > (capacity - 1) // 2


def shot(step: int, pixels: int = 100) -> Shot:
    tiles = np.zeros((1, pixels, pixels, 1), np.uint8)
    return Shot(step, tiles, np.zeros(1, np.float32), np.zeros(1, np.int8))


def test_a_film_stays_within_its_memory() -> None:
    film = Film(limit=10 * shot(0).nbytes)
    for step in range(0, 1000, 5):
        film.append(shot(step))
        assert film.nbytes <= 10 * shot(0).nbytes
    assert film.steps[0] == 0
    assert film.steps[-1] == 995
    assert film.stride == 32
    assert set(np.diff(film.steps)[:-1]) == {5 * 32}


def test_64_mb_hold_a_thousand_sheets_of_digits() -> None:
    tiles = np.zeros((64, 28, 28, 1), np.uint8)
    one = Shot(0, tiles, np.zeros(64, np.float32), np.zeros(64, np.int8))
    assert LIMIT == 64 * 2**20
    assert LIMIT // one.nbytes > 1000


@pytest.mark.parametrize(
    ("shape", "tiles"),
    [
        ((5, 784), (5, 28, 28, 1)),
        ((5, 1, 28, 28), (5, 28, 28, 1)),
        ((5, 3, 28, 20), (5, 28, 20, 3)),
        ((5, 2, 8, 8), (5, 8, 8, 1)),
        ((5, 9, 8), (5, 9, 8, 1)),
        ((5, 2), (5, 1, 2, 1)),
        ((2, 3, 256, 128), (2, SIDE, SIDE // 2, 3)),
    ],
)
def test_samples_become_tiles(shape: tuple[int, ...], tiles: tuple[int, ...]) -> None:
    assert as_tiles(torch.zeros(shape), 0, 1).shape == tiles


def test_black_and_white_are_the_ends_of_the_data() -> None:
    values = torch.tensor([[-1.0, 0.0, 1.0, 5.0, float("nan")]])
    assert as_tiles(values, -1, 1).ravel().tolist() == [0, 128, 255, 255, 0]
