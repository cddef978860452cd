"""The diabetes study that comes with scikit-learn: a small regression that is easy to overfit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets.data.tables import regression
from dlwidgets.language import say

if TYPE_CHECKING:
    from dlwidgets.data.dataset import Dataset


def diabetes(*, seed: int = 0) -> Dataset:
    """Return 442 patients, ten measurements each, and how the disease went on, without a download.

    ``x`` is (n, 10): age, sex, bmi, blood pressure, six blood serum values; ``y`` is (n, 1), the
    progression a year later. A fifth, chosen by ``seed``, is the test set. All columns are
    standardized with the training part's mean and standard deviation; ``note`` says how to get
    the target's own unit back.

    Source: B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, Least angle regression, Annals of
    Statistics 32(2), 2004 (as in `sklearn.datasets.load_diabetes`).

    Args:
        seed: which samples make the test set.
    """
    from sklearn.datasets import load_diabetes

    # Scikit-learn's own scaling looks at all samples, the test part among them.
    raw = load_diabetes(scaled=False)
    return regression(
        "diabetes",
        raw.data,
        raw.target,
        seed=seed,
        note=say("scikit-learn's diabetes study", "scikit-learn 的糖尿病研究数据"),
        unit=say("(disease progression after a year)", "（一年后的病情进展指标）"),
    )
