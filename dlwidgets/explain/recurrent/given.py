"""What a recurrent module is called with: sequences, states before the first step, tokens."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from dlwidgets.explain.recurrent.course import Begin
from dlwidgets.explain.untouched import untouched
from dlwidgets.language import Both, say

if TYPE_CHECKING:
    from torch import Tensor

    from dlwidgets.explain.recurrent.reading import Net

NOISE = 12
"""Steps of noise where no input is given."""

BATCHED = 3
"""Axes of an input with steps, sequences and features."""


@dataclass(frozen=True, eq=False)
class Given:
    """All sequences of a batch.

    Attributes:
        x: (steps, sequences, features).
        lengths: steps of each sequence.
        begin: the states before the first step, with an axis of sequences in the middle.
        ids: the tokens that were embedded, (steps, sequences); None where numbers were given.
        notes: what was done to the input.
    """

    x: Tensor
    lengths: tuple[int, ...]
    begin: Begin
    ids: Tensor | None = None
    notes: tuple[Both, ...] = ()

    def sequence(self, index: int) -> tuple[Tensor, Begin]:
        """Return one sequence, (steps, features), and its states."""
        begin = Begin(self.begin.h[:, index], self.begin.c[:, index])
        return self.x[: self.lengths[index], index].contiguous(), begin


def taken(net: Net, x: object, state: object, embedding: Any, seed: int) -> Given:  # noqa: ANN401 -- any callable
    """Return the input of a net as sequences.

    Args:
        net: what is fed.
        x: as the module takes it: (steps, features), (steps, batch, features), batch first where
            the module says so, or packed; whole numbers of the same shapes without features where
            there is an embedding; None for noise. Cells take (batch, features) for one step, or
            (steps, batch, features).
        state: the hidden state or ``(h, c)`` as the module takes it; None for zeros.
        embedding: gives the features of tokens.
        seed: of the noise.

    Raises:
        TypeError: for an input of another kind.
        ValueError: for another shape than the module takes, or no steps at all.
    """
    _embeds(embedding, x)
    notes: list[Both] = []
    lengths: tuple[int, ...] | None = None
    ids = None
    if x is None:
        x = _noise(net, seed, notes)
    if isinstance(x, PackedSequence):
        x, found = pad_packed_sequence(x, batch_first=net.batch_first)
        lengths = tuple(int(one) for one in found)
    value = _tensor(x)
    if embedding is not None:
        value, tokens = _embedded(value, embedding, net)
        ids = _steps_first(net, tokens[..., None], flat=value.ndim < BATCHED)[..., 0]
    single = value.ndim < BATCHED
    steps = _steps_first(net, _checked(net, value), flat=single)
    if steps.dtype != net.dtype:
        notes.append(_cast(steps.dtype, net.dtype))
    steps = steps.detach().to("cpu", net.dtype, copy=True)
    many = steps.shape[1]
    if not steps.shape[0] or not many:
        raise ValueError(
            say(
                f"LSTMExplorer: expected at least one step of one sequence, got {_shape(value)}",
                f"LSTMExplorer：至少需要一个序列的一步，得到 {_shape(value)}",
            )
        )
    begin = _begin(net, state, many)
    return Given(steps, lengths or (len(steps),) * many, begin, ids, tuple(notes))


def _embeds(embedding: object, x: object) -> None:
    """Refuse an embedding that can't be used."""
    if embedding is not None and not callable(embedding):
        raise TypeError(
            say(
                "LSTMExplorer: expected embedding as an nn.Embedding or a function of tokens, got "
                f"{embedding!r}",
                f"LSTMExplorer：embedding 应为 nn.Embedding 或以词编号为参数的函数，"
                f"得到 {embedding!r}",
            )
        )
    if embedding is not None and x is None:
        raise TypeError(
            say(
                "LSTMExplorer: expected tokens as x beside an embedding, got none; write "
                "explore(lstm, torch.tensor([1, 2, 3]), embedding=embedding)",
                "LSTMExplorer：给出 embedding 时 x 应为词的编号，但未给出；请写成 "
                "explore(lstm, torch.tensor([1, 2, 3]), embedding=embedding)",
            )
        )


def _noise(net: Net, seed: int, notes: list[Both]) -> Tensor:
    notes.append(
        Both(
            f"no input was given: {NOISE} steps of normal noise, seed {seed}",
            f"未给出输入：使用 {NOISE} 步正态噪声，种子 {seed}",
        )
    )
    draw = torch.Generator().manual_seed(seed)
    noise = torch.randn(NOISE, 1, net.features, generator=draw, dtype=torch.float64).to(net.dtype)
    return noise.transpose(0, 1) if net.batch_first else noise


def _tensor(x: object) -> Tensor:
    if isinstance(x, torch.Tensor):
        value = x
    else:
        try:
            array = np.asarray(x)
            value = torch.tensor(array.astype(array.dtype.newbyteorder("="), copy=False))
        except (TypeError, ValueError) as error:
            raise TypeError(_unknown(x)) from error
    if value.is_complex() or value.dtype == torch.bool or value.layout != torch.strided:
        raise TypeError(_unknown(x))
    return value


