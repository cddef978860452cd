"""Windows of tensors as text: exact, of any dtype, and nothing copied beyond what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dlwidgets.language import say

ROWS, COLUMNS = 8, 8
"""Rows and columns that are shown at once."""

DIGITS = 3
"""Significant digits of a number in a cell; in full it stands under the pointer."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a tensor: one slice of its leading axes, some rows and columns of the last two.

    Attributes:
        at: where it begins, one index an axis.
        rows: how many rows are shown; 1 where the tensor has fewer than two axes.
        columns: how many columns; 1 of a scalar.
        text: the numbers in short, row by row.
        exact: the same in full, as Python writes them.
    """

    at: tuple[int, ...]
    rows: int
    columns: int
    text: tuple[str, ...]
    exact: tuple[str, ...]


def window(x: Tensor, at: tuple[int, ...] = ()) -> Window:
    """Return the window of ``x`` that begins at ``at``, moved to where there are numbers.

    Args:
        x: any strided tensor, on any device that holds numbers.
        at: one index an axis; what is missing or outside is put right.
    """
    begin = begins(tuple(x.shape), at)
    part = cut(x, begin)
    rows, columns = part.shape if part.ndim == 2 else (1, part.numel())  # noqa: PLR2004 -- rows, columns
    text, exact = texts(part)
    return Window(begin, rows, columns, text, exact)


def begins(shape: tuple[int, ...], at: tuple[int, ...]) -> tuple[int, ...]:
    """Return where a window of ``shape`` may begin nearest to ``at``."""
    if 0 in shape:
        return (0,) * len(shape)
    wide = (1,) * max(0, len(shape) - 2) + ((ROWS, COLUMNS)[-len(shape) :] if shape else ())
    wanted = (*at[: len(shape)], *(0,) * (len(shape) - len(at)))
    return tuple(
        max(0, min(int(one), size - many))
        for one, size, many in zip(wanted, shape, wide, strict=True)
    )


def cut(x: Tensor, begin: tuple[int, ...]) -> Tensor:
    """Return the part of ``x`` that a window shows: at most two axes, a view of the same memory."""
    part = x.detach()
    for index in begin[: max(0, x.ndim - 2)]:
        # Of an axis without numbers there is no slice, only its shape.
        part = part.select(0, index) if part.shape[0] else part.new_zeros((0,) * (part.ndim - 1))
    last = begin[max(0, x.ndim - 2) :]
    for axis, (start, many) in enumerate(zip(last, (ROWS, COLUMNS)[-len(last) :], strict=False)):
        part = part.narrow(axis, start, max(0, min(many, part.shape[axis] - start)))
    return part


def texts(part: Tensor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the numbers of a small tensor in short and in full, row by row."""
    numbers = part.detach().cpu().resolve_conj().resolve_neg().reshape(-1)
    exact = tuple(written(one) for one in numbers)
    return tuple(map(short, exact)), exact


def written(one: Tensor) -> str:
    """Return a number as Python writes it, in no more digits than its dtype has."""
    value = one.item()
    if isinstance(value, float):
        # 0.1 of float32 is 0.10000000149011612 in Python; eight digits say as much.
        digits = {torch.float32: 9, torch.float16: 5, torch.bfloat16: 4}.get(one.dtype, 17)
        return shortest(value, one.dtype, digits)
    return str(value)


def shortest(value: float, dtype: torch.dtype, digits: int) -> str:
    """Return the shortest text that is read back as the same number of this dtype."""
    for many in range(1, digits):
        text = f"{value:.{many}g}"
        if torch.tensor(float(text), dtype=dtype).item() == value:
            return repr(float(text))
    return repr(value)


def short(text: str) -> str:
    """Return a number in at most `DIGITS` significant digits; whole numbers stay whole."""
    named = {"inf": "∞", "-inf": "−∞", "nan": "NaN"}
    if text in named:
        return named[text]
    if text.lstrip("-").isdigit() or text in {"True", "False"} or "j" in text:
        return text.replace("-", "−")
    brief = f"{float(text):.{DIGITS}g}"
    return brief.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", "−")


def as_tensor(name: str, given: Any) -> Tensor:  # noqa: ANN401 -- tensors, arrays, lists, numbers
    """Return what was given as a strided tensor that holds numbers; a tensor is not copied.

    Raises:
        TypeError: for what is no numbers, or a tensor whose memory can't be shown.
    """
    if isinstance(given, Tensor):
        return _strided(name, given.detach())
    try:
        import numpy as np

        if isinstance(given, np.ndarray):
            return torch.from_numpy(given)
        return torch.as_tensor(given)
    except (TypeError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise TypeError(
            say(
                f"{name}: expected a tensor, an array or numbers, got {type(given).__name__} "
                f"({reason})",
                f"{name}：应为张量、数组或数，得到 {type(given).__name__}（{reason}）",
            )
        ) from error


def _strided(name: str, x: Tensor) -> Tensor:
    if x.layout != torch.strided or x.is_quantized:
        kind = "quantized" if x.is_quantized else str(x.layout).removeprefix("torch.")
        turn = "dequantize" if x.is_quantized else "to_dense"
        raise TypeError(
            say(
                f"{name}: expected a tensor with strides, got a {kind} one; give {name}.{turn}()",
                f"{name}：应为有步幅的张量，得到 {kind} 张量；请给出 {name}.{turn}()",
            )
        )
    if x.device.type == "meta":
        raise TypeError(
            say(
                f"{name}: expected numbers, got a tensor on the meta device, which holds none; "
                f"give {name}.to_empty(device='cpu') or one with values",
                f"{name}：应有数值，得到 meta 设备上的张量，它不含数值；请给出有数值的张量",
            )
        )
    return x
