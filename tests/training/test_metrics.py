from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from dlwidgets.data.loader import Loader
from dlwidgets.training.metrics import accuracy, mae, mean_loss, named_metrics


def net() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Dropout(0.5), nn.Linear(6, 3))


def examples(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    return torch.randn(count, 4), torch.randint(0, 3, (count,))


def forms(x: torch.Tensor, y: torch.Tensor) -> list[Any]:
    pairs = TensorDataset(x, y)
    return [
        (x, y),
        [(x[:1], y[:1]), (x[1:], y[1:])],
        DataLoader(pairs, 4),
        Loader(x, y, 4, shuffle=False),
        Loader(x, y, 4).split,
    ]


@pytest.mark.parametrize("count", [2, 11, 2050])
def test_accuracy_and_loss_are_torchs_own_in_every_form_of_data(count: int) -> None:
    x, y = examples(count)
    model = net().eval()
    with torch.no_grad():
        out = model(x)
    right = (out.argmax(1) == y).double().mean().item()
    loss = nn.functional.cross_entropy(out.double(), y).item()
    model.train()
    for data in forms(x, y):
        assert accuracy(model, data) == right
        assert mean_loss(model, data, nn.functional.cross_entropy) == pytest.approx(loss, rel=1e-5)


def test_the_model_is_afterwards_what_it_was() -> None:
    model = net()
    model[1].eval()
    x, y = examples(9)
    state = {key: value.clone() for key, value in model.state_dict().items()}
    random = torch.get_rng_state()
    grown = torch.zeros((), requires_grad=True)
    accuracy(model, (x, y))
    mean_loss(model, (x, y), lambda out, y: nn.functional.cross_entropy(out, y) + grown)
    assert [part.training for part in model] == [True, False, True, True]
    assert model.training
    assert all(torch.equal(model.state_dict()[key], value) for key, value in state.items())
    assert torch.equal(torch.get_rng_state(), random)
    assert all(p.grad is None for p in model.parameters())
    assert torch.is_grad_enabled()


@given(
    st.lists(
        st.tuples(st.floats(-3, 3, width=32, allow_subnormal=False), st.integers(0, 1)),
        min_size=1,
        max_size=20,
    )
)
def test_two_classes_with_one_output(rows: list[tuple[float, int]]) -> None:
    x = torch.tensor([[value] for value, _ in rows])
    y = torch.tensor([target for _, target in rows])
    expected = sum((value > 0) == bool(target) for (value, target) in rows) / len(rows)
    model = nn.Identity()
    assert accuracy(model, (x.float(), y)) == expected
    assert accuracy(model, (x.float(), y[:, None].float())) == expected
    assert accuracy(nn.Flatten(0), (x.float(), y)) == expected


def test_a_class_for_every_pixel() -> None:
    out = torch.randn(2, 5, 3, 3, generator=torch.Generator().manual_seed(0))
    y = out.argmax(1)
    y[0, 0, 0] = (y[0, 0, 0] + 1) % 5
    assert accuracy(nn.Identity(), (out, y)) == 17 / 18


def test_mean_absolute_error() -> None:
    x = torch.tensor([[1.0], [2.0], [4.0]])
    assert mae(nn.Identity(), (x, x + torch.tensor([[1.0], [-2.0], [0.0]]))) == 1.0


@pytest.mark.parametrize("data", [torch.ones(3, 4), 5, None])
def test_other_data_is_refused(data: Any) -> None:
    with pytest.raises(TypeError, match=r"expected \(x, y\) tensors or batches of them, got"):
        accuracy(net(), data)


def test_no_examples_make_no_mean() -> None:
    x, y = examples(3)
    with pytest.raises(ValueError, match="no example in the data"):
        accuracy(net(), (x[:0], y[:0]))
    with pytest.raises(ValueError, match="no example in the data"):
        mean_loss(net(), [], nn.functional.cross_entropy)


def test_metrics_go_by_name_or_function() -> None:
    def top2(model: nn.Module, data: Any) -> float:
        return accuracy(model, data)

    assert named_metrics("accuracy") == {"accuracy": accuracy}
    assert named_metrics(["mae", top2]) == {"mae": mae, "top2": top2}
    assert named_metrics(()) == {}
    expected = r"no metric named 'acuracy'\. Did you mean 'accuracy'\? Known: accuracy, mae; or"
    with pytest.raises(ValueError, match=expected):
        named_metrics(["acuracy"])
