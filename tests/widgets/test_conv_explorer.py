import math
import warnings
from typing import Any

import numpy as np
import pytest
import torch
import traitlets as t
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import dlwidgets
from dlwidgets import ConvExplorer, explore
from dlwidgets.explain.convolution import Setting, problems
from dlwidgets.widgets.conv_numbers import as_channels

FIGURE = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]


def fields(widget: ConvExplorer, **changes: Any) -> dict[str, Any]:
    """Return a setting as the page sends it."""
    setting = widget._setting
    names = Setting.__dataclass_fields__
    held = {name: getattr(setting, name) for name in names} | changes
    return {name: list(v) if isinstance(v, tuple) else v for name, v in held.items()}


# --- opening ------------------------------------------------------------------------------------


def test_without_anything_it_is_the_books_figure() -> None:
    explorer = ConvExplorer()
    assert explorer.input[0].tolist() == FIGURE
    assert explorer.output.tolist() == [[[4, 3, 4], [2, 4, 3], [2, 3, 4]]]
    assert explorer.code() == "nn.Conv2d(1, 1, kernel_size=3)"


def test_a_layer_and_an_input_from_the_issue() -> None:
    explorer = ConvExplorer(kernel_size=3, stride=2, padding=1, input=torch.arange(25.0).view(5, 5))
    assert explorer.kernel_size == [3, 3]
    assert explorer.output.shape == (1, 3, 3)
    assert explorer._torch.tolist() == explorer.output.flatten().tolist()
    assert explorer.functional_code() == "F.conv2d(x, weight, bias, stride=2, padding=1)"


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(3, 8, kernel_size=3, stride=2, padding=1),
        nn.ConvTranspose2d(3, 2, 3, stride=2, output_padding=1),
        nn.MaxPool2d(2, return_indices=True),
        nn.AvgPool2d((2, 3), ceil_mode=True),
    ],
)
def test_explore_opens_ones_own_layer_live(layer: nn.Module) -> None:
    image = torch.rand(1, 3, 9, 8)
    explorer = explore(layer, image)
    assert isinstance(explorer, ConvExplorer)
    assert explorer.layer is layer
    with torch.no_grad():
        out = layer(image)
    torch.testing.assert_close(explorer.output, (out[0] if isinstance(out, tuple) else out)[0])


def test_a_sequential_with_relu_is_one_layer_and_stays_itself() -> None:
    block = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())
    explorer = ConvExplorer(block, torch.randn(6, 6))
    assert explorer.relu
    assert explorer.layer is block
    torch.testing.assert_close(explorer.output, block(explorer.input).detach())


def test_a_layer_without_an_input_gets_one_that_is_large_enough() -> None:
    explorer = ConvExplorer(nn.Conv2d(2, 1, 7, dilation=2))
    assert explorer.input.shape == (2, 15, 15)


@pytest.mark.parametrize(
    ("given", "shape"),
    [
        (FIGURE, (1, 5, 5)),
        (np.zeros((4, 6), np.uint8), (1, 4, 6)),
        (np.ones((2, 4, 6), bool), (2, 4, 6)),
        (torch.zeros(1, 3, 4, 6, requires_grad=True), (3, 4, 6)),
        (torch.zeros(5, 6, dtype=torch.bfloat16), (1, 5, 6)),
        (torch.zeros(5, 6, dtype=torch.float16), (1, 5, 6)),
        (torch.arange(12).view(3, 4), (1, 3, 4)),
        (np.asfortranarray(np.random.default_rng(0).random((4, 6))), (1, 4, 6)),
    ],
)
def test_inputs_come_in_many_forms(given: Any, shape: tuple[int, ...]) -> None:
    explorer = ConvExplorer(input=given)
    assert explorer.input.shape == shape
    assert explorer.input.dtype == torch.float32
    assert explorer.in_channels == shape[0]
    expected = torch.as_tensor(np.asarray(as_channels(given))).float()
    assert torch.equal(explorer.input, expected)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1", "P"])
