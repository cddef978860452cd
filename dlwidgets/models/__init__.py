"""The shared models: plain ``nn.Module``s that read like the paper."""

from dlwidgets.models.cnn import CNN, CNNConfig, LeNet5

__all__ = ["CNN", "CNNConfig", "LeNet5"]
