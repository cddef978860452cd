"""Arms are plain loops: the same numbers, the user's objects untouched, wrong input explained."""

from __future__ import annotations

import copy
import io
import math
from contextlib import redirect_stdout
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

import dlwidgets
from dlwidgets.data.loader import Loader
from dlwidgets.training.arms import Comparison, compare
from dlwidgets.training.arms.plan import EVAL_MODE, TEST, TRAIN, TRAIN_MODE
from dlwidgets.training.arms.standard import BEGIN, KINDS, arm, standard

functional = nn.functional
Pair = tuple[Tensor, Tensor]


def parts(n: int = 24) -> tuple[Pair, Pair]:
    draw = torch.Generator().manual_seed(7)
    x = torch.randn(2 * n, 3, generator=draw)
    y = x @ torch.tensor([[1.0], [-2.0], [0.5]]) + 0.1 * torch.randn(2 * n, 1, generator=draw)
    return (x[:n], y[:n]), (x[n:], y[n:])


def make(*middle: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Linear(3, 8), *middle, nn.ReLU(), nn.Linear(8, 1))


def dropping() -> nn.Module:
    return make(nn.Dropout(0.5))


def norming() -> nn.Module:
    return make(nn.BatchNorm1d(8))


def compared(arms: Any = None, data: Any = None, **options: Any) -> Comparison:
    given: dict[str, Any] = {"epochs": 3, "seeds": 2, "batch_size": 10, "progress": False}
    given |= {"device": "cpu", "lr": 0.01} | options
    return compare(arms or {"plain": make}, data or parts(), **given)


def plain(
    build: Any, seed: int, epochs: int = 3, penalty: Any = None, **options: Any
) -> tuple[nn.Module, list[float]]:
    """The loop that a reader would write; the test loss in training mode disturbs nothing."""
    (x_train, y_train), (x_test, y_test) = parts()
    torch.manual_seed(seed)
    model = build()
    optimizer = torch.optim.Adam(model.parameters(), **({"lr": 0.01} | options))
    batches = Loader(x_train, y_train, 10, seed=seed)
    torch.manual_seed(seed)
    tests = []
    for _ in range(epochs):
        model.train()
        for x, y in batches:
            loss = functional.mse_loss(model(x), y)
            if penalty:
                loss = loss + penalty(model)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            tests.append(functional.mse_loss(model(x_test), y_test).item())
    return model, tests


def l1(model: nn.Module) -> Tensor:
    return 0.01 * sum(w.abs().sum() for w in model.parameters())  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("build", "options"),
    [
        (make, {}),
        (dropping, {}),
        (norming, {}),
        (make, {"weight_decay": 0.1}),
        (make, {"penalty": l1}),
    ],
)
def test_every_arm_is_the_plain_loop_bit_for_bit(build: Any, options: dict[str, Any]) -> None:
    found = compared({"other": make, "one": (build, options)})
    for place, seed in enumerate(found.plan.seeds):
        model, tests = plain(build, seed, **options)
        mine = found.model("one", seed)
        for a, b in zip(mine.state_dict().values(), model.state_dict().values(), strict=True):
            assert torch.equal(a, b)
        np.testing.assert_array_equal(
            np.float32(found["one"].losses[TEST, EVAL_MODE, place, 1:]), np.float32(tests)
        )


def test_losses_begin_before_the_first_step_and_have_both_modes() -> None:
    found = compared({"plain": make, "dropout": dropping})
    train, test = parts()
    losses = found["dropout"].losses
    assert losses.shape == (2, 2, 2, 4)
    for part, (x, y) in ((TRAIN, train), (TEST, test)):
        start = copy.deepcopy(found["dropout"].start).eval()
        expected = functional.mse_loss(start(x), y).item()
        assert losses[part, EVAL_MODE, 0, 0] == pytest.approx(expected, rel=1e-6)
    np.testing.assert_array_equal(
        found["plain"].losses[:, EVAL_MODE], found["plain"].losses[:, TRAIN_MODE]
    )
    assert (losses[:, EVAL_MODE] != losses[:, TRAIN_MODE]).all()


def test_batch_norm_that_is_not_told_normalizes_with_the_test_batch() -> None:
    found = compared({"norm": norming})
    x, y = parts()[1]
    model = copy.deepcopy(found.model("norm")).train()
    expected = functional.mse_loss(model(x), y).item()
    assert found["norm"].losses[TEST, TRAIN_MODE, 0, -1] == pytest.approx(expected, rel=1e-6)


def test_arms_that_draw_alike_begin_alike() -> None:
    def other() -> nn.Module:
        model = make()
        nn.init.zeros_(model[0].weight)  # type: ignore[index]
        return model

    found = compared({"plain": make, "dropout": dropping, "norm": norming, "zero": other})
    assert [found.same_start(name) for name in found.names] == [True, True, True, False]
    assert found.table().same_start.tolist() == [True, True, True, False]


