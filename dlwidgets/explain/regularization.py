"""What a layer makes of one batch: dropout's masks, batch norm's statistics, signals by depth."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from dlwidgets.explain.untouched import untouched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Loss = Any  # a function of (outputs, targets) that gives one number

DROPOUT = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)
NORM = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
PASSES = 6
"""Passes in training mode that are kept: enough to see that each differs."""

SAMPLES, UNITS = 8, 32
"""Samples and units of a layer that are kept."""

BINS = 48


@dataclass(frozen=True, eq=False, slots=True)
class Dropped:
    """The first dropout layer of a model, met by one batch several times.

    Attributes:
        layer: its name in the model.
        p: the share of units that it drops.
        given: what it is given, (samples, units), at most `SAMPLES` by `UNITS`.
        passed: what it hands on in each pass in training mode, (passes, samples, units).
    """

    layer: str
    p: float
    given: Tensor
    passed: Tensor


@dataclass(frozen=True, eq=False, slots=True)
class Normed:
    """The first batch norm layer of a model, and one batch.

    All are of each feature, (features,), at most `UNITS`; variances as the layer uses them: that
    of the batch divides by the number of values, the running one by one less (torch's choice).

    Attributes:
        layer: its name in the model.
        eps: what is added to a variance.
        weight: gamma; one where the layer has none.
        bias: beta; zero where the layer has none.
        batch_mean, batch_var: of the batch.
        running_mean, running_var: what the layer has gathered while it was trained.
        given: the first value of the first sample.
        trained: what training mode makes of it.
        evaluated: what evaluation mode makes of it.
    """

    layer: str
    eps: float
    weight: Tensor
    bias: Tensor
    batch_mean: Tensor
    batch_var: Tensor
    running_mean: Tensor
    running_var: Tensor
    given: Tensor
    trained: Tensor
    evaluated: Tensor


@dataclass(frozen=True, eq=False, slots=True)
class Signal:
    """How strong values and gradients are at each layer with weights, one batch in.

    Attributes:
        layers: the names, in the order in which they run.
        values: the standard deviation of what each hands on.
        gradients: the standard deviation of the loss's gradient there.
        apart: the greatest difference between two units of a layer, at any sample; 0 where all
            units of it do the same.
    """

    layers: tuple[str, ...]
    values: Tensor
    gradients: Tensor
    apart: Tensor


def losses(
    model: nn.Module, x: Tensor, y: Tensor, loss: Loss, seed: int = 0
) -> tuple[float, list[float]]:
    """Return the loss of a batch in evaluation mode, and of `PASSES` passes in training mode."""
    with untouched(model, evaluate=True):
        still = float(loss(model(x), y))
    with untouched(model, evaluate=False):
        model.train()
        torch.manual_seed(seed)
        return still, [float(loss(model(x), y)) for _ in range(PASSES)]


def dropped(model: nn.Module, x: Tensor, seed: int = 0) -> Dropped | None:
    """Return what the first dropout layer does to a batch; None where there is no such layer.

    The passes draw one after another from ``seed``, as `losses` does.
    """
    name, layer = _first(model, DROPOUT)
    if layer is None:
        return None
    passed, given = [], x
    with untouched(model, evaluate=False), _watched([layer]) as met:
        model.train()
        torch.manual_seed(seed)
        for _ in range(PASSES):
            met.clear()
            model(x)
            if not met:
                return None
            given = met[0].given
            passed.append(_corner(met[0].handed))
    return Dropped(name, float(layer.p), _corner(given), torch.stack(passed))


def normed(model: nn.Module, x: Tensor) -> Normed | None:
    """Return the statistics of the first batch norm layer; None without one that keeps its own."""
    name, layer = _first(model, NORM)
    if layer is None or layer.running_mean is None:
        return None
    held = [layer.running_mean, layer.running_var]
    running = [part.detach().clone() for part in held]
    with untouched(model, evaluate=False), _watched([layer]) as met:
        model.train()
        model(x)
        if not met:
            return None
        given, trained = met[0].given, met[0].handed
        evaluated = nn.functional.batch_norm(
            given, running[0], running[1], layer.weight, layer.bias, eps=layer.eps
        )
    axes = [0, *range(2, given.ndim)]
    ones = torch.ones_like(running[0])
    numbers = [
        ones if layer.weight is None else layer.weight.detach(),
        0 * ones if layer.bias is None else layer.bias.detach(),
        given.mean(axes),
        given.var(axes, correction=0),
        *running,
        *(part.reshape(*part.shape[:2], -1)[0, :, 0] for part in (given, trained, evaluated)),
    ]
    return Normed(name, float(layer.eps), *(part[:UNITS].double().cpu() for part in numbers))


def signal(model: nn.Module, x: Tensor, y: Tensor, loss: Loss) -> Signal:
    """Return how values and gradients go through a model, from its layers with weights."""
    named = {
        part: name
        for name, part in model.named_modules()
        if any(w.ndim > 1 for w in part.parameters(recurse=False))
    }
    with untouched(model, evaluate=False), torch.enable_grad(), _watched(list(named)) as met:
        model.train()
        value = loss(model(x), y)
        calls = [call for call in met if call.out.requires_grad]
        outs = [call.out for call in calls]
        grads = torch.autograd.grad(value, outs, allow_unused=True) if outs else ()
    return Signal(
        tuple(named[call.layer] for call in calls),
        torch.tensor([_std(call.handed) for call in calls], dtype=torch.float64),
        torch.tensor([0.0 if g is None else _std(g) for g in grads], dtype=torch.float64),
        torch.tensor([_apart(call.handed) for call in calls], dtype=torch.float64),
    )


def histogram(models: Sequence[nn.Module]) -> tuple[Tensor, Tensor]:
    """Return the edges of `BINS` bins, (bins + 1,), and of each model the share of weights in each.

    Weights are what has two or more dimensions. All models share the bins, which reach to the
    99.5th percentile of the widest, so that few outliers do not press all others flat; what is
    beyond counts in the last bins.
    """
    weights = [_weights(model) for model in models]
    reach = max((float(w.abs().quantile(0.995)) for w in weights if len(w)), default=0.0) or 1.0
    edges = torch.linspace(-reach, reach, BINS + 1, dtype=torch.float64)
    shares = [
        torch.histc(w.clamp(-reach, reach), BINS, -reach, reach) / max(1, len(w)) for w in weights
    ]
    return edges, torch.stack(shares)


def _weights(model: nn.Module) -> Tensor:
    found = [w.detach().double().flatten().cpu() for w in model.parameters() if w.ndim > 1]
    flat = torch.cat(found) if found else torch.zeros(0, dtype=torch.float64)
    flat = flat[flat.isfinite()]
    # Quantiles take at most 2**24 numbers.
    return flat[:: max(1, len(flat) // 1_000_000)]


def _first(model: nn.Module, kinds: tuple[type[nn.Module], ...]) -> tuple[str, Any]:
    return next(
        ((name, part) for name, part in model.named_modules() if isinstance(part, kinds)),
        ("", None),
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Call:
    """One call of a layer; copies, as what follows may work in place."""

    layer: nn.Module
    given: Tensor
    out: Tensor
    handed: Tensor


@contextmanager
def _watched(layers: list[Any]) -> Iterator[list[_Call]]:
    """Give a list that grows at each call of one of ``layers``."""
    met: list[_Call] = []
    waiting: dict[nn.Module, Tensor] = {}

    def before(layer: nn.Module, given: tuple[Any, ...]) -> None:
        if given and isinstance(given[0], Tensor):
            waiting[layer] = given[0].detach().clone()

    def after(layer: nn.Module, _: object, out: object) -> None:
        given = waiting.pop(layer, None)
        if given is not None and isinstance(out, Tensor):
            met.append(_Call(layer, given, out, out.detach().clone()))

    with ExitStack() as undo:
        for layer in layers:
            undo.callback(layer.register_forward_pre_hook(before).remove)
            undo.callback(layer.register_forward_hook(after).remove)
        yield met


def _corner(values: Tensor) -> Tensor:
    flat = values.detach().reshape(len(values), -1)
    return flat[:SAMPLES, :UNITS].double().cpu()


def _std(values: Tensor) -> float:
    return float(values.double().std(correction=0))


def _apart(values: Tensor) -> float:
    if values.ndim == 1 or values.shape[1] == 1:
        return float("nan")
    return float((values.amax(1) - values.amin(1)).max())
