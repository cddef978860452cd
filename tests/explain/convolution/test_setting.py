"""Settings are made from numbers, modules and code; what is wrong is said with a remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import nn

import dlwidgets
from dlwidgets.explain.convolution import Setting, code, of_module, parse, problems, torch_says
from dlwidgets.explain.convolution.parse import LayerSyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    dlwidgets.set_language(None)


def test_numbers_stand_for_both_axes_and_pairs_are_vertical_first() -> None:
    setting = Setting.of(kernel_size=3, stride=(2, 1), padding=[1, 0], size=(5, 7))
    assert (setting.kernel_size, setting.stride, setting.padding) == ((3, 3), (2, 1), (1, 0))
    assert (setting.kind, setting.in_channels, setting.out_channels) == ("conv", 1, 1)


def test_pooling_steps_by_its_kernel_and_keeps_the_channels() -> None:
    setting = Setting.of(kind="max", kernel_size=(2, 3), stride=None, in_channels=4)
    assert (setting.stride, setting.out_channels, setting.bias) == ((2, 3), 4, False)
    assert problems(setting) == []


def test_whole_numbers_of_numpy_and_torch_are_whole_numbers() -> None:
    setting = Setting.of(
        kernel_size=np.int64(3), stride=torch.tensor(2), size=torch.Size([6, 6]), bias=np.True_
    )
    assert setting == Setting.of(kernel_size=3, stride=2, size=6)
    assert type(setting.kernel_size[0]) is int


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"kernel": 3}, TypeError, r"got 'kernel'\. Did you mean 'kernel_size'\?"),
        ({"kernel_size": 2.0}, TypeError, "kernel_size must be a whole number or a pair .* 2.0"),
        ({"kernel_size": True}, TypeError, "kernel_size must be a whole number"),
        ({"kernel_size": (3, 3, 3)}, TypeError, r"one number or two \(vertical, horizontal\)"),
        ({"kernel_size": "3"}, TypeError, "kernel_size must be a whole number .*, got '3'"),
        ({"kernel_size": None}, TypeError, "kernel_size can't be None"),
        ({"stride": None}, TypeError, "stride can't be None; leave it out"),
        ({"groups": (1, 1)}, TypeError, r"groups must be a whole number, got \(1, 1\)"),
        ({"kind": "convolution"}, ValueError, "kind must be one of .* Did you mean 'conv'?"),
        ({"kind": 3}, TypeError, "kind must be one of"),
        ({"padding": "Same"}, ValueError, "or numbers, got 'Same'.* Did you mean 'same'?"),
        ({"padding_mode": "mirror"}, ValueError, "padding_mode must be one of 'zeros', 'reflect'"),
        ({"bias": 1}, TypeError, "bias must be True or False, got 1"),
        ({"kernel_size": 10**9}, ValueError, "must lie within ±65,536, got 1,000,000,000"),
        ({"size": torch.tensor([1.5])}, TypeError, "size must be a whole number"),
        ({"size": float("nan")}, TypeError, "size must be a whole number"),
    ],
)
def test_wrong_values_are_named(
    given: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Setting.of(**given)


def test_errors_come_in_chinese_too() -> None:
    dlwidgets.set_language("zh")
    with pytest.raises(TypeError, match="kernel_size 应为整数或一对整数，得到 'x'"):
        Setting.of(kernel_size="x")


@pytest.mark.parametrize("kind", ["conv", "transposed", "max", "avg"])
@pytest.mark.parametrize("other", ["conv", "transposed", "max", "avg"])
def test_another_kind_keeps_what_it_has_an_argument_for(kind: Any, other: Any) -> None:
    rich = {"dilation": 2, "groups": 2, "out_channels": 8} if kind in ("conv", "transposed") else {}
    setting = Setting.of(kind=kind, in_channels=4, kernel_size=5, padding=1, size=20, **rich)
    changed = setting.as_kind(other)
    assert changed.kind == other
    assert (changed.kernel_size, changed.padding) == ((5, 5), (1, 1))
    assert problems(changed) == []
    assert torch_says(changed) is None


def test_a_module_tells_its_setting() -> None:
    conv = nn.Conv2d(4, 8, (3, 5), stride=2, padding="valid", groups=2, bias=False)
    setting = of_module(nn.Sequential(conv, nn.ReLU()), (4, 9, 10))
    assert code(setting) == (
        "nn.Sequential(nn.Conv2d(4, 8, kernel_size=(3, 5), stride=2, "
        'padding="valid", groups=2, bias=False), nn.ReLU())'
    )
    assert of_module(nn.Sequential(conv), (9, 10)).relu is False
    pool = of_module(nn.MaxPool2d(2, return_indices=True), (6, 4, 4))
    assert (pool.kind, pool.in_channels, pool.stride) == ("max", 6, (2, 2))


@pytest.mark.parametrize(
    ("module", "size", "error", "message"),
    [
        (nn.Linear(2, 2), (5, 5), TypeError, "expected nn.Conv2d, .*; got Linear"),
        (nn.Conv1d(1, 1, 3), (5, 5), TypeError, "got Conv1d"),
        (nn.Sequential(), (5, 5), TypeError, "got Sequential"),
        (nn.Sequential(nn.Conv2d(1, 1, 3), nn.GELU()), (5, 5), TypeError, "got Sequential"),
        (nn.Conv2d(3, 1, 3), (1, 5, 5), ValueError, "takes 3 channels, the input has 1"),
        (nn.Conv2d(3, 1, 3), (1, 3, 5, 5), TypeError, r"size must be \(height, width\)"),
        (nn.Conv2d(3, 1, 3), 5, TypeError, r"size must be \(height, width\)"),
        (nn.AvgPool2d(2, divisor_override=3), (5, 5), ValueError, "divisor_override can't be"),
        (nn.Conv2d(1, 1, 3, device="meta"), (5, 5), ValueError, "meta device and hold no numbers"),
    ],
)
def test_what_is_no_layer_is_refused(
    module: nn.Module, size: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        of_module(module, size)


def test_a_lazy_layer_has_to_see_an_input_first() -> None:
    lazy = nn.LazyConv2d(2, 3)
    with pytest.raises(ValueError, match="LazyConv2d has no weights yet; call it once"):
        of_module(lazy, (5, 5))
    lazy(torch.zeros(1, 3, 5, 5))
    assert of_module(lazy, (3, 5, 5)).in_channels == 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("nn.Conv2d(3, 8, 3)", "nn.Conv2d(3, 8, kernel_size=3)"),
        ("torch.nn.Conv2d(3, 8, (3, 5), 2, 1)", None),
        ("self.conv1 = Conv2d(1, 6, kernel_size=[5, 5], bias=False)  # 注释", None),
        ("nn.ConvTranspose2d(2, 4, 3, 2, 1, 1, 2)", None),
        ("nn.MaxPool2d(2, stride=None, return_indices=False)", "nn.MaxPool2d(kernel_size=2)"),
        ("nn.AvgPool2d(3, 2, 1, True, False, divisor_override=None)", None),
        ("nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(inplace=True))", None),
        ("nn.Conv2d(1, 1, 3, padding=-1)", "nn.Conv2d(1, 1, kernel_size=3, padding=-1)"),
        ("Conv2d(2, 2, kernel_size=(2, 2), stride=(1, 1), padding=same)", None),
    ],
)
def test_a_line_of_code_is_read(text: str, line: str | None) -> None:
    setting = parse(text)
    made = code(setting)
    assert line is None or made == line
    assert parse(made) == setting


def test_positional_arguments_stand_in_torchs_order() -> None:
    back = parse("nn.ConvTranspose2d(2, 4, 3, 2, 1, 1, 2, False, 2)")
    assert (back.stride, back.padding, back.output_padding) == ((2, 2), (1, 1), (1, 1))
    assert (back.groups, back.bias, back.dilation) == (2, False, (2, 2))
    pool = parse("nn.AvgPool2d(3, 2, 1, True, False)", channels=2, size=(4, 6))
    assert (pool.stride, pool.padding) == ((2, 2), (1, 1))
    assert (pool.ceil_mode, pool.count_include_pad) == (True, False)
    assert (pool.in_channels, pool.out_channels, pool.size) == (2, 2, (4, 6))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nn.Conv2D(3, 8, 3)", "Did you mean 'Conv2d'?"),
        ("nn.Linear(3, 8)", "expected nn.Conv2d"),
        ("F.conv2d(x, w)", "expected nn.Conv2d"),
        ("foo.Conv2d(1, 1, 3)", "expected nn.Conv2d"),
        ("nn.Conv2d", "expected nn.Conv2d"),
        ("nn.Conv2d(3, 8)", "Conv2d needs kernel_size"),
        ("nn.Conv2d(3, 8, 3, kernel_size=3)", "kernel_size is given twice"),
        ("nn.Conv2d(1, 1, 3, 1, 0, 1, 1, True, 'zeros', None)", "at most 9 values"),
        ("nn.Conv2d(3, 8, kernel_siz=3)", "Did you mean 'kernel_size'?"),
        ("nn.Conv2d(3, 8, 3, device='cuda')", "Conv2d takes in_channels"),
        ("nn.Conv2d(3, 8, 2.5)", "expected a whole number"),
        ("nn.Conv2d(3, 8, -True)", "expected a whole number"),
        ("nn.Conv2d(3, 8, 2 + 1)", "expected a whole number"),
        ("nn.Conv2d(*args)", "expected a whole number"),
        ("nn.Conv2d(**kwargs)", "Conv2d takes in_channels"),
        ("nn.Conv2d(3, 8, (3, 3, 3))", "one number or two"),
        ("nn.Conv2d(3, 8, 3, padding='sam')", "Did you mean 'same'?"),
        ("nn.MaxPool2d(2, return_indices=True)", "return_indices can't be shown"),
        ("nn.AvgPool2d(2, divisor_override=2)", "divisor_override can't be shown"),
        ("nn.Sequential(nn.Conv2d(1, 1, 3), nn.GELU())", "expected nn.ReLU"),
        ("nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(1))", r"expected nn\.ReLU\(\)"),
        ("nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU)", "expected nn.ReLU"),
        ("nn.Sequential()", r"expected nn\.Sequential\(layer\)"),
        ("nn.Sequential(nn.Sequential(nn.Conv2d(1, 1, 3)))", "expected nn.Conv2d"),
        ("__import__('os').system('true')", "expected nn.Conv2d"),
        ("import os", "expected one layer"),
        ("nn.Conv2d(1, 1, 3)\nnn.Conv2d(1, 1, 3)", "expected one layer"),
        ("", "expected one layer"),
        ("# nothing", "expected one layer"),
        ("nn.Conv2d(3, 8, 3", "never closed"),
        ("\0", "null byte"),
        ("(" * 400, "Python: "),
        ("nn.Conv2d(3, 8, 3)" * 100, "got 1,800 characters"),
        ("nn.Conv2d\uff081, 1, 3\uff09", "Python: invalid character"),
    ],
)
def test_anything_else_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(LayerSyntaxError, match=message):
        parse(text)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("nn.Conv2d(3, 8, model.k)", "                ^^^^^^^"),
        ("x = '卷积', nn.Conv2d(1, 1, 3)", "    ^^^^^^^^^^^^^^^^^^^^^^^^"),
        ("nn.Conv2d(1, 1,\n  k)", "  ^"),
    ],
)
def test_the_place_is_marked(text: str, mark: str) -> None:
    with pytest.raises(LayerSyntaxError) as caught:
        parse(text)
    _, shown, under = str(caught.value).split("\n")
    assert shown.strip() in text
    assert under == "  " + mark
