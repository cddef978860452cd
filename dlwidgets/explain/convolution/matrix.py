"""The layer as one sparse matrix, ``y = W @ x``, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from dlwidgets.explain.convolution.setting import CLASS
from dlwidgets.explain.convolution.size import line, output_size
from dlwidgets.language import say

if TYPE_CHECKING:
    from torch import Tensor

    from dlwidgets.explain.convolution.setting import Setting


@dataclass(frozen=True)
class Cost:
    """What a layer costs for one image.

    Attributes:
        parameters: weights and biases.
        multiply_adds: one for each weight at each place of its window, the ring's zeros and what
            a transposed convolution cuts off included; pooling multiplies nothing.
    """

    parameters: int
    multiply_adds: int


@dataclass(frozen=True)
class Counts(Cost):
    """The cost of a layer, and of the same layer without groups."""

    ungrouped: Cost


def counts(setting: Setting) -> Counts:
    """Return parameters and multiply-adds of a layer, and the same with ``groups=1``."""
    own = _cost(setting)
    return Counts(own.parameters, own.multiply_adds, ungrouped=_cost(replace(setting, groups=1)))


def _cost(setting: Setting) -> Cost:
    if setting.pools:
        return Cost(0, 0)
    down, across = setting.kernel_size
    weights = setting.in_channels * setting.out_channels * down * across // setting.groups
    height, width = output_size(setting) if setting.kind == "conv" else setting.size
    bias = setting.out_channels if setting.bias else 0
    return Cost(weights + bias, weights * height * width)


def matrix(setting: Setting, weight: Tensor | None = None) -> Tensor:
    """Return the sparse matrix W: ``W @ x.flatten()`` is the layer's output, flattened, no bias.

    A ring that repeats the input is folded into W; zeros of the ring add nothing. With zeros as
    padding, ``W.T @ y`` is the transposed convolution with the same weight (the book's figure
    6-14; C. Dong et al., "Image super-resolution using deep convolutional networks", call it
    deconvolution).

    Args:
        setting: one without `problems`; the ReLU and the bias are left out.
        weight: in torch's layout, (out, in / groups, rows, columns), transposed (in, out / groups,
            rows, columns); none for average pooling.

    Returns:
        A sparse COO tensor of shape (output cells, input cells), in the dtype of ``weight``.

    Raises:
        ValueError: for max pooling, which is not linear, and a weight of the wrong shape.
    """
    _linear(setting, weight)
    height, width = output_size(setting)
    rows = torch.tensor(line(setting, 0).touches(), dtype=torch.int64).reshape(
        -1, 3
    )  # (n, 3): output, tap, input
    columns = torch.tensor(line(setting, 1).touches(), dtype=torch.int64).reshape(-1, 3)
    channels = _channels(setting)  # (pairs, 4): output, input, first and second index of weight
    pairs, n, m = len(channels), len(rows), len(columns)
    out, ins, first, second = (column.view(-1, 1, 1) for column in channels.unbind(1))
    o, r, i = (column.view(1, -1, 1) for column in rows.unbind(1))
    p, c, j = (column.view(1, 1, -1) for column in columns.unbind(1))
    to = ((out * height + o) * width + p).expand(pairs, n, m)
    start = ((ins * setting.size[0] + i) * setting.size[1] + j).expand(pairs, n, m)
    if weight is None:
        share = _shares(setting)  # (height, width)
        values = share[o, p].expand(pairs, n, m)
    else:
        values = weight.detach()[first, second, r, c].expand(pairs, n, m)
    outs = setting.in_channels if setting.pools else setting.out_channels
    shape = (outs * height * width, setting.in_channels * setting.size[0] * setting.size[1])
    places = torch.stack([to.reshape(-1), start.reshape(-1)])
    # Torch warns where one doesn't say whether the places are to be checked.
    checked = torch.sparse_coo_tensor(places, values.reshape(-1), shape, check_invariants=True)
    return checked.coalesce()


def _linear(setting: Setting, weight: Tensor | None) -> None:
    """Refuse a layer that no matrix stands for, and weights that are not its own."""
    if setting.kind == "max":
        raise ValueError(
            say(
                "matrix: MaxPool2d is not linear, so no matrix stands for it; take AvgPool2d",
                "matrix：MaxPool2d 不是线性的，没有对应的矩阵；可用 AvgPool2d",
            )
        )
    wanted = None if setting.pools else setting.weight_shape
    got = None if weight is None else tuple(weight.shape)
    if wanted != got:
        raise ValueError(
            say(
                f"matrix: expected a weight of shape {wanted} for {CLASS[setting.kind]}, got {got}",
                f"matrix：{CLASS[setting.kind]} 的权重形状应为 {wanted}，得到 {got}",
            )
        )


def _channels(setting: Setting) -> Tensor:
    """Return each pair of channels that meet, and where their kernel stands in the weight."""
    if setting.pools:
        return torch.tensor([(c, c, 0, 0) for c in range(setting.in_channels)])
    ins, outs = setting.in_channels // setting.groups, setting.out_channels // setting.groups
    pairs = [
        (group * outs + o, group * ins + i)
        for group in range(setting.groups)
        for o in range(outs)
        for i in range(ins)
    ]
    return torch.tensor(
        [(o, i, o, i % ins) if setting.kind == "conv" else (o, i, i, o % outs) for o, i in pairs]
    )


def _shares(setting: Setting) -> Tensor:
    """Return what each cell of an average counts, (height, width)."""
    counted = []
    for axis in (0, 1):
        along = line(setting, axis)
        reach = [
            [
                at
                for tap in range(along.taps)
                if (at := o * along.step + tap) < len(along.source)
                and (setting.count_include_pad or along.source[at] >= 0)
            ]
            for o in range(along.outputs)
        ]
        counted.append(torch.tensor([float(max(1, len(places))) for places in reach]))
    return 1 / (counted[0].view(-1, 1) * counted[1])
