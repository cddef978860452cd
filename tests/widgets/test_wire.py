import json

import numpy as np
import pytest
import traitlets as t
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dlwidgets.widgets import wire

dtypes = st.sampled_from(wire.DTYPES)
shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)
arrays = dtypes.flatmap(lambda dtype: hnp.arrays(dtype, shapes))


class Owner(t.HasTraits):
    weights = wire.Array("float32", ndim=2)
    pixels = wire.Array("uint8", "float32")


@given(arrays)
def test_what_is_packed_comes_back(array: np.ndarray) -> None:
    back = wire.unpack(wire.pack(array))
    np.testing.assert_array_equal(back, array)
    assert back.dtype == array.dtype
    assert back.shape == array.shape


def test_the_elements_are_little_endian_and_row_major() -> None:
    array = np.arange(6, dtype=">u2").reshape(2, 3).T
    packed = wire.pack(array)
    assert packed == {"dtype": "uint16", "shape": [3, 2], "data": b"\0\0\3\0\1\0\4\0\2\0\5\0"}


def test_packing_copies() -> None:
    array = np.zeros(3, np.float32)
    packed = wire.pack(array)
    array[:] = 7
    assert wire.unpack(packed).tolist() == [0, 0, 0]


def test_a_dtype_without_typed_array_is_refused_with_the_remedy() -> None:
    expected = r"got an array of float16; convert it with \.astype\('float32'\)"
    with pytest.raises(TypeError, match=expected):
        wire.pack(np.zeros(2, np.float16))


@given(hnp.arrays("float32", hnp.array_shapes(max_dims=2, max_side=4)))
def test_arrays_are_found_however_deep(array: np.ndarray) -> None:
    value = {"name": "loss", "parts": [{"points": array}, None, 1.5], "tuple": (array,)}
    encoded = wire.encode(value)
    assert encoded["parts"][0]["points"]["data"] == array.tobytes()
    decoded = wire.decode(encoded)
    np.testing.assert_array_equal(decoded["parts"][0]["points"], array)
    np.testing.assert_array_equal(decoded["tuple"][0], array)
    assert decoded["parts"][1:] == [None, 1.5]


def test_nan_and_infinity_never_meet_json() -> None:
    packed = wire.pack(np.array([np.nan, np.inf, -np.inf]))
    without = {key: value for key, value in packed.items() if key != "data"}
    assert json.dumps(without, allow_nan=False) == '{"dtype": "float64", "shape": [3]}'


def test_an_array_trait_casts_where_the_kind_stays() -> None:
    owner = Owner(weights=np.ones((2, 2)))
    assert owner.weights.dtype == np.float32


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("weights", np.ones(3), r"weights expected an array of float32 with 2 axes, got float64"),
        ("weights", np.ones((2, 2), complex), r"got complex128 of shape \(2, 2\); convert it"),
        (
            "pixels",
            np.ones(3, np.int64),
            r"pixels expected an array of uint8 or float32, got int64",
        ),
    ],
)
def test_an_array_trait_says_what_it_expected(name: str, value: object, message: str) -> None:
    with pytest.raises(t.TraitError, match=message):
        Owner(**{name: value})


def test_an_array_trait_tells_of_real_changes_only() -> None:
    owner = Owner(weights=np.array([[np.nan, 1.0]]))
    heard: list[object] = []
    owner.observe(heard.append, "weights")
    owner.weights = np.array([[np.nan, 1.0]])
    assert heard == []
    owner.weights = np.array([[np.nan, 2.0]])
    owner.weights = np.array([[np.nan], [2.0]])
    assert len(heard) == 2


def test_an_unknown_dtype_of_a_trait_is_refused() -> None:
    with pytest.raises(TypeError, match="expected one of bool, uint8"):
        wire.Array("float16")