def test_a_model_is_copied_as_it_is_now() -> None:
    torch.manual_seed(5)
    model = make(nn.BatchNorm1d(8)).eval()
    before = copy.deepcopy(model.state_dict())
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    found = compared({"mine": model, "same": lambda: model})
    assert torch.equal(torch.rand(2), expected)
    assert not model.training
    assert all(p.grad is None for p in model.parameters())
    assert all(torch.equal(a, before[name]) for name, a in model.state_dict().items())
    np.testing.assert_array_equal(found["mine"].losses, found["same"].losses)
    assert found["mine"].losses[0, 0, 0, 0] == found["mine"].losses[0, 0, 1, 0]


def test_a_loader_of_its_own_order_gives_every_arm_the_same_batches() -> None:
    train, test = parts()
    loader = DataLoader(TensorDataset(*train), 10, shuffle=True)
    state = torch.get_rng_state()
    found = compared({"a": make, "b": make}, (loader, test))
    np.testing.assert_array_equal(found["a"].losses, found["b"].losses)
    assert torch.equal(torch.get_rng_state(), state)
    assert found["a"].losses[0, 0, 0, -1] < found["a"].losses[0, 0, 0, 0]


def test_what_is_added_saw_the_same_as_if_it_had_been_there() -> None:
    both = compared({"plain": make, "dropout": dropping})
    later = compared().add({"dropout": dropping}, progress=False)
    assert later.names == both.names
    np.testing.assert_array_equal(later["dropout"].losses, both["dropout"].losses)
    again = later.add({"plain": norming}, progress=False)
    assert again.names == ("plain", "dropout")
    np.testing.assert_array_equal(later["plain"].losses, compared()["plain"].losses)


def test_history_and_table_say_what_the_arrays_say() -> None:
    found = compared({"plain": make, "dropout": dropping}, seeds=[3, 1])
    rows = found.history()
    assert len(rows) == 2 * 2 * 4
    one = rows[(rows.arm == "dropout") & (rows.seed == 1) & (rows.epoch == 2)].iloc[0]
    losses = found["dropout"].losses
    assert one.test_loss == losses[TEST, EVAL_MODE, 1, 2]
    assert one.train_loss_in_train_mode == losses[TRAIN, TRAIN_MODE, 1, 2]
    weights = torch.cat([w.flatten() for w in found.model("plain").parameters() if w.ndim > 1])
    assert rows[(rows.arm == "plain") & (rows.seed == 3)].weight_norm.iloc[-1] == pytest.approx(
        weights.norm().item(), rel=1e-6
    )
    table = found.table()
    assert table.best_test_loss[0] == found["plain"].losses[TEST, EVAL_MODE].mean(0).min()
    assert table.test_least[1] == losses[TEST, EVAL_MODE, :, -1].min()
    assert repr(found).startswith("Comparison: test loss after 3 epochs, mean of 2 seeds: plain ")


def test_an_arm_that_diverges_ends_in_nan_and_hurts_no_other() -> None:
    found = compared({"wild": (make, {"lr": 1e30}), "plain": make})
    assert np.isnan(found["wild"].losses[TEST, EVAL_MODE, :, -1]).all()
    assert np.isfinite(found["wild"].losses[TEST, EVAL_MODE, :, 0]).all()
    assert np.isfinite(found["plain"].losses).all()
    assert found["wild"].best == 0


def test_classes_are_learned_by_cross_entropy() -> None:
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(40, 3, generator=draw)
    data = (x[:20], (x[:20, 0] > 0).long()), (x[20:], (x[20:, 0] > 0).long())
    found = compared({"net": lambda: nn.Linear(3, 2)}, data)
    model = found.model("net")
    expected = functional.cross_entropy(model(data[1][0]), data[1][1]).item()
    assert found["net"].losses[TEST, EVAL_MODE, 0, -1] == pytest.approx(expected, rel=1e-6)
    assert "nn.functional.cross_entropy(model(x), y)" in found.code("net")


# --- the standard arms ------------------------------------------------------------------------


def ran(code: str) -> float:
    out = io.StringIO()
    with torch.random.fork_rng([]), redirect_stdout(out):
        exec(code, {})
    return float(out.getvalue())


@pytest.mark.parametrize("kind", KINDS)
def test_the_code_of_a_standard_arm_gives_its_loss(kind: str) -> None:
    found = standard([(kind, None)], epochs=2, seeds=1, progress=False)
    (name,) = found.names
    loss = found[name].losses[TEST, EVAL_MODE, 0, -1]
    assert math.isfinite(loss)
    assert ran(found.code(name)) == pytest.approx(loss, rel=1e-12)


