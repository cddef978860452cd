"""Who takes part in a race: any optimizer of torch, configured or not, or one of your own."""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from dlwidgets.explain.optimizers.formulas import formula
from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dlwidgets.explain.optimizers.schedules import Schedule

Options = dict[str, Any]

NAMES: dict[str, tuple[type[Optimizer], Options]] = {
    **{
        name.lower(): (kind, {})
        for name, kind in vars(torch.optim).items()
        if isinstance(kind, type) and issubclass(kind, Optimizer) and kind is not Optimizer
    },
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "nag": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
}
"""What can be asked for by name."""

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
        known: the short name of the method in `NAMES`, if it was asked for by it.
        function: whether ``source`` is a function, which takes parameters alone.
    """

    title: str
    build: Callable[[list[Tensor], Options], Optimizer]
    options: Options
    given: frozenset[str]
    source: str
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
        return replace(self, options=changed, given=self.given | options.keys(), title=_title(made))

    @property
    def closing(self) -> bool:
        """Whether a step asks for the loss itself, as that of LBFGS does."""
        return takes_closure(_probed(self.source, self.make))


@dataclass(frozen=True)
class Racer:
    """One who takes part: an optimizer, or one after another.

    Attributes:
        stages: the step from which each is used, and the optimizer; the first from step 0.
        schedule: of the rate, begun anew with each stage.
        tuned: whether the rate was chosen by `tuned`, not by the user.
    """

    stages: tuple[tuple[int, Stage], ...]
    schedule: Schedule | None = field(default=None)
    tuned: bool = False

    @property
    def name(self) -> str:
        """What it is called: ``"Adam"``, or ``"Adam → SGD"``."""
        return " → ".join(stage.title for _, stage in self.stages)

    def having(self, stage: int, **options: object) -> Racer:
        """Return the same with other options of one stage."""
        stages = list(self.stages)
        stages[stage] = (stages[stage][0], stages[stage][1].having(**options))
        return replace(self, stages=tuple(stages), tuned=self.tuned and "lr" not in options)


def read_racer(given: object) -> tuple[Racer, bool]:
    """Return who takes part, and whether a rate was said.

    Args:
        given: a name (``"adam"``, ``"momentum"``, ``"nag"``), a class of ``torch.optim`` or your
            own, ``functools.partial(torch.optim.SGD, lr=0.1)``, an optimizer (its class and the
            numbers of its first group are read; it is never stepped), a function that makes one
            from parameters, or three of these as ``(first, step, then)``.

    Raises:
        TypeError: for what is none of these.
        ValueError: for an unknown name, or options that torch refuses.
    """
    if isinstance(given, Racer):
        return given, True
    if isinstance(given, (tuple, list)):
        return _relay(given)
    if isinstance(given, str):
        name = given.lower().replace("nesterov", "nag")
        if name not in NAMES:
            raise ValueError(
                say(
                    f"optimizer: expected a name among {', '.join(sorted(NAMES))}, got {given!r}."
                    f"{suggest(name, NAMES)}",
                    f"优化器：名称应为 {'、'.join(sorted(NAMES))} 之一，得到 {given!r}。"
                    f"{suggest(name, NAMES)}",
                )
            )
        kind, options = NAMES[name]
        return _alone(replace(_of_class(kind, options), known=name)), False
    return _alone(_of_object(given)), True


def _of_object(given: object) -> Stage:
    if isinstance(given, Optimizer):
        return _of_instance(given)
    if isinstance(given, type) and issubclass(given, Optimizer):
        return _of_class(given, {})
    if isinstance(given, functools.partial) and isinstance(given.func, type) and not given.args:
        return _of_class(given.func, dict(given.keywords))
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


def _alone(stage: Stage) -> Racer:
    return Racer(((0, stage),))


def _relay(given: Iterable[object]) -> tuple[Racer, bool]:
    """Return the racer that changes optimizers on the way: first, step, then."""
    match list(given):
        case [first, int(step), then] if step > 0:
            (before, one), (after, two) = read_racer(first), read_racer(then)
            stages = (before.stages[0], (step, after.stages[0][1]))
            return Racer(stages), one and two
    raise ValueError(
        say(
            "optimizer: expected (first, step, then) with a step from 1, such as "
            f"('adam', 60, 'momentum'), got {given!r}",
            "优化器：应为（先用的, 步数, 再用的），步数从 1 起，如 ('adam', 60, 'momentum')，"
            f"得到 {given!r}",
        )
    )


def _of_class(kind: type[Any], options: Options) -> Stage:
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
    stage = _of_class(type(given), options)
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

    return Stage(_title(probe), build, _numbers(probe), frozenset(), source, function=True)


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
