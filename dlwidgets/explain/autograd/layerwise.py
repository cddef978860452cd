"""Operators of layers: convolution, pooling, normalisation, embedding, indexing."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from dlwidgets.explain.autograd.rules import Rule, Saved, of_one

F = "torch.nn.functional"


def _convolved(s: Saved, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return torch.convolution(
        x,
        weight,
        bias,
        s["stride"],
        s["padding"],
        s["dilation"],
        s["transposed"],
        s["output_padding"],
        s["groups"],
    )


def _convolution(s: Saved, x: str, weight: str, bias: str) -> str:
    return (
        f"torch.convolution({x}, {weight}, {bias}, {s['stride']}, {s['padding']}, "
        f"{s['dilation']}, {s['transposed']}, {s['output_padding']}, {s['groups']})"
    )


def _pooled(s: Saved, x: Tensor) -> Tensor:
    return torch.max_pool2d(
        x, s["kernel_size"], s["stride"], s["padding"], s["dilation"], s["ceil_mode"]
    )


def _batch_normed(s: Saved, x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """Normalise without writing into the statistics of the user's layer."""
    mean, var = (
        None if s[name] is None else s[name].clone() for name in ("running_mean", "running_var")
    )
    found: Tensor = torch.native_batch_norm(
        x, weight, bias, mean, var, s["training"], 0.0, s["eps"]
    )[0]
    return found


def _indexed(s: Saved, x: Tensor) -> Tensor:
    found: Tensor = x[tuple(slice(None) if i is None else i for i in s["indices"])]
    return found


def _index(s: Saved, x: str) -> str:
    parts = [":" if i is None else str(i.tolist()) for i in s["indices"]]
    return f"{x}[{', '.join(parts)}]"


LAYERWISE: dict[str, Rule] = {
    "ConvolutionBackward0": Rule(
        "conv",
        ("input", "weight", ""),
        _convolved,
        _convolution,
        ("G ⋆ w", "G ⋆ a", "Σ G"),
        optional=(2,),
    ),
    "MaxPool2DWithIndicesBackward0": of_one(
        "max_pool",
        _pooled,
        f"{F}.max_pool2d({{0}}, {{kernel_size}}, {{stride}}, {{padding}}, {{dilation}})",
        "1 (max), 0",
        "self",
        elementwise=False,
    ),
    "AvgPool2DBackward0": of_one(
        "avg_pool",
        lambda s, x: functional.avg_pool2d(
            x,
            s["kernel_size"],
            s["stride"] or None,
            s["padding"],
            s["ceil_mode"],
            s["count_include_pad"],
            s["divisor_override"],
        ),
        f"{F}.avg_pool2d({{0}}, {{kernel_size}}, {{stride}} or None, {{padding}})",
        "1 / n",
        "self",
        elementwise=False,
    ),
    "AdaptiveAvgPool2DBackward0": of_one(
        "avg_pool",
        lambda s, x: functional.adaptive_avg_pool2d(x, s["shape"][-2:]),
        lambda s, x: f"{F}.adaptive_avg_pool2d({x}, {s['shape'][-2:]})",
        "1 / n",
        "self",
        elementwise=False,
    ),
    "NativeBatchNormBackward0": Rule(
        "batch_norm",
        ("input", "weight", ""),
        _batch_normed,
        "",
        ("", "Σ G â", "Σ G"),
        optional=(1, 2),
    ),
    "NativeLayerNormBackward0": Rule(
        "layer_norm",
        ("input", "weight", "bias"),
        lambda s, x, weight, bias: functional.layer_norm(x, s["normalized_shape"], weight, bias),
        f"{F}.layer_norm({{0}}, {{normalized_shape}}, {{1}}, {{2}})",
        ("", "Σ G â", "Σ G"),
        optional=(1, 2),
    ),
    "EmbeddingBackward0": of_one(
        "embedding",
        lambda _, weight, index: functional.embedding(index.long(), weight),
        f"{F}.embedding({{1}}, {{0}})",
        "Σ G ([i])",
        elementwise=False,
        extras=("indices",),
    ),
    "IndexBackward0": of_one("[i]", _indexed, _index, "1 ([i]), 0", elementwise=False),
}
"""By the name of the node."""
