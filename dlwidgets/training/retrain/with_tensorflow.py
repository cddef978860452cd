"""The same regression in TensorFlow, for those who have it installed."""

# mypy: disable-error-code="import-not-found, import-untyped"

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlwidgets.training.retrain.by_hand import Numbers, Steps


def with_tensorflow(x: Numbers, y: Numbers, w: float, b: float, lr: float, steps: int) -> Steps:
    """TensorFlow 2: a tape records the forward pass and gives the derivatives."""
    import tensorflow as tf

    inputs, targets = tf.constant(x), tf.constant(y)
    weight, bias = tf.Variable(w, dtype=tf.float64), tf.Variable(b, dtype=tf.float64)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = 0.5 * tf.reduce_sum((weight * inputs**2 + bias - targets) ** 2)
        grad_w, grad_b = tape.gradient(loss, [weight, bias])
        weight.assign_sub(lr * grad_w)
        bias.assign_sub(lr * grad_b)
        yield float(loss), float(weight), float(bias)