def test_images_come_with_their_colours_as_channels(mode: str) -> None:
    image = pytest.importorskip("PIL.Image").new("RGB", (6, 4), (10, 20, 30)).convert(mode)
    explorer = ConvExplorer(input=image)
    assert explorer.input.shape == (1 if mode == "L" else 3, 4, 6)
    if mode == "RGB":
        assert explorer.input[:, 0, 0].tolist() == [10, 20, 30]


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        (np.zeros((2, 3, 4, 4)), ValueError, r"got \(2, 3, 4, 4\); give one image, such as images"),
        (np.zeros(5), ValueError, r"got \(5,\)"),
        (3.0, ValueError, r"got \(\)"),
        (np.zeros((0, 4)), ValueError, r"got \(1, 0, 4\)|got \(0, 4\)"),
        (np.zeros((513, 4)), ValueError, "at most 512 rows"),
        ("image.png", TypeError, "expected real numbers .* got str"),
        (np.zeros((4, 4), complex), TypeError, "got ndarray of complex128"),
        ([[1, 2], [3]], TypeError, "got list"),
        (object(), TypeError, "got object"),
        (torch.empty(4, 4, device="meta"), ValueError, "on the meta device and holds no numbers"),
    ],
)
def test_other_inputs_are_refused(given: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        ConvExplorer(input=given)


def test_a_layer_of_another_kind_and_unfit_channels_are_refused() -> None:
    with pytest.raises(TypeError, match=r"expected nn\.Conv2d.*got Linear"):
        ConvExplorer(nn.Linear(2, 2))
    with pytest.raises(ValueError, match="takes 3 channels, the input has 1"):
        ConvExplorer(nn.Conv2d(3, 1, 3), torch.zeros(5, 5))
    with pytest.raises(ValueError, match="in_channels is 2, but the input has 1"):
        ConvExplorer(in_channels=2, input=torch.zeros(5, 5))


def test_a_misspelt_option_is_a_type_error_with_the_right_one() -> None:
    with pytest.raises(TypeError, match=r"got 'kernal_size'\. Did you mean 'kernel_size'\?"):
        ConvExplorer(kernal_size=3)
    with pytest.raises(TypeError, match=r"Did you mean 'stride'\?"):
        ConvExplorer().set(strid=2)


# --- the user's own objects ---------------------------------------------------------------------


def test_exploring_changes_nothing_of_the_users() -> None:
    layer = nn.Conv2d(1, 2, 3)
    layer.train()
    image = torch.randn(1, 7, 7, requires_grad=True)
    calls: list[int] = []
    layer.register_forward_hook(lambda *_: calls.append(1))
    before = {name: value.clone() for name, value in layer.state_dict().items()}
    held = (image.detach().clone(), layer.weight._version, image._version)
    state, seed = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002 -- the global one is what must stay
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        explorer = ConvExplorer(layer, image)
        explorer.set(stride=2, padding=1)
        explorer.set(kernel_size=5, out_channels=4)
        explorer.set(kind="max")
        explorer.set(kind="transposed")
        assert explorer.output.requires_grad is False
    assert all(torch.equal(value, before[name]) for name, value in layer.state_dict().items())
    assert layer.weight._version == held[1]
    assert image._version == held[2]
    assert torch.equal(image.detach(), held[0])
    assert layer.weight.grad is None
    assert layer.training
    assert calls == []
    assert torch.equal(torch.get_rng_state(), state)
    assert np.array_equal(np.random.get_state()[1], seed)  # noqa: NPY002 -- as above
    assert (layer.stride, layer.kernel_size) == ((1, 1), (3, 3))


def test_another_stride_shares_the_weights_and_the_way_back_is_ones_own_module() -> None:
    layer = nn.Conv2d(1, 2, 3)
    explorer = ConvExplorer(layer, torch.randn(7, 7))
    explorer.stride = 2
    assert explorer.layer is not layer
    assert explorer.layer.weight is layer.weight
    assert explorer.layer.bias is layer.bias
    explorer.kernel_size = 5
    assert explorer.layer.weight is not layer.weight
    explorer.set(kernel_size=3, stride=1)
    assert explorer.layer is layer


def test_an_edit_reaches_ones_own_weights_in_place(line: Any) -> None:
    layer = nn.Conv2d(1, 1, 2)
    explorer = ConvExplorer(layer, torch.ones(3, 3), comm=line)
    parameter, bias = layer.weight, layer.bias
    held = layer.bias.item()
    weight = np.array([1.0, 2.0, 3.0, 4.0])
    line.say("set", {"setting": fields(explorer), "weight": weight}, seq=1)
    assert layer.weight is parameter
    assert layer.bias is bias
    assert parameter.flatten().tolist() == [1, 2, 3, 4]
    assert layer.bias.item() == held
    assert explorer.layer is layer
    assert explorer.output[0, 0, 0].item() == pytest.approx(10 + held)
    assert line.custom("ack")[-1][0] == {"kind": "ack", "seq": 1, "error": ""}


def test_numbers_for_another_shape_never_reach_ones_own_weights(line: Any) -> None:
    layer = nn.Conv2d(1, 1, 2)
    explorer = ConvExplorer(layer, torch.ones(4, 4), comm=line)
    held = layer.weight.detach().clone()
    large = {"setting": fields(explorer, kernel_size=[3, 3]), "weight": np.ones(9)}
    line.say("set", large, seq=1)
    line.say("set", {"setting": fields(explorer, kernel_size=[2, 2]), "weight": np.ones(4)}, seq=2)
    assert torch.equal(layer.weight, held)
    assert explorer.layer.weight.flatten().tolist() == [1, 1, 1, 1]


def test_refresh_shows_what_python_did_to_the_layer() -> None:
    layer = nn.Conv2d(1, 1, 2)
    explorer = ConvExplorer(layer, torch.ones(3, 3))
    with torch.no_grad():
        layer.weight.fill_(1)
        layer.bias.zero_()
    assert explorer._weight.tolist() != [1, 1, 1, 1]
    explorer.refresh()
    assert explorer._weight.tolist() == [1, 1, 1, 1]
    assert explorer._torch.tolist() == [4, 4, 4, 4]
    layer.padding = (1, 1)
    explorer.refresh()
    assert explorer.padding == [1, 1]
    assert explorer.layer is layer


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_are_kept(dtype: torch.dtype) -> None:
    layer = nn.Conv2d(1, 1, 3).to(dtype)
    explorer = ConvExplorer(layer, torch.rand(5, 5))
    assert explorer.input.dtype == dtype
    assert explorer.output.dtype == dtype
    # What the page compares with is never rounder than single precision.
    assert explorer._torch.dtype in (np.float32, np.float64)
    x, w, b = (v.detach().double() for v in (explorer.input, layer.weight, layer.bias))
    expected = torch.conv2d(x[None], w, b).flatten().numpy()
    np.testing.assert_allclose(explorer._torch, expected, rtol=1e-5, atol=1e-6)
    explorer.stride = 2
    assert explorer.layer.weight.dtype == dtype


# --- settings -----------------------------------------------------------------------------------


def test_numbers_stand_for_pairs_and_words_are_known() -> None:
    explorer = ConvExplorer(kernel_size=(3, 2), padding="same", padding_mode="reflect")
    assert explorer.kernel_size == [3, 2]
    assert explorer.padding == "same"
    explorer.padding = 1
    assert explorer.padding == [1, 1]
    explorer.dilation = np.int64(1)
    with pytest.raises(t.TraitError, match="'same', 'valid' or numbers, got 'sam'"):
        explorer.padding = "sam"
    with pytest.raises(t.TraitError, match="stride must be a whole number"):
        explorer.stride = 1.5
    with pytest.raises(t.TraitError, match="kernel_size must be one number or two"):
        explorer.kernel_size = (1, 2, 3)


def test_an_impossible_value_says_rule_torch_and_remedy_and_changes_nothing() -> None:
    explorer = ConvExplorer(input=torch.zeros(5, 5))
    held = (explorer.layer, explorer.get_state(["kernel_size", "_torch", "dilation"]))
    text = (
        r"kernel 7 spans 7 cells.*Torch says: Calculated padded input size.*works: padding=\(1, 1\)"
    )
    with pytest.raises(t.TraitError, match=text):
        explorer.kernel_size = 7
    with pytest.raises(ValueError, match="dilation"):
        explorer.set(kernel_size=3, dilation=3, speed=5)
    assert explorer.layer is held[0]
    assert explorer.kernel_size == [3, 3]
    assert explorer.dilation == [1, 1]
    assert explorer.speed == 2
    explorer.set(kernel_size=7, padding=1)
    assert explorer.output.shape == (1, 1, 1)


def test_another_kind_leaves_out_what_it_has_no_argument_for() -> None:
    explorer = ConvExplorer(in_channels=2, out_channels=4, groups=2, padding_mode="circular")
    explorer.kind = "max"
    assert (explorer.groups, explorer.bias, explorer.out_channels) == (1, False, 2)
    assert isinstance(explorer.layer, nn.MaxPool2d)
    explorer.kind = "transposed"
    assert isinstance(explorer.layer, nn.ConvTranspose2d)
    assert explorer.bias


def test_the_position_is_an_output_cell() -> None:
    explorer = ConvExplorer(position=8)
    assert explorer.position == 8
    with pytest.raises(t.TraitError, match=r"position expected 0 to 8.*got 9"):
        explorer.position = 9
    explorer.stride = 2
    assert explorer.position == 3


def test_kernels_keep_their_middle_and_new_channels_get_a_filter() -> None:
    explorer = ConvExplorer()
    explorer.set(kernel_size=(5, 4), padding=1, out_channels=2)
    first, second = explorer.layer.weight.detach()[:, 0]
    assert first[1:4, 1:4].tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    assert first.sum() == 5
    assert second[1:4, 1:4].tolist() == [[1, 0, -1]] * 3


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["conv", "transposed", "max", "avg"]),
    ins=st.integers(1, 4),
    outs=st.integers(1, 4),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.integers(1, 3),
    padding=st.integers(0, 1),
    depthwise=st.booleans(),
    relu=st.booleans(),
)
def test_any_valid_setting_can_be_reached_and_its_code_rebuilds_the_layer(
    *,
    kind: str,
    ins: int,
    outs: int,
    kernel: tuple[int, int],
    stride: int,
    padding: int,
    depthwise: bool,
    relu: bool,
) -> None:
    explorer = ConvExplorer(nn.Conv2d(2, 2, 2), torch.rand(2, 6, 5))
    pools = kind in ("max", "avg")
    changes: dict[str, Any] = {"kind": kind, "in_channels": ins, "kernel_size": kernel}
    changes |= {"stride": stride, "padding": padding, "relu": relu}
    if not pools:
        groups = ins if depthwise else 1
        changes |= {"out_channels": groups * outs, "groups": groups}
    if problems(explorer._candidate(changes)):
        with pytest.raises(ValueError, match="ConvExplorer: "):
            explorer.set(**changes)
        return
    explorer.set(**changes)
    made = eval(explorer.code(), {"nn": nn})
    made.load_state_dict(explorer.layer.state_dict())
    with torch.no_grad():
        torch.testing.assert_close(made(explorer.input), explorer.output)
    x, (weight, bias) = explorer.input, (explorer._lay.weight, explorer._lay.bias)
    names = {"F": nn.functional, "x": x, "weight": weight, "bias": bias}
    torch.testing.assert_close(eval(explorer.functional_code(), names), explorer.output)
    if kind != "max" and not relu:
        flat = (explorer.matrix() @ x.flatten()).view_as(explorer.output)
        more = 0 if bias is None else bias.view(-1, 1, 1)
        torch.testing.assert_close(flat + more, explorer.output)


