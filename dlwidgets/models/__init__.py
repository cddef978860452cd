"""The shared models: plain ``nn.Module``s that read like the paper."""

from dlwidgets.language import no_attribute
from dlwidgets.models.cnn import CNN, CNNConfig, LeNet5

__all__ = ["CNN", "CNNConfig", "LeNet5"]


def __getattr__(name: str) -> object:
    """Name the nearest that there is, where a name is misspelt."""
    raise no_attribute(__name__, name, __all__)
