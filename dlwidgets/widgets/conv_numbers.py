"""Inputs and weights in the shape that a layer needs: what `ConvExplorer` fills gaps with.

The browser does the same in ``conv_explorer/resize.ts``, so that a slider and Python's ``set``
lead to the same picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.language import say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.explain.convolution import Setting

LARGEST = 512
"""Rows and columns of an input at most: more would make a page slow."""

FIGURE = np.array(
    [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
)
"""The input of the book's figure 6-3."""

CROSS = ((1, 0, 1), (0, 1, 0), (1, 0, 1))
"""The kernel of the same figure: the first output is 4."""

_TURNS = ("vertical", "horizontal", "sharpen", "blur", "emboss", "sobel_x", "sobel_y", "identity")


def figure(channels: int, height: int, width: int) -> NDArray[np.float32]:
    """Return the input of figure 6-3 in any size, shape (channels, height, width)."""
    channel, row, column = np.indices((channels, height, width))
    return np.asarray(FIGURE[(row + channel) % 5, (column + 2 * channel) % 5], np.float32)


def as_channels(given: Any) -> NDArray[Any]:  # noqa: ANN401 -- tensors, arrays, lists, PIL images
    """Return an input as a real array of shape (channels, height, width).

    Args:
        given: a tensor, array or nested list of shape (H, W), (C, H, W) or (1, C, H, W), or a PIL
            image, whose colours become channels.

    Raises:
        TypeError: for what is no array of real numbers.
        ValueError: for a tensor on the meta device, another shape, an empty one, or one beyond
            `LARGEST`.
    """
    array = _numbers(given)
    shape = tuple(array.shape)
    if array.ndim == 4 and shape[0] == 1:  # noqa: PLR2004 -- a batch of one image
        array = array[0]
    if array.ndim == 2:  # noqa: PLR2004 -- one channel
        array = array[None]
    if array.ndim != 3 or 0 in array.shape or max(array.shape[1:]) > LARGEST:  # noqa: PLR2004 -- C, H, W
        raise ValueError(
            say(
                "ConvExplorer: input expected shape (H, W), (C, H, W) or (1, C, H, W) with at most "
                f"{LARGEST} rows and columns, got {shape}; give one image, such as images[0]",
                "ConvExplorer：input 的形状应为 (H, W)、（C, H, W） 或 (1, C, H, W)，行列不超过 "
                f"{LARGEST}，得到 {shape}；请给出一张图，例如 images[0]",
            )
        )
    return array


def _numbers(given: Any) -> NDArray[Any]:  # noqa: ANN401 -- as above
    """Return what was given as an array of real numbers; tensors stay where they are."""
    if type(given).__module__.partition(".")[0] == "PIL":
        given = np.moveaxis(np.atleast_3d(np.asarray(_plain(given))), -1, 0)
    elif hasattr(given, "detach"):
        if given.is_meta:
            raise ValueError(
                say(
                    "ConvExplorer: input is on the meta device and holds no numbers; "
                    "give one with numbers, such as torch.zeros_like(input, device='cpu')",
                    "ConvExplorer：input 在 meta 设备上，没有数值；请给出有数值的输入，"
                    "例如 torch.zeros_like(input, device='cpu')",
                )
            )
        given = given.detach().cpu()
        # NumPy has no bfloat16, and the browser no half precision.
        half = given.is_floating_point() and given.itemsize < 4  # noqa: PLR2004 -- bytes of float32
        given = (given.float() if half else given).numpy()
    try:
        array = np.asarray(given)
    except ValueError:
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            say(
                "ConvExplorer: input expected real numbers as a tensor, an array, a nested list or "
                f"a PIL image, got {type(given).__name__} of {array.dtype}",
                "ConvExplorer：input 应为实数张量、数组、嵌套列表或 PIL 图像，"
                f"得到 {type(given).__name__}({array.dtype})",
            )
        )
    return array


def _plain(image: Any) -> Any:  # noqa: ANN401 -- PIL need not be installed
    """Return a PIL image in shades of grey or in colours, without a palette or transparency."""
    return image if image.mode in {"L", "F", "I", "RGB"} else image.convert("RGB")


def fit_input(held: NDArray[Any], setting: Setting) -> NDArray[Any]:
    """Return an input for another size: zeros at the lower right, channels in turn."""
    shape = (setting.in_channels, *setting.size)
    if held.shape == shape:
        return held
    found = np.zeros(shape, held.dtype)
    height, width = min(shape[1], held.shape[1]), min(shape[2], held.shape[2])
    turns = np.arange(shape[0]) % held.shape[0]
    found[:, :height, :width] = held[turns, :height, :width]
    return found


def planes(weight: NDArray[Any], setting: Setting) -> NDArray[Any]:
    """Return a weight as (out, in of the group, rows, columns), however torch lays it out."""
    if setting.kind == "conv":
        return weight
    groups, rows, columns = setting.groups, *setting.kernel_size
    ins, outs = setting.in_channels // groups, setting.out_channels // groups
    split = weight.reshape(groups, ins, outs, rows, columns)
    return split.swapaxes(1, 2).reshape(setting.out_channels, ins, rows, columns)


def layout(by_output: NDArray[Any], setting: Setting) -> NDArray[Any]:
    """Return what `planes` has made in torch's layout again."""
    if setting.kind == "conv":
        return by_output
    groups, rows, columns = setting.groups, *setting.kernel_size
    ins, outs = setting.in_channels // groups, setting.out_channels // groups
    split = by_output.reshape(groups, outs, ins, rows, columns).swapaxes(1, 2)
    return split.reshape(setting.weight_shape)


def fit_weight(held: NDArray[Any] | None, old: Setting | None, new: Setting) -> NDArray[Any]:
    """Return a weight for another setting: kernels keep their middle, new channels a filter."""
    ins = new.in_channels // new.groups
    found = np.stack([np.stack([usual(o, new.kernel_size)] * ins) for o in range(new.out_channels)])
    if held is not None and old is not None and not old.pools:
        before = planes(held, old)
        for out in range(min(new.out_channels, old.out_channels)):
            for i in range(ins):
                found[out, i] = centred(before[out, i % before.shape[1]], new.kernel_size)
    return layout(found, new)


def usual(out: int, size: tuple[int, int]) -> NDArray[np.float64]:
    """Return the kernel plane of an output channel that nobody has set."""
    from dlwidgets.explain.convolution import filters

    turn = out % (1 + len(_TURNS))
    plane = CROSS if turn == 0 else filters.named(_TURNS[turn - 1]).weight.double().numpy()
    return centred(np.array(plane, np.float64), size)


def centred(plane: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """Return a plane laid on the middle of another of zeros."""
    found = np.zeros(size, plane.dtype)
    down, across = (new // 2 - old // 2 for new, old in zip(size, plane.shape, strict=True))
    rows = slice(max(0, down), min(size[0], plane.shape[0] + down))
    columns = slice(max(0, across), min(size[1], plane.shape[1] + across))
    found[rows, columns] = plane[
        rows.start - down : rows.stop - down, columns.start - across : columns.stop - across
    ]
    return found