def _embedded(value: Tensor, embedding: Any, net: Net) -> tuple[Tensor, Tensor]:  # noqa: ANN401 -- any callable
    if value.is_floating_point():
        raise TypeError(
            say(
                f"LSTMExplorer: with an embedding expected whole numbers as x, got {value.dtype}; "
                "leave embedding= out, or give the tokens",
                f"LSTMExplorer：给出 embedding 时 x 应为整数，得到 {value.dtype}；"
                "请去掉 embedding=，或给出词的编号",
            )
        )
    tokens = value.detach().to("cpu", torch.int64)
    features = vectors(embedding, tokens)
    if features.shape != (*tokens.shape, net.features):
        raise ValueError(
            say(
                f"LSTMExplorer: expected an embedding with {net.features} features a token, as "
                f"{net.title} takes, got {_shape(features)} for tokens {_shape(tokens)}",
                f"LSTMExplorer：embedding 应为每个词给出 {net.features} 个特征"
                f"（{net.title} 的输入），词 {_shape(tokens)} 得到 {_shape(features)}",
            )
        )
    return features, tokens


def vectors(embedding: Any, tokens: Tensor) -> Tensor:  # noqa: ANN401 -- any callable
    """Return the features of tokens, on the CPU, without gradients.

    Raises:
        ValueError: for a token that the embedding does not have.
    """
    weight = getattr(embedding, "weight", None)
    with torch.no_grad():
        if isinstance(weight, torch.Tensor) and tokens.numel():
            most = len(weight) - 1
            if int(tokens.min()) < 0 or int(tokens.max()) > most:
                raise ValueError(
                    say(
                        f"LSTMExplorer: expected tokens from 0 to {most}, which the embedding "
                        f"has, got {int(tokens.min())} to {int(tokens.max())}",
                        f"LSTMExplorer：词的编号应为 0 到 {most}，"
                        f"得到 {int(tokens.min())} 到 {int(tokens.max())}",
                    )
                )
            tokens = tokens.to(weight.device)
        if getattr(embedding, "max_norm", None) is not None:
            # Such an embedding shortens the vectors that it looks up, for good.
            embedding = deepcopy(embedding)
        if not isinstance(embedding, nn.Module):
            found: Tensor = embedding(tokens)
        else:
            with untouched(embedding, evaluate=True):
                found = embedding(tokens)
    return found.detach().cpu()


def _checked(net: Net, value: Tensor) -> Tensor:
    """Return ``value`` if its shape is one that the module takes."""
    least = 1 if net.cell else 2
    if least <= value.ndim <= BATCHED and value.shape[-1] == net.features:
        return value
    batch = "(batch, steps, features)" if net.batch_first else "(steps, batch, features)"
    one = "(batch, features)" if net.cell else "(steps, features)"
    raise ValueError(
        say(
            f"LSTMExplorer: expected x as {one} or {batch} with {net.features} features, as "
            f"{net.title} takes, got {_shape(value)}",
            f"LSTMExplorer：x 应为 {one} 或 {batch}，特征数为 {net.features}"
            f"（{net.title} 的输入），得到 {_shape(value)}",
        )
    )


def _steps_first(net: Net, value: Tensor, *, flat: bool) -> Tensor:
    """Return (steps, sequences, features)."""
    if net.cell:
        # A cell's input is one step, of a batch where there are two axes.
        return value.reshape(1, -1, value.shape[-1]) if value.ndim < BATCHED else value
    if flat:
        return value.unsqueeze(1)
    return value.transpose(0, 1) if net.batch_first else value


def _begin(net: Net, state: object, many: int) -> Begin:
    rows = net.layers * net.directions
    h = torch.zeros(rows, many, net.out, dtype=net.dtype)
    c = torch.zeros(rows, many, net.hidden, dtype=net.dtype)
    if state is None:
        return Begin(h, c)
    pair = net.kind == "lstm"
    if pair and not (isinstance(state, (tuple, list)) and len(state) == len("hc")):
        raise TypeError(
            say(
                f"LSTMExplorer: expected the state of {net.title} as (h, c), got "
                f"{type(state).__name__}",
                f"LSTMExplorer：{net.title} 的初始状态应为 (h, c)，得到 {type(state).__name__}",
            )
        )
    given = tuple(state) if pair else (state,)  # type: ignore[arg-type]  # two tensors, looked at below
    found = [_state(net, one, like) for one, like in zip(given, (h, c), strict=False)]
    return Begin(found[0], found[1] if pair else c)


def _state(net: Net, given: object, like: Tensor) -> Tensor:
    value = _tensor(given)
    rows, many, units = like.shape
    shapes: list[tuple[int, ...]] = [(rows, many, units)]
    if many == 1:
        shapes.append((rows, units))
    if net.cell:
        shapes = [(many, units), (units,)] if many == 1 else [(many, units)]
    if tuple(value.shape) not in shapes:
        expected = " or ".join(map(str, shapes))
        raise ValueError(
            say(
                f"LSTMExplorer: expected a state of shape {expected}, got {_shape(value)}",
                f"LSTMExplorer：初始状态的形状应为 {expected}，得到 {_shape(value)}",
            )
        )
    return value.detach().to("cpu", net.dtype, copy=True).reshape(rows, many, units)


def _cast(old: torch.dtype, new: torch.dtype) -> Both:
    kinds = [str(one).removeprefix("torch.") for one in (old, new)]
    return Both(
        f"a copy of the input was converted from {kinds[0]} to {kinds[1]}",
        f"输入的副本已从 {kinds[0]} 转换为 {kinds[1]}",
    )


def _shape(value: Tensor) -> str:
    return str(tuple(value.shape))


def _unknown(x: object) -> str:
    got = f"{x.dtype}, {x.layout}" if isinstance(x, torch.Tensor) else type(x).__name__
    return say(
        "LSTMExplorer: expected x as a tensor or array of real numbers, or a PackedSequence, got "
        f"{got}",
        f"LSTMExplorer：x 应为实数的张量或数组，或 PackedSequence，得到 {got}",
    )
