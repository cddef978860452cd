"""From the options of ``%%train`` to a run: which form, on what, watched how."""

from __future__ import annotations

import random
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from IPython.core.error import UsageError
from torch import nn

from dlwidgets.language import say, suggest
from dlwidgets.magics.expressions import compile_expressions
from dlwidgets.training import Run
from dlwidgets.training.fit import Plan, fit, plan
from dlwidgets.training.probes import Probe
from dlwidgets.widgets.session import session

if TYPE_CHECKING:
    from types import CodeType

    from IPython.core.interactiveshell import InteractiveShell

    from dlwidgets.magics.cell import Body
    from dlwidgets.magics.options import Options

DATA_SETS = ("digits", "fashion_mnist", "mnist")


def conduct(shell: InteractiveShell, body: Body, options: Options) -> None:
    """Run the body of ``%%train`` in the form that ``options`` ask for.

    The variable of the run is set, and the view of the run that it held before is closed, when
    the new run begins: whatever is wrong before that changes neither.

    Raises:
        UsageError: for what can be seen to be wrong before anything runs, and for what the body
            of the declarative form has left wrong.
    """
    space: dict[str, Any] = shell.user_ns
    run = Run(_out(space, body, options))
    log, show = _expressions(space, body, options)
    if options.declarative:
        _check_names(space, body, options)
    watching = session(
        run,
        monitor=not options.no_widget,
        every=options.every,
        probe=Probe(run, lambda: space, log, show) if log or show else None,
    )
    if options.seed is not None:
        seed_all(options.seed)
    if not options.declarative:
        with watching:
            _publish(space, run)
            body.run()
        return
    body.run()
    given = _plan(space, body, options)
    print(given.text)  # noqa: T201 -- the choices made are stated
    with watching:
        _publish(space, run)
        fit(run, given)


def seed_all(seed: int) -> None:
    """Seed torch, NumPy and Python's own generator."""
    torch.manual_seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 -- the body may use the old interface
    random.seed(seed)


def _out(space: dict[str, Any], body: Body, options: Options) -> str:
    """Return the name of the variable for the run; refuse to write over the user's own."""
    name = options.out or "run"
    taken = name in space and not isinstance(space[name], Run) and options.out is None
    if not taken and name not in body.assigned:
        return name
    why = (
        say(f"this cell assigns to {name!r}", f"此单元格给 {name!r} 赋值")
        if name in body.assigned
        else say(
            f"{name!r} is a {type(space[name]).__name__} of yours",
            f"{name!r} 是您已有的 {type(space[name]).__name__}",
        )
    )
    raise UsageError(
        say(
            f"%%train: {why}; keep the run under another name: --out training",
            f"%%train：{why}；请用另一个名字保存 run：--out training",
        )
    )


def _publish(space: dict[str, Any], run: Run) -> None:
    previous = space.get(run.name)
    if isinstance(previous, Run):
        previous.close()
    space[run.name] = run


def _expressions(
    space: dict[str, Any], body: Body, options: Options
) -> tuple[dict[str, CodeType], dict[str, CodeType]]:
    known = None if body.opaque else {*space, *body.assigned, options.out or "run"}
    return (
        compile_expressions("--log", options.log, known),
        compile_expressions("--show", options.show, known),
    )


def _check_names(space: dict[str, Any], body: Body, options: Options) -> None:
    """Raise UsageError where the declarative form lacks a variable, or is told two things."""
    known = {*space, *body.assigned}
    if options.optimizer is not None and "optimizer" in body.assigned:
        raise UsageError(
            say(
                "--optimizer: this cell makes an `optimizer` of its own; leave one of the two out",
                "--optimizer：此单元格已定义 optimizer；两者只能保留一个",
            )
        )
    if body.opaque:
        return
    if (options.model or "model") not in known:
        raise UsageError(_no_model(space, options.model or "model"))
    if options.data is None and "data" not in known:
        raise UsageError(
            say(
                "--epochs: no variable named 'data'; give --data digits, or a name of yours",
                "--epochs：没有名为 'data' 的变量；请给出 --data digits 或您的变量名",
            )
        )
    if options.data is not None and not options.data.isidentifier():
        compile_expressions("--data", [options.data], known, ())
    elif options.data is not None and options.data not in {*known, *DATA_SETS}:
        mine = [name for name in space if not name.startswith("_")]
        hint = suggest(options.data, [*DATA_SETS, *mine])
        listed = ", ".join(DATA_SETS)
        raise UsageError(
            say(
                f"--data: no data set or variable named {options.data!r}.{hint} "
                f"Data sets: {listed}",
                f"--data：没有名为 {options.data!r} 的数据集或变量。{hint} 数据集：{listed}",
            )
        )


def _plan(space: dict[str, Any], body: Body, options: Options) -> Plan:
    """Decide on everything, from what the body has left."""
    name = options.model or "model"
    model = space.get(name)
    if not isinstance(model, nn.Module):
        raise UsageError(_no_model(space, name))
    data = _data(space, "data" if options.data is None else options.data)
    # Only what this body defines: `loss` and `optimizer` of earlier cells are other things.
    names = body.assigned & space.keys() & {"loss", "optimizer", "scheduler", "metrics"}
    asked: dict[str, Any] = {
        "optimizer": options.optimizer,
        "lr": options.lr,
        "batch_size": options.batch_size,
        "device": options.device,
        "epochs": options.epochs,
        "seed": options.seed,
    }
    chosen = {name: value for name, value in asked.items() if value is not None}
    chosen |= {name: space[name] for name in names}
    try:
        return plan(model, data, **chosen)
    except (ValueError, TypeError, RuntimeError, AssertionError) as error:
        # The last two: torch, on a device that this machine does not have.
        message = f"%%train: {error}"
        raise UsageError(message) from error


def _data(space: dict[str, Any], text: str) -> object:
    """Return the variable or data set of this name, or what the expression gives."""
    from dlwidgets import data

    if text in space:
        return space[text]
    try:
        if text in DATA_SETS:
            return getattr(data, text)()
        return eval(text, {**space})  # noqa: S307 -- the user's own code, typed into the cell
    except Exception as error:
        kind = "" if text in DATA_SETS else f"{type(error).__name__}: "
        message = f"--data {text}: {kind}{error}"
        raise UsageError(message) from error


def _no_model(space: dict[str, Any], name: str) -> str:
    held = space.get(name)
    if name not in space:
        en = zh = ""
    elif isinstance(held, type):
        en, zh = f", got the class {held.__name__}", f"，现为类 {held.__name__}"
    else:
        en, zh = f", got {type(held).__name__}", f"，现为 {type(held).__name__}"
    others = [n for n, v in space.items() if isinstance(v, nn.Module) and not n.startswith("_")]
    listed = ", ".join(others)
    nearest = next(iter(get_close_matches(name, others, 1, 0)), "")
    remedy = f"model = {others[0]}" if name == "model" and others else f"%%train {nearest}"
    return say(
        f"%%train with --data or --epochs: `{name}` must be an nn.Module{en}; "
        + (f"found: {listed}; write {remedy}" if others else "define it in the cell"),
        f"%%train 带 --data 或 --epochs 时，{name} 须为 nn.Module{zh}；"
        + (f"已有：{listed}；可写 {remedy}" if others else "请在单元格中定义"),
    )
