"""A run and whoever watches it: the monitor in a notebook, a line in a terminal.

``train`` and ``live`` are the two ways into a run besides ``%%train``.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from dlwidgets.kernel.environment import environment
from dlwidgets.kernel.interrupts import Interrupts
from dlwidgets.training.fit import fit, plan
from dlwidgets.training.line import Line
from dlwidgets.training.live import watched
from dlwidgets.training.run import Run
from dlwidgets.training.watch import Watch
from dlwidgets.widgets.notebook_view import NotebookView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import nn


@contextmanager
def session(
    run: Run,
    *,
    monitor: bool = True,
    keep: bool = True,
    every: float | None = None,
    probe: Callable[[], None] | None = None,
) -> Iterator[Run]:
    """Watch the loops inside the block for ``run``, and show it where the program runs.

    Args:
        run: a run that is ready.
        monitor: whether to show it live.
        keep: whether to leave the static result in a notebook, also without a monitor.
        every: seconds between two updates of the display.
        probe: called at each update, before the display.

    Raises:
        RuntimeError: if a run already watches this thread; nothing is shown then.
    """
    with Watch(run):
        pass  # Raises where another one is open, before anything is displayed.
    with ExitStack() as stack:
        run.subscribe(flush=probe, every=every)
        if environment() == "notebook" and (monitor or keep):
            stack.enter_context(NotebookView(run, live=monitor))
        elif monitor:
            stack.enter_context(Line(run))
        stack.enter_context(Interrupts(lambda: _ask(run)))
        with watched(run):
            yield run


def _ask(run: Run) -> None:
    """End ``run`` after its step; raise at once if none is in sight, as in any other cell."""
    __tracebackhide__ = True
    if not run.interrupt():
        raise KeyboardInterrupt


@contextmanager
def live(name: str = "run", *, monitor: bool = True, every: float | None = None) -> Iterator[Run]:
    """Make the plain training loops inside the block alive, outside ``%%train``.

        with dlwidgets.live() as run:
            for epoch in run.track(range(20)):
                ...

    Stopping the run, interrupting it once or a divergence ends the block; the program goes on
    after it. A loop wrapped in ``run.track`` gives progress; with one tracked loop inside another,
    the passes of the outer one are the epochs.

    Args:
        name: how the display calls the run.
        monitor: whether to show anything.
        every: seconds between two updates of the display (0.1).

    Raises:
        RuntimeError: if a run already watches this thread.
    """
    with session(Run(name), monitor=monitor, keep=monitor, every=every) as run:
        yield run


def train(model: nn.Module, data: object, *, monitor: bool = True, **choices: Any) -> Run:  # noqa: ANN401 -- named in plan
    """Train ``model`` on ``data`` and return the run; what was guessed is printed.

    How it learns is its kind's: a `GAN`, `CGAN` or `DCGAN` its two nets in turn; a model with
    ``encode`` and ``decode`` to draw its input again, as a VAE where it returns
    (reconstruction, mu, logvar), else as an autoencoder; any other from inputs to targets.

    Args:
        model: any ``nn.Module``; it is moved to the device and stays there.
        data: a data set of :mod:`dlwidgets.data`, ``(x, y)`` tensors, a pair of such pairs for
            training and test, or a ``DataLoader``; images alone where no targets are needed.
        monitor: whether to show the run live and print the choices.
        **choices: ``epochs`` (5), ``lr`` (0.01 with SGD, else the optimizer's own), ``optimizer``
            (``"sgd"``, any name, class or instance of ``torch.optim``), ``scheduler`` (one of
            ``torch.optim.lr_scheduler`` or a function of the optimizer that makes one; stepped
            once an epoch), ``loss`` (cross entropy for class indices, mean squared error for
            floats), ``batch_size`` (64), ``metrics``
            (``("accuracy",)``), ``device`` (``"auto"``: CUDA, MPS, else CPU), ``seed`` (0: of
            shuffling and of everything random in the loop), and further options of the optimizer
            (``momentum=0.9``). A VAE has Adam at 1e-3, ``beta`` (the model's own), which is a
            knob as well, and logs ``reconstruction`` and ``kl`` of an image. A GAN has Adam at
            2e-4 with ``betas=(0.5, 0.999)``, ``lr_D`` and ``lr_G`` where they differ, ``loss``
            (``"non_saturating"``, ``"saturating"``, ``"least_squares"``), and as knobs
            ``D_steps`` (1: steps of D for one of G), ``label_smoothing`` (0), ``instance_noise``
            (0), ``train_D`` and ``train_G`` (1; 0 lets that net rest); it logs ``D(x)`` and
            ``D(G(z))``.

    Returns:
        The run. ``run.history`` has the loss of each step and, once an epoch, ``test_loss`` and
        ``test_<metric>`` if the data has a test part (for a GAN ``test_D(x)``).

    Raises:
        TypeError: for a model or data of another kind.
        ValueError: for a choice that can't be; nothing has been trained then.
    """
    given = plan(model, data, **choices)
    if monitor:
        print(given.text)  # noqa: T201 -- the choices made are stated
    with session(Run(), monitor=monitor, keep=monitor) as run:
        fit(run, given)
    return run