def test_the_matrix_of_a_maximum_is_refused() -> None:
    with pytest.raises(ValueError, match="not linear"):
        ConvExplorer(kind="max", kernel_size=2).matrix()


def test_an_input_can_be_exchanged() -> None:
    explorer = ConvExplorer()
    explorer.set(input=torch.rand(3, 8, 9))
    assert explorer.in_channels == 3
    assert explorer.output.shape == (1, 6, 7)
    with pytest.raises(ValueError, match="kernel 3 spans"):
        explorer.set(input=torch.rand(2, 2))
    assert explorer.input.shape == (3, 8, 9)


def test_nan_and_infinity_pass_through_as_bytes(line: Any) -> None:
    image = torch.zeros(5, 5)
    image[0, 0], image[4, 4] = math.nan, math.inf
    explorer = ConvExplorer(input=image, comm=line)
    assert math.isnan(explorer._torch[0])
    assert explorer._torch[-1] == math.inf


# --- the page -----------------------------------------------------------------------------------


def test_the_page_sets_a_layer_and_an_input(line: Any) -> None:
    explorer = ConvExplorer(comm=line)
    before = len(line.updates())
    setting = fields(explorer, stride=[2, 2], size=[4, 4])
    line.say("set", {"setting": setting, "input": np.ones((1, 4, 4))}, seq=1)
    assert explorer.stride == [2, 2]
    assert explorer.input.shape == (1, 4, 4)
    # All of it in one message, so that no view ever sees half of it.
    assert {"stride", "_input", "_torch"} <= line.updates()[-1].keys()
    assert len(line.updates()) == before + 1