def test_the_code_of_ones_own_arm_names_ones_own_things() -> None:
    train, test = parts()
    found = compared({"drop": (dropping, {"weight_decay": 0.1}), "held": make()}, seeds=[4])
    text = found.code("drop")
    assert "torch.manual_seed(4)\nmodel = dropping()" in text
    out = io.StringIO()
    with torch.random.fork_rng([]), redirect_stdout(out):
        exec(text, {"dropping": dropping, "train": train, "test": test})
    assert float(out.getvalue()) == pytest.approx(found["drop"].losses[1, 0, 0, -1], rel=1e-12)
    assert "model = deepcopy(model)" in found.code("held")


def test_plain_overfits_and_dropout_and_decay_help() -> None:
    found = standard(seeds=1, epochs=25, progress=False)
    assert len(found.names) == len(BEGIN)
    ends = {row.arm: row for row in found.table().itertuples()}
    plain_, dropout, decay = (ends[n] for n in ("plain", "dropout 0.5", "weight_decay 0.1"))
    assert plain_.train_loss < dropout.train_loss
    assert plain_.test_loss > 1.2 * dropout.test_loss
    assert plain_.test_loss > 1.2 * decay.test_loss
    assert decay.weight_norm < 0.5 * plain_.weight_norm


@pytest.mark.parametrize(
    ("kind", "std"),
    # Of 64 by 64: sqrt(2 / (64 + 64)), sqrt(2 / 64), and 1.
    [("xavier", 0.125), ("kaiming", 0.1767767), ("large", 1.0), ("zero", 0.0), ("same", 0.0)],
)
def test_initial_weights_have_the_spread_of_theory(kind: str, std: float) -> None:
    torch.manual_seed(0)
    weights = arm(kind).fresh()[2].weight  # type: ignore[index]
    # Four standard errors of an estimate from 4,096 draws.
    assert weights.std().item() == pytest.approx(std, rel=4 / math.sqrt(2 * 4096), abs=1e-7)
    assert weights.mean().item() == pytest.approx(
        0.1 if kind == "same" else 0, abs=4 * std / 64 + 1e-7
    )


def test_kinds_and_strengths_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match=r"got 'dropuot'\. Did you mean 'dropout'"):
        arm("dropuot")
    with pytest.raises(ValueError, match=r"dropout: expected a strength from 0 to 0\.95, got 1"):
        arm("dropout", 1.0)
    with pytest.raises(ValueError, match="got nan"):
        arm("weight_decay", math.nan)


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arms", "data", "options", "kind", "text"),
    [
        ([make], None, {}, TypeError, r"expected a dict of names and models, got list"),
        ({}, None, {}, ValueError, r"expected an arm, got none"),
        ({"a": 3}, None, {}, TypeError, r"expected 'a' as a model, a function that makes one"),
        ({"a": lambda: 3}, None, {}, TypeError, r"from what makes 'a', got int"),
        ({"a": (make, {"penalty": 3})}, None, {}, TypeError, r"the penalty of 'a' as a function"),
        ({"a": (make, {"lrr": 3})}, None, {}, TypeError, r"Adam has no option 'lrr'"),
        ({"a": make}, parts()[0], {}, ValueError, r"expected data with a test part, got none"),
        ({"a": make}, "data", {}, TypeError, r"data: expected a dlwidgets data set"),
        ({"a": make}, None, {"seeds": 0}, ValueError, r"seeds: expected a whole number from 1"),
        ({"a": make}, None, {"seeds": 1000}, ValueError, r"1 to 100, or a list"),
        ({"a": make}, None, {"seeds": [0.5]}, ValueError, r"got \[0\.5\]"),
        ({"a": make}, None, {"seeds": "12"}, ValueError, r"got '12'"),
        ({"a": make}, None, {"epochs": 0}, ValueError, r"epochs: expected a whole number"),
        ({"a": make}, None, {"loss": 3}, TypeError, r"loss: expected a function"),
    ],
)
def test_wrong_input_is_explained(
    arms: Any, data: Any, options: dict[str, Any], kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        compare(arms, data or parts(), **({"progress": False, "device": "cpu"} | options))


def test_misspelt_arms_and_seeds_are_put_right() -> None:
    found = compared()
    with pytest.raises(KeyError, match=r"Did you mean 'plain'"):
        found["plian"]
    with pytest.raises(ValueError, match=r"expected a seed among \(0, 1\), got 5"):
        found.model("plain", 5)
    dlwidgets.set_language("zh")
    try:
        with pytest.raises(TypeError, match="应为名称与模型的字典"):
            compare(3, parts())
        assert repr(found).startswith("对比：3 轮后的测试损失")
    finally:
        dlwidgets.set_language(None)
