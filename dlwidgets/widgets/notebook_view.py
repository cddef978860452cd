"""A run in a notebook's output: live while it goes on, a static picture afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from dlwidgets.kernel.display import LiveOutput
from dlwidgets.kernel.pump import Pump
from dlwidgets.training.events import ENDED
from dlwidgets.training.report import report
from dlwidgets.widgets.adversaries import Adversaries, complain
from dlwidgets.widgets.train_monitor import TrainMonitor

if TYPE_CHECKING:
    from types import TracebackType

    from dlwidgets.training.run import Run
    from dlwidgets.widgets.train_monitor import Controls


class NotebookView:
    """Shows ``run`` below the cell (a context manager around the run).

    What fails here is printed below the cell; the training goes on.
    """

    def __init__(self, run: Run, *, live: bool = True) -> None:
        """Prepare to show ``run``; with ``live=False`` only its result."""
        self._run = run
        self._live = live
        self._outputs = [LiveOutput()]
        self._pump = Pump()
        self._monitor: TrainMonitor | None = None
        self._greetings = 0
        self._adversaries = Adversaries(run)

    def __enter__(self) -> Self:
        """Display the monitor and let its messages in while the cell runs."""
        self._run.view = self
        if self._live:
            try:
                self._outputs[0].display(self._opened())
            except Exception:  # noqa: BLE001 -- it may fail in any way, a bundle not built for one
                complain()
            self._run.subscribe(poll=self._pump.poll)
            self._adversaries.watch()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Put the static result in the monitor's place, which a saved notebook still shows."""
        self._pump.release()
        self._adversaries.end()
        try:
            result = report(self._run)
            for output in self._outputs:
                output.replace(result)
        except Exception:  # noqa: BLE001 -- without a picture the run is still whole
            complain()
        else:
            # A page that was loaded anew takes in nothing more of this cell's output, JupyterLab
            # has forgotten whose it is: there the monitor stays and shows how the run has ended.
            if self._greetings <= len(self._outputs):
                self.close()

    def show(self) -> None:
        """Display the monitor again, below the current cell."""
        output = LiveOutput()
        output.display(self._opened())
        if self._run.state not in ENDED:
            self._outputs.append(output)
        self._adversaries.show()

    def close(self) -> None:
        """Take the monitor down, in the kernel and on the page."""
        self._adversaries.close()
        if self._monitor is not None:
            self._monitor.close()
            self._monitor = None

    def _opened(self) -> TrainMonitor:
        """Return the monitor; a new one if there is none, or if somebody has closed it."""
        if self._monitor is None or self._monitor.comm is None:
            controls: Controls = "live" if self._pump.live else "between"
            self._monitor = TrainMonitor(self._run, controls=controls)
            self._monitor.on_msg(self._greeted)
        return self._monitor

    def _greeted(self, _monitor: object, content: dict[str, Any], _buffers: object) -> None:
        """Count the views that have appeared; one for each output unless a page was reloaded."""
        self._greetings += content.get("cmd") == "hello"
