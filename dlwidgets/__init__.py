"""Deep learning that can be watched, paused and steered inside a notebook.

``%load_ext dlwidgets`` brings ``%%train`` and the name ``dlwidgets``. Nothing heavy is imported
before it is used: the public names below are fetched on first touch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from dlwidgets.language import language, no_attribute, set_language

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dlwidgets import data, models
    from dlwidgets.training import Run
    from dlwidgets.training.arms import compare
    from dlwidgets.training.metrics import accuracy
    from dlwidgets.training.sweep import sweep
    from dlwidgets.widgets.activation_explorer import ActivationExplorer
    from dlwidgets.widgets.autograd_explorer import AutogradExplorer
    from dlwidgets.widgets.broadcast_explorer import BroadcastExplorer
    from dlwidgets.widgets.conv_explorer import ConvExplorer
    from dlwidgets.widgets.explore import explore
    from dlwidgets.widgets.forecast_explorer import ForecastExplorer
    from dlwidgets.widgets.frame_explorer import FrameExplorer
    from dlwidgets.widgets.gan_monitor import GanMonitor
    from dlwidgets.widgets.gan_playground import GanPlayground
    from dlwidgets.widgets.latent_explorer import LatentExplorer
    from dlwidgets.widgets.loss_explorer import LossExplorer
    from dlwidgets.widgets.lstm_explorer import LSTMExplorer
    from dlwidgets.widgets.model_explorer import ModelExplorer
    from dlwidgets.widgets.optimizer_explorer import OptimizerExplorer
    from dlwidgets.widgets.polynomial_explorer import PolynomialExplorer
    from dlwidgets.widgets.regularization_explorer import RegularizationExplorer
    from dlwidgets.widgets.retrain_explorer import RetrainExplorer
    from dlwidgets.widgets.session import live, train
    from dlwidgets.widgets.sweep_explorer import SweepExplorer
    from dlwidgets.widgets.tagger_explorer import TaggerExplorer
    from dlwidgets.widgets.tensor_explorer import TensorExplorer
    from dlwidgets.widgets.train_monitor import TrainMonitor

__version__ = "0.1.0.dev0"

__all__ = [
    "ActivationExplorer",
    "AutogradExplorer",
    "BroadcastExplorer",
    "ConvExplorer",
    "ForecastExplorer",
    "FrameExplorer",
    "GanMonitor",
    "GanPlayground",
    "LSTMExplorer",
    "LatentExplorer",
    "LossExplorer",
    "ModelExplorer",
    "OptimizerExplorer",
    "PolynomialExplorer",
    "RegularizationExplorer",
    "RetrainExplorer",
    "Run",
    "SweepExplorer",
    "TaggerExplorer",
    "TensorExplorer",
    "TrainMonitor",
    "__version__",
    "accuracy",
    "compare",
    "data",
    "explore",
    "language",
    "live",
    "models",
    "set_language",
    "sweep",
    "train",
]

# Where each name lives that is fetched on first touch.
_HOMES = {
    "ActivationExplorer": "dlwidgets.widgets.activation_explorer",
    "AutogradExplorer": "dlwidgets.widgets.autograd_explorer",
    "BroadcastExplorer": "dlwidgets.widgets.broadcast_explorer",
    "ConvExplorer": "dlwidgets.widgets.conv_explorer",
    "ForecastExplorer": "dlwidgets.widgets.forecast_explorer",
    "FrameExplorer": "dlwidgets.widgets.frame_explorer",
    "GanMonitor": "dlwidgets.widgets.gan_monitor",
    "LSTMExplorer": "dlwidgets.widgets.lstm_explorer",
    "GanPlayground": "dlwidgets.widgets.gan_playground",
    "LatentExplorer": "dlwidgets.widgets.latent_explorer",
    "LossExplorer": "dlwidgets.widgets.loss_explorer",
    "ModelExplorer": "dlwidgets.widgets.model_explorer",
    "OptimizerExplorer": "dlwidgets.widgets.optimizer_explorer",
    "PolynomialExplorer": "dlwidgets.widgets.polynomial_explorer",
    "RegularizationExplorer": "dlwidgets.widgets.regularization_explorer",
    "RetrainExplorer": "dlwidgets.widgets.retrain_explorer",
    "Run": "dlwidgets.training",
    "SweepExplorer": "dlwidgets.widgets.sweep_explorer",
    "TaggerExplorer": "dlwidgets.widgets.tagger_explorer",
    "TensorExplorer": "dlwidgets.widgets.tensor_explorer",
    "TrainMonitor": "dlwidgets.widgets.train_monitor",
    "accuracy": "dlwidgets.training.metrics",
    "compare": "dlwidgets.training.arms",
    "explore": "dlwidgets.widgets.explore",
    "live": "dlwidgets.widgets.session",
    "sweep": "dlwidgets.training.sweep",
    "train": "dlwidgets.widgets.session",
}


def __getattr__(name: str) -> object:
    """Fetch a public name from the module that defines it."""
    if name in {"data", "models"}:
        return import_module(f"dlwidgets.{name}")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise no_attribute(__name__, name, __all__)


def __dir__() -> list[str]:
    """List the public names, so that completion finds them before they are imported."""
    return sorted(set(globals()) | set(__all__))


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Bring ``%%train`` and ``%explore`` into a notebook, and ``dlwidgets`` where it is free."""
    from dlwidgets.extension import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Put back what `load_ipython_extension` found: magics and names."""
    from dlwidgets.extension import unload

    unload(shell)
