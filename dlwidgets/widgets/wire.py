"""Arrays between Python and the browser, as binary buffers with dtype and shape.

The other half is ``frontend/src/lib/wire.ts``; nothing else knows the encoding. Lists of floats
would arrive as JSON, in which NaN becomes the *string* ``"nan"``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from traitlets import TraitError, TraitType, Undefined

from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from traitlets import HasTraits

DTYPES: Final = (
    "bool",
    "uint8",
    "int8",
    "uint16",
    "int16",
    "uint32",
    "int32",
    "uint64",
    "int64",
    "float32",
    "float64",
)
"""The element types for which browsers have typed arrays."""

_KEYS = frozenset({"dtype", "shape", "data"})


def pack(array: NDArray[Any]) -> dict[str, Any]:
    """Return ``{dtype, shape, data}`` with a copy of the elements as bytes, row-major.

    A copy, because the kernel sends from another thread while training goes on writing.

    Raises:
        TypeError: for a dtype that browsers don't have.
    """
    name = array.dtype.name
    if name not in DTYPES:
        message = say(
            f"pack: expected one of {', '.join(DTYPES)}, got an array of {name}; "
            "convert it with .astype('float32')",
            f"pack：应为 {', '.join(DTYPES)} 之一，得到 {name} 数组；请用 .astype('float32') 转换",
        )
        raise TypeError(message)
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return {"dtype": name, "shape": list(array.shape), "data": little.tobytes()}


def unpack(packed: dict[str, Any]) -> NDArray[Any]:
    """Return the array that `pack` wrapped, or that the browser sent."""
    dtype = np.dtype(packed["dtype"]).newbyteorder("<")
    return np.frombuffer(packed["data"], dtype).reshape(packed["shape"])


def encode(value: object, _widget: object = None) -> Any:  # noqa: ANN401 -- as deep as traits are
    """Return ``value`` with every array in it packed, however deep (a trait's ``to_json``)."""
    if isinstance(value, np.ndarray):
        return pack(value)
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    return value


def decode(value: object, _widget: object = None) -> Any:  # noqa: ANN401 -- as deep as traits are
    """Return ``value`` with every packed array in it unpacked (a trait's ``from_json``)."""
    if isinstance(value, dict):
        if value.keys() == _KEYS:
            return unpack(value)
        return {key: decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decode(item) for item in value]
    return value


def attach(value: object, buffers: Sequence[Any]) -> Any:  # noqa: ANN401 -- as deep as messages are
    """Return a message from the browser with its buffers back in their arrays, unpacked."""
    if isinstance(value, dict):
        if value.keys() == _KEYS and isinstance(value["data"], int):
            return unpack({**value, "data": buffers[value["data"]]})
        return {key: attach(item, buffers) for key, item in value.items()}
    if isinstance(value, list):
        return [attach(item, buffers) for item in value]
    return value


class Array(TraitType["NDArray[Any]", Any]):
    """A NumPy array as a trait: a buffer on the wire, ``WireArray`` in TypeScript."""

    default_value = Undefined
    info_text = "an array"

    def __init__(self, *dtypes: str, ndim: int | None = None, **options: Any) -> None:  # noqa: ANN401 -- traitlets'
        """Hold arrays of one of ``dtypes``.

        Args:
            *dtypes: names of `DTYPES`; where there is just one, others are cast to it if that
                keeps their kind (float64 to float32, but not to int32).
            ndim: the number of axes; ``None`` allows any.
            **options: those of every trait, as ``default_value`` and ``help``.
        """
        unknown = [name for name in dtypes if name not in DTYPES]
        if unknown or not dtypes:
            message = f"Array: expected one of {', '.join(DTYPES)}, got {', '.join(unknown)!r}"
            raise TypeError(message)
        self.dtypes, self.ndim = dtypes, ndim
        options.setdefault("default_value", np.zeros((0,) * (ndim or 1), dtypes[0]))
        super().__init__(**options)
        self.metadata.setdefault("to_json", encode)
        self.metadata.setdefault("from_json", decode)

    def info(self) -> str:
        """Return what is expected, for error messages."""
        axes = "" if self.ndim is None else f" with {self.ndim} axes"
        return f"an array of {' or '.join(self.dtypes)}{axes}"

    def validate(self, obj: HasTraits | None, value: Any) -> NDArray[Any]:  # noqa: ANN401 -- checked here
        """Return ``value`` as an array of the right type, or raise TraitError."""
        array = np.asarray(value)
        name = array.dtype.name
        if len(self.dtypes) == 1 and np.can_cast(array.dtype, self.dtypes[0], "same_kind"):
            array = array.astype(self.dtypes[0], copy=False)
        if array.dtype.name not in self.dtypes or self.ndim not in {None, array.ndim}:
            owner = f"{type(obj).__name__}: " if obj is not None else ""
            shape = tuple(array.shape)
            message = say(
                f"{owner}{self.name} expected {self.info()}, got {name} of shape "
                f"{shape}; convert it with .astype and .reshape",
                f"{owner}{self.name} 应为 {self.info()}，得到形状 {shape} 的 {name}；"
                "请用 .astype 和 .reshape 转换",
            )
            raise TraitError(message)
        return array

    def set(self, obj: HasTraits, value: Any) -> None:  # noqa: ANN401 -- traitlets' signature
        """Set the value; an equal array is no change (NaN counts as equal to NaN)."""
        name = str(self.name)
        values = obj._trait_values  # noqa: SLF001 -- as traitlets' own TraitType.set
        old, fresh = values.get(name), self._validate(obj, value)
        if isinstance(old, np.ndarray) and isinstance(fresh, np.ndarray) and _same(old, fresh):
            return
        values[name] = fresh
        obj._notify_trait(name, old, fresh)  # noqa: SLF001 -- as above


def _same(old: NDArray[Any], new: NDArray[Any]) -> bool:
    nan = new.dtype.kind == "f"
    return old.dtype == new.dtype and np.array_equal(old, new, equal_nan=nan)
