"""Which kind of training a model asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets.models.gan import GAN
from dlwidgets.training.tasks.adversarial import Adversarial
from dlwidgets.training.tasks.reconstruction import has_codes, kind_of
from dlwidgets.training.tasks.supervised import Supervised
from dlwidgets.training.tasks.tagging import Tagging, tags_words

if TYPE_CHECKING:
    from torch import nn

    from dlwidgets.training.metrics import Batch
    from dlwidgets.training.tasks.task import Asked, Task


def needs_targets(model: nn.Module) -> bool:
    """Return whether images alone are not enough to train ``model``."""
    return not has_codes(model) and (not isinstance(model, GAN) or model.classes is not None)


def choose_task(model: nn.Module, asked: Asked, seen: Batch | None) -> Task:
    """Return how ``model`` learns.

    A `GAN` (or `CGAN`, `DCGAN`) has two nets in turn; a model with ``encode`` and ``decode`` is
    an autoencoder, a variational one where it returns (reconstruction, mu, logvar); a `Tagger`,
    or what gives each word of a sentence scores, is a tagger; any other goes from inputs to
    targets.

    Args:
        model: what is to be trained.
        asked: what the user has decided.
        seen: samples and targets as far as they can be seen, None where they can't.

    Raises:
        TypeError: for a choice of another kind.
        ValueError: for a choice that can't be.
    """
    if isinstance(model, GAN):
        return Adversarial(model, asked, seen)
    found = kind_of(model, seen)
    if found is None and tags_words(model, seen):
        return Tagging(model, asked, seen)
    return (found or Supervised)(model, asked, seen)
