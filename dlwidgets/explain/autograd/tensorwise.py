"""Operators that join numbers: sums, products of matrices, shapes, layers and losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional

from dlwidgets.explain.autograd.rules import Rule, Saved, of_one

if TYPE_CHECKING:
    from collections.abc import Callable

REDUCTIONS = ("none", "mean", "sum")

F = "torch.nn.functional"


def _reduced(symbol: str, name: str, slope: str) -> Rule:
    """Return a reduction over some axes."""
    return of_one(
        symbol,
        lambda s, x: getattr(torch, name)(x, dim=s["dim"], keepdim=s["keepdim"]),
        f"{{0}}.{name}(dim={{dim}}, keepdim={{keepdim}})",
        slope,
        elementwise=False,
    )


def _one(symbol: str, run: Callable[..., Any], text: Any, slope: str = "", saved: str = "") -> Rule:  # noqa: ANN401 -- str or function
    return of_one(symbol, run, text, slope, saved, elementwise=False)


def _product(text: str, names: tuple[str, str], slopes: tuple[str, str]) -> Rule:
    return Rule("@", names, lambda _, a, b: a @ b, text, slopes)


def _bias(s: Saved, out: Tensor, inputs: list[Tensor | None]) -> Tensor:
    """Return the bias that torch did not save."""
    _, first, second = inputs
    if first is None or second is None:
        raise ValueError
    return torch.as_tensor((out - s["alpha"] * (first @ second)) / s["beta"])


def _joined(s: Saved, out: Tensor, inputs: list[Tensor | None]) -> Tensor:
    """Return the one piece of ``cat`` that torch did not save."""
    place = next(i for i, x in enumerate(inputs) if x is None)
    sizes = [0 if x is None else x.shape[s["dim"]] for x in inputs]
    length = out.shape[s["dim"]] - sum(sizes)
    return out.narrow(s["dim"], sum(sizes[:place]), length)


def _written(s: Saved, base: Tensor, value: Tensor) -> Tensor:
    """Write into a copy, as the user wrote in place."""
    copy = base.clone()
    copy.view(-1)[s["places"]] = value.reshape(-1)
    return copy


def _blank(s: Saved, out: Tensor) -> Tensor:
    """Return what may have been there before: what was overwritten counts for nothing."""
    copy = out.clone()
    copy.view(-1)[s["places"]] = 0
    return copy


def _addmm(s: Saved, bias: str, a: str, b: str) -> str:
    if s["alpha"] == s["beta"] == 1:
        return f"torch.addmm({bias}, {a}, {b})"
    return f"torch.addmm({bias}, {a}, {b}, beta={s['beta']}, alpha={s['alpha']})"


def _loss(symbol: str, name: str, slope: str, option: str = "") -> Rule:
    """Return a loss of a prediction and a target."""
    more = f", {option}={{{option}}}" if option else ""

    def run(s: Saved, x: Tensor, y: Tensor) -> Tensor:
        options = {option: s[option]} if option else {}
        found: Tensor = getattr(functional, name)(
            x, y, reduction=REDUCTIONS[s["reduction"]], **options
        )
        return found

    def text(s: Saved, x: str, y: str) -> str:
        reduction = REDUCTIONS[s["reduction"]]
        return f"{F}.{name}({x}, {y}, reduction={reduction!r}{more.format(**s)})"

    return Rule(symbol, ("self", "target"), run, text, (slope, f"−({slope})"))


def _sliced(s: Saved, x: str) -> str:
    end = "" if s["end"] >= 2**62 else s["end"]
    step = "" if s["step"] == 1 else f":{s['step']}"
    return f"{x}[{':, ' * s['dim']}{s['start'] or ''}:{end}{step}]"


def _nll(s: Saved, x: Tensor, target: Tensor) -> Tensor:
    return functional.nll_loss(
        x,
        target.long(),
        weight=s["weight"],
        ignore_index=s["ignore_index"],
        reduction=REDUCTIONS[s["reduction"]],
    )


def _nll_text(s: Saved, x: str, target: str) -> str:
    weight = "" if s["weight"] is None else f", weight=torch.tensor({s['weight'].tolist()})"
    reduction = REDUCTIONS[s["reduction"]]
    return f"{F}.nll_loss({x}, {target}{weight}, reduction={reduction!r})"


TENSORWISE: dict[str, Rule] = {
    "SumBackward0": _one("Σ", lambda _, x: x.sum(), "{0}.sum()", "1"),
    "SumBackward1": _reduced("Σ", "sum", "1"),
    "MeanBackward0": _one("mean", lambda _, x: x.mean(), "{0}.mean()", "1 / n"),
    "MeanBackward1": _reduced("mean", "mean", "1 / n"),
    "AmaxBackward0": _reduced("max", "amax", "1 (max), 0"),
    "AminBackward0": _reduced("min", "amin", "1 (min), 0"),
    "LogsumexpBackward0": _reduced("logsumexp", "logsumexp", "softmax(a)"),
    "MaxBackward1": _one("max", lambda _, x: x.max(), "{0}.max()", "1 (max), 0", "self"),
    "MinBackward1": _one("min", lambda _, x: x.min(), "{0}.min()", "1 (min), 0", "self"),
    "MaxBackward0": _one(
        "max",
        lambda s, x: x.max(s["dim"], s["keepdim"]),
        "{0}.max({dim}, {keepdim})",
        "1 (max), 0",
    ),
    "MinBackward0": _one(
        "min",
        lambda s, x: x.min(s["dim"], s["keepdim"]),
        "{0}.min({dim}, {keepdim})",
        "1 (min), 0",
    ),
    "ProdBackward0": _one("∏", lambda _, x: x.prod(), "{0}.prod()", "∏ / aᵢ", "self"),
    "LinalgVectorNormBackward0": _one(
        "‖a‖",
        lambda s, x: torch.linalg.vector_norm(x, s["ord"], s["dim"], s["keepdim"]),
        "torch.linalg.vector_norm({0}, {ord}, {dim}, {keepdim})",
        "a / ‖a‖",
        "self",
    ),
    "VarBackward0": _one(
        "var",
        lambda s, x: torch.var(x, s["dim"], correction=s["correction"], keepdim=s["keepdim"]),
        "torch.var({0}, {dim}, correction={correction}, keepdim={keepdim})",
        "2 (a − ā) / (n − 1)",
        "self",
    ),
    "StdBackward0": _one(
        "std",
        lambda s, x: torch.std(x, s["dim"], correction=s["correction"], keepdim=s["keepdim"]),
        "torch.std({0}, {dim}, correction={correction}, keepdim={keepdim})",
        "(a − ā) / ((n − 1) std)",
        "self",
    ),
    "MmBackward0": _product("{0} @ {1}", ("self", "mat2"), ("G bᵀ", "aᵀ G")),
    "BmmBackward0": Rule(
        "@",
        ("self", "mat2"),
        lambda _, a, b: torch.bmm(a, b),
        "torch.bmm({0}, {1})",
        ("G bᵀ", "aᵀ G"),
    ),
    "MvBackward0": _product("{0} @ {1}", ("self", "vec"), ("G bᵀ", "aᵀ G")),
    "DotBackward0": Rule(
        "·",
        ("self", "tensor"),
        lambda _, a, b: torch.dot(a, b),
        "torch.dot({0}, {1})",
        ("b", "a"),
    ),
    "AddmmBackward0": Rule(
        "@ +",
        ("", "mat1", "mat2"),
        lambda s, bias, a, b: torch.addmm(bias, a, b, beta=s["beta"], alpha=s["alpha"]),
        _addmm,
        ("G", "G bᵀ", "aᵀ G"),
        missing=_bias,
    ),
    "ViewBackward0": _one("view", lambda s, x: x.view(s["shape"]), "{0}.view({shape})"),
    "UnsafeViewBackward0": _one(
        "view",
        lambda s, x: torch.ops.aten._unsafe_view(x, s["shape"]),  # noqa: SLF001 -- the operator's name
        "{0}.reshape({shape})",
    ),
    "TBackward0": _one("ᵀ", lambda _, x: x.t(), "{0}.t()", "Gᵀ"),
    "TransposeBackward0": _one(
        "ᵀ", lambda s, x: x.transpose(s["dim0"], s["dim1"]), "{0}.transpose({dim0}, {dim1})", "Gᵀ"
    ),
    "PermuteBackward0": _one(
        "permute", lambda s, x: x.permute(s["dims"]), "{0}.permute({dims})", "Gᵀ"
    ),
    "ExpandBackward0": _one(
        "expand", lambda s, x: x.expand(s["shape"]), "{0}.expand({shape})", "Σ G"
    ),
    "SqueezeBackward0": _one("squeeze", lambda _, x: x.squeeze(), "{0}.squeeze()"),
    "SqueezeBackward1": _one("squeeze", lambda s, x: x.squeeze(s["dim"]), "{0}.squeeze({dim})"),
    "UnsqueezeBackward0": _one(
        "unsqueeze", lambda s, x: x.unsqueeze(s["dim"]), "{0}.unsqueeze({dim})"
    ),
    "SelectBackward0": _one(
        "[{index}]",
        lambda s, x: x.select(s["dim"], s["index"]),
        "{0}.select({dim}, {index})",
        "1 ([{index}]), 0",
    ),
    "SliceBackward0": _one(
        "[:]",
        lambda s, x: torch.ops.aten.slice(x, s["dim"], s["start"], s["end"], s["step"]),
        _sliced,
        "1 ([:]), 0",
    ),
    "GatherBackward0": of_one(
        "gather",
        lambda s, x, index: x.gather(s["dim"], index.long()),
        "{0}.gather({dim}, {1})",
        "1 ([i]), 0",
        elementwise=False,
        extras=("index",),
    ),
    "CumsumBackward0": _one("cumsum", lambda s, x: x.cumsum(s["dim"]), "{0}.cumsum({dim})"),
    "CatBackward0": Rule(
        "cat",
        ("",),
        lambda s, *all_: torch.cat(all_, s["dim"]),
        lambda s, *all_: f"torch.cat([{', '.join(all_)}], {s['dim']})",
        ("G[…]",),
        missing=_joined,
    ),
    "StackBackward0": Rule(
        "stack",
        ("",),
        lambda s, *all_: torch.stack(all_, s["dim"]),
        lambda s, *all_: f"torch.stack([{', '.join(all_)}], {s['dim']})",
        ("G[…]",),
    ),
    "UnbindBackward0": _one(
        "unbind", lambda s, x: x.unbind(s["dim"]), "{0}.unbind({dim})", "1 ([i]), 0"
    ),
    "SplitBackward0": _one(
        "split",
        lambda s, x: x.split(s["split_size"], s["dim"]),
        "{0}.split({split_size}, {dim})",
        "1 ([i]), 0",
    ),
    "torch::autograd::CopySlices": Rule(
        "[ ] =",
        ("", ""),
        _written,
        lambda s, base, value: (
            f"torch.index_put({base}.view(-1), [torch.tensor({s['places'].tolist()})], "
            f"{value}.reshape(-1)).view({s['shape']})"
        ),
        ("1, 0 ([i])", "G[i]"),
        missing=lambda s, out, _: _blank(s, out),
        before=_blank,
    ),
    "ToCopyBackward0": _one("to", lambda s, x: x.to(s["dtype"]), "{0}.to({dtype})", "1"),
    "SoftmaxBackward0": _one(
        "softmax",
        lambda s, x: x.softmax(s["dim"]),
        "{0}.softmax({dim})",
        "p (G − Σ G p)",
    ),
    "LogSoftmaxBackward0": _one(
        "log_softmax",
        lambda s, x: x.log_softmax(s["dim"]),
        "{0}.log_softmax({dim})",
        "G − p Σ G",
    ),
    "NllLossBackward0": of_one(
        "nll",
        _nll,
        _nll_text,
        "−1 / n ([y]), 0",
        "self",
        elementwise=False,
        extras=("target",),
    ),
    "MseLossBackward0": _loss("mse", "mse_loss", "2 (a − y) / n"),
    "SmoothL1LossBackward0": _loss("smooth_l1", "smooth_l1_loss", "…", "beta"),
    "HuberLossBackward0": _loss("huber", "huber_loss", "…", "delta"),
    "BinaryCrossEntropyBackward0": _loss("bce", "binary_cross_entropy", "(a − y) / (a (1 − a) n)"),
    "BinaryCrossEntropyWithLogitsBackward0": _loss(
        "bce",
        "binary_cross_entropy_with_logits",
        "(σ(a) − y) / n",
    ),
}
"""By the name of the node."""
