"""Recurrent modules of every kind, with their inputs."""

from __future__ import annotations

import warnings
from typing import Any

import torch
from hypothesis import strategies as st
from torch import nn

KINDS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


@st.composite
def nets(draw: st.DrawFn) -> tuple[nn.RNNBase, torch.Tensor, Any]:
    """A module with any options, an input as it takes it, and a state or None."""
    seed = draw(st.integers(0, 10_000))
    generator = torch.Generator().manual_seed(seed)
    kind = draw(st.sampled_from(sorted(KINDS)))
    features, hidden = draw(st.integers(1, 4)), draw(st.integers(2, 5))
    options: dict[str, Any] = {
        "num_layers": draw(st.integers(1, 3)),
        "bias": draw(st.booleans()),
        "batch_first": draw(st.booleans()),
        "bidirectional": draw(st.booleans()),
        "dtype": draw(st.sampled_from([torch.float32, torch.float64])),
    }
    if options["num_layers"] > 1 and draw(st.booleans()):
        options["dropout"] = 0.5
    if kind == "lstm" and draw(st.booleans()):
        options["proj_size"] = draw(st.integers(1, hidden - 1))
    if kind == "rnn":
        options["nonlinearity"] = draw(st.sampled_from(["tanh", "relu"]))
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = KINDS[kind](features, hidden, **options)
    net.train(draw(st.booleans()))
    steps, many = draw(st.integers(1, 7)), draw(st.integers(0, 3))
    shape = (steps, features)
    if many:
        both = (many, steps) if net.batch_first else (steps, many)
        shape = (*both, features)
    x = torch.randn(shape, generator=generator, dtype=options["dtype"])
    return net, x, _state(net, many, generator) if draw(st.booleans()) else None


def _state(net: nn.RNNBase, many: int, generator: torch.Generator) -> Any:
    rows = net.num_layers * (2 if net.bidirectional else 1)
    middle = (many,) if many else ()

    def one(units: int) -> torch.Tensor:
        dtype = net.weight_ih_l0.dtype
        return torch.randn(rows, *middle, units, generator=generator, dtype=dtype)

    h = one(net.proj_size or net.hidden_size)
    return (h, one(net.hidden_size)) if isinstance(net, nn.LSTM) else h


def called(net: nn.Module, *args: Any) -> Any:
    """Call a module as after ``eval()``, without gradients; its mode stays."""
    was = net.training
    with torch.no_grad(), warnings.catch_warnings():
        # Torch says once that projections have no fast kernel.
        warnings.filterwarnings("ignore", message="LSTM with projections")
        found = net.eval()(*args)
    net.train(was)
    return found


def one_of(net: nn.RNNBase, value: torch.Tensor, index: int) -> torch.Tensor:
    """Return a sequence of an input or output, (steps, features)."""
    if value.ndim < 3:
        return value
    return value[index] if net.batch_first else value[:, index]
