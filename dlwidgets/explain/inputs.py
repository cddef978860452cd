"""What a user hands over as a model's input, made ready to be handed on."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from dlwidgets.explain.tensors import mapped, tensors
from dlwidgets.language import Both, say


@dataclass(frozen=True)
class Input:
    """The arguments of one call of a model.

    Attributes:
        args: by position.
        kwargs: by name.
        notes: what was done to what the user gave, each in words.
        labels: the names of the model's outputs, where the data set knows them.
    """

    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Both, ...] = ()
    labels: tuple[str, ...] = ()

    def call(self, model: nn.Module) -> object:
        """Call ``model`` with copies, so that a layer that works in place spoils nothing."""
        args, kwargs = mapped((self.args, self.kwargs), lambda x: x.detach().clone())
        return model(*args, **kwargs)

    def size(self) -> int | None:
        """Return the length of the first tensor's first axis: of a batch, how many samples.

        None where there is but one axis: that is one sample, or a sequence.
        """
        first = next((tensor for _, tensor in tensors([*self.args, *self.kwargs.values()])), None)
        # A batch of none has no sample to show; it is shown whole, and so said to be empty.
        return first.shape[0] or None if first is not None and first.ndim > 1 else None

    def batched(self) -> Input | None:
        """Return a batch of the one sample that was given; None where it is no single tensor."""
        if len(self.args) != 1 or self.kwargs or not isinstance(self.args[0], torch.Tensor):
            return None
        note = Both("the sample was made a batch of one", "已将单个样本扩展为大小为 1 的批")
        return replace(self, args=(self.args[0].unsqueeze(0),), notes=(*self.notes, note))


def whole(model: object) -> nn.Module:
    """Return the module that ``model`` wraps: compiling and parallel wrappers hide its layers.

    Raises:
        TypeError: for something else than a module.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(
            say(
                f"ModelExplorer: expected a torch.nn.Module, got {type(model).__name__}"
                + ("; make one of the class first" if isinstance(model, type) else ""),
                f"ModelExplorer：应为 torch.nn.Module，得到 {type(model).__name__}"
                + ("；请先创建该类的实例" if isinstance(model, type) else ""),
            )
        )
    wrappers = (nn.DataParallel, nn.parallel.DistributedDataParallel)
    inner = model.module if isinstance(model, wrappers) else getattr(model, "_orig_mod", model)
    return inner if inner is model else whole(inner)


def taken(model: nn.Module, x: object) -> Input:
    """Return ``x`` as arguments of ``model``, on its device and with its kind of floats.

    Args:
        model: any module.
        x: a tensor or array; a tuple of arguments, of which a batch ``(x, y)`` is one; a dict of
            named arguments; or a data set of `dlwidgets.data`, which gives one sample.

    Raises:
        TypeError: for anything else.
    """
    given = _arguments(model, x)
    home = next((p for p in model.parameters() if p.is_floating_point()), None)
    if home is None:
        return given
    moved = mapped((given.args, given.kwargs), lambda value: _like(value, home))
    notes = list(given.notes)
    old = [tensor for _, tensor in tensors((given.args, given.kwargs))]
    if any(tensor.device != home.device for tensor in old):
        notes.append(
            Both(
                f"a copy of the input was moved to {home.device}, where the model is",
                f"输入的副本已移到模型所在的 {home.device}",
            )
        )
    if any(tensor.is_floating_point() and tensor.dtype != home.dtype for tensor in old):
        kind = str(home.dtype).removeprefix("torch.")
        notes.append(
            Both(
                f"a copy of the input was converted to {kind}, as the parameters are",
                f"输入的副本已转换为与参数一致的 {kind}",
            )
        )
    return replace(given, args=moved[0], kwargs=moved[1], notes=tuple(notes))


def _like(value: torch.Tensor, home: torch.Tensor) -> torch.Tensor:
    return value.to(home.device, home.dtype if value.is_floating_point() else None)


def _arguments(model: nn.Module, x: Any) -> Input:  # noqa: ANN401 -- told apart here
    if hasattr(x, "sample") and hasattr(x, "classes"):
        return _from_data(x)
    # Torch's packed sequences are tuples too, but one value.
    if isinstance(x, (torch.Tensor, nn.utils.rnn.PackedSequence)):
        return Input((x,))
    if isinstance(x, dict):
        return Input(kwargs=dict(x)) if _fits(model, (), x) else Input((x,))
    if isinstance(x, tuple):
        if _fits(model, x, {}):
            return Input(x)
        note = Both(
            f"of the {len(x)} values given, the first was passed: forward takes no more",
            f"给出了 {len(x)} 个值，只传入第一个：forward 不接受更多",
        )
        return replace(_arguments(model, x[0]), notes=(note,)) if x else Input()
    if isinstance(x, (list, int, float, np.ndarray)) or hasattr(x, "__array_interface__"):
        return Input((_tensor(x),))
    raise TypeError(_expected(x))


def _from_data(data: Any) -> Input:  # noqa: ANN401 -- a Dataset, which this layer does not import
    labels = tuple(map(str, data.classes))
    note = Both(
        f"one sample of {data.name}, drawn with seed 0 from its training part",
        f"{data.name} 训练集中的一个样本（种子 0）",
    )
    return Input((data.sample(1).x,), notes=(note,), labels=labels)


def _tensor(x: Any) -> torch.Tensor:  # noqa: ANN401 -- whatever NumPy understands
    try:
        array = np.asarray(x)
        return torch.tensor(array.astype(array.dtype.newbyteorder("="), copy=False))
    except (TypeError, ValueError) as error:
        raise TypeError(_expected(x)) from error


def _expected(x: object) -> str:
    return say(
        "explore: expected the model's input as a tensor or array, a tuple or dict of its "
        f"arguments, or a data set of dlwidgets.data; got {type(x).__name__}",
        "explore：模型的输入应为张量或数组、参数的元组或字典，或 dlwidgets.data 的数据集；"
        f"得到 {type(x).__name__}",
    )


def _fits(model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether ``forward`` takes these arguments."""
    try:
        inspect.signature(model.forward).bind(*args, **kwargs)
    except (TypeError, ValueError):
        return False
    return True
