from collections.abc import Iterator

import pytest
import torch
from torch import nn

from dlwidgets.training import Run, followers, watched


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    before = list(followers._followers)
    yield
    assert followers._followers == before


def trained(run: Run) -> None:
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with watched(run):
        model(torch.ones(1, 1)).sum().backward()
        optimizer.step()


def test_each_run_is_told_once_before_its_first_step_until_one_leaves() -> None:
    told: list[tuple[str, int]] = []
    leave = followers.follow(lambda run: told.append((run.name, run.steps)))
    trained(Run("a"))
    trained(Run("b"))
    leave()
    leave()
    trained(Run("c"))
    assert told == [("a", 0), ("b", 0)]


def test_a_follower_that_fails_is_heard_of_and_not_asked_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(_run: Run) -> None:
        raise RuntimeError

    followers.follow(fails)
    run = Run()
    trained(run)
    assert run.state == "finished"
    assert "[dlwidgets] Traceback" in capsys.readouterr().err
    trained(Run())
    assert capsys.readouterr().err == ""
