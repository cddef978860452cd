"""The plain loop that an arm is trained by, as code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.utils.data import DataLoader, Dataset

from dlwidgets.training.fit import HasLoader
from dlwidgets.training.metrics import is_pair

if TYPE_CHECKING:
    from dlwidgets.training.arms.plan import Outcome, Plan


def code(plan: Plan, outcome: Outcome) -> str:
    """Return code that trains an arm from the first seed and prints its test loss.

    What is the user's own stands in it by name: ``data``, ``model`` or what makes it.
    """
    seed, arm = plan.seeds[0], outcome.arm
    imports = ["import torch, dlwidgets", "from torch import nn"]
    if "deepcopy" in "".join(arm.source):
        imports.append("from copy import deepcopy")
    loss = plan.loss_source
    extra = [f"        loss = loss + {arm.penalty_source}"] if arm.penalty else []
    lines = [
        *imports,
        *([plan.source] if plan.source else []),
        f"torch.manual_seed({seed})",
        *arm.source,
        f"optimizer = {_optimizer(plan, outcome)}",
        f"batches = {_batches(plan, seed)}",
        f"torch.manual_seed({seed})",
        f"for epoch in range({plan.epochs}):",
        "    model.train()",
        "    for x, y in batches:",
        f"        loss = {loss}(model(x), y)",
        *extra,
        "        optimizer.zero_grad(); loss.backward(); optimizer.step()",
        "model.eval()",
        "with torch.no_grad():",
        f"    print({_test(plan, loss)})",
    ]
    return "\n".join(lines)


def _optimizer(plan: Plan, outcome: Outcome) -> str:
    arm = outcome.arm
    kind = type(plan.build(arm, outcome.models[0]))
    options = "".join(f", {k}={v!r}" for k, v in {**plan.options, **arm.options}.items())
    return f"torch.optim.{kind.__name__}(model.parameters(){options})"


def _batches(plan: Plan, seed: int) -> str:
    data = plan.data
    if isinstance(data, HasLoader):
        return f"data.loader({plan.batch_size}, seed={seed})"
    part = data[0] if isinstance(data, tuple) and not is_pair(data) else data
    if isinstance(part, (DataLoader, Dataset)):
        return "loader"
    return f"dlwidgets.data.Loader(*train, {plan.batch_size}, seed={seed})"


def _test(plan: Plan, loss: str) -> str:
    where = "data.test" if isinstance(plan.data, HasLoader) else "test"
    return f"{loss}(model({where}[0]), {where}[1]).item()"
