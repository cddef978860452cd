"""The model explorer without a browser: what it tells the page, and what it does when asked."""

import gc
import json
import weakref
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from traitlets import TraitError

import dlwidgets
from dlwidgets.data import digits
from dlwidgets.models import CNN
from dlwidgets.widgets import explore as registry
from dlwidgets.widgets.explore import Explore
from dlwidgets.widgets.model_explorer import ModelExplorer


@pytest.fixture(autouse=True)
def no_other_explorers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave only the explorer of any module, so that each layer opens on its tensors."""
    general = "torch.nn.modules.module.Module"
    monkeypatch.setattr(registry, "_BUILT_IN", {general: registry._BUILT_IN[general]})


@pytest.fixture
def model() -> CNN:
    torch.manual_seed(0)
    return CNN()


@pytest.fixture
def x() -> Tensor:
    return digits().test.x[:5]


class Gate(nn.Linear):
    """A layer with an explorer of its own: `own_explorers` registers one."""


@pytest.fixture
def own_explorers(monkeypatch: pytest.MonkeyPatch) -> Explore:
    """A registry of the test's own, where gates open in another model explorer."""
    explore = Explore()
    monkeypatch.setattr("dlwidgets.widgets.layer_opening.explore", explore)
    explore.register(Gate, lambda layer, x: ModelExplorer(nn.Sequential(layer), x))
    return explore


def rows(w: ModelExplorer) -> list[str]:
    return [row["path"] for row in w._layers]


def values(w: ModelExplorer) -> Tensor:
    return torch.from_numpy(w._picture["values"].copy())


# --- what is told -----------------------------------------------------------------------------


def test_explore_opens_any_module(model: CNN, x: Tensor) -> None:
    w = dlwidgets.explore(model, x)
    assert isinstance(w, ModelExplorer)
    assert isinstance(dlwidgets.explore(nn.ReLU()), dlwidgets.ModelExplorer)
    assert "any torch.nn.Module" in repr(registry.explore)


def test_the_layers_and_the_sums_are_told(model: CNN, x: Tensor) -> None:
    w = ModelExplorer(model, x)
    assert w.layers == rows(w) == ["", *(name for name, _ in model.named_children())]
    assert w._title == "CNN"
    assert w._total == {
        "cut": 0,
        "parameters": 20_522,
        "trainable": 20_522,
        "multiply_adds": 5 * 337_024,
        "samples": 5,
        "error": "",
        "place": {"en": "", "zh": ""},
    }
    assert (w._fed, w._notes, w._open["row"], w._child) == (True, [], -1, "")


def test_without_an_input_there_is_the_structure(model: CNN) -> None:
    w = ModelExplorer(model)
    assert not w._fed
    assert w._total["multiply_adds"] is None
    w.select("conv1")
    assert (w._open["tab"], w._open["tabs"]) == ("weights", ["weights"])
    w.select("relu1")
    assert (w._open["tabs"], w._picture["kind"]) == ([], "none")


def test_a_data_set_brings_its_classes(model: CNN) -> None:
    w = ModelExplorer(model, digits())
    assert w._labels == list("0123456789")
    assert [note["en"] for note in w._notes] == [
        "one sample of digits, drawn with seed 0 from its training part"
    ]


def test_everything_is_json_and_bytes(model: CNN, x: Tensor) -> None:
    w = ModelExplorer(model, x)
    w.select("conv1")
    state = w.get_state()
    packed = state["_picture"]["values"]
    assert packed["dtype"] == "float32"
    assert packed["shape"] == [8, 24, 24]
    del state["_esm"], state["_css"]
    json.dumps(state, allow_nan=False, default=lambda data: f"{len(data)} bytes")


# --- what is opened ---------------------------------------------------------------------------


