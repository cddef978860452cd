"""Samples from whatever holds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from dlwidgets.explain.latent import points
from tests.explain.latent.small import digits

if TYPE_CHECKING:
    from collections.abc import Iterator

X = torch.arange(24.0).reshape(6, 4)
Y = torch.tensor([0, 1, 2, 0, 1, 2])


@pytest.mark.parametrize(
    "data",
    [
        (X, Y),
        [X.numpy(), Y.tolist()],
        (X, Y[:, None]),
        (X, torch.nn.functional.one_hot(Y)),
        (X, Y.double()),
        TensorDataset(X, Y),
        DataLoader(TensorDataset(X, Y), batch_size=4),
    ],
)
def test_all_kinds_give_the_same(data: Any) -> None:
    found = points(data, 100, 0)
    assert torch.equal(found.x, X.double())
    assert found.y is not None
    assert found.y.tolist() == Y.tolist()
    assert found.total == 6


@pytest.mark.parametrize(
    "data", [X, X.numpy(), (X, None), [(row,) for row in X], (X, X), (X, Y + 0.5), list(X)]
)
def test_without_classes(data: Any) -> None:
    found = points(data, 100, 0)
    assert torch.equal(found.x, X.double())
    assert found.y is None


def test_of_a_data_set_the_test_part_with_its_names() -> None:
    data = digits()
    found = points(data, 100, 0)
    assert torch.equal(found.x, data.test.x.double())
    assert found.classes == data.classes


def test_of_many_some_are_drawn_with_the_seed() -> None:
    rows = torch.arange(1000.0)[:, None]
    first, again, other = (points(rows, 50, seed).x.flatten().tolist() for seed in (0, 0, 1))
    assert first == again == sorted(set(first))
    assert first != other
    whole = points(TensorDataset(rows), 50, 0)
    assert whole.x.flatten().tolist() == first
    assert whole.total == 1000


def test_a_loader_is_read_as_far_as_needed_and_the_global_numbers_stay() -> None:
    read = []

    class Counting:
        def __iter__(self) -> Iterator[torch.Tensor]:
            for i in range(1000):
                read.append(i)
                yield torch.full((8, 2), float(i))

    assert len(points(Counting(), 20, 0).x) == 20
    assert read == [0, 1, 2]
    state = torch.get_rng_state()
    points(DataLoader(TensorDataset(X, Y), shuffle=True), 4, 0)
    assert torch.equal(torch.get_rng_state(), state)


def test_bytes_become_shares() -> None:
    found = points(torch.tensor([[0, 51, 255]], dtype=torch.uint8), 9, 0)
    assert found.bytes
    assert found.x.tolist() == [[0, 0.2, 1]]


@pytest.mark.parametrize(
    ("data", "kind", "text"),
    [
        (torch.zeros(0, 1, 28, 28), ValueError, "at least one sample, got none"),
        ([], ValueError, "got none"),
        ((torch.zeros(0, 2), torch.zeros(0)), ValueError, "got none"),
        (torch.zeros(5), ValueError, r"shape \(samples, ...\), got \(5,\)"),
        (None, TypeError, r"got NoneType; write explore\(vae, data\)"),
        ("digits", TypeError, "got str"),
        ({"x": X}, TypeError, "got dict"),
        ([torch.zeros(2), torch.zeros(3), torch.zeros(4)], TypeError, "tensors of one size"),
        (["a", "b", "c"], TypeError, "tensors of one size"),
        (iter(()), ValueError, "got none"),
    ],
)
def test_what_holds_no_samples_is_refused(data: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        points(data, 10, 0)


def test_every_message_has_one_remedy_at_least() -> None:
    with pytest.raises(TypeError) as caught:
        points(np.float64(3), 10, 0)
    assert re.search(r"write explore\(vae, data\)", str(caught.value))
