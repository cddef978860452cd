"""MNIST and Fashion-MNIST, through torchvision."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import torch

from dlwidgets.data.dataset import Dataset
from dlwidgets.data.folders import folders, missing, writable
from dlwidgets.data.loader import Split
from dlwidgets.language import say

if TYPE_CHECKING:
    from torchvision.datasets import MNIST

WHITE = 255


def mnist(root: str | Path | None = None, *, download: bool = False) -> Dataset:
    """Return MNIST: 60,000 + 10,000 handwritten digits, x 1×28×28 float32 in [0, 1].

    The files are looked for in torchvision's layout (``MNIST/raw/``, compressed or not) under
    ``root``; without it, under ``mnist`` in the folder that the environment variable
    ``DLWIDGETS_DATA`` names, then in dlwidgets' cache folder. A folder that cannot be written to
    is fine.

    Source: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to
    document recognition, Proceedings of the IEEE 86(11), 1998.

    Args:
        root: the folder that holds ``MNIST/raw/``; only this one is then looked at.
        download: fetch a missing set with torchvision, into the first of these folders that can
            be written to. For a nearer server, put its address first in
            ``torchvision.datasets.MNIST.mirrors``.

    Raises:
        FileNotFoundError: when the set is missing; says where it was looked for.
        RuntimeError: when a download fails, or a file is damaged.
    """
    from torchvision.datasets import MNIST

    return _read("mnist", MNIST, tuple("0123456789"), root, download=download)


def fashion_mnist(root: str | Path | None = None, *, download: bool = False) -> Dataset:
    """Return Fashion-MNIST: 60,000 + 10,000 pictures of clothes, as `mnist` does in all else.

    It is looked for under ``FashionMNIST/raw/`` of ``root``, or of ``fashion_mnist`` in
    ``DLWIDGETS_DATA`` and in the cache folder.

    Source: H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST: a novel image dataset for
    benchmarking machine learning algorithms, 2017 (arXiv:1708.07747).

    Args:
        root: the folder that holds ``FashionMNIST/raw/``.
        download: fetch a missing set with torchvision, as for `mnist`.

    Raises:
        FileNotFoundError: when the set is missing; says where it was looked for.
        RuntimeError: when a download fails, or a file is damaged.
    """
    from torchvision.datasets import FashionMNIST

    classes = tuple(FashionMNIST.classes)
    return _read("fashion_mnist", FashionMNIST, classes, root, download=download)


def _read(
    name: str,
    kind: type[MNIST],
    classes: tuple[str, ...],
    root: str | Path | None,
    *,
    download: bool,
) -> Dataset:
    """Find, or fetch, and read the set of torchvision's class ``kind``."""
    roots = folders(name, root)
    found = next((place for place in roots if _holds(place, kind)), None)
    if found is None and not download:
        raise FileNotFoundError(missing(name, roots, "digits"))
    if found is None:
        found = _fetch(name, kind, roots)
    with TemporaryDirectory(prefix="dlwidgets-") as scratch:
        try:
            train, test = _splits(_unpacked(found, kind, Path(scratch)), kind)
        except (EOFError, OSError, ValueError, AssertionError) as error:
            message = say(
                f"{name}: the files under {found} are damaged ({error}); delete them and call "
                f"{name}(download=True)",
                f"{name}：{found} 下的文件已损坏（{error}）；请删除后调用 {name}(download=True)",
            )
            raise RuntimeError(message) from error
    note = say(f"{kind.__name__}, as published", f"{kind.__name__}，与发布的数据一致")
    return Dataset(name, train, test, classes, note)


def _files(kind: type[MNIST]) -> list[str]:
    """Return the names of the four files, uncompressed."""
    return [name.removesuffix(".gz") for name, _ in kind.resources]


def _holds(root: Path, kind: type[MNIST]) -> bool:
    """Tell whether ``root`` holds all four files, compressed or not."""
    raw = root / kind.__name__ / "raw"
    return all((raw / file).is_file() or (raw / f"{file}.gz").is_file() for file in _files(kind))


def _unpacked(root: Path, kind: type[MNIST], scratch: Path) -> Path:
    """Return a folder with the four files uncompressed: ``root``, or ``scratch`` filled from it.

    torchvision reads no compressed files, and ``root`` may not be ours to write to. Unpacking
    takes a third of a second, so nothing is kept that could grow stale.
    """
    raw = Path(kind.__name__, "raw")
    if all((root / raw / file).is_file() for file in _files(kind)):
        return root
    (scratch / raw).mkdir(parents=True)
    for file in _files(kind):
        plain, target = root / raw / file, scratch / raw / file
        if plain.is_file():
            shutil.copyfile(plain, target)
        else:
            with gzip.open(f"{plain}.gz", "rb") as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy)
    return scratch


def _splits(root: Path, kind: type[MNIST]) -> tuple[Split, Split]:
    """Read both splits with torchvision; pixels become float32 in [0, 1]."""
    train, test = (
        Split(one.data.unsqueeze(1).to(torch.float32).div_(WHITE), one.targets)
        for one in (kind(root, train=True), kind(root, train=False))
    )
    return train, test


def _fetch(name: str, kind: type[MNIST], roots: list[Path]) -> Path:
    """Download into the first folder that can be written to and return it."""
    root = writable(name, roots)
    try:
        kind(root, download=True)
    except (RuntimeError, OSError) as error:
        message = say(
            f"{name}: the download failed ({error}). Try again later, or copy the four .gz "
            f"files into {root / kind.__name__ / 'raw'}",
            f"{name}：下载失败（{error}）。请稍后再试，或将四个 .gz 文件复制到 "
            f"{root / kind.__name__ / 'raw'}",
        )
        raise RuntimeError(message) from error
    return root
