"""The book's filters and small pictures answer to what they are named after."""

import pytest
import torch
from torch.nn import functional as F  # noqa: N812 -- torch's own name for it

from dlwidgets.explain.convolution import filters, pictures


def answer(filter_name: str, picture: torch.Tensor) -> torch.Tensor:
    return F.conv2d(picture.unsqueeze(0), filters.named(filter_name).weight.view(1, 1, 3, 3))


def test_an_edge_filter_sees_its_own_edge_only() -> None:
    vertical, horizontal = (pictures.picture(name, 6) for name in ("vertical", "horizontal"))
    assert answer("vertical", vertical).max() == 3
    assert answer("horizontal", horizontal).max() == 3
    for name, picture in [("vertical", horizontal), ("horizontal", vertical)]:
        assert torch.count_nonzero(answer(name, picture)) == 0
    assert answer("sobel_x", vertical).abs().max() == 4
    assert torch.count_nonzero(answer("sobel_x", horizontal)) == 0
    assert answer("sobel_y", horizontal).abs().max() == 4


def test_on_an_even_surface_filters_keep_the_light_or_find_nothing() -> None:
    even = torch.full((1, 5, 5), 2.0)
    for one in filters.every():
        expected = 0.0 if "edge" in one.en or "change" in one.en else 2.0
        if one.name == "cross":
            expected = 10.0  # the book's first kernel adds five cells
        torch.testing.assert_close(answer(one.name, even), torch.full((1, 1, 3, 3), expected))


def test_every_filter_and_picture_has_both_names() -> None:
    assert {"vertical", "horizontal", "sobel_x", "sharpen", "blur", "emboss"} <= set(filters.NAMES)
    for one in filters.every():
        assert one.weight.shape == (3, 3)
        assert one.label == one.en
        assert one.zh != one.en
    assert pictures.label("ring") == "ring"


@pytest.mark.parametrize("name", pictures.NAMES)
@pytest.mark.parametrize("size", [1, 2, 5, (3, 8), 16])
def test_pictures_have_the_size_that_was_asked_for(name: str, size: int | tuple[int, int]) -> None:
    made = pictures.picture(name, size, channels=3)
    assert made.shape == (3, *((size, size) if isinstance(size, int) else size))
    assert made.dtype == torch.float32
    assert torch.equal(made, pictures.picture(name, size, channels=3))


def test_a_random_picture_leaves_the_random_state_alone() -> None:
    before = torch.get_rng_state()
    a, b = (pictures.picture("random", 8, seed=seed) for seed in (1, 2))
    assert not torch.equal(a, b)
    assert torch.equal(torch.get_rng_state(), before)
    assert set(a.flatten().tolist()) <= set(range(10))


def test_a_ring_is_hollow() -> None:
    ring = pictures.picture("ring", 15)[0]
    assert ring[7, 7] == 0
    assert ring[0, 0] == 0
    assert ring[7].sum() > 0


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="Did you mean 'sharpen'"):
        filters.named("sharpn")
    with pytest.raises(ValueError, match="Did you mean 'vertical'"):
        pictures.picture("vertcal")
    with pytest.raises(ValueError, match="must be at least 1, got"):
        pictures.picture("ring", 0)