def test_an_open_layer_shows_what_torch_computes(model: CNN, x: Tensor) -> None:
    w = ModelExplorer(model, x, sample=3)
    with torch.no_grad():
        first = model.conv1(x)
        second = model.conv2(model.pool1(model.relu1(first)))
    w.select("conv2")
    assert (w._open["tab"], w._open["tabs"]) == ("output", ["output", "input", "weights"])
    assert w._open["sampled"]
    assert torch.equal(values(w), second[3])
    w.select("relu1", tab="input")
    assert torch.equal(values(w), first[3])
    w.select("conv1", tab="weights")
    assert torch.equal(values(w), model.conv1.weight.detach().flatten(0, 1))
    assert (w._open["parts"], w._picture["lead"]) == (["weight", "bias"], [8, 1])
    w.select("fc2")
    assert torch.equal(values(w), model(x)[3].detach())
    assert w._picture["kind"] == "bars"
    w.select("")
    assert torch.equal(values(w), model(x)[3].detach())


def test_another_sample_is_shown_at_once(model: CNN, x: Tensor) -> None:
    w = ModelExplorer(model, x)
    w.select("fc2")
    for sample in (4, 0, 2):
        w.sample = sample
        assert torch.equal(values(w), model(x)[sample].detach())


@pytest.mark.parametrize("sample", [-1, 5, 100])
def test_a_sample_that_there_is_not_changes_nothing(model: CNN, x: Tensor, sample: int) -> None:
    w = ModelExplorer(model, x)
    with pytest.raises(TraitError, match=r"expected a number from 0 to 4.*has 5 samples"):
        w.sample = sample
    assert w.sample == 0
    with pytest.raises(TraitError, match="expected a number from 0 to 4"):
        ModelExplorer(model, x, sample=sample)


def test_batch_norm_and_dropout_follow_the_mode() -> None:
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.5))
    x = torch.tensor([[1.0, 2, 3], [3.0, 6, 5]])
    w = ModelExplorer(model, x)
    w.select("0")
    torch.testing.assert_close(values(w), x[0], rtol=1e-4, atol=1e-4)
    w.mode = "own"
    torch.testing.assert_close(values(w), torch.tensor([-1.0, -1, -1]), rtol=1e-4, atol=1e-4)
    assert model[0].num_batches_tracked == 0
    model.eval()
    w.refresh()
    torch.testing.assert_close(values(w), x[0], rtol=1e-4, atol=1e-4)


def test_the_mode_may_be_chosen_from_the_start() -> None:
    model = nn.Sequential(nn.BatchNorm1d(2))
    w = ModelExplorer(model, torch.ones(1, 2), mode="own")
    assert "Expected more than 1 value per channel" in w._total["error"]
    assert w._total["place"]["en"] == "in 0 (BatchNorm1d), given 1×2"
    w.mode = "eval"
    assert w._total["error"] == ""


def test_a_refresh_shows_the_weights_of_now(model: CNN, x: Tensor) -> None:
    w = ModelExplorer(model, x)
    w.select("fc2")
    with torch.no_grad():
        model.fc2.bias += 10
    w.refresh()
    assert torch.equal(values(w), model(x)[0].detach())


def test_a_refresh_follows_a_changed_model() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    w = ModelExplorer(model, torch.ones(4, 2), sample=3)
    w.select("1")
    model.insert(1, nn.Linear(3, 3))
    w.refresh()
    assert w.layers == ["", "0", "1", "2"]
    assert w._layers[w._open["row"]]["kind"] == "Linear"
    del model[2], model[1]
    w.refresh()
    assert (w.layers, w._open["row"], w._picture["kind"]) == (["", "0"], -1, "none")


def test_of_several_tensors_each_can_be_shown() -> None:
    model = nn.LSTM(2, 3, num_layers=2, batch_first=True)
    x = torch.randn(4, 5, 2)
    w = ModelExplorer(model, x)
    w.select("")
    assert w._open["parts"] == ["[0]", "[1][0]", "[1][1]"]
    w._on_show({"row": 0, "tab": "output", "part": 2, "first": 0})
    with torch.no_grad():
        assert torch.equal(values(w), model(x)[1][1])
    assert not w._open["sampled"]


def test_pages_are_turned(x: Tensor) -> None:
    model = nn.Conv2d(1, 40, 3)
    w = ModelExplorer(model, x)
    w.select("")
    assert len(values(w)) == 32
    w._on_show({"row": 0, "tab": "output", "part": 0, "first": 32})
    assert torch.equal(values(w), model(x)[0, 32:].detach())
    assert (w._picture["first"], w._picture["total"]) == (32, 40)


