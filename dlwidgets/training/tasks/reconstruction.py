"""From images to the same images: autoencoder and variational autoencoder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from dlwidgets.language import say
from dlwidgets.models.autoencoder import check_unit_range, reconstruction_loss
from dlwidgets.models.vae import kl_divergence, vae_loss
from dlwidgets.training.knobs import own_knob
from dlwidgets.training.metrics import batches, named_metrics
from dlwidgets.training.tasks.task import Task, first, looking, make_optimizer, tried

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.metrics import Batch, Data
    from dlwidgets.training.run import Run
    from dlwidgets.training.tasks.task import Asked

ADAM = 1e-3
"""The rate of Adam where none is asked for."""
MOST_BETA = 10.0
"""The end of β's slider, unless it begins beyond."""
MOST_DIMENSIONS = 256
"""Dimensions whose KL is logged at each test."""


class Reconstruction(Task):
    """Lowers how unlike an image its reconstruction is, as an autoencoder does."""

    def __init__(self, model: nn.Module, asked: Asked, seen: Batch | None) -> None:
        """Choose metrics and optimizer, as far as they are not given.

        Raises:
            TypeError: for a loss that is no function.
            ValueError: for images whose values or shape don't fit.
        """
        self.model, self._asked = model, asked
        self.metrics = named_metrics(() if asked.metrics is None else asked.metrics)
        self._own = self._checked(asked.loss)
        if seen is not None and self._own is None:
            check_unit_range(seen[0])
        self.why = self._words()
        self.optimize()

    def _checked(self, loss: object) -> Any:  # noqa: ANN401 -- a function, or None
        """Return the user's own loss.

        Raises:
            TypeError: for anything but a function.
        """
        if loss is None or callable(loss):
            return loss
        got = repr(loss)
        raise TypeError(
            say(
                "loss: an autoencoder has binary cross entropy; expected nothing, or a function "
                f"of (reconstruction, x), got {got}",
                "loss：自编码器默认使用二元交叉熵；应省略，或给出函数 (reconstruction, x)，"
                f"得到 {got}",
            )
        )

    def _words(self) -> str:
        name = type(self.model).__name__
        if self._own is not None:
            return say(f"{name}, your loss", f"{name}，给定的损失函数")
        return say(
            f"{name}, an autoencoder: binary cross entropy of each image",
            f"{name}（自编码器）：每幅图像的二元交叉熵",
        )

    def optimize(self) -> None:
        """Make the optimizer: Adam at 1e-3 where none is asked for."""
        asked = self._asked
        if asked.optimizer is None:
            asked = replace(asked, optimizer="adam", lr=ADAM if asked.lr is None else asked.lr)
        self.optimizers = [make_optimizer(asked, self.model)]

    def begin(self, run: Run) -> None:
        """There are no knobs beside the optimizer's."""

    def step(self, run: Run, x: Tensor, y: Tensor) -> Tensor:  # noqa: ARG002 -- the image is the target
        """Compare a batch with its reconstruction."""
        model, optimizer = self.model, self.optimizers[0]
        loss = self._loss(model(x), x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    def _loss(self, reconstruction: Tensor, x: Tensor) -> Tensor:
        """Return the loss of an image, or whatever the user's own loss says."""
        if self._own is not None:
            own: Tensor = self._own(reconstruction, x)
            return own
        return reconstruction_loss(reconstruction, x) / len(x)

    def test(self, run: Run, data: Data) -> float:
        """Log the loss of an image and metrics; return the loss."""
        return self._tested(run, data)

    def _tested(self, run: Run, data: Data) -> float:
        means = _means(self.model, data, self._measures, self._asked.seed)
        each = means.pop("kl of each", torch.zeros(0))
        run.log(**{f"test_{name}": value for name, value in means.items()})
        run.keep(**{f"test_kl_{i}": value for i, value in enumerate(each[:MOST_DIMENSIONS])})
        for name, metric in self.metrics.items():
            run.log(**{f"test_{name}": metric(self.model, data)})
        return float(means["loss"])

    def _measures(self, model: nn.Module, x: Tensor) -> dict[str, Tensor]:
        """Return the means over a batch that a test is made of."""
        return self._parts(model, x)

    def _parts(self, model: nn.Module, x: Tensor) -> dict[str, Tensor]:
        """Return the loss of an image, and its terms if there are several."""
        return {"loss": self._loss(model(x), x)}


class Variational(Reconstruction):
    """Lowers that and, weighed by the knob ``beta``, how unlike N(0, I) the codes are."""

    options = ("beta",)

    def __init__(self, model: nn.Module, asked: Asked, seen: Batch | None) -> None:
        """Take β from what is asked, else from the model, else 1; the rest as for its parent.

        Raises:
            TypeError: for a loss; it brings its own.
            ValueError: for images whose values or shape don't fit, or a β that can't be.
        """
        beta = asked.options.get("beta", getattr(model, "beta", 1.0))
        self.beta = own_knob("beta", beta, 0.0, _most(beta)).value
        super().__init__(model, asked.without(self.options), seen)

    def _checked(self, loss: object) -> None:
        if loss is not None:
            raise TypeError(
                say(
                    "loss: a VAE brings its own, reconstruction + beta × KL; leave loss out and "
                    "turn beta, or write the loop under %%train",
                    "loss：VAE 自带损失（重构 + beta × KL）；请省略 loss 并调节 beta，"
                    "或在 %%train 下自己写循环",
                )
            )

    def _words(self) -> str:
        name = type(self.model).__name__
        return say(
            f"{name}, a variational autoencoder: binary cross entropy + beta × KL of each image, "
            f"beta {self.beta:g}",
            f"{name}（变分自编码器）：每幅图像的二元交叉熵 + beta × KL，beta {self.beta:g}",
        )

    def begin(self, run: Run) -> None:
        """Make β a knob."""
        run.knob("beta", self.beta, 0.0, _most(self.beta))

    def step(self, run: Run, x: Tensor, y: Tensor) -> Tensor:  # noqa: ARG002 -- the image is the target
        """Do the step of the book, and log both terms."""
        model, optimizer = self.model, self.optimizers[0]
        self.beta = run.beta
        parts = self._parts(model, x)
        loss = parts.pop("loss")
        optimizer.zero_grad()
        loss.backward()
        run.log(**parts)
        optimizer.step()
        return loss

    def _measures(self, model: nn.Module, x: Tensor) -> dict[str, Tensor]:
        output = model(x)
        _, mu, logvar = output
        return {
            **self._terms(x, *output),
            "kl of each": kl_divergence(mu, logvar).flatten(1).mean(0),
        }

    def _parts(self, model: nn.Module, x: Tensor) -> dict[str, Tensor]:
        return self._terms(x, *model(x))

    def _terms(
        self, x: Tensor, reconstruction: Tensor, mu: Tensor, logvar: Tensor
    ) -> dict[str, Tensor]:
        terms = vae_loss(reconstruction, x, mu, logvar, self.beta)
        names = ("loss", "reconstruction", "kl")
        return {name: term / len(x) for name, term in zip(names, terms, strict=True)}


def _most(beta: object) -> float:
    """Return the end of β's slider."""
    return max(MOST_BETA, 2 * beta) if isinstance(beta, int | float) else MOST_BETA


def _means(
    model: nn.Module, data: Data, parts: Callable[[nn.Module, Tensor], dict[str, Tensor]], seed: int
) -> dict[str, Tensor]:
    """Return the mean of each part over all examples; the same ε each time it is asked."""
    totals: dict[str, Tensor] = {}
    count = 0
    device = next((p.device for p in model.parameters()), None)
    with looking(model, seed):
        for x, _ in batches(data, device):
            for name, value in parts(model, x).items():
                total = totals.get(name, torch.zeros((), dtype=torch.float64))
                totals[name] = total + value.double().cpu() * len(x)
            count += len(x)
    return {name: total / count for name, total in totals.items()}


def has_codes(model: nn.Module) -> bool:
    """Return whether ``model`` can encode and decode."""
    return all(callable(getattr(model, name, None)) for name in ("encode", "decode"))


def kind_of(model: nn.Module, seen: Batch | None) -> type[Reconstruction] | None:
    """Return how a model with ``encode`` and ``decode`` learns; None where it has not both.

    A `Variational` one returns (reconstruction, mu, logvar); a plain one as many numbers as it
    was given.

    Raises:
        ValueError: for a model that can't take the data.
    """
    if not has_codes(model):
        return None
    batch = first(seen, model)
    if batch is None:
        named = any(hasattr(model, name) for name in ("reparametrize", "reparameterize"))
        return Variational if named else Reconstruction
    x = batch[0]
    out = tried(model, lambda: model(x), tuple(x.shape[1:]))
    if isinstance(out, tuple) and len(out) == 3 and out[1].shape == out[2].shape:  # noqa: PLR2004 -- reconstruction, mu, logvar
        return Variational
    same = isinstance(out, Tensor) and out.numel() == x.numel()
    return Reconstruction if same else None
