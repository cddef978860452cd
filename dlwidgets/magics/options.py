"""The options of ``%%train``: one table, from which help, completion and checks are made."""

from __future__ import annotations

import math
import shlex
from argparse import ArgumentError, ArgumentTypeError
from dataclasses import dataclass, fields
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, TypeVar, cast

from IPython.core.error import UsageError
from IPython.core.magic_arguments import argument, argument_group, magic_arguments
from IPython.utils.text import DollarFormatter

from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from IPython.core.magic_arguments import MagicArgumentParser

Magic = TypeVar("Magic", bound="Callable[..., Any]")

CODE = ("--log", "--show", "--data")
"""Options that take Python code: in them ``{x}`` is a set, and ``$`` nothing special."""

DECLARATIVE = ("lr", "optimizer", "batch_size", "device")
"""Options that go with ``--data`` or ``--epochs`` alone; a loop decides these itself."""


@dataclass(frozen=True, slots=True)
class Options:
    """What ``%%train`` was asked for; None where nothing was said."""

    log: list[str]
    show: list[str]
    seed: int | None
    every: float | None
    out: str | None
    no_widget: bool
    data: str | None
    epochs: int | None
    lr: float | None
    optimizer: str | None
    batch_size: int | None
    device: str | None
    model: str | None

    @property
    def declarative(self) -> bool:
        """Whether the magic is to train the body's ``model`` itself."""
        return self.data is not None or self.epochs is not None


def whole(text: str) -> int:
    """Return a whole number from 1.

    Raises:
        ArgumentTypeError: for anything else.
    """
    # isdecimal, since int() also takes underscores and signs.
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise ArgumentTypeError(
        say(f"expected a whole number from 1, got {text!r}", f"应为正整数，得到 {text!r}")
    )


