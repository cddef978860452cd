"""The monitor of adversarial training, below that of the run: there as soon as two nets play."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

from dlwidgets.kernel.display import LiveOutput
from dlwidgets.widgets.train_monitor import weakly

if TYPE_CHECKING:
    from dlwidgets.training.adversarial import Duel
    from dlwidgets.training.run import Run
    from dlwidgets.widgets.gan_monitor import GanMonitor


class Adversaries:
    """Shows a ``GanMonitor`` below the cell, if the loop of ``run`` turns out to be a game.

    What fails here is printed below the cell; the training goes on.
    """

    def __init__(self, run: Run) -> None:
        """Show nothing yet."""
        self._run = run
        self._duel: Duel | None = None
        self._outputs: list[LiveOutput] = []
        self._monitor: GanMonitor | None = None

    def watch(self) -> None:
        """Look out for a game, from the next tick on."""
        from dlwidgets.training.adversarial import duel_of

        self._duel = duel_of(self._run)
        self._run.subscribe(flush=weakly(self._appear))

    def _appear(self) -> None:
        """Show the monitor once there is a picture; one that the user has made is his to show."""
        duel = self._duel
        if duel is None or self._outputs or duel.named or not len(duel.film):
            return
        output = LiveOutput()
        self._outputs.append(output)
        try:
            output.display(self._opened())
        except Exception:  # noqa: BLE001 -- it may fail in any way, a bundle not built for one
            complain()

    def end(self) -> None:
        """Put the last samples in the monitor's place, which a saved notebook still shows."""
        duel = self._duel
        if duel is None or not self._outputs or not len(duel.film):
            return
        try:
            from dlwidgets.training.adversarial.still import still

            for output in self._outputs:
                output.replace(still(duel))
        except Exception:  # noqa: BLE001 -- without a picture the run is still whole
            complain()

    def show(self) -> None:
        """Display the monitor again, below the current cell, if there is anything to show."""
        if self._duel is not None and len(self._duel.film):
            LiveOutput().display(self._opened())

    def close(self) -> None:
        """Take the monitor down, in the kernel and on the page."""
        if self._monitor is not None:
            self._monitor.close()
            self._monitor = None

    def _opened(self) -> GanMonitor:
        from dlwidgets.widgets.gan_monitor import GanMonitor

        if self._monitor is None or self._monitor.comm is None:
            self._monitor = GanMonitor(self._run)
        return self._monitor


def complain() -> None:
    """Print the exception that is being handled."""
    print("[dlwidgets]", traceback.format_exc(), file=sys.stderr)  # noqa: T201 -- seen below the cell
