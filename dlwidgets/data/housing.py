"""California's houses, through scikit-learn: regression on real prices."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

from dlwidgets.data.folders import folders, missing, writable
from dlwidgets.data.tables import regression
from dlwidgets.language import say

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.data.dataset import Dataset

FILE = "cal_housing_py3.pkz"
"""What scikit-learn keeps of a download."""


def housing(root: str | Path | None = None, *, download: bool = False, seed: int = 0) -> Dataset:
    """Return 20,640 districts of California, 1990: eight features and the median house value.

    ``x`` is (n, 8): median income, house age, rooms, bedrooms, population, occupants, latitude,
    longitude; ``y`` is (n, 1). Split and standardized as `diabetes`. The book takes Boston's
    houses; scikit-learn removed that set in 1.2, because one of its columns is about the race of
    the inhabitants.

    Scikit-learn's cache file is looked for under ``root``; without it, under ``housing`` in the
    folder that the environment variable ``DLWIDGETS_DATA`` names, then in dlwidgets' cache folder.

    Source: R. K. Pace and R. Barry, Sparse spatial autoregressions, Statistics and Probability
    Letters 33, 1997 (as in `sklearn.datasets.fetch_california_housing`).

    Args:
        root: the folder that holds the file; only this one is then looked at.
        download: fetch a missing set with scikit-learn, into the first of these folders that can
            be written to.
        seed: which samples make the test set.

    Raises:
        FileNotFoundError: when the set is missing; says where it was looked for.
        RuntimeError: when a download fails, or a file is damaged.
    """
    from sklearn.datasets import fetch_california_housing

    roots = folders("housing", root)
    found = next((place for place in roots if (place / FILE).is_file()), None)
    if found is None and not download:
        raise FileNotFoundError(missing("housing", roots, "diabetes"))
    place = found or writable("housing", roots)
    try:
        raw = fetch_california_housing(
            data_home=str(place), download_if_missing=found is None, n_retries=1
        )
    except (OSError, tarfile.TarError, KeyError, ValueError, EOFError) as error:
        raise RuntimeError(_failed(place, error, there=found is not None)) from error
    return regression(
        "housing",
        raw.data,
        raw.target,
        seed=seed,
        note=say("California housing, 1990 census", "加州房价，1990 年人口普查"),
        unit=say("(100,000 dollars)", "（十万美元）"),
    )


def _failed(place: Path, error: Exception, *, there: bool) -> str:
    if there:
        return say(
            f"housing: the file {place / FILE} is damaged ({error}); delete it and call "
            "housing(download=True)",
            f"housing：文件 {place / FILE} 已损坏（{error}）；请删除后调用 housing(download=True)",
        )
    return say(
        f"housing: the download failed ({error}). Try again later, or copy scikit-learn's {FILE} "
        f"into {place}. dlwidgets.data.diabetes() needs no download",
        f"housing：下载失败（{error}）。请稍后再试，或将 scikit-learn 的 {FILE} 复制到 {place}。"
        "dlwidgets.data.diabetes() 无需下载",
    )
