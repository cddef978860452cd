"""The samples that a latent space is looked at with, from whatever the user keeps them in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlwidgets.explain.untouched import kept_random
from dlwidgets.language import say


@dataclass(frozen=True, eq=False)
class Points:
    """Samples and, where there are any, their classes.

    Attributes:
        x: (samples, ...), floats.
        y: (samples,), integers; None where the data has no classes.
        classes: the names of the classes; empty for their numbers.
        total: how many samples there were to choose from.
        bytes: whether ``x`` came as bytes from 0 to 255, and was divided by 255.
    """

    x: Tensor
    y: Tensor | None
    classes: tuple[str, ...] = ()
    total: int = 0
    bytes: bool = False


def points(data: Any, most: int, seed: int) -> Points:  # noqa: ANN401 -- told apart here
    """Return at most ``most`` samples of ``data``, drawn with ``seed`` where there are more.

    Args:
        data: a data set of `dlwidgets.data` (its test part), a tensor or array of samples, a pair
            ``(x, y)``, a data set of torch, or anything that gives batches.
        most: how many at most.
        seed: which of them.

    Raises:
        TypeError: for anything else.
        ValueError: for no samples at all.
    """
    split = next((s for s in (getattr(data, n, None) for n in ("test", "train")) if _full(s)), None)
    if split is not None:
        found = _drawn(split.x, split.y, most, seed)
        return replace(found, classes=tuple(map(str, getattr(data, "classes", ()))))
    if isinstance(data, (Tensor, np.ndarray)):
        return _drawn(data, None, most, seed)
    if isinstance(data, (tuple, list)) and len(data) == 2 and _same_length(*data):  # noqa: PLR2004 -- x and y
        return _drawn(data[0], data[1], most, seed)
    known = not isinstance(data, (str, dict))
    if known and hasattr(data, "__getitem__") and hasattr(data, "__len__") and len(data):
        # Among the many of a torch data set, those that are drawn are read, and no others.
        chosen = _chosen(len(data), most, seed).tolist()
        with kept_random(set()):
            found = _stacked([data[i] for i in chosen], batched=False)
        names = getattr(data, "classes", None) or ()
        return replace(found, total=len(data), classes=tuple(map(str, names)))
    if known and hasattr(data, "__iter__"):
        # A loader draws its order from the global random numbers.
        with kept_random(set()):
            found = _stacked(list(_enough(data, most)), batched=True)
        return _drawn(found.x, found.y, most, seed)
    raise TypeError(
        say(
            "LatentExplorer: data expected samples as a tensor, a pair (x, y), a data set or a "
            f"loader, got {type(data).__name__}; write explore(vae, data). For the layers alone: "
            "dlwidgets.ModelExplorer(vae, x)",
            "LatentExplorer：data 应为样本张量、(x, y)、数据集或加载器，"
            f"得到 {type(data).__name__}；请写成 explore(vae, data)。"
            "只看各层可用 dlwidgets.ModelExplorer(vae, x)",
        )
    )


def _full(split: Any) -> bool:  # noqa: ANN401 -- duck-typed, this layer knows no Dataset
    return hasattr(split, "x") and hasattr(split, "y") and len(split.x) > 0


def _same_length(x: Any, y: Any) -> bool:  # noqa: ANN401 -- checked here
    kinds = (Tensor, np.ndarray)
    return isinstance(x, kinds) and (
        y is None or (isinstance(y, (*kinds, list)) and len(x) == len(y) and np.ndim(y) <= 2)  # noqa: PLR2004 -- a column of labels
    )


def _chosen(total: int, most: int, seed: int) -> Tensor:
    if total <= most:
        return torch.arange(total)
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed))
    return order[:most].sort().values


def _drawn(x: Any, y: Any, most: int, seed: int) -> Points:  # noqa: ANN401 -- tensors or arrays
    x = torch.as_tensor(x).detach()
    if len(x) == 0 or x.numel() == 0:
        raise _empty()
    if x.ndim < 2:  # noqa: PLR2004 -- samples and what each holds
        raise ValueError(
            say(
                f"LatentExplorer: data expected shape (samples, ...), got {tuple(x.shape)}; "
                "give a batch, such as x[None]",
                f"LatentExplorer：data 的形状应为 (样本数, ...)，得到 {tuple(x.shape)}；"
                "请给出一批样本，例如 x[None]",
            )
        )
    rows = _chosen(len(x), most, seed)
    kept = x[rows.to(x.device)].cpu()
    raw = kept.dtype == torch.uint8
    kept = kept.double() / 255 if raw else kept.double()
    labels = None if y is None else _labels(torch.as_tensor(y).detach().cpu())
    return Points(kept, None if labels is None else labels[rows], (), len(x), raw)


def _labels(y: Tensor) -> Tensor | None:
    """Return classes as whole numbers from 0; None where the targets are something else."""
    y = y.reshape(len(y), -1)
    if y.shape[1] != 1:
        ones = (y.sum(1) == 1).all() and ((y == 0) | (y == 1)).all()
        return y.argmax(1) if bool(ones) else None
    whole = y[:, 0].double()
    fine = bool((whole == whole.round()).all() and (whole >= 0).all() and (whole < 1000).all())  # noqa: PLR2004 -- nobody tells so many apart
    return whole.long() if fine else None


def _enough(batches: Any, most: int) -> Any:  # noqa: ANN401 -- anything that can be iterated
    count = 0
    for batch in islice(batches, most):
        yield batch
        count += len(batch[0] if isinstance(batch, (tuple, list)) else batch)
        if count >= most:
            return


def _stacked(items: list[Any], *, batched: bool) -> Points:
    """Return samples, or batches of them, as one: each is ``x`` or ``(x, y, ...)``."""
    if not items:
        raise _empty()
    pairs = [item if isinstance(item, (tuple, list)) else (item,) for item in items]
    join = torch.cat if batched else torch.stack
    try:
        x = join([torch.as_tensor(pair[0]) for pair in pairs])
        known = all(len(pair) > 1 and pair[1] is not None for pair in pairs)
        y = join([torch.as_tensor(pair[1]) for pair in pairs]) if known else None
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(
            say(
                "LatentExplorer: data expected to give tensors of one size, with or without a "
                f"class; got {type(pairs[0][0]).__name__}: {error}",
                "LatentExplorer：data 应给出大小相同的张量（可带类别）；"
                f"得到 {type(pairs[0][0]).__name__}：{error}",
            )
        ) from error
    return _drawn(x, y, len(x), 0)


def _empty() -> ValueError:
    return ValueError(
        say(
            "LatentExplorer: data expected at least one sample, got none",
            "LatentExplorer：data 至少应有一个样本，得到 0 个",
        )
    )
