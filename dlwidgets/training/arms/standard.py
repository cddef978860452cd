"""The arms that the book compares, on a small network: what each is, and its code."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from dlwidgets.language import say, suggest
from dlwidgets.training.arms.arm import Arm
from dlwidgets.training.arms.plan import Plan
from dlwidgets.training.arms.result import Comparison

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WIDTH = 64
DEEP = 3
"""Hidden layers, and their units: enough to learn the training part by heart."""

STRENGTHS = {"dropout": (0.0, 0.95, 0.5), "weight_decay": (0.0, 10.0, 0.1), "l1": (0.0, 1.0, 0.002)}
"""Least, greatest and usual strength of the kinds that have one."""

INITS: dict[str, tuple[Callable[..., Tensor], str, dict[str, Any]]] = {
    "xavier": (nn.init.xavier_uniform_, "xavier_uniform_", {}),
    "kaiming": (nn.init.kaiming_normal_, "kaiming_normal_", {"nonlinearity": "relu"}),
    "zero": (nn.init.zeros_, "zeros_", {}),
    "same": (nn.init.constant_, "constant_", {"val": 0.1}),
    "large": (nn.init.normal_, "normal_", {"std": 1.0}),
}

KINDS = ("plain", "dropout", "batch_norm", "batch_norm_after", "weight_decay", "l1", *INITS)

BEGIN = (("plain", None), ("dropout", 0.5), ("batch_norm", None), ("weight_decay", 0.1))
"""The arms that are trained at first."""


def standard(
    arms: Iterable[tuple[str, float | None]] = BEGIN,
    *,
    epochs: int = 40,
    seeds: int = 3,
    progress: bool = True,
) -> Comparison:
    """Return a comparison of standard arms on the diabetes data."""
    import dlwidgets.data as sets

    plan = Plan(
        data=sets.diabetes(),
        seeds=tuple(range(seeds)),
        epochs=epochs,
        batch_size=64,
        device=torch.device("cpu"),
        optimizer="adam",
        options={"lr": 0.005},
        loss=nn.functional.mse_loss,
        loss_source="nn.functional.mse_loss",
        source="data = dlwidgets.data.diabetes()",
    )
    made = [arm(kind, strength) for kind, strength in arms]
    return Comparison(plan, ()).add({one.name: one for one in made}, progress=progress)


def arm(kind: str, strength: float | None = None) -> Arm:
    """Return a standard arm.

    Raises:
        ValueError: for an unknown kind, or a strength out of range.
    """
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise ValueError(
            say(
                f"expected an arm among {known}, got {kind!r}.{suggest(kind, KINDS)}",
                f"方案应为 {known} 之一，得到 {kind!r}。{suggest(kind, KINDS)}",
            )
        )
    how = _strength(kind, strength)
    total = "sum(w.abs().sum() for w in model.parameters() if w.ndim > 1)"
    return Arm(
        name=kind if math.isnan(how) else f"{kind} {how:g}",
        make=partial(_model, kind, how),
        options={"weight_decay": how} if kind == "weight_decay" else {},
        penalty=partial(_absolute, how) if kind == "l1" else None,
        kind=kind,
        strength=how,
        source=tuple(_source(kind, how)),
        penalty_source=f"{how:g} * {total}" if kind == "l1" else "",
    )


def _strength(kind: str, given: float | None) -> float:
    if kind not in STRENGTHS:
        return math.nan
    low, high, usual = STRENGTHS[kind]
    value = usual if given is None else float(given)
    if low <= value <= high:
        # As it is named and stands in the code.
        return float(f"{value:g}")
    raise ValueError(
        say(
            f"{kind}: expected a strength from {low:g} to {high:g}, got {value:g}",
            f"{kind}：强度应在 {low:g} 到 {high:g} 之间，得到 {value:g}",
        )
    )


def _layers(kind: str, strength: float) -> list[tuple[str, tuple[float, ...]]]:
    """Return the layers by name and arguments: the model and its code are made from them."""
    found: list[tuple[str, tuple[float, ...]]] = []
    width = 10
    for _ in range(DEEP):
        found.append(("Linear", (width, WIDTH)))
        if kind == "batch_norm":
            found.append(("BatchNorm1d", (WIDTH,)))
        if kind == "dropout":
            # As in the book; behind ReLU it would do the same, but hide the mask of what is zero.
            found.append(("Dropout", (strength,)))
        found.append(("ReLU", ()))
        if kind == "batch_norm_after":
            found.append(("BatchNorm1d", (WIDTH,)))
        width = WIDTH
    return [*found, ("Linear", (width, 1))]


def _model(kind: str, strength: float) -> nn.Module:
    made = nn.Sequential(*(getattr(nn, name)(*with_) for name, with_ in _layers(kind, strength)))
    if kind in INITS:
        draw, _, options = INITS[kind]
        for layer in made:
            if isinstance(layer, nn.Linear):
                draw(layer.weight, **options)
                nn.init.zeros_(layer.bias)
    return made


def _source(kind: str, strength: float) -> list[str]:
    layers = [
        f"nn.{name}({', '.join(map(repr, with_))})" for name, with_ in _layers(kind, strength)
    ]
    lines, row = ["model = nn.Sequential("], ""
    for text in layers:
        # One hidden layer with what belongs to it a line.
        if text.startswith("nn.Linear") and row:
            lines.append(f"    {row}")
            row = ""
        row += f"{' ' if row else ''}{text},"
    lines += [f"    {row}", ")"]
    if kind in INITS:
        _, name, options = INITS[kind]
        extra = "".join(f", {key}={value!r}" for key, value in options.items())
        lines += [
            "for layer in model:",
            "    if isinstance(layer, nn.Linear):",
            f"        nn.init.{name}(layer.weight{extra}); nn.init.zeros_(layer.bias)",
        ]
    return lines


def _absolute(strength: float, model: nn.Module) -> Tensor:
    total: Tensor = strength * sum(w.abs().sum() for w in model.parameters() if w.ndim > 1)  # type: ignore[assignment]  # sum may give 0
    return total
