"""Over- and underfitting with polynomials: a degree to drag, and both errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.language import say
from dlwidgets.widgets import wire
from dlwidgets.widgets.base import Number, Widget, command

if TYPE_CHECKING:
    from dlwidgets.explain.polynomial import Points

FIELDS = ("ridge", "noise", "count", "seed")


def _numbers(ndim: int, help_: str) -> Any:  # noqa: ANN401 -- a trait
    return wire.Array("float64", ndim=ndim, help=help_).tag(sync=True)


class PolynomialExplorer(Widget, bundle="polynomial_explorer"):
    """Polynomials of degree 0 to 12 on your points: 欠拟合, 合适, 过拟合 (book 5.3, figure 5-5).

    ``PolynomialExplorer(x, y)`` fits points of yours; ``PolynomialExplorer()`` draws houses and
    prices from a law of degree 2, synthetic, with noise. All degrees are on the page, so that the
    slider needs no kernel; noise, number of points and weight decay are asked of torch.
    """

    degree = t.Int(4, min=0, max=12, help="The degree of the polynomial that is drawn.").tag(
        sync=True
    )
    ridge = Number(
        0.0, min=0.0, max=1000.0, help="λ of the penalty on all coefficients but the constant."
    ).tag(sync=True)
    noise = Number(25.0, min=0.0, max=100.0, help="Standard deviation of the noise.").tag(sync=True)
    count = t.Int(14, min=4, max=100, help="How many training points are drawn.").tag(sync=True)
    seed = t.Int(0, min=0, help="Which points are drawn, or kept aside.").tag(sync=True)

    _points = _numbers(2, "Training points, (n, 2).")
    _test = _numbers(2, "Test points, (n, 2).")
    _along = _numbers(1, "Where curves are drawn.")
    _curves = _numbers(2, "The curve of each degree there.")
    _truth = _numbers(1, "The law there; empty where nobody knows it.")
    _coefficients = _numbers(2, "Of the powers of the scaled x, (degrees, degrees).")
    _errors = _numbers(2, "Mean squared errors on training and test points, (2, degrees).")
    _regimes = t.List(t.Enum(["under", "good", "over"]), help="What each degree is.").tag(sync=True)
    _best = t.Int(0, help="The degree with the least test error.").tag(sync=True)
    _own = t.Bool(default_value=False, help="Whether the points are the user's.").tag(sync=True)
    _code = t.List(t.Unicode(), help="Lines that compute the fit of each degree.").tag(sync=True)

    def __init__(
        self,
        x: Any = None,  # noqa: ANN401 -- tensors, arrays, lists, columns
        y: Any = None,  # noqa: ANN401 -- as above
        *,
        test: Any = None,  # noqa: ANN401 -- a pair of these
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Fit polynomials to points.

        Args:
            x: numbers, (n,), 4 to 2,000; without them houses are drawn.
            y: as many numbers.
            test: a pair (x, y) to judge by; without it a third of the points is kept aside.
            **values: ``degree``, ``ridge``, ``seed``, of drawn points ``noise`` and ``count``, and
                what all Jupyter widgets take.

        Raises:
            TypeError: for what is no numbers, or an unknown option.
            ValueError: for shapes that do not fit.
        """
        self._check_names(values)
        if (x is None) != (y is None) or (x is None and test is not None):
            raise TypeError(
                say(
                    "PolynomialExplorer: expected x and y, or neither; write "
                    "PolynomialExplorer(x, y)",
                    "PolynomialExplorer：x 与 y 应同时给出或都不给；"
                    "请写成 PolynomialExplorer(x, y)",
                )
            )
        self._busy, self._own_points = True, (x, y, test)
        super().__init__(**values)
        self._show()

    @property
    def coefficients(self) -> Any:  # noqa: ANN401 -- a tensor; torch is not loaded to say so
        """The coefficients of the degree on screen, lowest power of the scaled x first, float64."""
        import torch

        return torch.tensor(self._coefficients[self.degree, : self.degree + 1])

    def __repr__(self) -> str:
        train, test = self._errors[:, self.degree]
        return (
            f"PolynomialExplorer: degree {self.degree}, train {train:.4g}, test {test:.4g}, "
            f"{self._regimes[self.degree]}"
        )

    def _draw(self) -> Points:
        from dlwidgets.explain import polynomial

        x, y, test = self._own_points
        if x is None:
            return polynomial.drawn(self.count, self.noise, self.seed)
        return polynomial.given(x, y, test, self.seed)

    def _show(self) -> None:
        """Compute and show all fits."""
        from dlwidgets.explain import polynomial

        points = self._draw()
        found = polynomial.fits(points, self.ridge)
        degrees = range(polynomial.MOST + 1)
        state = {
            "_points": np.stack([points.x.numpy(), points.y.numpy()], 1),
            "_test": np.stack([points.test_x.numpy(), points.test_y.numpy()], 1),
            "_along": found.along.numpy(),
            "_curves": found.curves.numpy(),
            "_truth": np.zeros(0) if points.own else polynomial.law(found.along).numpy(),
            "_coefficients": found.coefficients.numpy(),
            "_errors": found.errors.numpy(),
            "_regimes": found.regimes,
            "_best": found.best,
            "_own": points.own,
            "_code": [
                polynomial.code(degree, self.ridge, found.low, found.high) for degree in degrees
            ],
        }
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)
        self._busy = False

    @t.observe(*FIELDS)
    def _changed_in_python(self, _change: dict[str, Any]) -> None:
        if not self._busy:
            self._show()

    @command
    def _on_set(self, value: dict[str, Any]) -> None:
        """Fit again with another noise, number of points, penalty or seed."""
        from dlwidgets.explain import polynomial

        wanted = {name: value[name] for name in FIELDS}
        polynomial.checked(**{name: wanted[name] for name in polynomial.LIMITS})
        seed = wanted["seed"]
        if not isinstance(seed, int) or seed < 0:
            raise ValueError(
                say(
                    f"seed: expected a whole number from 0, got {seed!r}",
                    f"seed：应为非负整数，得到 {seed!r}",
                )
            )
        self._busy = True
        try:
            with self.hold_sync():
                for name, number in wanted.items():
                    setattr(self, name, int(number) if name in {"count", "seed"} else number)
                self._show()
        finally:
            self._busy = False
