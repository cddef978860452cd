"""Plain PyTorch that walks a racer's path again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlwidgets.explain.optimizers.racers import Racer
    from dlwidgets.explain.optimizers.stages import Stage
    from dlwidgets.explain.optimizers.surfaces import Surface


def script(surface: Surface, start: tuple[float, float], racer: Racer, steps: int) -> str:
    """Return lines that make ``path``, a list of the steps + 1 places of a racer on a surface.

    They need ``import torch``, and what the user gave under its own name: a function, a class, a
    function that makes an optimizer or a scheduler.
    """
    f = surface.source if surface.own else "f"
    lines = [] if surface.own else [f"f = lambda x, y: {surface.source}"]
    lines.append(
        f"theta = torch.tensor([{start[0]!r}, {start[1]!r}], "
        "dtype=torch.float64, requires_grad=True)"
    )
    first, *later = racer.stages
    lines += _begin(first[1], racer, "")
    lines += ["path = [theta.tolist()]", f"for step in range({steps}):"]
    for begin, stage in later:
        lines += [f"    if step == {begin}:", *_begin(stage, racer, "        ")]
    lines += _step(racer, f)
    return "\n".join([*lines, "    path.append(theta.tolist())"])


def _begin(stage: Stage, racer: Racer, indent: str) -> list[str]:
    chosen = "".join(f", {k}={v!r}" for k, v in stage.options.items() if k in stage.given)
    lines = [f"{indent}optimizer = {stage.source}([theta]{'' if stage.function else chosen})"]
    if stage.function and chosen:
        lines.append(f"{indent}optimizer.param_groups[0].update({chosen[2:]})")
    if racer.schedule:
        lines.append(f"{indent}scheduler = {racer.schedule.source}")
    return lines


def _step(racer: Racer, f: str) -> list[str]:
    closing = any(stage.closing for _, stage in racer.stages)
    indent = "        " if closing else "    "
    gradient = [
        f"{indent}optimizer.zero_grad()",
        f"{indent}loss = {f}(*theta)",
        f"{indent}loss.backward()",
    ]
    if closing:
        lines = ["    def closure():", *gradient, f"{indent}return loss"]
        lines.append("    loss = optimizer.step(closure)")
    else:
        lines = [*gradient, "    optimizer.step()"]
    if racer.schedule:
        told = "loss.item()" if racer.schedule.listens else ""
        lines.append(f"    scheduler.step({told})")
    return lines
