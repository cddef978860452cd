"""The line of ``%%train``."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.error import UsageError

import dlwidgets
from dlwidgets.magics.options import CODE, DECLARATIVE, Options, flags, parse, parser_of
from dlwidgets.magics.train import TrainMagics

PARSER = parser_of(TrainMagics.train)
FLAGS = [
    "--batch-size",
    "--data",
    "--device",
    "--epochs",
    "--every",
    "--log",
    "--lr",
    "--no-widget",
    "--optimizer",
    "--out",
    "--seed",
    "--show",
]


def read(line: str, **variables: object) -> Options:
    return parse(PARSER, line, variables)


def fault(line: str, **variables: object) -> str:
    with pytest.raises(UsageError) as caught:
        read(line, **variables)
    return str(caught.value)


def test_nothing_asked() -> None:
    assert read("") == Options([], [], None, None, None, False, *[None] * 7)  # noqa: FBT003 -- in order


def test_every_option() -> None:
    line = (
        'net --data "(x, y)" --epochs 3 --lr 1e-2 --optimizer adam --batch-size 32 --device cpu '
        '--seed 7 --every 0.5 --out r --log "f(x, y)" --log=loss --show \'G(z)["a"]\' --no-widget'
    )
    assert read(line) == Options(
        log=["f(x, y)", "loss"],
        show=['G(z)["a"]'],
        seed=7,
        every=0.5,
        out="r",
        no_widget=True,
        data="(x, y)",
        epochs=3,
        lr=0.01,
        optimizer="adam",
        batch_size=32,
        device="cpu",
        model="net",
    )
    assert sorted(flags(PARSER)) == FLAGS


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("--epocs 3", "--epochs"),
        ("--epochs-3", "--epochs"),
        ("--epoch 3", "--epochs"),  # shortened is not spelt out
        ("--epoc=3", "--epochs"),
        ("--batchsize 3", "--batch-size"),
        ("--batch_size 3", "--batch-size"),
        ("--dat digits", "--data"),
        ("--optimiser sgd", "--optimizer"),
        ("--logs x", "--log"),
        ("--shown x", "--show"),
        ("--no-widgets", "--no-widget"),
        ("--nowidget", "--no-widget"),
        ("--sead 1", "--seed"),
        ("--evry 1", "--every"),
        ("--devise cpu", "--device"),
        ("--rl 1", "--lr"),
        ("--Out r", "--out"),
        ("-lr 1", "--lr"),
    ],
)
def test_a_misspelt_option_gets_the_nearest(wrong: str, right: str) -> None:
    text = fault(wrong)
    spelt = wrong.split(maxsplit=1)[0].partition("=")[0]
    assert text.startswith(f"%%train: no option {spelt!r}. Did you mean {right!r}? Options: ")
    assert text.split("Options: ")[1].split() == FLAGS


def test_an_option_like_none_gets_the_list_alone() -> None:
    assert fault("--zzzzz") == f"%%train: no option '--zzzzz'. Options: {' '.join(FLAGS)}"


@pytest.mark.parametrize("flag", ["--epochs", "--batch-size"])
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "nan", "x", "", "1_000", "+2"])
def test_counts_are_whole_numbers_from_1(flag: str, value: str) -> None:
    expected = f"{flag}: expected a whole number from 1, got {value!r}"
    assert fault(f"--data digits {flag} '{value}'") == expected


@pytest.mark.parametrize("flag", ["--lr", "--every"])
@pytest.mark.parametrize("value", ["0", "-0.1", "nan", "inf", "1e999", "x", "1,5"])
def test_rates_and_times_are_above_0(flag: str, value: str) -> None:
    expected = f"{flag}: expected a number above 0, got {value!r}"
    assert fault(f"--data digits {flag} {value}") == expected


@pytest.mark.parametrize("value", ["-1", "1.0", "x", "18446744073709551616"])
def test_seeds_are_what_torch_takes(value: str) -> None:
    assert fault(f"--seed {value}") == (
        f"--seed: expected a whole number from 0 to 2**64 - 1, got {value!r}"
    )
    assert read("--seed 18446744073709551615").seed == 2**64 - 1
    assert read("--seed 0").seed == 0


@pytest.mark.parametrize("value", ["1x", "a.b", "class", "a b", "", "None"])
def test_out_is_the_name_of_a_variable(value: str) -> None:
    assert fault(f"--out '{value}'") == f"--out: expected a variable name, got {value!r}"
    assert read("--out 损失").out == "损失"


@given(st.floats(min_value=0, exclude_min=True, allow_infinity=False))
def test_every_float_above_0_is_read_exactly(value: float) -> None:
    assert read(f"--epochs 1 --lr {value!r} --every={value!r}").lr == value


@given(st.integers(1, 10**9))
def test_every_count_is_read_exactly(value: int) -> None:
    assert read(f"--epochs {value} --batch-size={value}").batch_size == value


@pytest.mark.parametrize("flag", [flag for flag in FLAGS if flag != "--no-widget"])
def test_a_value_that_is_missing(flag: str) -> None:
    text = f"{flag}: expected a value; write one that begins with '-' as {flag}=-1"
    assert fault(flag) == text
    assert fault(f"{flag} --no-widget") == text


def test_a_value_that_begins_with_a_dash() -> None:
    assert read("--log=-loss --log '-loss + 1'").log == ["-loss", "-loss + 1"]
    assert "as --log=-1" in fault("--log -loss")


def test_a_value_where_none_belongs() -> None:
    assert fault("--no-widget=1") == "--no-widget takes no value"


@pytest.mark.parametrize("line", ["--log accuracy(model, test)", "digits", "--seed 1 2"])
def test_a_word_too_many_tells_of_quotes(line: str) -> None:
    last = line.rsplit(maxsplit=1)[-1]
    text = fault(line)
    assert text.startswith(f"%%train: unexpected {last!r}; options begin with --")
    assert '--log "accuracy(model, data.test)"' in text


@pytest.mark.parametrize("line", ['--log "x', "--out it's"])
def test_quotes_that_do_not_close(line: str) -> None:
    assert fault(line) == f"%%train: No closing quotation in {line!r}"


@pytest.mark.parametrize("name", DECLARATIVE)
def test_what_a_loop_decides_itself(name: str) -> None:
    flag = "--" + name.replace("_", "-")
    value = {"lr": "0.1", "batch_size": "8"}.get(name, "cpu")
    assert fault(f"{flag} {value}") == (
        f"{flag} goes with --data or --epochs; a loop of your own decides it itself"
    )
    assert read(f"{flag} {value} --epochs 1").declarative
    assert read(f"--data d {flag} {value}").declarative


@pytest.mark.parametrize("line", ["--epochs $n", "--epochs {n}", "--epochs={n+0}"])
def test_variables_stand_for_their_values(line: str) -> None:
    assert read(line, n=12).epochs == 12


def test_a_variable_that_is_not_there_is_left_as_written() -> None:
    assert fault("--epochs $n") == "--epochs: expected a whole number from 1, got '$n'"
    assert fault("--epochs {n}") == "--epochs: expected a whole number from 1, got '{n}'"
    assert fault("--epochs {").endswith("got '{'")


@pytest.mark.parametrize("flag", CODE)
@pytest.mark.parametrize("code", ["{'a': n}['a']", "f'{n}'", "{n}", "'$n'"])
def test_code_is_left_as_written(flag: str, code: str) -> None:
    for line in (f'{flag} "{code}"', f'{flag}="{code}"'):
        value: Any = getattr(read(line, n=12), flag[2:])
        assert value in (code, [code])


def test_in_chinese() -> None:
    dlwidgets.set_language("zh")
    try:
        assert fault("--epocs 3").startswith(
            "%%train：没有选项 '--epocs'。 您是不是想写 '--epochs'？ 可用："
        )
        assert fault("--epochs x") == "--epochs: 应为正整数，得到 'x'"
        assert fault("--every 0") == "--every: 应为大于 0 的数，得到 '0'"
        assert fault("--seed x") == "--seed: 应为 0 到 2**64 - 1 的整数，得到 'x'"
        assert fault("--out 1") == "--out: 应为变量名，得到 '1'"
        assert "缺少值" in fault("--log")
        assert "不带值" in fault("--no-widget=1")
        assert "须加引号" in fault("--log f(a, b)")
        assert "引号不成对" in fault("--log 'a")
        assert "由代码决定" in fault("--lr 1")
    finally:
        dlwidgets.set_language(None)


def test_a_repeated_option_counts_last() -> None:
    assert read("--epochs 2 --epochs 3").epochs == 3
    assert math.isclose(read("--every 2 --every 3").every or 0, 3)
