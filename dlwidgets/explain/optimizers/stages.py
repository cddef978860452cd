"""An optimizer that is ready to be made: of torch, of the user, by class, object or function."""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from dlwidgets.explain.optimizers.formulas import formula
from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Callable

Options = dict[str, Any]

LABELS = {"momentum": "Momentum", "nag": "NAG"}

MACHINERY = {"foreach", "fused", "capturable", "differentiable"}
"""Options that change how a step is carried out, not what it computes."""


@dataclass(frozen=True)
class Stage:
    """An optimizer, ready to be made for any parameters.

    Attributes:
        title: what the method is called.
        build: makes the optimizer from parameters and options.
        options: its numbers and flags, as ``param_groups`` has them.
        given: which of them a line of code has to name.
        source: the class or function, as code calls it.
        closing: whether a step asks for the loss itself, as that of LBFGS does.
        known: the short name of the method in `NAMES`, if it was asked for by it.
        function: whether ``source`` is a function, which takes parameters alone.
    """

    title: str
    build: Callable[[list[Tensor], Options], Optimizer]
    options: Options
    given: frozenset[str]
    source: str
    closing: bool
    known: str = ""
    function: bool = False

    def make(self, parameters: list[Tensor]) -> Optimizer:
        """Return a new optimizer."""
        return self.build(parameters, self.options)

    def having(self, **options: object) -> Stage:
        """Return the same with other options.

        Raises:
            ValueError: for an option that there is not, or a value that torch refuses.
        """
        for name in options:
            if name not in self.options:
                raise ValueError(
                    say(
                        f"{self.title}: expected an option among {', '.join(self.options)}, got "
                        f"{name!r}.{suggest(name, self.options)}",
                        f"{self.title}：选项应为 {'、'.join(self.options)} 之一，得到 {name!r}。"
                        f"{suggest(name, self.options)}",
                    )
                )
        changed = {**self.options, **options}
        made = _probed(self.source, lambda leaves: self.build(leaves, changed))
        return replace(
            self,
            options=changed,
            given=self.given | options.keys(),
            title=_title(made),
            # A rate that somebody has chosen is kept wherever the race goes.
            known="" if "lr" in options else self.known,
        )


def read_stage(given: object) -> Stage:
    """Return the optimizer that a class, a partial, an object or a function stands for.

    Raises:
        TypeError: for what is none of these.
        ValueError: for options that torch refuses.
    """
    if isinstance(given, Optimizer):
        return _of_instance(given)
    if isinstance(given, type) and issubclass(given, Optimizer):
        return of_class(given, {})
    if isinstance(given, functools.partial) and isinstance(given.func, type) and not given.args:
        return of_class(given.func, dict(given.keywords))
    if callable(given):
        return _of_function(given)
    raise TypeError(
        say(
            "optimizer: expected a name such as 'adam', a class of torch.optim, "
            "functools.partial(torch.optim.SGD, lr=0.1), an optimizer, or a function that makes "
            f"one from parameters; got {type(given).__name__}",
            "优化器：应为名称（如 'adam'）、torch.optim 的类、"
            "functools.partial(torch.optim.SGD, lr=0.1)、优化器对象，或由参数创建优化器的函数；"
            f"得到 {type(given).__name__}",
        )
    )


def of_class(kind: type[Any], options: Options) -> Stage:
    """Return an optimizer of a class with options; torch fills in the others."""
    accepted = inspect.signature(kind).parameters
    source = f"torch.optim.{kind.__name__}" if _torchs(kind) else kind.__name__
    probe = _probed(source, lambda leaves: kind(leaves, **options))
    shown = {k: v for k, v in _numbers(probe).items() if k in accepted}
    fixed = {k: v for k, v in options.items() if k not in shown}
    return Stage(
        _title(probe),
        lambda leaves, chosen: kind(leaves, **fixed, **chosen),
        shown,
        frozenset(options) | ({"lr"} & shown.keys()),
        source,
        takes_closure(probe),
    )


def _of_instance(given: Optimizer) -> Stage:
    """Return the class and numbers of an optimizer, whose first group speaks for all."""
    accepted = inspect.signature(type(given)).parameters
    group = given.param_groups[0]
    options = {
        name: float(group[name]) if isinstance(group[name], Tensor) else group[name]
        for name in given.defaults
        if name in accepted and name in group and name not in MACHINERY
    }
    stage = of_class(type(given), options)
    usual = {k: p.default for k, p in accepted.items()}
    told = {k for k, v in stage.options.items() if usual.get(k) != v}
    return replace(stage, given=frozenset(told) | ({"lr"} & stage.options.keys()))


def _of_function(make: Callable[..., Any]) -> Stage:
    name = str(getattr(make, "__name__", type(make).__name__))
    source = name if name.isidentifier() else "make_optimizer"
    probe = _probed(source, make)

    def build(leaves: list[Tensor], options: Options) -> Optimizer:
        made: Optimizer = make(leaves)
        for group in made.param_groups:
            group.update(options)
        return made

    return Stage(
        _title(probe),
        build,
        _numbers(probe),
        frozenset(),
        source,
        takes_closure(probe),
        function=True,
    )


def _probed(source: str, make: Callable[[list[Tensor]], Any]) -> Optimizer:
    """Return what ``make`` makes for two numbers.

    Raises:
        TypeError: if that is no optimizer.
        ValueError: in the words of whatever refused.
    """
    try:
        made = make([torch.zeros(2, dtype=torch.float64, requires_grad=True)])
    except Exception as error:
        raise ValueError(
            say(
                f"optimizer: {source} could not be made for a parameter of two numbers: {error}",
                f"优化器：无法为含两个数的参数创建 {source}：{error}",
            )
        ) from error
    if isinstance(made, Optimizer):
        return made
    raise TypeError(
        say(
            f"optimizer: expected {source} to return a torch.optim.Optimizer, "
            f"got {type(made).__name__}",
            f"优化器：{source} 应返回 torch.optim.Optimizer，得到 {type(made).__name__}",
        )
    )


def _numbers(optimizer: Optimizer) -> Options:
    """Return what can be turned: numbers, flags, and pairs of numbers."""
    group = optimizer.param_groups[0]
    found = {}
    for name in optimizer.defaults:
        value = group.get(name)
        value = value.item() if isinstance(value, Tensor) and value.numel() == 1 else value
        if isinstance(value, (tuple, list)) and all(isinstance(v, float) for v in value):
            value = tuple(value)
        if name not in MACHINERY and isinstance(value, (bool, int, float, tuple)):
            found[name] = value
    return found


def _title(optimizer: Optimizer) -> str:
    known = formula(optimizer)
    return LABELS.get(known.kind if known else "", type(optimizer).__name__)


def takes_closure(optimizer: Optimizer) -> bool:
    """Return whether a step can't do without a function that computes the loss."""
    found = inspect.signature(type(optimizer).step).parameters.get("closure")
    return found is not None and found.default is inspect.Parameter.empty


def _torchs(kind: type) -> bool:
    return kind.__module__.startswith("torch.optim")
