"""Sizes, code lines, matrices: each against torch, for random settings of all kinds."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 -- torch's own name for it

from dlwidgets.explain.convolution import (
    Setting,
    code,
    counts,
    functional_code,
    layer,
    left_out,
    matrix,
    of_module,
    output_size,
    parse,
)
from tests.explain.convolution.settings import valid

# Torch says once in a process that even kernels with "same" may be slower; we draw many.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")


def core(module: nn.Module) -> nn.Module:
    """Return the layer without its ReLU."""
    return module[0] if isinstance(module, nn.Sequential) else module


def image(setting: Setting) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(1, setting.in_channels, *setting.size, generator=generator)


def linear(module: nn.Module, x: Tensor) -> Tensor:
    """Return the layer's output without bias and ReLU."""
    plain = core(module)
    bias = getattr(plain, "bias", None)
    return plain(x) if bias is None else plain(x) - bias.view(1, -1, 1, 1)


@given(valid())
@settings(max_examples=2000, deadline=None)
def test_sizes_and_both_code_lines_rebuild_what_torch_computes(setting: Setting) -> None:
    module, x = layer(setting, seed=3), image(setting)
    y = module(x)
    assert tuple(y.shape) == (1, setting.out_channels, *output_size(setting))
    rebuilt = eval(code(setting), {"nn": nn})
    rebuilt.load_state_dict(module.state_dict())
    assert torch.equal(rebuilt(x), y)
    plain = core(module)
    names = {"F": F, "x": x, "weight": getattr(plain, "weight", None)}
    functional = eval(functional_code(setting), {**names, "bias": getattr(plain, "bias", None)})
    torch.testing.assert_close(functional, y)


@given(valid())
@settings(max_examples=1000, deadline=None)
def test_a_setting_comes_back_from_its_code_its_module_and_the_modules_repr(
    setting: Setting,
) -> None:
    size, channels = setting.size, setting.in_channels
    assert parse(code(setting), size=size, channels=channels) == setting
    module = layer(setting)
    assert of_module(module, (channels, *size)) == setting
    # Torch prints an average without its ceil_mode and count_include_pad.
    told = setting.kind != "avg" or (setting.count_include_pad and not setting.ceil_mode)
    if told and not setting.relu:
        assert parse(repr(module), size=size, channels=channels) == setting


