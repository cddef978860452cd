"""What every function of this package returns: a train and a test set in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, cast

import torch

from dlwidgets.data.loader import Loader, Split, whole
from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

SplitName = Literal["train", "test"]


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A data set in memory, as tensors.

    Attributes:
        name: what the set is called.
        train: the samples to learn from: ``train.x`` of shape (samples, ...) and ``train.y``.
        test: the samples kept aside, likewise.
        classes: the name of each class; ``y`` holds indices into it.
        note: where the samples come from, and whatever about them is not as measured.
    """

    name: str
    train: Split
    test: Split
    classes: tuple[str, ...] = ()
    note: str = field(default="")

    def loader(
        self,
        batch_size: int = 64,
        *,
        shuffle: bool = True,
        seed: int = 0,
        split: SplitName = "train",
        drop_last: bool = False,
    ) -> Loader:
        """Return batches ``(x, y)`` that can be iterated again and again, see `Loader`.

        Args:
            batch_size: samples a batch; one larger than the split gives one batch.
            shuffle: a new order each epoch, or the order of the data.
            seed: where the orders start; the same seed gives the same batches.
            split: ``"train"`` or ``"test"``.
            drop_last: leave out a last batch that is not full.

        Raises:
            TypeError: when ``batch_size`` is not an integer.
            ValueError: when ``batch_size`` is below 1 or ``split`` is unknown.
        """
        x, y = self._split(split)
        return Loader(x, y, batch_size, shuffle=shuffle, seed=seed, drop_last=drop_last)

    def sample(self, n: int = 1, *, seed: int = 0, split: SplitName = "train") -> Split:
        """Return ``n`` different samples drawn at random, as ``(x, y)``.

        Raises:
            TypeError: when ``n`` is not an integer.
            ValueError: when ``n`` is below 1 or above the size of the split.
        """
        x, y = self._split(split)
        count = whole("n", n, most=len(x))
        order = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed))
        rows = order[:count].to(x.device)
        return Split(x.index_select(0, rows), y.index_select(0, rows))

    def normalize(
        self,
        mean: float | Sequence[float] | None = None,
        std: float | Sequence[float] | None = None,
    ) -> Dataset:
        """Return a new set with ``(x - mean) / std`` in both splits.

        Args:
            mean: one number, or one a channel; left out, the mean of the training samples.
            std: likewise; left out, the standard deviation of the training samples.

        Raises:
            ValueError: when ``std`` is not positive, or the numbers do not fit the channels.
        """
        x = self.train.x
        middle = self._per_channel("mean", x.mean().item() if mean is None else mean)
        spread = self._per_channel("std", x.std(correction=0).item() if std is None else std)
        if not bool((spread > 0).all()):
            message = say(
                f"normalize: expected a positive std, got {std!r}; leave it out to use that of "
                "the training samples",
                f"normalize：std 应为正数，得到 {std!r}；省略则使用训练样本的标准差",
            )
            raise ValueError(message)
        done = say("normalized as (x − mean) / std", "已按 (x − 均值) / 标准差 归一化")
        return replace(
            self,
            train=Split((x - middle) / spread, self.train.y),
            test=Split((self.test.x - middle) / spread, self.test.y),
            note=f"{self.note} [{done}]".strip(),
        )

    def to(self, device: torch.device | str) -> Dataset:
        """Return the set with its tensors on ``device``."""
        (a, b), (c, d) = self.train, self.test
        return replace(
            self,
            train=Split(a.to(device), b.to(device)),
            test=Split(c.to(device), d.to(device)),
        )

    def plot(self, n: int = 25, *, seed: int = 0, split: SplitName = "train") -> Figure:
        """Return a sheet of ``n`` random samples with their classes, as a matplotlib figure.

        The figure is not pyplot's: as the last value of a cell it shows itself once, and no
        later ``plt`` call can draw into it.

        Raises:
            TypeError: when ``n`` is not an integer.
            ValueError: when ``n`` is out of range, or the samples are no images.
        """
        from dlwidgets.data.picture import sheet

        x, y = self.sample(n, seed=seed, split=split)
        shape = tuple(x.shape[1:])
        if len(shape) != 3 or shape[0] not in (1, 3):  # noqa: PLR2004 -- channels, height, width
            message = say(
                f"plot: expected images of 1 or 3 channels, got samples of shape {shape}",
                f"plot：应为 1 或 3 通道的图像，得到形状为 {shape} 的样本",
            )
            raise ValueError(message)
        labels = [self.classes[i] if self.classes else f"{i:g}" for i in y.tolist()]
        return sheet(x.cpu().numpy(), labels)

    def _split(self, name: str) -> Split:
        if name not in ("train", "test"):
            message = say(
                f"split: expected 'train' or 'test', got {name!r}.",
                f"split：应为 'train' 或 'test'，得到 {name!r}。",
            )
            raise ValueError(message + suggest(str(name), ("train", "test")))
        return cast("Split", getattr(self, name))

    def _per_channel(self, name: str, value: float | Sequence[float]) -> torch.Tensor:
        x = self.train.x
        numbers = torch.as_tensor(value, dtype=x.dtype, device=x.device)
        if numbers.ndim == 0:
            return numbers
        if numbers.ndim == 1 and x.ndim > 1 and len(numbers) == x.shape[1]:
            return numbers.reshape(-1, *(1 for _ in x.shape[2:]))
        message = say(
            f"normalize: expected {name} as one number or one a channel, got {value!r} for "
            f"samples of shape {tuple(x.shape[1:])}",
            f"normalize：{name} 应为一个数或每通道一个数，得到 {value!r}，"
            f"而样本形状为 {tuple(x.shape[1:])}",
        )
        raise ValueError(message)

    def __repr__(self) -> str:
        x = self.train.x
        shape = "×".join(map(str, x.shape[1:])) or say("one number", "一个数")
        kind = str(x.dtype).removeprefix("torch.")
        where = "" if x.device.type == "cpu" else f" {say('on', '位于')} {x.device}"
        low, high = (f"{v.item():.4g}" for v in x.aminmax())
        train, test, classes = len(x), len(self.test.x), len(self.classes)
        return say(
            f"Dataset {self.name}: {train:,} train + {test:,} test, "
            f"x {shape} {kind} in [{low}, {high}]{where}"
            + (f", {classes} classes" if classes else ""),
            f"数据集 {self.name}：{train:,} 训练 + {test:,} 测试，"
            f"x {shape} {kind}，范围 [{low}, {high}]{where}"
            + (f"，{classes} 类" if classes else ""),
        )