def test_a_failing_model_opens_what_came_before_the_error() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 5), nn.ReLU())
    x = torch.ones(1, 2)
    w = ModelExplorer(model, x)
    assert w._total["place"]["en"] == "in 1 (Linear), given 1×3"
    w.select("0")
    assert torch.equal(values(w), model[0](x)[0].detach())
    w.select("1")
    assert (w._open["tab"], w._open["tabs"]) == ("input", ["input", "weights"])
    w.select("2")
    assert w._open["tabs"] == []


def test_a_call_can_be_chosen() -> None:
    model = nn.Sequential(act := nn.ReLU(), nn.Linear(2, 2), act)
    w = ModelExplorer(model, torch.randn(1, 2))
    w.select("0", call=2)
    assert w._layers[w._open["row"]]["call"] == 2
    with pytest.raises(ValueError, match=r"expected a call of '0' from 1 to 2.* got 3"):
        w.select("0", call=3)


@pytest.mark.parametrize(
    ("path", "tab", "text"),
    [
        ("cnov1", None, r"expected path among '', 'conv1'.*got 'cnov1'\. Did you mean 'conv1'\?"),
        ("conv1", "outptu", r"expected tab among 'explorer', 'output'.*Did you mean 'output'\?"),
    ],
)
def test_nonsense_is_explained_and_changes_nothing(
    model: CNN, x: Tensor, path: str, tab: str | None, text: str
) -> None:
    w = ModelExplorer(model, x)
    w.select("fc1")
    before = w._open
    with pytest.raises(ValueError, match=text):
        w.select(path, tab=tab)
    assert w._open is before


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(TypeError, match=r"expected a torch\.nn\.Module, got type; make one of"):
        ModelExplorer(nn.Linear)
    with pytest.raises(TypeError, match="Did you mean 'sample'"):
        ModelExplorer(nn.ReLU(), samlpe=3)
    with pytest.raises(TypeError, match="expected the model's input as"):
        ModelExplorer(nn.ReLU(), "x")
    dlwidgets.set_language("zh")
    with pytest.raises(TypeError, match="请先创建该类的实例"):
        ModelExplorer(nn.Linear)


# --- explorers inside -------------------------------------------------------------------------


@pytest.mark.usefixtures("own_explorers")
def test_a_layer_with_an_explorer_of_its_own_opens_it() -> None:
    model = nn.Sequential(nn.ReLU(), Gate(3, 2))
    x = torch.randn(4, 3)
    w = ModelExplorer(model, x, sample=2)
    w.select("1")
    assert isinstance(w.opened, ModelExplorer)
    assert w._child == f"IPY_MODEL_{w.opened.model_id}"
    assert w._open["tabs"] == ["explorer", "output", "input", "weights"]
    # It gets the activation that reaches the layer, of the sample that is shown.
    assert torch.equal(w.opened._x, x[2].relu())
    # A layer without one shows its tensors.
    w.select("0")
    assert (w.opened, w._child, w._open["tab"]) == (None, "", "output")


@pytest.mark.usefixtures("own_explorers")
def test_the_explorer_inside_stays_while_its_other_tabs_are_looked_at() -> None:
    w = ModelExplorer(nn.Sequential(Gate(3, 2)), torch.randn(2, 3))
    show = {"row": 1, "part": 0, "first": 0}
    w._on_show(show | {"tab": None})
    first = w.opened
    for tab in ("output", "weights", "explorer"):
        w._on_show(show | {"tab": tab})
        assert w.opened is first
    # With another sample it is another one, and the first is closed.
    w.sample = 1
    assert w.opened is not first
    assert first is not None
    assert first.comm is None
    second = w.opened
    w._on_shut(None)
    assert w.opened is None
    assert second is not None
    assert second.comm is None


@pytest.mark.usefixtures("own_explorers")
def test_closing_closes_what_is_inside() -> None:
    w = ModelExplorer(nn.Sequential(Gate(3, 2)), torch.randn(2, 3))
    w.select("0")
    inside = w.opened
    w.close()
    assert inside is not None
    assert inside.comm is None


