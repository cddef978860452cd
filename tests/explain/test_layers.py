"""Which layers run when, with what shapes and sizes; everything against torch or by hand."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

import dlwidgets
from dlwidgets.data import digits
from dlwidgets.explain.calls import REPEATS, capture
from dlwidgets.explain.inputs import taken
from dlwidgets.explain.layers import ROWS, Layer, Trace, initialised, trace
from dlwidgets.models import CNN, LeNet5
from tests.explain.models import InPlace, Odd


def traced(model: nn.Module, x: object, *, evaluate: bool = True) -> Trace:
    return trace(model, taken(model, x), evaluate=evaluate)[0]


def row(found: Trace, path: str, call: int | None = None) -> Layer:
    return next(r for r in found.layers if r.path == path and call in {None, r.call})


def test_the_rows_are_the_layers_in_the_order_of_the_pass() -> None:
    found = traced(CNN(), digits())
    assert [r.path for r in found.layers] == [
        *("", "conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "fc1", "relu3", "fc2")
    ]
    assert row(found, "conv2") == Layer(
        path="conv2",
        kind="Conv2d",
        arguments="8, 16, kernel_size=(5, 5), stride=(1, 1)",
        depth=1,
        call=1,
        inputs="1×8×12×12",
        output="1×16×8×8",
        parameters=16 * 8 * 25 + 16,
        trainable=16 * 8 * 25 + 16,
        own=16 * 8 * 25 + 16,
        multiply_adds=16 * 8 * 8 * 8 * 25,
        training=True,
    )
    assert (found.parameters, found.samples, found.error) == (20_522, 1, "")
    by_hand = 8 * 24**2 * 25 + 16 * 8**2 * 8 * 25 + 256 * 64 + 64 * 10
    assert found.multiply_adds == row(found, "").multiply_adds == by_hand


def test_the_order_is_that_of_the_calls_not_of_the_registration() -> None:
    class Backwards(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.second, self.first = nn.ReLU(), nn.Linear(2, 2)

        def forward(self, x: Tensor) -> Tensor:
            return self.second(self.first(x))

    model = Backwards()
    assert [r.path for r in traced(model, torch.ones(1, 2)).layers] == ["", "first", "second"]
    assert [r.path for r in trace(model)[0].layers] == ["", "second", "first"]


def test_without_an_input_the_structure_is_shown() -> None:
    found, given = trace(LeNet5())
    assert given is None
    assert [r.path for r in found.layers][:4] == ["", "c1", "s2", "s2.pool"]
    assert {(r.call, r.output, r.multiply_adds) for r in found.layers} == {(0, "", None)}
    assert (found.parameters, found.multiply_adds, found.samples) == (61_750, None, None)


def test_loops_sharing_hiding_and_skipping_are_all_told() -> None:
    found = traced(Odd(), torch.randn(5, 7))
    calls = [r for r in found.layers if r.path == "act"]
    assert [r.call for r in calls] == list(range(1, REPEATS + 1))
    assert [r.more for r in calls] == [0] * (REPEATS - 1) + [10 - REPEATS]
    assert row(found, "").output == "{y: 5×4, rest: (5×4, 5×7)}"
    assert row(found, "hidden[0]").registered is False
    assert row(found, "hidden[0]").shared == "last"
    assert (row(found, "unused").call, row(found, "unused").output) == (0, "")
    assert row(found, "blocks.0").depth == 1
    # A list of layers is never called; those of its layers that were not are told.
    assert "blocks" not in [r.path for r in found.layers]
    assert row(found, "blocks.1").call == 0
    assert found.parameters == sum(p.numel() for p in Odd().parameters())


def test_every_number_of_parameters_is_torchs() -> None:
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2)
    for p in model.layers[1].parameters():
        p.requires_grad_(False)  # noqa: FBT003 -- torch's signature
    found = traced(model, torch.randn(3, 5, 8))
    assert len(found.layers) > 20
    for r in found.layers:
        own = list(model.get_submodule(r.path).parameters())
        assert r.parameters == sum(p.numel() for p in own)
        assert r.trainable == sum(p.numel() for p in own if p.requires_grad)
    assert row(found, "layers.0.self_attn").own == 3 * 8 * 8 + 3 * 8
    assert row(found, "layers.0.self_attn.out_proj").call == 0


def test_tied_weights_count_once() -> None:
    model = nn.Sequential(nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False))
    model[1].weight = model[0].weight
    found = traced(model, torch.ones(1, 3))
    assert found.parameters == 9
    assert [r.shared for r in found.layers] == ["", "", "0"]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_multiply_adds_are_half_of_torchs_own_count_of_operations(data: st.DataObject) -> None:
    axes = data.draw(st.integers(1, 3))
    groups = data.draw(st.integers(1, 3))
    inside, outside = (groups * data.draw(st.integers(1, 3)) for _ in range(2))
    kernel = tuple(data.draw(st.integers(1, 3)) for _ in range(axes))
    kind = data.draw(st.sampled_from(["Conv", "ConvTranspose", "Linear"]))
    x: Tensor
    if kind == "Linear":
        layer: nn.Module = nn.Linear(inside, outside)
        x = torch.ones(*(data.draw(st.integers(1, 4)) for _ in range(axes)), inside)
    else:
        options = {
            "stride": data.draw(st.integers(1, 2)),
            "padding": data.draw(st.integers(0, 1)) * (min(kernel) > 1),
            "groups": groups,
        }
        layer = getattr(nn, f"{kind}{axes}d")(inside, outside, kernel, **options)
        x = torch.ones(data.draw(st.integers(1, 2)), inside, *([5] * axes))
    with FlopCounterMode(display=False) as counter:
        layer(x)
    found = traced(layer, x)
    assert found.error == ""
    assert 2 * (found.multiply_adds or 0) == counter.get_total_flops()


def test_an_error_names_the_layer_and_what_it_was_given() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(5, 2), nn.ReLU())
    found = traced(model, torch.randn(4, 1, 8, 8))
    assert found.error.startswith("RuntimeError: ")
    assert "4x72 and 5x2" in found.error
    assert found.place.en == "in 2 (Linear), given 4×72"
    assert [r.failed for r in found.layers] == [False, False, False, True, False]
    assert (row(found, "1").output, row(found, "2").output, row(found, "3").call) == ("4×72", "", 0)
    assert found.multiply_adds is None
    dlwidgets.set_language("zh")
    assert traced(model, torch.randn(4, 1, 8, 8)).place.zh == "位于 2 (Linear)，输入 4×72"
    dlwidgets.set_language(None)


def test_an_error_between_layers_names_the_last_one() -> None:
    class Reshapes(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(2, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.inner(x).view(7, 7)

    found = traced(nn.Sequential(Reshapes()), torch.ones(1, 2))
    assert "invalid for input of size 3" in found.error
    assert found.place.en == "in the forward of 0 (Reshapes), after 0.inner"
    assert row(found, "0").failed


def test_an_error_that_the_model_gets_over_is_none() -> None:
    class Tries(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.wrong, self.right = nn.Linear(9, 9), nn.Linear(2, 3)

        def forward(self, x: Tensor) -> Tensor:
            try:
                return self.wrong(x)
            except RuntimeError:
                return self.right(x)

    found = traced(Tries(), torch.ones(1, 2))
    assert (found.error, row(found, "wrong").output, row(found, "right").output) == ("", "", "1×3")
    assert row(found, "").output == "1×3"


def test_an_error_before_the_first_layer_is_told() -> None:
    found = traced(nn.Linear(2, 2), (torch.ones(1, 2), torch.ones(1)))
    assert found.error == ""  # of a pair (x, y) the first is passed

    class Nothing(nn.Module): ...

    assert traced(Nothing(), torch.ones(1)).error.startswith("NotImplementedError")


def test_a_single_image_is_made_a_batch_where_it_must_be() -> None:
    model = CNN()
    x = digits().test.x[0]
    found, used = trace(model, taken(model, x))
    assert (found.error, found.samples) == ("", 1)
    assert used is not None
    assert [note.en for note in used.notes] == ["the sample was made a batch of one"]
    # A model that takes one sample as it is gets it as it is.
    found, used = trace(nn.Linear(4, 2), taken(nn.Linear(4, 2), torch.ones(4)))
    assert (found.layers[0].output, found.samples) == ("2", None)


def test_of_two_failures_the_one_that_got_further_is_told() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(72, 3), nn.Linear(4, 2))
    found = traced(model, torch.randn(1, 8, 8))
    assert found.place.en == "in 3 (Linear), given 1×3"


def test_lazy_layers_are_initialised_in_a_copy() -> None:
    model = nn.Sequential(nn.LazyConv2d(4, 3), nn.Flatten(), nn.LazyLinear(2))
    state = torch.get_rng_state()
    given = taken(model, torch.ones(2, 1, 5, 5))
    copy = initialised(model, given)
    found, _ = trace(copy, given)
    assert [r.parameters for r in found.layers] == [40 + 74, 40, 0, 74]
    assert (found.layers[1].kind, found.error) == ("Conv2d", "")
    assert isinstance(model[0], nn.LazyConv2d)
    assert model[0].has_uninitialized_params()
    assert torch.equal(torch.get_rng_state(), state)
    alone, _ = trace(model)
    assert (alone.parameters, alone.layers[1].parameters) == (None, None)
    ready = nn.Linear(2, 2)
    assert initialised(ready, taken(ready, torch.ones(2))) is ready


def test_scripted_models_show_their_structure(recwarn: pytest.WarningsRecorder) -> None:
    with pytest.warns(FutureWarning):
        model = torch.jit.script(nn.Sequential(nn.Linear(3, 3), nn.ReLU()))
    found, given = trace(model, taken(model, torch.ones(1, 3)))
    assert given is None
    assert len(found.layers) == 3
    mixed = nn.Sequential(model, nn.Linear(3, 2))
    assert traced(mixed, torch.ones(1, 3)).layers[0].output == "1×2"
    assert list(recwarn) == []


def test_models_on_the_meta_device_have_shapes() -> None:
    found = traced(CNN().to("meta"), torch.ones(2, 1, 28, 28))
    assert (found.layers[0].output, found.error) == ("2×10", "")


def test_layers_of_no_parameters_and_leaves_are_models_too() -> None:
    assert [r.parameters for r in traced(nn.ReLU(), torch.ones(3)).layers] == [0]
    assert traced(nn.Sequential(), torch.ones(3)).layers[0].output == "3"


def test_a_recurrent_net_has_no_batch_to_choose_from() -> None:
    found = traced(nn.LSTM(3, 4), torch.ones(6, 2, 3))
    assert found.layers[0].output == "(6×2×4, (1×2×4, 1×2×4))"
    assert found.samples is None


def test_thousands_of_layers_are_cut_and_told() -> None:
    model = nn.Sequential(*(nn.Identity() for _ in range(ROWS + 5)))
    found = traced(model, torch.ones(1))
    assert (len(found.layers), found.cut) == (ROWS, 6)


def test_what_is_captured_is_what_a_hook_of_the_users_would_see() -> None:
    torch.manual_seed(0)
    model, x = CNN().eval(), digits().test.x[:4]
    seen: dict[str, Tensor] = {}
    for name, layer in model.named_children():
        layer.register_forward_hook(lambda _m, _x, y, name=name: seen.update({name: y.detach()}))
    model(x)
    for name, layer in model.named_children():
        got = capture(model, taken(model, x), layer, sample=2, samples=4)
        assert torch.equal(got.output[0].tensor, seen[name][2])
        assert got.output[0].sampled
    # The input of a layer is the output of the one before it.
    got = capture(model, taken(model, x), model.relu1, sample=1, samples=4)
    assert torch.equal(got.inputs[0].tensor, seen["conv1"][1])


def test_work_in_place_does_not_spoil_what_was_captured() -> None:
    model, x = InPlace(), torch.tensor([[-1.0, 2.0]])
    got = capture(model, taken(model, x), model.scale)
    assert got.output[0].tensor.tolist() == [[-2.0, 4.0]]
    assert x.tolist() == [[-1.0, 2.0]]


def test_each_call_of_a_layer_has_its_own_tensors() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.twice = nn.Linear(1, 1, bias=False)
            nn.init.constant_(self.twice.weight, 2.0)

        def forward(self, x: Tensor) -> Tensor:
            return self.twice(input=self.twice(x))

    model = Twice()
    for call, value in ((1, 6.0), (2, 12.0)):
        got = capture(model, taken(model, torch.tensor([3.0])), model.twice, call=call)
        assert (got.inputs[0].tensor.item(), got.output[0].tensor.item()) == (value / 2, value)
    assert capture(model, taken(model, torch.ones(1)), model.twice, call=3).output == ()


def test_before_an_error_everything_can_be_seen() -> None:
    model = nn.Sequential(nn.Identity(), nn.Linear(9, 9), nn.ReLU())
    given = taken(model, torch.ones(1, 2))
    assert capture(model, given, model[0]).output[0].tensor.tolist() == [[1.0, 1.0]]
    failing = capture(model, given, model[1])
    assert (len(failing.inputs), failing.output) == (1, ())
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        capture(model, given, model[2])


def test_a_model_that_cannot_describe_itself_is_shown_all_the_same() -> None:
    class Shy(nn.Module):
        def extra_repr(self) -> str:
            message = "not today"
            raise ValueError(message)

        def forward(self, x: Tensor) -> Tensor:
            return x

    found = traced(nn.Sequential(Shy()), torch.ones(1, 2))
    assert row(found, "0").arguments == "extra_repr: ValueError: not today"


def test_a_batch_of_none_has_no_sample() -> None:
    model, x = nn.Linear(2, 3), torch.zeros(0, 2)
    found, given = trace(model, taken(model, x))
    assert (found.samples, found.layers[0].output) == (None, "0×3")
    assert given is not None
    assert capture(model, given, model).output[0].tensor.shape == (0, 3)


def test_models_that_call_or_hold_themselves_come_to_an_end() -> None:
    class Again(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(2, 2)
            self.me = [self]

        def forward(self, x: Tensor, times: int = 2) -> Tensor:
            return self(self.layer(x), times - 1) if times else x

    found = traced(Again(), torch.ones(1, 2))
    assert [(r.path, r.call, r.depth) for r in found.layers] == [
        *(("", 1, 0), ("layer", 1, 1), ("", 2, 1), ("layer", 2, 2), ("", 3, 2))
    ]
    assert found.parameters == 6


@pytest.mark.parametrize("output", [None, 3, "text", iter(())])
def test_a_layer_may_return_anything(output: object) -> None:
    class Returns(nn.Module):
        def forward(self, _x: Tensor) -> object:
            return output

    found = traced(Returns(), torch.ones(2, 2))
    assert (found.error, found.samples) == ("", None)
    assert found.layers[0].output
