"""``%%train?``, completion, and what loading and unloading leave."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter

import dlwidgets
from dlwidgets.magics.completion import magic_matcher
from dlwidgets.magics.options import flags, parser_of
from dlwidgets.magics.train import TrainMagics

FLAGS = flags(parser_of(TrainMagics.train))


def completions(shell: Any, line: str, code: str = "") -> list[str]:
    """Return what Tab offers at the end of a line of a cell."""
    cell = f"{line}\n{code}" if code else line
    with shell.ip.builtin_trap, provisionalcompleter():
        offered = shell.ip.Completer.completions(cell, len(line))
        return sorted(one.text for one in offered)


def test_help_begins_with_the_usage_and_lists_every_option(bare: Any) -> None:
    text = bare.ip.inspector.info(bare.ip.find_cell_magic("train"))["docstring"]
    lines = text.splitlines()
    assert lines[2].startswith("  %%train [--log EXPR]")
    assert "Make the training loops below alive: chart, pause, one step, stop" in text
    options = text[text.index("options of both:") :]
    assert [flag for flag in FLAGS if f"\n  {flag}" in options] == FLAGS
    assert options.index("--no-widget") < options.index("options of the declarative form:")
    assert options.index("options of the declarative form:") < options.index("--data")
    assert max(map(len, lines)) <= 100


def test_the_question_mark_shows_it(bare: Any) -> None:
    assert "options of the declarative form:" in bare.run("%%train?").printed


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("%%train --e", ["--epochs", "--every"]),
        ("%%train --data digits --b", ["--batch-size"]),
        ("%%train --no-widget --o", ["--optimizer", "--out"]),
        ("%%train --data ", ["digits", "fashion_mnist", "mnist"]),
        ("%%train --data d", ["digits"]),
        ("%%train --device c", ["cpu", "cuda"]),
        ("%%train --log acc", ["accuracy"]),
        ('%%train --log "acc', ["accuracy"]),
        ('%%train --log "accuracy(encod', ["encoder"]),
        ("%%train --log=encod", ["encoder"]),
        ("%%train --show 'encod", ["encoder"]),
        ("%%train --data enc", ["encoder"]),
    ],
)
def test_tab_offers_what_fits(bare: Any, line: str, expected: list[str]) -> None:
    bare.run("encoder = 1; _hidden = 2")
    assert set(expected) <= set(completions(bare, line, "for i in range(3): pass"))
    if not line.rpartition("--")[2].startswith(("log", "show", "data")):
        assert completions(bare, line) == sorted(expected)  # none of jedi's guesses


def test_tab_after_a_space_offers_every_option(bare: Any) -> None:
    assert set(FLAGS) <= set(completions(bare, "%%train "))
    assert set(FLAGS) <= set(completions(bare, "%%train --epochs 3 "))


def test_tab_offers_torchs_optimizers_once_it_is_there(shell: Any) -> None:
    assert {"adam", "adamax", "adamw"} <= set(completions(shell, "%%train --optimizer ada"))


@pytest.mark.parametrize(
    "line", ["%%train --epochs ", "%%train --out --", "%%train --log 'a", "x --e"]
)
def test_tab_offers_no_option_where_none_can_stand(bare: Any, line: str) -> None:
    assert not set(FLAGS) & set(completions(bare, line))


def test_the_magic_itself_completes(bare: Any) -> None:
    assert "%%train" in completions(bare, "%%tra")


def test_loading_twice_completes_once_and_unloading_not_at_all(bare: Any) -> None:
    matchers = bare.ip.Completer.custom_matchers
    assert len(matchers) == 1
    bare.run("%reload_ext dlwidgets")
    assert len(matchers) == 1
    bare.run("%unload_ext dlwidgets")
    assert matchers == []
    assert "--epochs" not in completions(bare, "%%train --e")
    assert "not found" in bare.try_("%%train\npass").usage
    bare.run("%load_ext dlwidgets")


def test_a_matcher_of_somebody_elses_stays(bare: Any) -> None:
    matchers = bare.ip.Completer.custom_matchers
    theirs = magic_matcher(bare.ip)
    matchers.append(theirs)
    try:
        bare.run("%unload_ext dlwidgets")
        assert matchers == [theirs]
    finally:
        matchers.clear()
        bare.run("%load_ext dlwidgets")


def test_a_line_magic_of_that_name_points_to_ours(bare: Any) -> None:
    assert "cell magic `%%train` exists" in bare.try_("%train").usage


def test_the_name_offered_is_the_package(bare: Any) -> None:
    assert bare.names["dlwidgets"] is dlwidgets
