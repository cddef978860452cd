"""What is impossible is named exactly when torch refuses it, and the way out is valid."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import given, settings

import dlwidgets
from dlwidgets.explain.convolution import Setting, nearest_valid, problems, torch_says
from tests.explain.convolution.settings import anything, undecided

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    dlwidgets.set_language(None)


@given(anything().filter(lambda setting: not undecided(setting)))
@settings(max_examples=2000, deadline=None)
def test_a_rule_is_named_exactly_when_torch_refuses(setting: Setting) -> None:
    found = problems(setting)
    assert bool(found) == (torch_says(setting) is not None), [one.text for one in found]


@given(anything())
@settings(max_examples=1000, deadline=None)
def test_the_nearest_setting_is_one_that_torch_accepts(setting: Setting) -> None:
    near = nearest_valid(setting)
    assert torch_says(near) is None
    assert problems(near) == []
    assert nearest_valid(near) == near
    if not problems(setting):
        assert near == setting


@given(anything())
@settings(max_examples=500, deadline=None)
def test_a_single_remedy_is_no_farther_than_the_nearest_setting(setting: Setting) -> None:
    # Where one step along one remedy is enough, nearest_valid changes one field only.
    found = problems(setting)
    if len(found) != 1:
        return
    for key, value in found[0].values.items():
        field = key.removesuffix("_to")
        if field == key or isinstance(getattr(setting, field), tuple):
            continue
        if not problems(replace(setting, **{field: value})):
            near = nearest_valid(setting)
            assert sum(getattr(near, f) != getattr(setting, f) for f in vars(near)) == 1


RULES = {
    "argument": (
        {"kind": "avg", "dilation": 2},
        "AvgPool2d has no argument dilation; leave it out",
        "unexpected keyword argument 'dilation'",
    ),
    "padding_word": (
        {"kind": "max", "padding": "same"},
        'MaxPool2d takes padding only as numbers, got "same"; give a number',
        "must be tuple of ints",
    ),
    "at_least": (
        {"stride": (0, 1)},
        "vertically: stride must be at least 1, got 0; raise stride to 1",
        "non-positive stride is not supported",
    ),
    "groups": (
        {"in_channels": 4, "out_channels": 6, "groups": 4},
        (
            "out_channels 6 can't be divided by groups 4 (remainder 2); lower groups to 2 or lower "
            "out_channels to 4"
        ),
        "out_channels must be divisible by groups",
    ),
    "same_stride": (
        {"padding": "same", "stride": (1, 2)},
        (
            'horizontally: padding="same" keeps the size and needs stride 1, got 2 (a number such '
            "as 1 goes with any stride); lower stride to 1"
        ),
        "padding='same' is not supported for strided convolutions",
    ),
    "reflect_ring": (
        {"padding": 5, "padding_mode": "reflect"},
        (
            "padding 5 can't be mirrored from an input of 5 cells, only up to 4; lower padding to "
            '4 or set padding_mode to "zeros"'
        ),
        "Padding size should be less than the corresponding input dimension",
    ),
    "circular_ring": (
        {"padding": 6, "padding_mode": "circular"},
        (
            "padding 6 goes around the input of 5 cells more than once; lower padding to 5 or set "
            'padding_mode to "zeros"'
        ),
        "Padding value causes wrapping around more than once",
    ),
    "window": (
        {"kernel_size": 5, "dilation": 2, "size": 7},
        (
            "kernel 5 with dilation 2 spans 9 cells, but the padded input has 7; lower dilation to "
            "1 or raise padding to 1"
        ),
        "Kernel size can't be greater than actual input size",
    ),
    "pool_ring": (
        {"kind": "avg", "padding": (1, 2)},
        (
            "horizontally: padding 2 is more than half of kernel 3; lower padding to 1 or raise "
            "kernel_size to 4"
        ),
        "pad should be at most half of effective kernel size",
    ),
    "transposed_mode": (
        {"kind": "transposed", "padding_mode": "reflect"},
        (
            'ConvTranspose2d knows only padding_mode "zeros", got "reflect"; set padding_mode to '
            '"zeros"'
        ),
        'Only "zeros" padding mode is supported',
    ),
    "output_padding": (
        {"kind": "transposed", "stride": 2, "output_padding": 2},
        (
            "output_padding 2 must be smaller than stride 2 or dilation 1; lower output_padding to "
            "1 or raise stride to 3"
        ),
        "output padding must be smaller than either stride or dilation",
    ),
    "output": (
        {"kind": "transposed", "padding": 5},
        (
            "padding 5 cuts off more than there is: the output would have -3 cells; lower padding "
            "to 3 or raise kernel_size to 7"
        ),
        "Output size is too small",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_its_sentence_beside_torchs_own(rule: str) -> None:
    given, sentence, torchs = RULES[rule]
    (problem,) = problems(Setting.of(**given))
    assert problem.rule == rule
    assert problem.text == sentence
    assert torchs in str(torch_says(Setting.of(**given)))
    dlwidgets.set_language("zh")
    assert problem.text != sentence
    assert any("\u4e00" <= sign <= "\u9fff" for sign in problem.text)


def test_the_inequality_stands_with_its_numbers() -> None:
    (problem,) = problems(Setting.of(kernel_size=5, dilation=2, size=7))
    assert problem.inequality == "2 × (5 − 1) + 1 = 9 > 7"
    (problem,) = problems(Setting.of(kind="max", kernel_size=9, stride=2, ceil_mode=True))
    assert problem.inequality == "1 × (9 − 1) + 1 = 9 > 5 + 1 = 6"
    assert "but the padded input has 5 and ceil_mode allows 1 more" in problem.text


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"kernel_size": 5, "dilation": 2, "size": 7}, {"dilation": (1, 1)}),
        ({"kernel_size": 7}, {"padding": (1, 1)}),
        ({"kernel_size": (3, 9)}, {"padding": (0, 2)}),
        ({"stride": 0, "kernel_size": 7}, {"stride": (1, 1), "padding": (1, 1)}),
        ({"kind": "max", "padding": 2}, {"padding": (1, 1)}),
        ({"in_channels": 6, "out_channels": 6, "groups": 4}, {"groups": 3}),
    ],
)
def test_the_nearest_setting_changes_little(
    given: dict[str, object], changed: dict[str, object]
) -> None:
    setting = Setting.of(**given)
    assert nearest_valid(setting) == replace(setting, **changed)


def test_an_empty_transposed_output_is_a_problem_whatever_torch_does_with_it() -> None:
    (problem,) = problems(Setting.of(kind="transposed", size=1, kernel_size=2, padding=1))
    assert (problem.rule, problem.values["output"]) == ("output", 0)


def test_torch_is_asked_without_touching_anything_of_the_users() -> None:
    before, filters = torch.get_rng_state(), list(warnings.filters)
    assert torch_says(Setting.of(kernel_size=4, padding="same")) is None
    assert torch_says(Setting.of(kernel_size=9)) is not None
    assert torch.equal(torch.get_rng_state(), before)
    assert list(warnings.filters) == filters
    assert torch.is_grad_enabled()


@pytest.mark.parametrize(
    "given",
    [
        {"size": 60_000, "in_channels": 3, "out_channels": 512, "kernel_size": 7},
        {"kernel_size": 60_000, "padding": 60_000, "size": 512},
        {"kind": "max", "size": 60_000, "in_channels": 512},
    ],
)
def test_a_giant_is_judged_without_being_computed(given: dict[str, object]) -> None:
    # It would take hours and more memory than there is.
    assert torch_says(Setting.of(**given)) is None
    assert problems(Setting.of(**given)) == []
