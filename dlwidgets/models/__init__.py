"""The shared models: plain ``nn.Module``s that read like the paper."""

from dlwidgets.language import no_attribute
from dlwidgets.models.adversarial import discriminator_loss, generator_loss
from dlwidgets.models.autoencoder import Autoencoder, reconstruction_loss
from dlwidgets.models.cgan import CGAN, ConditionalDiscriminator, ConditionalGenerator
from dlwidgets.models.cnn import CNN, CNNConfig, LeNet5
from dlwidgets.models.dcgan import DCGAN, ConvDiscriminator, ConvGenerator
from dlwidgets.models.forecaster import Forecaster, ForecasterConfig, free_run, windows
from dlwidgets.models.gan import GAN, Discriminator, Generator
from dlwidgets.models.tagger import Tagger, word_accuracy
from dlwidgets.models.vae import VAE, VAELoss, kl_divergence, vae_loss

__all__ = [
    "CGAN",
    "CNN",
    "DCGAN",
    "GAN",
    "VAE",
    "Autoencoder",
    "CNNConfig",
    "ConditionalDiscriminator",
    "ConditionalGenerator",
    "ConvDiscriminator",
    "ConvGenerator",
    "Discriminator",
    "Forecaster",
    "ForecasterConfig",
    "Generator",
    "LeNet5",
    "Tagger",
    "VAELoss",
    "discriminator_loss",
    "free_run",
    "generator_loss",
    "kl_divergence",
    "reconstruction_loss",
    "vae_loss",
    "windows",
    "word_accuracy",
]


def __getattr__(name: str) -> object:
    """Name the nearest that there is, where a name is misspelt."""
    raise no_attribute(__name__, name, __all__)
