"""The activation explorer's Python: what travels to the page, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from traitlets import TraitError

import dlwidgets
from dlwidgets import ActivationExplorer, explore
from dlwidgets.explain.activation import activation
from dlwidgets.widgets.explore import _ACTIVATIONS
from tests.widgets.conftest import Line


def test_without_anything_it_is_the_books_table() -> None:
    explorer = ActivationExplorer()
    assert explorer.functions == ["Sigmoid", "Tanh", "ReLU"]
    assert repr(explorer) == "ActivationExplorer: Sigmoid, Tanh, ReLU"
    assert explorer._y.shape == explorer._dy.shape == (3, 481)
    assert explorer._flow.shape == (3, 3, 30)
    assert explorer._inputs.size == explorer._flat.size == 0


@pytest.mark.parametrize("name", _ACTIVATIONS)
def test_explore_opens_every_activation(name: str) -> None:
    module = getattr(nn, name)()
    explorer = explore(module)
    assert isinstance(explorer, ActivationExplorer)
    assert explorer.functions == [name]
    np.testing.assert_array_equal(explorer._y[0], activation(module).y.numpy())


def test_inputs_are_counted_along_the_axis_and_where_the_slope_is_flat() -> None:
    x = torch.tensor([[-5.9, -0.01, 0.01], [5.9, 7.0, float("nan")]])
    explorer = explore(nn.ReLU(), x)
    assert explorer._inputs.sum() == 4
    assert explorer._outside == 2
    assert explorer._flat.tolist() == [0.4]  # two of the five numbers are negative
    (places,) = explorer._inputs.nonzero()
    assert (places[0], places[-1], len(explorer._inputs)) == (0, 59, 60)


def test_of_a_model_a_layer_opens_on_what_reaches_it() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 50), nn.Sigmoid())
    x = torch.randn(4, 3)
    outer = explore(model, x)
    outer.select("1")
    assert isinstance(outer.opened, ActivationExplorer)
    assert outer.opened._inputs.sum() == 50  # of one sample


def test_functions_come_and_go() -> None:
    explorer = ActivationExplorer("relu")
    explorer.add(nn.ELU(0.5))
    explorer.add(torch.sin)
    assert explorer.functions == ["ReLU", "ELU", "sin"]
    explorer.remove("ELU")
    assert explorer.functions == ["ReLU", "sin"]
    np.testing.assert_allclose(explorer._y[1], np.sin(explorer._x))
    assert [row["code"] for row in explorer._rows] == ["nn.ReLU()", ""]


def test_refresh_shows_what_became_of_a_parameter() -> None:
    module = nn.PReLU()
    explorer = explore(module)
    assert explorer._y[0, 0] == -1.5
    module.weight.data.fill_(0.5)
    explorer.refresh()
    assert explorer._y[0, 0] == -3
    assert explorer._rows[0]["y"] == "max(0, x) + 0.5 min(0, x)"


def test_the_probe_stands_on_a_place_of_the_axis() -> None:
    explorer = ActivationExplorer(probe=0.33)
    assert explorer.probe == pytest.approx(0.325)
    explorer.probe = 100
    assert explorer.probe == 6
    with pytest.raises(TraitError, match="probe expected a number"):
        explorer.probe = float("nan")


def test_the_axis_can_be_longer() -> None:
    explorer = ActivationExplorer("softsign", reach=60)
    assert (explorer._x[0], explorer._x[-1]) == (-60, 60)
    assert explorer._y[0, -1] == pytest.approx(60 / 61)


def test_a_half_precision_module_on_any_numbers_is_shown() -> None:
    explorer = explore(nn.PReLU(dtype=torch.bfloat16), torch.ones(3, dtype=torch.bfloat16))
    assert explorer._inputs.sum() == 3


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ({"functions": "rellu"}, ValueError, "Did you mean 'relu'"),
        ({"functions": []}, ValueError, "expected 1 to 6 functions, got 0"),
        ({"functions": ["relu"] * 7}, ValueError, "expected 1 to 6 functions, got 7"),
        ({"functions": 3}, TypeError, "got 3"),
        ({"reach": 0}, ValueError, r"reach expected a number from 0\.1 to 1000, got 0"),
        ({"reach": "far"}, ValueError, "got 'far'"),
        ({"x": "numbers"}, TypeError, "x expected real numbers, got str"),
        ({"init": "he"}, TraitError, "init"),
        ({"prob": 1}, TypeError, "Did you mean 'probe'"),
    ],
)
def test_what_can_not_be_shown_is_refused(
    given: dict[str, Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        ActivationExplorer(**given)


def test_a_refused_function_changes_nothing() -> None:
    explorer = ActivationExplorer(["relu"])
    with pytest.raises(ValueError, match="Softmax mixes the numbers"):
        explorer.add(nn.Softmax(0))
    with pytest.raises(ValueError, match="of which one has to stay; got 'ReLU'"):
        explorer.remove("ReLU")
    with pytest.raises(ValueError, match=r"got 'ReLu'\. Did you mean 'ReLU'\?"):
        explorer.remove("ReLu")
    assert explorer.functions == ["ReLU"]


def test_the_page_adds_and_removes_by_name() -> None:
    line = Line()
    explorer = ActivationExplorer("relu", comm=line)
    line.say("add", "gelu", 1)
    assert explorer.functions == ["ReLU", "GELU"]
    line.say("remove", "ReLU", 2)
    assert explorer.functions == ["GELU"]
    line.say("add", "nothing", 3)
    answers = [data["content"] for data, _ in line.sent if data["method"] == "custom"]
    assert [bool(answer["error"]) for answer in answers] == [False, False, True]


def test_errors_speak_chinese() -> None:
    dlwidgets.set_language("zh")
    try:
        with pytest.raises(ValueError, match="您是不是想写 'relu'"):
            ActivationExplorer("rellu")
    finally:
        dlwidgets.set_language(None)
