"""What a recurrent net can't be opened on, and the words that say what would do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import dlwidgets
from dlwidgets.explain.recurrent import Ablation, Study

LSTM = nn.LSTM(3, 4, batch_first=True)


@pytest.mark.parametrize(
    ("module", "x", "state", "kind", "text"),
    [
        (nn.Linear(3, 4), None, None, TypeError, "expected an nn.LSTM, .* got Linear"),
        (nn.LSTM, None, None, TypeError, r"got LSTM; make one first: LSTM\(...\)"),
        (LSTM, torch.ones(5, 2), None, ValueError, r"with 3 features, .* got \(5, 2\)"),
        (LSTM, torch.ones(3), None, ValueError, r"\(batch, steps, features\) .* got \(3,\)"),
        (LSTM, torch.ones(1, 1, 1, 3), None, ValueError, r"got \(1, 1, 1, 3\)"),
        (LSTM, torch.ones(2, 0, 3), None, ValueError, r"at least one step .* got \(2, 0, 3\)"),
        (LSTM, torch.ones(0, 3), None, ValueError, r"at least one step"),
        (LSTM, torch.ones(0, 4, 3), None, ValueError, r"at least one step"),
        (LSTM, "words", None, TypeError, "real numbers, or a PackedSequence, got str"),
        (LSTM, torch.ones(5, 3, dtype=torch.complex64), None, TypeError, "got torch.complex64"),
        (LSTM, torch.ones(5, 3).bool(), None, TypeError, "got torch.bool"),
        (LSTM, torch.ones(5, 3).to_sparse(), None, TypeError, "torch.sparse_coo"),
        (LSTM, torch.ones(5, 3), torch.ones(1, 4), TypeError, r"as \(h, c\), got Tensor"),
        (
            LSTM,
            torch.ones(5, 3),
            (torch.ones(1, 3), torch.ones(1, 4)),
            ValueError,
            r"shape \(1, 1, 4\) or \(1, 4\), got \(1, 3\)",
        ),
        (nn.LSTM(3, 4, device="meta"), torch.ones(5, 3), None, ValueError, r"\.to_empty\("),
        (nn.GRU(3, 4), torch.ones(5, 3), [torch.ones(1, 4)] * 2, ValueError, r"got \(2, 1, 4\)"),
        (nn.GRUCell(3, 4), torch.ones(5, 2), None, ValueError, r"as \(batch, features\)"),
    ],
)
def test_what_cannot_be_opened(
    module: Any, x: Any, state: Any, kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        Study(module, x, state)


def test_refusals_in_chinese() -> None:
    dlwidgets.set_language("zh")
    try:
        with pytest.raises(ValueError, match="特征数为 3"):
            Study(LSTM, torch.ones(5, 2))
        with pytest.raises(ValueError, match=r"门应为 i, f, g, o 之一，得到 'forget'"):
            Study(LSTM, torch.ones(5, 3)).ablate(Ablation((0, 0), "forget", 0))
    finally:
        dlwidgets.set_language(None)


def test_numpy_and_other_floats_are_taken_and_said() -> None:
    study = Study(LSTM, np.ones((5, 3)))
    assert study.given.notes[0].en == "a copy of the input was converted from float64 to float32"
    assert Study(LSTM, [[1, 2, 3]]).steps == 1
    foreign = Study(LSTM, np.ones((5, 3), ">f4"))
    assert torch.equal(foreign.base.x, torch.ones(5, 3))


def test_noise_is_seeded_and_said() -> None:
    a, b, c = Study(LSTM, seed=1), Study(LSTM, seed=1), Study(LSTM, seed=2)
    assert torch.equal(a.base.x, b.base.x)
    assert not torch.equal(a.base.x, c.base.x)
    assert a.given.notes[0].en == "no input was given: 12 steps of normal noise, seed 1"


@pytest.mark.parametrize(
    ("ablation", "text"),
    [
        (Ablation((0, 0), "F", 0), "expected a gate of LSTM among i, f, g, o, got 'F'"),
        (Ablation((0, 0), "f", 2), "a number from 0 to 1, which f can have, got 2"),
        (Ablation((0, 0), "g", -2), "a number from -1 to 1"),
        (Ablation((0, 0), "f", "median"), "expected 'mean' or a number"),
        (Ablation((0, 0), "f", float("nan")), "got nan"),
        (Ablation((0, 0), gate="f", to=True), "got True"),
        (Ablation((0, 0), "f", 0, 4), "a unit from 0 to 3, or None for all, got 4"),
        (Ablation((0, 0), "f", 0, None, 5), "since from 0 to 4, got 5"),
    ],
)
def test_what_cannot_be_held(ablation: Ablation, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Study(LSTM, torch.ones(5, 3)).ablate(ablation)


def test_edits_that_make_no_sense() -> None:
    study = Study(LSTM, torch.ones(5, 3))
    for step, feature, value, text in [
        (5, 0, 1.0, "step from 0 to 4, got 5"),
        (0, 3, 1.0, "feature from 0 to 2, got 3"),
        (0, None, [1.0, 2.0], r"expected 3 numbers, got \(2,\)"),
        (0, 0, "much", "expected a number, got str"),
        (0, 0, [1.0], r"expected a number, got \(1,\)"),
    ]:
        with pytest.raises(ValueError, match=text):
            study.edit(step, feature, value)
    with pytest.raises(ValueError, match="no embedding was given"):
        study.speak(0, 1)
    assert study.now is study.base


def test_embeddings_that_do_not_fit() -> None:
    with pytest.raises(TypeError, match=r"expected whole numbers as x, got torch\.float32"):
        Study(LSTM, torch.ones(5, 3), embedding=nn.Embedding(4, 3))
    with pytest.raises(ValueError, match="with 3 features a token"):
        Study(LSTM, torch.tensor([1, 2]), embedding=nn.Embedding(4, 2))
    with pytest.raises(ValueError, match="tokens from 0 to 3, which the embedding has, got 1 to 9"):
        Study(LSTM, torch.tensor([1, 9]), embedding=nn.Embedding(4, 3))

    with pytest.raises(TypeError, match=r"nn\.Embedding or a function of tokens, got 5"):
        Study(LSTM, torch.tensor([1, 2]), embedding=5)
    with pytest.raises(TypeError, match="expected tokens as x beside an embedding"):
        Study(LSTM, embedding=nn.Embedding(4, 3))


def test_a_head_that_does_not_fit() -> None:
    study = Study(LSTM, torch.ones(5, 3), head=nn.Linear(7, 2))
    with pytest.raises(ValueError, match=r"takes states of shape \(5, 4\), \(steps, units\)"):
        study.output(study.now)


def test_a_head_that_gives_something_else() -> None:
    study = Study(LSTM, torch.ones(5, 3), head=lambda _: "three")
    with pytest.raises(ValueError, match=r"\(steps, outputs\) or \(outputs,\), got str"):
        study.output(study.now)
