"""Tables of numbers as data sets for regression: standardized, split, nothing looked at twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from dlwidgets.data.dataset import Dataset
from dlwidgets.data.loader import Split
from dlwidgets.language import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TEST_SHARE = 0.2


def regression(
    name: str,
    features: NDArray[np.float64],
    target: NDArray[np.float64],
    *,
    seed: int,
    note: str,
    unit: str,
) -> Dataset:
    """Return a table as a data set: features (n, f) and target (n, 1), float32.

    Both are standardized with mean and standard deviation of the training part alone: what the
    test part is like must not be known before.
    """
    from sklearn.model_selection import train_test_split

    x, y = torch.from_numpy(features), torch.from_numpy(target)[:, None]
    train, test = train_test_split(
        torch.arange(len(x)).numpy(), test_size=TEST_SHARE, random_state=seed
    )
    middle, spread = y[train].mean(), y[train].std(correction=0)
    x = (x - x[train].mean(0)) / x[train].std(0, correction=0)
    y = (y - middle) / spread
    parts = [Split(x[rows].float(), y[rows].float()) for rows in (train, test)]
    scaled = say(
        "; features and target standardized with mean and deviation of the training part; "
        f"target = {spread:.6g} y + {middle:.6g} {unit}",
        f"；特征与目标按训练部分的均值和标准差标准化；目标 = {spread:.6g} y + {middle:.6g} {unit}",
    )
    return Dataset(name=name, train=parts[0], test=parts[1], note=note + scaled)
