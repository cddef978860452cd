"""Who wants to hear of every run that begins, such as an explorer of the model that it trains."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.run import Run

_followers: list[Callable[[Run], None]] = []


def follow(follower: Callable[[Run], None]) -> Callable[[], None]:
    """Call ``follower`` with each run that begins from now on; return a function that ends this.

    It is called on the training thread before the first step, and may subscribe to the run.
    """
    _followers.append(follower)

    def leave() -> None:
        if follower in _followers:
            _followers.remove(follower)

    return leave


def begun(run: Run) -> None:
    """Tell all followers of a run; one that fails says so and is not asked again."""
    for follower in tuple(_followers):
        try:
            follower(run)
        except Exception:  # noqa: BLE001 -- a display that fails must not end the training
            _followers.remove(follower)
            print("[dlwidgets]", traceback.format_exc(), file=sys.stderr)  # noqa: T201 -- seen below the cell
