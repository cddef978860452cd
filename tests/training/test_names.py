import sys
from types import FrameType
from typing import Any

import pytest
import torch
from torch import nn

from dlwidgets.training.batches import Batches
from dlwidgets.training.names import (
    Losses,
    has_scheduler,
    models_of,
    optimizer_name,
    user_frames,
    visible,
)

a_global_name = 17


def here() -> FrameType:
    return sys._getframe(1)


def named(loss: torch.Tensor, frame: FrameType) -> tuple[str, float]:
    name, held = Losses().name(loss, frame)
    return name, held.item()


def weight() -> torch.Tensor:
    return torch.full((1,), 2.0, requires_grad=True)


def test_a_variable_gives_its_name() -> None:
    energy = weight().sum()
    found = named(energy, here())
    assert found == ("energy", 2.0)


@pytest.mark.parametrize("scale", [lambda v: v / 4, lambda v: v * 1024.0, lambda v: -v])
def test_a_scaled_variable_gives_its_name_and_its_own_value(scale: Any) -> None:
    energy = weight().sum()
    # Assertions of pytest keep variables of their own, so each call stands before one.
    found = named(scale(energy), here())
    assert found == ("energy", 2.0)


def test_a_nameless_loss_is_called_loss() -> None:
    first, second = weight().sum(), weight().sum()
    found = [
        named((weight() * 3).sum(), here()),
        named(first + second, here()),
        named(first * second, here()),
    ]
    assert found == [("loss", 6.0), ("loss", 4.0), ("loss", 4.0)]


def test_private_variables_and_leaves_are_no_names() -> None:
    _hidden = weight().sum()
    leaf = weight()
    found = [named(_hidden, here()), named(leaf * 2, here())]
    assert found == [("loss", 2.0), ("loss", 4.0)]


def test_a_line_keeps_its_name_and_reports_the_newest_value() -> None:
    losses = Losses()
    seen = []
    for i in range(3):
        energy = (weight() * i).sum()
        seen.append(losses.name(energy / 4, here()))
    assert [(name, held.item()) for name, held in seen] == [
        ("energy", 0.0),
        ("energy", 2.0),
        ("energy", 4.0),
    ]


def test_two_lines_have_names_of_their_own() -> None:
    losses = Losses()
    for _ in range(2):
        first = weight().sum()
        assert losses.name(first, here())[0] == "first"
        second = (weight() * 2).sum()
        assert losses.name(second, here())[0] == "second"


def test_visible_sees_inner_variables_first() -> None:
    shadowed = outer = 1

    def inside() -> dict[str, object]:
        shadowed = 2
        assert shadowed == 2
        return visible(here())

    # here() is called by inside(), whose frame comes first.
    seen = inside()
    assert (seen["shadowed"], seen["outer"], seen["a_global_name"]) == (2, outer, 17)
    assert shadowed == 1
    assert not [name for name in seen if name.startswith("_")]


def test_frames_of_torch_and_of_the_test_runner_are_not_the_users() -> None:
    frames: list[FrameType] = []

    class Probe(torch.optim.SGD):
        @torch.no_grad()
        def step(self, closure: Any = None) -> None:
            del closure
            frames.extend(user_frames(sys._getframe()))

    Probe([weight()], lr=0.1).step()
    modules = [frame.f_globals["__name__"] for frame in frames]
    assert set(modules) == {__name__}
    assert len(modules) == 2


def test_an_optimizer_has_its_variables_name_or_its_class() -> None:
    mine = torch.optim.SGD([weight()], lr=0.1)
    assert optimizer_name(mine, {"x": 1, "mine": mine, "again": mine}) == "mine"
    assert optimizer_name(mine, {}) == "sgd"


def test_schedulers_are_found_by_their_optimizer() -> None:
    first, second = (torch.optim.SGD([weight()], lr=0.1) for _ in range(2))
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(first)
    assert has_scheduler(first, {"plateau": plateau})
    assert not has_scheduler(second, {"plateau": plateau, "optimizer": second})


def test_models_are_the_outermost_that_own_a_parameter() -> None:
    body, head, other = nn.Linear(2, 2), nn.Linear(2, 1), nn.Linear(2, 2)
    whole = nn.Sequential(body, nn.Sequential(head))
    layer = whole[1]
    optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
    variables = {
        "body": body, "head": head, "layer": layer, "model": whole, "again": whole, "other": other,
        "x": torch.ones(2),
    }  # fmt: skip
    assert models_of(optimizer, variables) == {"model": whole}
    assert models_of(optimizer, {"head": head, "layer": layer}) == {"layer": layer}
    assert models_of(optimizer, {"other": other}) == {}
    both = torch.optim.SGD([*head.parameters(), *other.parameters()], lr=0.1)
    assert models_of(both, variables) == {"model": whole, "other": other}


# --- batches ----------------------------------------------------------------------------------


@pytest.fixture
def batches() -> Any:
    made = Batches()
    made.open()
    yield made
    made.close()
    assert not torch.nn.modules.module._global_forward_pre_hooks


def test_a_batch_is_found_again_in_its_variable(batches: Batches) -> None:
    net = nn.Linear(4, 1)
    x = torch.ones(3, 4)
    net(x)
    batches.meet([net], {"x": x})
    # No hook is needed any more.
    assert not torch.nn.modules.module._global_forward_pre_hooks
    later = torch.zeros(5, 4)
    assert batches.last({"x": later})[net][0] is not None
    assert torch.equal(batches.last({"x": later})[net][0], later)
    assert batches.last({}) == {}


def test_a_batch_in_another_shape_is_found_too(batches: Batches) -> None:
    net = nn.Linear(4, 1)
    images = torch.ones(3, 2, 2)
    net(images.view(-1, 4))
    batches.meet([net], {"images": images})
    later = torch.arange(8.0).view(2, 2, 2)
    assert torch.equal(batches.last({"images": later})[net][0], later.view(2, 4))


def test_a_nameless_batch_is_remembered(batches: Batches) -> None:
    net = nn.Linear(4, 1)
    x = torch.ones(3, 4)
    net(x * 2)
    batches.meet([net], {"x": x})
    net(x * 3)
    assert torch.equal(batches.last({"x": x})[net][0], x * 3)
    with torch.no_grad():
        net(x * 4)  # A test, no step.
    assert torch.equal(batches.last({"x": x})[net][0], x * 3)
