"""Operators that work number by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from dlwidgets.explain.autograd.rules import Rule, Saved, of_one

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor


def _added(s: Saved, out: Tensor, inputs: list[Any]) -> Tensor:
    """Return the summand that torch did not save."""
    first, second = inputs
    lost = (out - first) / s["alpha"] if second is None else out - second * s["alpha"]
    return torch.as_tensor(lost)


def _taken(s: Saved, out: Tensor, inputs: list[Any]) -> Tensor:
    """Return the part of a difference that torch did not save."""
    first, second = inputs
    lost = (first - out) / s["alpha"] if second is None else out + second * s["alpha"]
    return torch.as_tensor(lost)


def _copied(_: Saved, x: Tensor) -> Tensor:
    # As reshape clones; the user's own clone may lie otherwise in memory, with the same numbers.
    return x.clone(memory_format=torch.contiguous_format)


def _scaled(sign: str) -> Callable[..., str]:
    def text(s: Saved, a: str, b: str) -> str:
        return f"{a} {sign} {b}" if s["alpha"] == 1 else f"{a} {sign} {s['alpha']} * {b}"

    return text


def _simple(symbol: str, name: str, slope: str, saved: str = "self") -> Rule:
    return of_one(symbol, lambda _, x: getattr(torch, name)(x), f"{{0}}.{name}()", slope, saved)


POINTWISE: dict[str, Rule] = {
    "AddBackward0": Rule(
        "+",
        ("", ""),
        lambda s, a, b: torch.add(a, b, alpha=s["alpha"]),
        _scaled("+"),
        ("1", "{alpha}"),
        elementwise=True,
        missing=_added,
    ),
    "SubBackward0": Rule(
        "−",
        ("", ""),
        lambda s, a, b: torch.sub(a, b, alpha=s["alpha"]),
        _scaled("-"),
        ("1", "−{alpha}"),
        elementwise=True,
        missing=_taken,
    ),
    "RsubBackward1": Rule(
        "b − a",
        ("",),
        lambda s, a, b: torch.rsub(a, float(b), alpha=s["alpha"]),
        "{1} - {0}",
        ("−{alpha}",),
        elementwise=True,
        extras=("",),
        missing=lambda s, out, inputs: (out + s["alpha"] * inputs[0]).flatten()[0],
    ),
    "MulBackward0": Rule(
        "×", ("self", "other"), lambda _, a, b: a * b, "{0} * {1}", ("b", "a"), elementwise=True
    ),
    "DivBackward0": Rule(
        "÷",
        ("self", "other"),
        lambda _, a, b: a / b,
        "{0} / {1}",
        ("1 / b", "−a / b²"),
        elementwise=True,
    ),
    "PowBackward0": of_one(
        "^{exponent}",
        lambda s, x: x ** s["exponent"],
        "{0} ** {exponent}",
        "{exponent} · a^({exponent} − 1)",
        "self",
    ),
    "PowBackward1": Rule(
        "aᵇ",
        ("self", "exponent"),
        lambda _, a, b: a**b,
        "{0} ** {1}",
        ("b · aᵇ⁻¹", "aᵇ · ln a"),
        elementwise=True,
    ),
    "PowBackward2": of_one(
        "{self}^b",
        lambda s, x: s["self"] ** x,
        "{self} ** {0}",
        "{self}ᵇ · ln {self}",
        "exponent",
    ),
    "MaximumBackward0": Rule(
        "max",
        ("self", "other"),
        lambda _, a, b: torch.maximum(a, b),
        "torch.maximum({0}, {1})",
        ("1 (a > b)", "1 (b > a)"),
        elementwise=True,
    ),
    "MinimumBackward0": Rule(
        "min",
        ("self", "other"),
        lambda _, a, b: torch.minimum(a, b),
        "torch.minimum({0}, {1})",
        ("1 (a < b)", "1 (b < a)"),
        elementwise=True,
    ),
    "NegBackward0": of_one("−a", lambda _, x: -x, "-{0}", "−1"),
    "CloneBackward0": of_one("clone", _copied, "{0}.clone()", "1"),
    "ReciprocalBackward0": _simple("1/a", "reciprocal", "−1 / a²", ""),
    "ExpBackward0": _simple("exp", "exp", "eᵃ", ""),
    "Exp2Backward0": _simple("2ᵃ", "exp2", "2ᵃ · ln 2", ""),
    "Expm1Backward0": _simple("eᵃ−1", "expm1", "eᵃ", ""),
    "LogBackward0": _simple("ln", "log", "1 / a"),
    "Log2Backward0": _simple("log2", "log2", "1 / (a · ln 2)"),
    "Log10Backward0": _simple("log10", "log10", "1 / (a · ln 10)"),
    "Log1PBackward0": _simple("ln(1+a)", "log1p", "1 / (1 + a)"),
    "SqrtBackward0": _simple("√", "sqrt", "1 / (2√a)", ""),
    "RsqrtBackward0": _simple("1/√a", "rsqrt", "−1 / (2a√a)", ""),
    "SinBackward0": _simple("sin", "sin", "cos a"),
    "CosBackward0": _simple("cos", "cos", "−sin a"),
    "TanBackward0": _simple("tan", "tan", "1 + tan² a", ""),
    "AtanBackward0": _simple("atan", "atan", "1 / (1 + a²)"),
    "SinhBackward0": _simple("sinh", "sinh", "cosh a"),
    "CoshBackward0": _simple("cosh", "cosh", "sinh a"),
    "TanhBackward0": _simple("tanh", "tanh", "1 − tanh² a", ""),
    "ErfBackward0": _simple("erf", "erf", "2 / √π · e^(−a²)"),
    "AbsBackward0": _simple("|a|", "abs", "sign a"),
    "SigmoidBackward0": _simple("σ", "sigmoid", "σ(a) (1 − σ(a))", ""),
    "ReluBackward0": _simple("relu", "relu", "1 (a > 0), 0 (a ≤ 0)", ""),
    "LeakyReluBackward0": of_one(
        "leaky",
        lambda s, x: functional.leaky_relu(x, s["negative_slope"]),
        "torch.nn.functional.leaky_relu({0}, {negative_slope})",
        "1 (a > 0), {negative_slope} (a ≤ 0)",
        "self",
    ),
    "GeluBackward0": of_one(
        "gelu",
        lambda s, x: functional.gelu(x, approximate=s["approximate"]),
        'torch.nn.functional.gelu({0}, approximate="{approximate}")',
        "d gelu / da",
        "self",
    ),
    "SiluBackward0": of_one(
        "silu",
        lambda _, x: functional.silu(x),
        "torch.nn.functional.silu({0})",
        "σ(a) (1 + a (1 − σ(a)))",
        "self",
    ),
    "EluBackward0": of_one(
        "elu",
        lambda s, x: torch.ops.aten.elu(x, s["alpha"], s["scale"], s["input_scale"]),
        "torch.ops.aten.elu({0}, {alpha}, {scale}, {input_scale})",
        "d elu / da",
        "self",
    ),
    "SoftplusBackward0": of_one(
        "softplus",
        lambda s, x: functional.softplus(x, s["beta"], s["threshold"]),
        "torch.nn.functional.softplus({0}, {beta}, {threshold})",
        "σ({beta} a)",
        "self",
    ),
    "HardtanhBackward0": of_one(
        "hardtanh",
        lambda s, x: functional.hardtanh(x, s["min_val"], s["max_val"]),
        "torch.nn.functional.hardtanh({0}, {min_val}, {max_val})",
        "1 ({min_val} < a < {max_val}), 0",
        "self",
    ),
    "ClampBackward1": of_one(
        "clamp",
        lambda s, x: x.clamp(s["min"], s["max"]),
        "{0}.clamp({min}, {max})",
        "1 ({min} ≤ a ≤ {max}), 0",
        "self",
    ),
    "ClampMinBackward0": of_one(
        "clamp",
        lambda s, x: torch.clamp_min(x, s["min"]),
        "{0}.clamp_min({min})",
        "1 (a ≥ {min}), 0",
        "self",
    ),
    "MaskedFillBackward0": Rule(
        "fill",
        ("",),
        lambda _, a, mask, value: a.masked_fill(mask.bool(), float(value.flatten()[0])),
        "{0}.masked_fill({1}, {2})",
        ("1, 0 (mask)",),
        elementwise=True,
        extras=("mask", ""),
        missing=lambda _, out, inputs: out[inputs[1].bool()].flatten()[:1].squeeze(),
    ),
    "WhereBackward0": Rule(
        "where",
        ("", ""),
        lambda _, a, b, held: torch.where(held.bool(), a, b),
        "torch.where({2}, {0}, {1})",
        ("1 (c), 0", "0 (c), 1"),
        elementwise=True,
        extras=("condition",),
        missing=lambda _s, out, _inputs: out,
    ),
}
"""By the name of the node."""
