"""What happens when …: each outcome is torch's own, and the code on screen does the same."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch import Tensor

from dlwidgets.explain.autograd import code
from dlwidgets.explain.autograd.experiments import KINDS, Lab, Outcome, lines, tried
from dlwidgets.explain.autograd.study import Study, of_function, of_tensor


def book() -> Study:
    """Return z = wx + b."""
    x, w = torch.tensor(2.0), torch.tensor(3.0, requires_grad=True)
    b = torch.tensor(1.0, requires_grad=True)
    y = w * x
    z = y + b
    return of_tensor(z, {"x": x, "w": w, "b": b, "y": y, "z": z})


def saving() -> Study:
    """Return a graph whose results are needed again, of two numbers."""
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w * w
    z = y.exp()
    return of_tensor(z, {"w": w, "y": y, "z": z})


def outcome(study: Study, kind: str, chosen: int = -1) -> Outcome:
    assert study.source is not None
    scalar = study.graph.variables[study.graph.root].shape == ()
    return tried(kind, Lab(study.source, {}, None if scalar else study.vector, chosen))


def named(study: Study, frame: dict[int, Tensor | None]) -> dict[str, object]:
    return {
        study.graph.variables[at].name: None if grad is None else grad.tolist()
        for at, grad in frame.items()
    }


def test_gradients_add_up_without_zero_grad_and_do_not_with_it() -> None:
    study = book()
    frames = [named(study, frame) for frame in outcome(study, "accumulate").frames]
    assert frames == [{"w": 2, "b": 1}, {"w": 4, "b": 2}, {"w": 6, "b": 3}]
    frames = [named(study, frame) for frame in outcome(study, "zero").frames]
    assert frames == [{"w": 2, "b": 1}] * 3


def test_backward_twice_needs_the_graph() -> None:
    study = book()
    found = outcome(study, "twice")
    assert "Trying to backward through the graph a second time" in found.error
    assert len(found.frames) == 1
    frames = [named(study, frame) for frame in outcome(study, "retain").frames]
    assert frames == [{"w": 2, "b": 1}, {"w": 4, "b": 2}]


def test_backward_twice_goes_through_where_nothing_was_saved() -> None:
    w = torch.tensor(1.0, requires_grad=True)
    found = outcome(of_tensor(w + 2.0, {"w": w}), "twice")
    assert (found.error, len(found.frames)) == ("", 2)


def test_detach_cuts_the_graph() -> None:
    study = book()
    found = outcome(study, "detach")
    assert study.graph.variables[found.target].name == "y"
    assert named(study, found.frames[0]) == {"w": None, "b": 1}
    assert "does not require grad" in outcome(saving(), "detach").error


def test_no_grad_records_nothing() -> None:
    assert "does not require grad and does not have a grad_fn" in outcome(book(), "no_grad").error


def test_a_change_in_place_is_refused_where_the_value_is_needed() -> None:
    study = saving()
    found = outcome(study, "inplace")
    assert study.graph.variables[found.target].name == "z"
    assert "modified by an inplace operation" in found.error
    study = book()
    found = outcome(study, "inplace")
    assert study.graph.variables[found.target].name == "x"
    assert "modified by an inplace operation" in found.error
    w = torch.tensor(1.0, requires_grad=True)
    y = w + 2.0
    found = outcome(of_tensor(y + 3.0, {"w": w, "y": y}), "inplace")
    assert (found.error, len(found.frames)) == ("", 1)


def test_a_leaf_in_place_is_refused() -> None:
    study = book()
    b = next(one.index for one in study.graph.variables if one.name == "b")
    found = outcome(study, "leaf", chosen=b)
    assert found.target == b
    assert "a leaf Variable that requires grad" in found.error


def test_gradients_of_results_are_kept_on_demand() -> None:
    study = saving()
    found = outcome(study, "inner")
    first, second = (frame[found.target] for frame in found.frames)
    assert first is None
    assert torch.equal(second, torch.tensor([1.0, 4.0]).exp())
    assert "not a leaf Tensor" in found.warning


def test_several_numbers_have_no_single_gradient() -> None:
    assert "only for scalar outputs" in outcome(saving(), "vector").error
    assert outcome(book(), "vector").error == ""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("make", [book, saving])
def test_the_lines_do_what_they_say(make: object, kind: str) -> None:
    study = make()  # type: ignore[operator]
    found = outcome(study, kind)
    script = code.script(study.graph, {})
    assert script is not None
    leaves = [one.name for one in study.graph.variables if one.kind == "leaf"]
    target = script.names[found.target] if found.target >= 0 else ""
    root = study.graph.variables[study.graph.root]
    brackets = "" if root.shape == () else code.literal(study.vector)
    body = lines(found, root.name, leaves, target, brackets)
    space: dict[str, object] = {"torch": torch}
    text = "\n".join(code.filled(script, body, target))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if found.error:
            with pytest.raises(RuntimeError) as raised:
                exec(text, space)
            assert str(raised.value)[:60] == found.error[:60]
            return
        exec(text, space)
    last = found.frames[-1]
    for at, gradient in last.items():
        grad = space[study.graph.variables[at].name].grad  # type: ignore[attr-defined]
        if kind == "inner":
            assert torch.equal(grad, gradient)
        else:
            assert (grad is None) == (gradient is None)
            assert grad is None or torch.equal(grad, gradient)


def test_inside_a_function_too_and_never_in_the_users_own_parameters() -> None:
    layer = torch.nn.Linear(2, 1)

    def f(x: Tensor) -> Tensor:
        y = layer(x)
        return (y**2).sum()

    study = of_function(f, {"x": torch.ones(2, requires_grad=True)})
    before = layer.weight.detach().clone()
    for kind in KINDS:
        found = outcome(study, kind)
        assert found.error or found.frames
    assert layer.weight.grad is None
    assert torch.equal(layer.weight, before)
    assert layer.weight.requires_grad
    found = outcome(study, "detach")
    # The layer's own parameters still have a way to the output, x has none.
    assert study.graph.variables[found.target].name == "y"


def test_the_users_tensors_are_not_touched_by_any_of_it() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    z = (w * w).exp()
    study = of_tensor(z, {"w": w, "z": z})
    value = z.detach().clone()
    for kind in KINDS:
        outcome(study, kind)
    assert w.grad is None
    assert w.tolist() == [1, 2]
    assert torch.equal(z, value)
    z.backward(torch.ones(2))
    assert w.grad is not None