def test_an_impossible_draft_is_answered_in_torchs_words(line: Any) -> None:
    explorer = ConvExplorer(comm=line)
    line.say("set", {"setting": fields(explorer, kernel_size=[7, 7])}, seq=1)
    error = line.custom("ack")[-1][0]["error"]
    assert error.startswith("Calculated padded input size per channel: (5 x 5)")
    assert explorer.kernel_size == [3, 3]


def test_a_line_of_code_is_read_never_run(line: Any) -> None:
    explorer = ConvExplorer(comm=line)
    line.say("parse", "self.conv = nn.Conv2d(3, 2, (3, 1), padding='same')", seq=1)
    assert (explorer.in_channels, explorer.kernel_size, explorer.padding) == (3, [3, 1], "same")
    assert explorer.input.shape == (3, 5, 5)
    held = explorer.code()
    for text in ("__import__('os')", "nn.Conv2d(1, 1, kernal_size=3)", "nn.Conv2d(1, 1, 9)", ""):
        line.say("parse", text, seq=2)
        assert line.custom("ack")[-1][0]["error"]
        assert explorer.code() == held


def test_errors_speak_chinese() -> None:
    explorer = ConvExplorer()
    dlwidgets.set_language("zh")
    with pytest.raises(ValueError, match=r"卷积核 7 跨 7 格.*torch 的提示：.*最接近的可行设置"):
        explorer.kernel_size = 7
    with pytest.raises(ValueError, match="形状应为"):
        ConvExplorer(input=[1, 2])


def test_as_text_it_is_its_layer_with_the_shapes() -> None:
    explorer = ConvExplorer(stride=2)
    assert repr(explorer) == (
        "ConvExplorer: nn.Conv2d(1, 1, kernel_size=3, stride=2), (1, 5, 5) → (1, 2, 2)"
    )


def test_a_closed_explorer_still_computes() -> None:
    explorer = ConvExplorer()
    explorer.close()
    explorer.stride = 2
    assert explorer.output.shape == (1, 2, 2)
