"""Numbers as pixels, and drawings as pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlwidgets.explain.latent import Frame, Look, Range, centred, frame, look, pixels, range_of
from dlwidgets.explain.latent.pixels import BAR, MARK
from tests.explain.latent.small import digits

UNIT = Range(0.0, 1.0)


@settings(deadline=None)
@given(arrays(np.float64, (2, 3, 4, 5), elements=st.floats(-1, 2)))
def test_each_value_is_one_of_256_levels(
    values: Any,
) -> None:
    found = pixels(torch.from_numpy(values), Look("picture", (3, 4, 5)), UNIT)
    assert found.shape == (2, 4, 5, 3)
    want = np.clip(values, 0, 1).transpose(0, 2, 3, 1)
    assert np.abs(found / 255 - want).max() <= 0.5 / 255 + 1e-12


def test_black_white_and_what_lies_beyond() -> None:
    values = torch.tensor([[[[-3.0, -1.0, 0.0, 1.0, 7.0]]]])
    signed = pixels(values, Look("picture", (1, 1, 5)), Range(-1.0, 1.0))
    assert signed.flatten().tolist() == [0, 0, 128, 255, 255]


def test_what_is_no_number_is_marked() -> None:
    values = torch.tensor([[[[0.5, torch.nan], [torch.inf, 1.0]]]])
    found = pixels(values, Look("picture", (1, 2, 2)), UNIT)
    assert found.shape == (1, 2, 2, 3)
    assert found[0, 0, 1].tolist() == found[0, 1, 0].tolist() == list(MARK)
    assert found[0, 0, 0].tolist() == [128] * 3


def test_a_vector_is_drawn_as_bars() -> None:
    values = torch.tensor([[0.0, 0.5, 1.0, torch.nan]])
    found = pixels(values, Look("vector", (4,)), UNIT)
    assert found.shape == (1, BAR, 4, 3)
    assert [int((found[0, :, i] == 255).all(1).sum()) for i in range(3)] == [0, BAR // 2, BAR]
    assert found[0, -1, 1].tolist() == [255] * 3
    assert (found[0, :, 3] == MARK).all()
    signed = pixels(torch.tensor([[-1.0, 1.0]]), Look("vector", (2,)), Range(-1.0, 1.0))
    assert signed[0, : BAR // 2, :, 0].tolist() == [[0, 255]] * (BAR // 2)
    assert signed[0, BAR // 2 :, :, 0].tolist() == [[255, 0]] * (BAR // 2)


@pytest.mark.parametrize(
    ("shape", "kind", "drawn"),
    [
        ((1, 28, 28), "picture", (1, 28, 28)),
        ((3, 8, 9), "picture", (3, 8, 9)),
        ((8, 9), "picture", (1, 8, 9)),
        ((784,), "picture", (1, 28, 28)),
        ((64,), "picture", (1, 8, 8)),
        ((49,), "vector", (49,)),
        ((13,), "vector", (13,)),
    ],
)
def test_what_samples_look_like(shape: tuple[int, ...], kind: str, drawn: tuple[int, ...]) -> None:
    found = look(shape)
    assert (found.kind, found.shape) == (kind, drawn)
    assert found.square == (len(shape) == 1 and kind == "picture")


@pytest.mark.parametrize("shape", [(2, 5, 5), (5, 5, 3), (300,), (1, 2, 3, 4), ()])
def test_what_can_not_be_drawn_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="data expected to give pictures of 1 or 3 channels"):
        look(shape, "data")


@pytest.mark.parametrize(
    ("values", "want"),
    [
        ([0.0, 0.4, 1.0005], Range(0.0, 1.0)),
        ([-0.3, 1.0], Range(-1.0, 1.0, "signed")),
        ([-4.0, 6.0], Range(-4.0, 6.0, "found")),
        ([7.0, torch.nan, 7.0], Range(7.0, 8.0, "found")),
        ([torch.nan], Range(0.0, 1.0)),
    ],
)
def test_ranges(values: list[float], want: Range) -> None:
    assert range_of(torch.tensor(values)) == want


def test_a_drawing_gets_the_size_and_place_of_the_data() -> None:
    # A bar of 60 rows and 10 columns in a corner of the paper.
    ink = torch.zeros(112, 112)
    ink[2:62, 90:100] = 1
    found = centred(ink, (28, 28), Frame())
    rows, columns = (found > 0.5).nonzero(as_tuple=True)
    assert int(rows.max() - rows.min()) + 1 == 20
    assert 3 <= int(columns.max() - columns.min()) + 1 <= 4
    mass = found / found.sum()
    middle = torch.arange(28).double() + 0.5
    assert float((mass.sum(1) * middle).sum()) == pytest.approx(14, abs=0.51)
    assert float((mass.sum(0) * middle).sum()) == pytest.approx(14, abs=0.51)
    assert float(found.max()) <= 1


def test_strokes_are_smooth() -> None:
    ink = torch.zeros(112, 112)
    for i in range(20, 90):
        ink[i, i : i + 7] = 1
    found = centred(ink, (28, 28), Frame())
    assert int(((found > 0.05) & (found < 0.95)).sum()) > 20


@pytest.mark.parametrize("at", [(0, 0), (100, 100), (50, 3)])
def test_where_it_was_drawn_does_not_matter(at: tuple[int, int]) -> None:
    one, other = torch.zeros(112, 112), torch.zeros(112, 112)
    one[at[0] : at[0] + 12, at[1] : at[1] + 6] = 1
    other[40:52, 40:46] = 1
    assert torch.equal(centred(one, (28, 28), Frame()), centred(other, (28, 28), Frame()))


def test_a_dot_and_a_blot_stay_inside() -> None:
    dot, blot = torch.zeros(112, 112), torch.ones(112, 112)
    dot[0, 0] = 1
    for ink in (dot, blot):
        found = centred(ink, (28, 20), Frame(box=1.0, row=0.9, column=0.1))
        assert found.shape == (28, 20)
        assert bool(found.isfinite().all())
    with pytest.raises(ValueError, match="draw something first"):
        centred(torch.zeros(112, 112), (28, 28), Frame())


def test_the_frame_of_digits_and_of_dark_figures() -> None:
    x = digits().test.x[:, 0].double()
    found = frame(x)
    assert 0.8 < found.box <= 1
    assert (found.row, found.column) == pytest.approx((0.5, 0.5), abs=0.08)
    assert not found.dark
    turned = frame(1 - x)
    assert turned.dark
    assert turned.box == pytest.approx(found.box)
    ink = torch.zeros(112, 112)
    ink[20:90, 50:60] = 1
    assert float(centred(ink, (28, 28), turned).median()) == 1
    assert frame(torch.zeros(3, 8, 8)) == Frame()
