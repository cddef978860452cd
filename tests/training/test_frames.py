import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.training.frames import as_frame


def ramp(*shape: int) -> np.ndarray:
    return (np.arange(math.prod(shape), dtype=np.float64) / math.prod(shape)).reshape(shape)


def grey(values: Any) -> Any:
    return np.rint(255 * np.asarray(values)).astype(np.uint8)


@pytest.mark.parametrize(
    ("shape", "kind", "expected"),
    [
        ((5,), "curve", (1, 5)),
        ((100,), "curve", (1, 100)),
        ((3, 50), "curve", (3, 50)),
        ((8, 8), "curve", (8, 8)),
        ((8, 49), "curve", (8, 49)),
        ((1, 64), "image", (8, 8)),
        ((4, 784), "image", (57, 57)),
        ((9, 10), "image", (9, 10)),
        ((64, 64), "image", (64, 64)),
        ((28, 28), "image", (28, 28)),
        ((3, 10, 12), "image", (10, 12, 3)),
        ((10, 12, 3), "image", (10, 12, 3)),
        ((5, 10, 12), "image", (21, 38)),
        ((1, 10, 12), "image", (10, 12)),
        ((4, 1, 10, 12), "image", (21, 25)),
        ((4, 3, 10, 12), "image", (21, 25, 3)),
        ((2, 16, 10, 12), "image", (65, 77)),
        ((100, 1, 4, 4), "image", (39, 39)),
        ((16, 100), "image", (43, 43)),
    ],
)
def test_each_shape_is_shown_as_the_table_says(
    shape: tuple[int, ...], kind: str, expected: tuple[int, ...]
) -> None:
    frame = as_frame("x", 7, ramp(*shape))
    assert (frame.name, frame.step, frame.kind) == ("x", 7, kind)
    assert frame.data.shape == expected
    assert frame.data.dtype == (np.uint8 if kind == "image" else np.float32)


def test_curves_are_the_numbers_themselves() -> None:
    values = np.array([[1.5, -2.0, math.nan], [1e9, 0.0, math.inf]])
    np.testing.assert_array_equal(as_frame("x", 1, values).data, values.astype(np.float32))


def test_pixels_are_where_they_belong() -> None:
    image = ramp(9, 12)
    np.testing.assert_array_equal(as_frame("x", 1, image).data, grey(image))
    colour = ramp(3, 9, 12)
    np.testing.assert_array_equal(as_frame("x", 1, colour).data, grey(np.moveaxis(colour, 0, -1)))
    last = ramp(9, 12, 3)
    np.testing.assert_array_equal(as_frame("x", 1, last).data, grey(last))
    rows = ramp(5, 64)
    np.testing.assert_array_equal(
        as_frame("x", 1, rows).data, as_frame("x", 1, rows.reshape(5, 8, 8)).data
    )


@given(st.integers(2, 64), st.integers(4, 9), st.integers(4, 9), st.sampled_from([1, 3]))
def test_a_grid_holds_every_image(count: int, height: int, width: int, channels: int) -> None:
    images = np.random.default_rng(0).integers(0, 256, (count, channels, height, width), np.uint8)
    sheet = as_frame("x", 1, images).data
    columns = math.ceil(math.sqrt(count))
    assert sheet.shape[1] == columns * (width + 1) - 1
    for i in range(count):
        top, left = i // columns * (height + 1), i % columns * (width + 1)
        tile = sheet[top : top + height, left : left + width]
        tile = tile[:, :, None] if channels == 1 else tile
        np.testing.assert_array_equal(np.moveaxis(tile, -1, 0), images[i])
    assert (sheet[:, width] == 128).all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([0.0, 0.25, 0.5], [0, 64, 128]),
        ([-1.0, 0.0, 1.0], [0, 128, 255]),
        ([-0.5, 0.0, 0.5], [64, 128, 191]),
        ([0.0, 2.0, 4.0], [0, 128, 255]),
        ([-3.0, 0.0, 3.0], [0, 128, 255]),
        ([5.0, 5.0, 5.0], [0, 0, 0]),
        ([0.0, math.nan, math.inf], [0, 0, 0]),
        ([0, 1, 2], [0, 128, 255]),
    ],
)
def test_numbers_become_grey(values: list[float], expected: list[int]) -> None:
    image = np.repeat(np.array(values)[None], 9, axis=0)
    assert as_frame("x", 1, image).data[0].tolist() == expected


@pytest.mark.parametrize(
    "value",
    [
        torch.ones(9, 9, requires_grad=True),
        torch.ones(9, 9, dtype=torch.bfloat16),
        torch.ones(9, 9, dtype=torch.float16),
        torch.ones(9, 9, dtype=torch.bool),
        np.ones((9, 9), dtype=bool),
        np.full((9, 9), 255, np.uint8),
        [[1.0] * 9] * 9,
    ],
)
def test_tensors_and_arrays_of_every_kind(value: Any) -> None:
    assert (as_frame("x", 1, value).data == 255).all()


def test_a_sheet_stays_small() -> None:
    frame = as_frame("x", 1, np.zeros((64, 3, 512, 512), np.uint8))
    assert max(frame.data.shape) <= 850
    assert max(as_frame("x", 1, ramp(3000, 1000)).data.shape) <= 800
    assert as_frame("x", 1, np.zeros((64, 1, 64, 64))).data.shape == (519, 519)


def test_a_frame_is_a_copy() -> None:
    image = np.zeros((9, 9), np.uint8)
    curve = np.zeros((2, 9), np.float32)
    frames = as_frame("x", 1, image), as_frame("x", 1, curve)
    image[:], curve[:] = 9, 9
    assert not frames[0].data.any()
    assert not frames[1].data.any()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (torch.ones(2, 2, 2, 2, 2), r"shape \(2, 2, 2, 2, 2\)"),
        (1.0, r"shape \(\)"),
        (np.zeros((0, 3)), r"shape \(0, 3\)"),
        ("text", "str"),
        (None, "NoneType"),
        (torch.ones(3, dtype=torch.complex64), "Tensor"),
        ([[1.0], [1.0, 2.0]], "list"),
        ({"a": 1}, "dict"),
    ],
)
def test_anything_else_is_refused(value: Any, shown: str) -> None:
    with pytest.raises(TypeError, match=f"show x: expected a tensor or array .*, got {shown}"):
        as_frame("x", 1, value)