@given(valid("conv", "transposed", "avg"))
@settings(max_examples=2000, deadline=None)
def test_the_matrix_is_the_layer_and_its_transpose_the_gradient(setting: Setting) -> None:
    module, x = layer(setting).double(), image(setting).double().requires_grad_()
    w = matrix(setting, getattr(core(module), "weight", None))
    y = linear(module, x)
    torch.testing.assert_close(w.double() @ x.flatten(), y.flatten())
    seed = torch.randn(y.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    (pulled,) = torch.autograd.grad(y, x, seed)
    torch.testing.assert_close(w.double().T @ seed.flatten(), pulled.flatten())


@given(valid("conv", padding_mode="zeros").filter(lambda s: s.padding != "same"))
@settings(max_examples=500, deadline=None)
def test_the_transposed_matrix_is_the_transposed_convolution(setting: Setting) -> None:
    weight = core(layer(setting).double()).weight
    generator = torch.Generator().manual_seed(2)
    y = torch.randn(1, setting.out_channels, *output_size(setting), generator=generator).double()
    lost = [
        setting.size[axis]
        + 2 * setting.numeric[axis]
        - setting.span(axis)
        - (output_size(setting)[axis] - 1) * setting.stride[axis]
        for axis in (0, 1)
    ]
    back = F.conv_transpose2d(
        y,
        weight,
        stride=setting.stride,
        padding=setting.numeric,
        # The rows that the stride left out come back as rows that nothing is added to.
        output_padding=tuple(lost),
        groups=setting.groups,
        dilation=setting.dilation,
    )
    assert tuple(back.shape[2:]) == setting.size
    torch.testing.assert_close(matrix(setting, weight).T @ y.flatten(), back.flatten())


# Other rings repeat what the stride left out.
@given(valid("conv", "max", "avg", padding_mode="zeros"))
@settings(max_examples=500, deadline=None)
def test_what_a_stride_leaves_out_reaches_no_output(setting: Setting) -> None:
    if setting.padding == "same":
        assert left_out(setting) == (0, 0)
        return
    # Not by gradients: torch's backward of a max pooling whose dilated windows see nothing but ring
    # writes out of bounds and can end the process (2.15).
    module, x = layer(setting), image(setting)
    other = x.clone()
    for axis, (lost, ring) in enumerate(zip(left_out(setting), setting.numeric, strict=True)):
        inside = max(0, lost - ring)
        other.narrow(2 + axis, setting.size[axis] - inside, inside).fill_(1e6)
    assert torch.equal(module(other), module(x))


@given(valid())
@settings(max_examples=500, deadline=None)
def test_parameters_are_those_that_torch_holds(setting: Setting) -> None:
    held = sum(parameter.numel() for parameter in layer(setting).parameters())
    assert counts(setting).parameters == held
    assert counts(setting).ungrouped.parameters >= held


def test_multiply_adds_of_the_books_first_layer() -> None:
    own = counts(Setting.of(in_channels=3, out_channels=8, size=32, padding=1))
    assert own.multiply_adds == 8 * 32 * 32 * 3 * 9
    depthwise = counts(Setting.of(in_channels=8, out_channels=8, groups=8, size=10, bias=False))
    assert (depthwise.parameters, depthwise.multiply_adds) == (72, 72 * 64)
    assert depthwise.ungrouped.multiply_adds == 8 * depthwise.multiply_adds
    back = counts(Setting.of(kind="transposed", in_channels=2, out_channels=3, size=4, stride=2))
    assert back.multiply_adds == 2 * 3 * 9 * 16


def test_the_books_figure() -> None:
    x = torch.tensor(
        [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0.0]]
    )
    kernel = torch.tensor([[1, 0, 1], [0, 1, 0], [1, 0, 1.0]]).view(1, 1, 3, 3)
    w = matrix(Setting.of(), kernel)
    assert w.shape == (9, 25)
    assert w._nnz() == 81
    assert (w @ x.flatten()).tolist() == [4, 3, 4, 2, 4, 3, 2, 3, 4]


def test_max_pooling_has_no_matrix() -> None:
    with pytest.raises(ValueError, match="MaxPool2d is not linear, so no matrix stands for it"):
        matrix(Setting.of(kind="max"))


def test_a_weight_of_another_shape_is_refused() -> None:
    wanted = r"expected a weight of shape \(2, 1, 3, 3\) for Conv2d, got \(1, 1, 3, 3\)"
    setting = Setting.of(out_channels=2)
    with pytest.raises(ValueError, match=wanted):
        matrix(setting, torch.zeros(1, 1, 3, 3))
    with pytest.raises(ValueError, match=r"expected a weight of shape .*, got None"):
        matrix(setting)
    with pytest.raises(ValueError, match=r"weight of this Conv2d: expected shape \(2, 1, 3, 3\)"):
        layer(setting, torch.zeros(1, 1, 3, 3))
    with pytest.raises(ValueError, match="bias of this MaxPool2d: expected none"):
        layer(Setting.of(kind="max"), bias=torch.zeros(1))


def test_a_layer_copies_what_it_is_given_and_leaves_the_random_state_alone() -> None:
    weight, before = torch.ones(1, 1, 3, 3), torch.get_rng_state()
    made = layer(Setting.of(bias=False), weight)
    weight.zero_()
    assert core(made).weight.sum() == 9
    assert torch.equal(torch.get_rng_state(), before)
    a, b, c = (core(layer(Setting.of(), seed=seed)).weight for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