def positive(text: str) -> float:
    """Return a number above 0.

    Raises:
        ArgumentTypeError: for anything else.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if number > 0 and math.isfinite(number):
        return number
    raise ArgumentTypeError(
        say(f"expected a number above 0, got {text!r}", f"应为大于 0 的数，得到 {text!r}")
    )


def seed(text: str) -> int:
    """Return a seed as torch takes it.

    Raises:
        ArgumentTypeError: for anything else.
    """
    if text.isdecimal() and int(text) < 2**64:
        return int(text)
    raise ArgumentTypeError(
        say(
            f"expected a whole number from 0 to 2**64 - 1, got {text!r}",
            f"应为 0 到 2**64 - 1 的整数，得到 {text!r}",
        )
    )


def variable(text: str) -> str:
    """Return a name that a variable can have.

    Raises:
        ArgumentTypeError: for anything else.
    """
    if text.isidentifier() and not iskeyword(text):
        return text
    raise ArgumentTypeError(
        say(f"expected a variable name, got {text!r}", f"应为变量名，得到 {text!r}")
    )


_BOTH: dict[str, dict[str, Any]] = {
    "--log": {
        "action": "append",
        "default": [],
        "metavar": "EXPR",
        "help": 'a number to chart, such as "accuracy(model, data.test)"; may be given repeatedly',
    },
    "--show": {
        "action": "append",
        "default": [],
        "metavar": "EXPR",
        "help": 'images or curves to show, such as "G(z)"; may be given repeatedly',
    },
    "--seed": {"type": seed, "metavar": "N", "help": "seed torch, NumPy and random first"},
    "--every": {
        "type": positive,
        "metavar": "SECONDS",
        "help": "time between two updates of the display (0.1)",
    },
    "--out": {"type": variable, "metavar": "NAME", "help": "variable that holds the run (run)"},
    "--no-widget": {"action": "store_true", "help": "show nothing while it runs"},
}

_ONLY_DECLARATIVE: dict[str, dict[str, Any]] = {
    "model": {
        "nargs": "?",
        "metavar": "MODEL",
        "help": "the variable that holds the model (model)",
    },
    "--data": {
        "metavar": "NAME|EXPR",
        "help": "digits, mnist or fashion_mnist, or code that gives a data set, tensors (x, y) or "
        "a DataLoader (the variable data)",
    },
    "--epochs": {"type": whole, "metavar": "N", "help": "passes over the data (5)"},
    "--lr": {
        "type": positive,
        "metavar": "RATE",
        "help": "learning rate (0.01 with sgd, else the optimizer's or the model's own)",
    },
    "--optimizer": {
        "metavar": "NAME",
        "help": "any of torch.optim, such as adam (sgd; adam for a VAE or GAN)",
    },
    "--batch-size": {"type": whole, "metavar": "N", "help": "examples a step (64)"},
    "--device": {"metavar": "NAME", "help": "auto, cpu, cuda or mps (auto)"},
}


_GROUPS = (("options of the declarative form", _ONLY_DECLARATIVE), ("options of both", _BOTH))


def with_options(magic: Magic) -> Magic:
    """Give a magic the options, and its docstring their table."""
    # IPython reads its decorators from the innermost out.
    for title, table in _GROUPS:
        for name, about in reversed(table.items()):
            magic = argument(name, **about)(magic)
        magic = argument_group(title)(magic)
    magic = magic_arguments("%train")(magic)
    parser = parser_of(magic)
    # An option is spelt out: a shortened one may mean another in the next version.
    parser.allow_abbrev = False
    parser.exit_on_error = False
    return magic


def parser_of(magic: object) -> MagicArgumentParser:
    """Return the parser that :func:`with_options` has given the magic."""
    return cast("MagicArgumentParser", vars(magic)["parser"])


def flags(parser: MagicArgumentParser) -> list[str]:
    """Return how the options are written."""
    return [flag for action in parser._actions for flag in action.option_strings]  # noqa: SLF001 -- no public way


def parse(parser: MagicArgumentParser, line: str, variables: Mapping[str, object]) -> Options:
    """Read the magic's line; ``$n`` and ``{n}`` stand for a variable's value, as in other magics.

    Raises:
        UsageError: for an option that does not exist (with the nearest that does), a value of the
            wrong kind, or an option that does not go with the others.
    """
    try:
        words = _filled(shlex.split(line), variables)
    except ValueError as error:
        raise UsageError(
            say(f"%%train: {error} in {line!r}", f"%%train：{line!r} 的引号不成对")
        ) from error
    try:
        found, unknown = parser.parse_known_args(words)
    except ArgumentError as error:
        raise UsageError(_wrong_value(error, words)) from error
    options = Options(**{field.name: getattr(found, field.name) for field in fields(Options)})
    # A loop trains what it likes, and no variable is called "data.test)".
    if options.model is not None and not (options.declarative and options.model.isidentifier()):
        unknown = unknown or [options.model]
    if unknown:
        raise UsageError(_unknown(unknown, flags(parser)))
    _check_form(options)
    return options


def _filled(words: list[str], variables: Mapping[str, object]) -> list[str]:
    """Put in the values of variables, except where an option takes code."""
    filled = []
    for before, word in zip(["", *words], words, strict=False):
        if before in CODE or word.partition("=")[0] in CODE or not {"$", "{"} & set(word):
            filled.append(word)
            continue
        try:
            filled.append(DollarFormatter().vformat(word, [], variables))
        except Exception:  # noqa: BLE001 -- the braces hold code; then the word is meant as it is
            filled.append(word)
    return filled


def _wrong_value(error: ArgumentError, words: list[str]) -> str:
    flag = error.argument_name or "%%train"
    if isinstance(error.__context__, ArgumentTypeError):
        return f"{flag}: {error.message}"
    if flag not in words:
        return say(f"{flag} takes no value", f"{flag} 不带值")
    return say(
        f"{flag}: expected a value; write one that begins with '-' as {flag}=-1",
        f"{flag}：缺少值；以“-”开头的值请写作 {flag}=-1",
    )


def _unknown(words: list[str], known: list[str]) -> str:
    first = words[0]
    if not first.startswith("-"):
        return say(
            f"%%train: unexpected {first!r}; options begin with --, and an expression with spaces "
            'needs quotes: --log "accuracy(model, data.test)"',
            f"%%train：多余的 {first!r}；选项以 -- 开头，含空格的表达式须加引号："
            '--log "accuracy(model, data.test)"',
        )
    flag = first.partition("=")[0]
    hint, listed = suggest(flag, known), " ".join(sorted(known))
    return say(
        f"%%train: no option {flag!r}.{hint} Options: {listed}",
        f"%%train：没有选项 {flag!r}。{hint} 可用：{listed}",
    )


def _check_form(options: Options) -> None:
    for name in DECLARATIVE:
        if not options.declarative and getattr(options, name) is not None:
            flag = "--" + name.replace("_", "-")
            raise UsageError(
                say(
                    f"{flag} goes with --data or --epochs; a loop of your own decides it itself",
                    f"{flag} 须与 --data 或 --epochs 一起使用；自己写的循环由代码决定",
                )
            )
