"""The handwritten digits that come with scikit-learn: real, small, and always there."""

from __future__ import annotations

import torch
from torch.nn.functional import interpolate

from dlwidgets.data.dataset import Dataset
from dlwidgets.data.loader import Split
from dlwidgets.language import say

SIDE = 28  # MNIST's, so that one model fits both
BRIGHTEST = 16  # scikit-learn counts the inked pixels in 4×4 blocks


def digits(*, seed: int = 0) -> Dataset:
    """Return 1,797 real handwritten digits as 1×28×28 images, without a download.

    The originals have 8×8 pixels; they are enlarged by bilinear interpolation to the size of
    MNIST, so the strokes are smooth and no detail is gained. Values lie in [0, 1]. A fifth of
    each class, chosen by ``seed``, is the test set.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, 1998 (its test part, as in `sklearn.datasets.load_digits`).

    Args:
        seed: which samples make the test set.
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    raw = load_digits()
    small = torch.from_numpy(raw.images).to(torch.float32).unsqueeze(1) / BRIGHTEST  # (n, 1, 8, 8)
    x = interpolate(small, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
    y = torch.from_numpy(raw.target).to(torch.int64)
    train, test = train_test_split(
        torch.arange(len(y)).numpy(), test_size=0.2, stratify=raw.target, random_state=seed
    )
    return Dataset(
        name="digits",
        train=Split(x[train], y[train]),
        test=Split(x[test], y[test]),
        classes=tuple(str(digit) for digit in raw.target_names),
        note=say(
            "scikit-learn's handwritten digits; 8×8 originals enlarged to 28×28 by bilinear "
            "interpolation",
            "scikit-learn 的手写数字；8×8 原图经双线性插值放大到 28×28",
        ),
    )
