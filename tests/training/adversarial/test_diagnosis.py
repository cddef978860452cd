import math

import numpy as np
import pytest

from dlwidgets.training.adversarial.diagnosis import (
    CYCLES,
    WINDOW,
    Classes,
    Reading,
    diagnose,
    swings,
)

QUIET = np.full(400, 0.7)
KNOWN = Classes(10, 0.97, trusted=True)


def looks(count: int = 20, every: int = 50, **last: float) -> list[Reading]:
    """Return a healthy game that ends in a window of ``last``."""
    healthy = {"real": 0.6, "fake": 0.4, "grad_g": 1.0, "grad_d": 1.0, "spread": 0.8, "covered": 9}
    found = [Reading(every * i, **healthy) for i in range(count)]
    return found[:-WINDOW] + [Reading(r.step, **healthy | last) for r in found[-WINDOW:]]


def codes(
    readings: list[Reading], losses: object = QUIET, classes: Classes | None = KNOWN
) -> list[str] | None:
    found = diagnose(readings, readings[-WINDOW:], np.asarray(losses, float), classes)
    return None if found is None else [one.code for one in found]


def test_a_healthy_game_has_no_illness_and_a_young_one_no_diagnosis() -> None:
    assert codes(looks()) == []
    assert codes(looks(WINDOW - 1)) is None
    assert codes(looks(every=1)) is None
    assert codes([]) is None


def test_one_odd_look_is_no_illness() -> None:
    readings = looks()
    readings[-1].real, readings[-1].fake = 1.0, 0.0
    assert codes(readings) == []


def test_a_sure_discriminator_is_too_strong() -> None:
    readings = looks(real=0.98, fake=0.03)
    found = diagnose(readings, readings[-WINDOW:], QUIET, KNOWN)
    assert found is not None
    assert [(one.code, one.evidence) for one in found] == [
        ("too_strong", {"real": 0.98, "fake": 0.03})
    ]
    assert codes(looks(real=0.98, fake=0.3)) == []


def test_a_gradient_that_is_gone_where_the_loss_is_flat_has_vanished() -> None:
    assert codes(looks(real=0.99, fake=0.001, grad_g=0.001)) == ["vanishing", "too_strong"]
    assert codes(looks(fake=0.4, grad_g=0.001)) == []
    assert codes(looks(grad_g=math.nan, fake=0.01)) == []


def test_samples_that_are_alike_have_collapsed_unless_they_still_spread() -> None:
    assert codes(looks(spread=0.2)) == ["collapse"]
    readings = looks()
    for reading in readings:
        reading.spread = 0.0004 * reading.step
    assert codes(readings) == []
    assert codes(looks(every=10, spread=0.2)) == []


def test_samples_of_few_classes_have_collapsed_if_the_judge_is_good() -> None:
    few = looks(covered=4)
    assert codes(few) == ["collapse"]
    assert codes(few, classes=Classes(10, 0.6, trusted=False)) == []
    assert codes(few, classes=None) == []
    found = diagnose(few, few[-WINDOW:], QUIET, KNOWN)
    assert found is not None
    assert found[0].evidence == {"spread": 0.8, "covered": 4, "classes": 10, "accuracy": 0.97}


def test_samples_that_a_sure_discriminator_never_let_go_have_not_collapsed() -> None:
    assert codes(looks(real=0.99, fake=0.01, spread=0.2)) == ["too_strong"]


@pytest.mark.parametrize("period", [80, 130])
def test_a_loss_that_comes_and_goes_oscillates(period: int) -> None:
    at = np.arange(800)
    noise = np.random.default_rng(0).normal(0, 0.2, 800)
    losses = 1.5 + 0.8 * np.sin(2 * np.pi * at / period) + noise
    found = diagnose(looks(), looks()[-WINDOW:], losses, KNOWN)
    assert found is not None
    assert [one.code for one in found] == ["oscillation"]
    assert found[0].evidence["period"] == pytest.approx(period, rel=0.15)


def test_noise_a_trend_or_a_single_turn_is_no_oscillation() -> None:
    at = np.arange(800)
    noise = np.random.default_rng(0).normal(1, 0.3, 800)
    assert codes(looks(), noise) == []
    assert codes(looks(), 1 + at / 100) == []
    assert swings(1.5 + np.sin(2 * np.pi * at / 800))[1] < CYCLES
    assert swings(QUIET)[0] < 1e-9
