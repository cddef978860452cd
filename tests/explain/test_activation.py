"""Activation functions against their formulas, torch's autograd and hand-made stacks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from dlwidgets.explain.activation import (
    DEPTH,
    FORMULAS,
    INITS,
    NAMES,
    POINTS,
    activation,
    axis,
    curve,
    flat_share,
    gradient_flow,
)

if TYPE_CHECKING:
    from collections.abc import Callable

X = axis(6.0)

# What table 5-2 and the papers say, by hand.
SAID: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "sigmoid": (
        lambda x: 1 / (1 + math.exp(-x)),
        lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2,
    ),
    "tanh": (math.tanh, lambda x: 1 - math.tanh(x) ** 2),
    "relu": (lambda x: max(0.0, x), lambda x: float(x > 0)),
    "leaky_relu": (lambda x: max(0.0, x) + 0.01 * min(0.0, x), lambda x: 1.0 if x > 0 else 0.01),
    "elu": (
        lambda x: x if x > 0 else math.exp(x) - 1,
        lambda x: 1.0 if x > 0 else math.exp(x),
    ),
    "gelu": (
        lambda x: x * (1 + math.erf(x / 2**0.5)) / 2,
        lambda x: (1 + math.erf(x / 2**0.5)) / 2 + x * math.exp(-x * x / 2) / (2 * math.pi) ** 0.5,
    ),
    "softplus": (lambda x: math.log1p(math.exp(x)), lambda x: 1 / (1 + math.exp(-x))),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    "log_sigmoid": (
        lambda x: -math.log1p(math.exp(-x)),
        lambda x: 1 - 1 / (1 + math.exp(-x)),
    ),
    "hardswish": (
        lambda x: x * min(max(0.0, x / 6 + 0.5), 1.0),
        lambda x: x / 3 + 0.5 if -3 < x < 3 else float(x > 0),
    ),
}


def test_zero_is_in_the_middle_of_the_axis() -> None:
    assert X.shape == (POINTS,)
    assert (X[0].item(), X[POINTS // 2].item(), X[-1].item()) == (-6, 0, 6)


@pytest.mark.parametrize("name", SAID)
def test_values_and_slopes_are_those_of_the_formula(name: str) -> None:
    found = activation(name)
    value, slope = SAID[name]
    for i in range(3, POINTS, 7):  # 240, the kink at zero, is not among them
        x = X[i].item()
        assert found.y[i].item() == pytest.approx(value(x), abs=1e-6)
        assert found.dy[i].item() == pytest.approx(slope(x), abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_a_curve_a_formula_and_a_line_that_makes_it(name: str) -> None:
    found = activation(name)
    assert "{" not in found.formula.y + found.formula.dy
    made = eval(found.code, {"nn": nn})
    torch.testing.assert_close(made.double()(X), found.y)
    numeric = (found.y[2:] - found.y[:-2]) / (X[2:] - X[:-2])
    # Away from kinks, where a difference quotient is off by the square of the step.
    smooth = (found.dy[2:] - found.dy[:-2]).abs() < 0.02
    torch.testing.assert_close(numeric[smooth], found.dy[1:-1][smooth], atol=0.03, rtol=0)
    assert smooth.float().mean() > 0.7


@settings(max_examples=50, deadline=None)
@given(slope=st.floats(0.01, 0.9), alpha=st.floats(0.1, 3.0))
def test_the_users_own_module_is_taken_with_its_numbers(slope: float, alpha: float) -> None:
    leaky, elu = nn.LeakyReLU(slope), nn.ELU(alpha, inplace=True)
    torch.testing.assert_close(activation(leaky).y, leaky(X))
    torch.testing.assert_close(activation(elu).y, elu(X.clone()))
    assert f"{alpha:g}" in activation(elu).formula.y


def test_a_function_of_ones_own_is_differentiated() -> None:
    y, dy = curve(lambda x: x**3, X)
    torch.testing.assert_close(y, X**3)
    torch.testing.assert_close(dy, 3 * X**2)
    found = activation(torch.ones_like)
    assert (found.name, found.code) == ("ones_like", "")
    assert found.dy.abs().max() == 0


def test_looking_changes_nothing_and_calls_no_hook() -> None:
    module = nn.PReLU(init=0.3)
    module.register_forward_hook(lambda *_: pytest.fail("a hook was called"))
    before = torch.get_rng_state()
    activation(module)
    assert torch.equal(torch.get_rng_state(), before)
    assert module.weight.dtype == torch.float32
    assert module.weight.grad is None
    assert module.training


def test_the_flat_share_is_counted_by_the_slopes_of_the_numbers_themselves() -> None:
    x = torch.tensor([-3.0, -0.001, 0.001, 2.0])
    assert flat_share("relu", x) == 0.5
    assert flat_share("sigmoid", torch.tensor([-2.9, 0.0, 2.8, 3.0])) == 0.5  # at 2.89 it is 0.05


# --- the stack --------------------------------------------------------------------------------


def by_hand(function: Callable[[Tensor], Tensor], std: float) -> list[float]:
    """Backpropagate through the same stack with the chain rule written out."""
    generator = torch.Generator().manual_seed(0)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    h, g = normal(128, 64), normal(128, 64)
    weights, sums = [], []
    for _ in range(DEPTH):
        w = torch.empty(64, 64, dtype=torch.float64).normal_(0, std, generator=generator)
        weights.append(w)
        sums.append(h @ w.T)
        h = function(sums[-1])
    sizes = []
    for w, z in zip(reversed(weights), reversed(sums), strict=True):
        g = g * curve(function, z)[1]
        sizes.append(g.square().mean().sqrt().item())
        g = g @ w
    return [size / sizes[0] for size in reversed(sizes)]


@pytest.mark.parametrize("function", [torch.tanh, torch.relu, torch.sigmoid])
def test_the_gradient_through_the_stack_is_the_chain_rule(function: Any) -> None:
    found = gradient_flow(function, "kaiming")
    assert found.tolist() == pytest.approx(by_hand(function, (2 / 64) ** 0.5), rel=1e-9)


def test_gradients_vanish_where_the_book_says_and_not_with_the_right_weights() -> None:
    first = {
        name: dict(zip(INITS, activation(name).flow[:, 0].tolist(), strict=True))
        for name in ("sigmoid", "tanh", "relu")
    }
    assert all(size < 1e-12 for size in first["sigmoid"].values())  # slopes are at most 1/4
    assert first["tanh"]["xavier"] > 0.01 > first["tanh"]["pytorch"]
    assert 0.1 < first["relu"]["kaiming"] < 10
    assert first["relu"]["pytorch"] < 1e-6


def test_the_identity_keeps_a_gradient_but_for_the_weights() -> None:
    flow = activation("identity").flow
    assert flow[:, -1].tolist() == [1, 1, 1]
    assert 0.3 < flow[1, 0].item() < 3
    # Uniform within ±1/√n has variance 1/(3 n): each layer divides by √3.
    assert flow[0, 0].item() == pytest.approx(3 ** (-(DEPTH - 1) / 2), rel=0.5)


def test_the_same_seed_gives_the_same_stack() -> None:
    first, again, other = (gradient_flow(torch.tanh, "xavier", seed) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "error", "text"),
    [
        ("rellu", ValueError, r"got 'rellu'\. Did you mean 'relu'\?"),
        ("", ValueError, "expected one of sigmoid, tanh"),
        (3, TypeError, r"expected a name such as 'relu', a module .* got 3"),
        (None, TypeError, "got None"),
        (nn.Linear, TypeError, "got <class"),
        (nn.Softmax(0), ValueError, "Softmax mixes the numbers of its input"),
        (nn.Linear(2, 2), ValueError, "Linear takes no row of 481 numbers; torch says: "),
        (nn.PReLU(8), ValueError, "PReLU takes no row of 481 numbers"),
        (lambda x: x.sum(), ValueError, r"of the shape of its input \(481,\), got \(\)"),
        (lambda _x: 3, ValueError, "got int"),
    ],
)
def test_what_has_no_curve_is_refused(bad: object, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        activation(bad)


def test_classes_are_made() -> None:
    assert activation(nn.GELU).code == "nn.GELU()"
    assert set(FORMULAS) == set(NAMES.values())
