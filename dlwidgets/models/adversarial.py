"""The losses of the two nets of a GAN, in three forms.

Book: section 8.2.2. Papers: I. Goodfellow and others, "Generative adversarial nets", NIPS 2014
(arXiv:1406.2661), with both forms of G's loss in its section 3; X. Mao and others, "Least squares
generative adversarial networks", ICCV 2017 (arXiv:1611.04076), equation 9.

D is given by its logits, of which the sigmoid is the book's D(x): so no logarithm overflows.

=================  ===============================================  ==========================
form               D lowers                                         G lowers
=================  ===============================================  ==========================
non_saturating     −log D(x) − log(1 − D(G(z)))                     −log D(G(z))
saturating         the same                                         log(1 − D(G(z)))
least_squares      (D(x) − 1)² + D(G(z))²                           (D(G(z)) − 1)²
=================  ===============================================  ==========================

``non_saturating`` is the book's: binary cross entropy against the labels of real images. With
``saturating``, the paper's game as it stands, G hardly gets a gradient where D is sure. In
``least_squares`` D(x) stands for the logit itself.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dlwidgets.language import say, suggest

FORMS = ("non_saturating", "saturating", "least_squares")


def discriminator_loss(
    real_logits: Tensor,
    fake_logits: Tensor,
    form: str = "non_saturating",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return what D lowers: its loss on real images plus its loss on fake ones, a scalar.

    Args:
        real_logits: D's logits for real images, (N, 1).
        fake_logits: D's logits for G's images, likewise; detach them from G.
        form: one of `FORMS`.
        label_smoothing: how far the label of real images lies below 1 (one-sided).

    Raises:
        ValueError: for another form.
    """
    check_form(form)
    real_labels = torch.full_like(real_logits, 1 - label_smoothing)
    fake_labels = torch.zeros_like(fake_logits)
    distance = (
        nn.functional.mse_loss
        if form == "least_squares"
        else nn.functional.binary_cross_entropy_with_logits
    )
    return distance(real_logits, real_labels) + distance(fake_logits, fake_labels)


def generator_loss(fake_logits: Tensor, form: str = "non_saturating") -> Tensor:
    """Return what G lowers: how far D is from taking its images for real ones, a scalar.

    Args:
        fake_logits: D's logits for G's images, (N, 1), not detached.
        form: one of `FORMS`.

    Raises:
        ValueError: for another form.
    """
    check_form(form)
    if form == "saturating":
        return -nn.functional.softplus(fake_logits).mean()  # log(1 − sigmoid(l)) = −softplus(l)
    real_labels = torch.ones_like(fake_logits)
    distance = (
        nn.functional.mse_loss
        if form == "least_squares"
        else nn.functional.binary_cross_entropy_with_logits
    )
    return distance(fake_logits, real_labels)


def check_form(form: object) -> str:
    """Return ``form`` if it is one of `FORMS`.

    Raises:
        ValueError: for any other, with the nearest.
    """
    if isinstance(form, str) and form in FORMS:
        return form
    listed = ", ".join(FORMS)
    hint = suggest(str(form), FORMS)
    message = say(
        f"loss: no adversarial loss named {form!r}.{hint} Known: {listed}",
        f"loss：没有名为 {form!r} 的对抗损失。{hint} 可用：{listed}",
    )
    raise ValueError(message)
