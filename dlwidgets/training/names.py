"""What the user calls things: losses, optimizers and models, found in their own frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import CodeType, FrameType

# Frames of these belong to machinery, not to the user's loop.
_MACHINERY = (
    "torch.",
    "contextlib",
    "dlwidgets.training.control",
    "dlwidgets.training.hooks",
    "dlwidgets.training.run",
    "dlwidgets.training.watch",
)
_FLOOR = ("IPython.", "dlwidgets.magics", "dlwidgets.widgets", "ipykernel.", "_pytest.")


class Losses:
    """Names the scalars on which ``backward`` is called."""

    def __init__(self) -> None:
        """Start without a name for any line of code."""
        # Keyed by the code's id, since hashing a code object costs a microsecond; the code is kept
        # beside it, so that no other can get the same id.
        self._seen: dict[tuple[int, int], tuple[str, bool, CodeType]] = {}

    def name(self, loss: torch.Tensor, frame: FrameType) -> tuple[str, torch.Tensor]:
        """Return the variable that holds ``loss`` in ``frame``, and the tensor to report.

        ``(loss / 4).backward()`` and ``scaler.scale(loss).backward()`` differentiate a product
        without a name: then the variable it was made of is the one to report.
        """
        place = (id(frame.f_code), frame.f_lasti)
        known = self._seen.get(place)
        if known is None:
            known = self._seen[place] = (*_find(loss, frame.f_locals), frame.f_code)
        name, derived, _ = known
        if derived:
            held = frame.f_locals.get(name)
            if isinstance(held, torch.Tensor) and held.numel() == 1:
                return name, held
        return name, loss


def _find(loss: torch.Tensor, variables: Mapping[str, object]) -> tuple[str, bool]:
    scalars = [
        (name, held)
        for name, held in variables.items()
        if isinstance(held, torch.Tensor) and held.numel() == 1 and not name.startswith("_")
    ]
    for name, held in scalars:
        if held is loss:
            return name, False
    made_of = loss.grad_fn.next_functions if loss.grad_fn is not None else ()
    parents = [node for node, _ in made_of if node is not None]
    for name, held in scalars:
        if parents and held.grad_fn is parents[0] and len(parents) == 1:
            return name, True
    return "loss", False


def user_frames(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield the frames of the user's code, innermost first, from ``frame`` outwards."""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith(_FLOOR):
            return
        if not (module == "torch" or module.startswith(_MACHINERY)):
            yield frame
        frame = frame.f_back


def visible(frame: FrameType | None) -> dict[str, object]:
    """Return every variable that the user's frames see, inner ones first."""
    seen: dict[str, object] = {}
    for user in user_frames(frame):
        for variables in (user.f_locals, user.f_globals):
            for name, value in list(variables.items()):
                if not name.startswith("_"):
                    seen.setdefault(name, value)
    return seen


def optimizer_name(optimizer: torch.optim.Optimizer, variables: Mapping[str, object]) -> str:
    """Return the variable that holds ``optimizer``, else its class name in lower case."""
    for name, value in variables.items():
        if value is optimizer:
            return name
    return type(optimizer).__name__.lower()


def has_scheduler(optimizer: torch.optim.Optimizer, variables: Mapping[str, object]) -> bool:
    """Return whether a learning rate scheduler among ``variables`` works on ``optimizer``."""
    return any(
        isinstance(value, LRScheduler) and value.optimizer is optimizer
        for value in variables.values()
    )


def models_of(
    optimizer: torch.optim.Optimizer, variables: Mapping[str, object]
) -> dict[str, nn.Module]:
    """Return the outermost modules among ``variables`` that own parameters of ``optimizer``."""
    trained = {id(p) for group in optimizer.param_groups for p in group["params"]}
    owners: dict[str, nn.Module] = {}
    for name, value in variables.items():
        if not isinstance(value, nn.Module) or any(value is known for known in owners.values()):
            continue
        if any(id(parameter) in trained for parameter in value.parameters()):
            owners[name] = value
    inner = {id(part) for value in owners.values() for part in value.modules() if part is not value}
    return {name: value for name, value in owners.items() if id(value) not in inner}
