import pytest
import torch

from dlwidgets import data


def test_the_photograph_is_a_small_image_of_light() -> None:
    image = data.photo()
    assert image.shape == (3, 342, 512)
    assert image.dtype == torch.float32
    assert 0 <= image.min() < 0.1
    assert 0.9 < image.max() <= 1
    assert image.is_contiguous()


def test_grey_weighs_the_colours_as_the_eye_does() -> None:
    colour, grey = data.photo(side=64), data.photo(side=64, grey=True)
    assert grey.shape == (1, 43, 64)
    expected = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
    torch.testing.assert_close(grey[0], expected)


def test_each_call_gives_a_picture_of_its_own() -> None:
    data.photo(side=8).zero_()
    assert data.photo(side=8).max() > 0
    assert data.photo(side=1).shape == (3, 1, 1)


@pytest.mark.parametrize("side", [0, 513, -1])
def test_a_side_that_is_out_of_range_is_refused(side: int) -> None:
    with pytest.raises(ValueError, match=f"between 1 and 512, got {side}"):
        data.photo(side=side)


@pytest.mark.parametrize("side", [1.5, "64", True, None])
def test_a_side_that_is_no_number_is_refused(side: object) -> None:
    with pytest.raises(TypeError, match="side must be a whole number"):
        data.photo(side=side)