def test_an_explorer_that_fails_gives_way_to_the_tensors(own_explorers: Explore) -> None:
    def refuses(_layer: nn.Module, _x: Tensor) -> None:
        message = "too large"
        raise ValueError(message)

    own_explorers.register(Gate, refuses)
    w = ModelExplorer(nn.Sequential(Gate(3, 2)), torch.randn(2, 3))
    w.select("0")
    assert w._open["note"] == "ValueError: too large"
    assert (w._open["tab"], w._open["tabs"]) == ("output", ["output", "input", "weights"])
    # So does one that returns no widget.
    own_explorers.register(Gate, lambda _layer, _x: "a text")
    w.select("0")
    assert (w._open["note"], w.opened, w._open["tab"]) == ("", None, "output")


# --- from the browser -------------------------------------------------------------------------


def test_commands_are_carried_out_and_answered(model: CNN, x: Tensor, line: Any) -> None:
    w = ModelExplorer(model, x, comm=line)
    line.say("show", {"row": 1, "tab": None, "part": 0, "first": 0}, seq=1)
    assert w._open["row"] == 1
    line.say("sample", 99, seq=2)
    assert w.sample == 4
    line.say("mode", "own", seq=3)
    assert w.mode == "own"
    line.say("refresh", None, seq=4)
    line.say("shut", None, seq=5)
    assert w._open["row"] == -1
    assert [(m["seq"], m["error"]) for m, _ in line.custom("ack")] == [
        (seq, "") for seq in range(1, 6)
    ]


def test_a_row_that_is_gone_is_no_error(model: CNN, x: Tensor, line: Any) -> None:
    w = ModelExplorer(model, x, comm=line)
    line.say("show", {"row": 99, "tab": None, "part": 0, "first": 0}, seq=1)
    assert w._open["row"] == -1
    assert line.custom("ack")[0][0]["error"] == ""


def test_what_goes_to_the_page_is_bounded(line: Any) -> None:
    model = nn.Conv2d(1, 64, 3)
    w = ModelExplorer(model, torch.randn(8, 1, 512, 512), comm=line)
    line.sent.clear()
    line.say("show", {"row": 0, "tab": None, "part": 0, "first": 0})
    sent = sum(len(buffer) for _, buffers in line.sent for buffer in buffers)
    assert sent < 32 * 64 * 64 * 4 + 1000
    assert w._picture["step"] == [8, 8]


def test_the_pictures_of_a_refresh_are_sent_once(model: CNN, x: Tensor, line: Any) -> None:
    w = ModelExplorer(model, x, comm=line)
    w.select("conv1")
    line.sent.clear()
    w.refresh()
    assert len([state for state in line.updates() if "_picture" in state]) == 1


def test_an_explorer_does_not_keep_a_model_alive(x: Tensor) -> None:
    model = CNN()
    w = ModelExplorer(model, x)
    w.select("conv1")
    gone = weakref.ref(model)
    w.close()
    del w, model
    gc.collect()
    assert gone() is None


def test_numbers_that_are_none_are_counted_not_written_as_json() -> None:
    w = ModelExplorer(nn.Identity(), torch.tensor([1.0, float("nan"), float("-inf"), 0.0]))
    w.select("")
    assert np.isnan(w._picture["values"][1])
    assert w._picture["stats"].tolist()[5:] == [1.0, 1.0, 1.0]
    assert w._picture["scale"] == 1.0


def test_a_training_loop_is_not_disturbed(x: Tensor) -> None:
    def trained(*, watching: bool) -> list[Tensor]:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.BatchNorm1d(8), nn.Dropout(0.5))
        optimizer = torch.optim.Adam(model.parameters())
        w = ModelExplorer(model, x, mode="own") if watching else None
        for i in range(4):
            model(x).square().sum().backward()
            if w is not None:
                w.refresh() if i % 2 else w.select("2")
            optimizer.step()
            optimizer.zero_grad()
        return [tensor.detach().clone() for tensor in model.state_dict().values()]

    plain, watched = trained(watching=False), trained(watching=True)
    assert all(torch.equal(a, b) for a, b in zip(plain, watched, strict=True))


def test_as_text_it_is_its_model() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    assert repr(ModelExplorer(model)) == "ModelExplorer: Sequential, 3 layers"
