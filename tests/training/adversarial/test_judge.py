import torch
from torch.nn import functional

from dlwidgets import data
from dlwidgets.training import Run, watched
from dlwidgets.training.adversarial.judge import train_judge
from tests.training.adversarial.games import real


def test_it_tells_digits_apart_as_it_says() -> None:
    digits = data.digits()
    judge = train_judge(digits.train.x, digits.train.y)
    assert judge is not None
    assert judge.accuracy > 0.9
    right = (judge(digits.test.x) == digits.test.y).float().mean().item()
    assert abs(right - judge.accuracy) < 0.06


def test_the_same_seed_gives_the_same_judge_and_leaves_the_global_one_alone() -> None:
    x, y = real()
    before = torch.get_rng_state()
    one, two, other = (train_judge(x, y, seed=seed) for seed in (3, 3, 4))
    assert torch.equal(torch.get_rng_state(), before)
    assert one is not None
    assert two is not None
    assert other is not None
    assert all(torch.equal(a, b) for a, b in zip(one.weights, two.weights, strict=True))
    assert not torch.equal(one.weights[0], other.weights[0])


def test_classes_need_not_begin_at_0_nor_be_without_gaps() -> None:
    x, y = real()
    judge = train_judge(x, 5 + 2 * y)
    assert judge is not None
    assert judge(x).unique().tolist() == [5, 7, 9]


def test_no_judge_where_there_is_nothing_to_tell_apart() -> None:
    x, y = real()
    assert train_judge(x, torch.zeros_like(y)) is None
    assert train_judge(x[:20], y[:20]) is None


def test_a_run_that_goes_on_does_not_notice() -> None:
    x, y = real()
    weight = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    run = Run()
    with watched(run), torch.no_grad():
        train_judge(x, y)
        with torch.enable_grad():
            loss = functional.mse_loss(weight, torch.zeros(1))
            loss.backward()
        optimizer.step()
    assert run.steps == 1
    assert [*run.history.columns[2:3]] == ["loss"]
