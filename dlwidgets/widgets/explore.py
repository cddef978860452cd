"""``explore(obj)``: the one way into every explorer, and open to users' own."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 60
"""Characters of an object that an error shows."""

Opener = TypeVar("Opener", bound="Callable[..., Any]")


@dataclass(frozen=True)
class Way:
    """What opens objects of one class."""

    opener: Callable[..., Any] | str  # "module:name" is imported when it is first needed
    en: str  # what can be explored, in a few words
    zh: str

    def open(self, *args: object, **options: object) -> object:
        """Return what the opener makes."""
        if not isinstance(self.opener, str):
            return self.opener(*args, **options)
        module, _, name = self.opener.partition(":")
        return getattr(import_module(module), name)(*args, **options)


_CONVOLUTION = Way(
    "dlwidgets.widgets.conv_explorer:ConvExplorer",
    "a layer nn.Conv2d, nn.ConvTranspose2d, nn.MaxPool2d or nn.AvgPool2d",
    "层 nn.Conv2d、nn.ConvTranspose2d、nn.MaxPool2d 或 nn.AvgPool2d",
)

_ACTIVATION = Way(
    "dlwidgets.widgets.activation_explorer:ActivationExplorer",
    "an activation such as nn.ReLU or nn.GELU",
    "激活函数，如 nn.ReLU、nn.GELU",
)
_ACTIVATIONS = (
    *("CELU", "ELU", "GELU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "LeakyReLU"),
    *("LogSigmoid", "Mish", "PReLU", "ReLU", "ReLU6", "SELU", "Sigmoid", "SiLU", "Softplus"),
    *("Softshrink", "Softsign", "Tanh", "Tanhshrink"),
)

_LOSS = Way(
    "dlwidgets.widgets.loss_explorer:LossExplorer",
    "a loss nn.CrossEntropyLoss, nn.BCEWithLogitsLoss or nn.MSELoss, with logits and target",
    "损失 nn.CrossEntropyLoss、nn.BCEWithLogitsLoss 或 nn.MSELoss 及其 logits 和目标",
)

_SCHEDULER = Way(
    "dlwidgets.widgets.optimizer_explorer:open_scheduler",
    "a scheduler of torch.optim.lr_scheduler",
    "torch.optim.lr_scheduler 的调度器",
)

_MODEL = Way(
    "dlwidgets.widgets.model_explorer:ModelExplorer",
    "any torch.nn.Module, with its input",
    "任何 torch.nn.Module 及其输入",
)

_LATENT = Way(
    "dlwidgets.widgets.latent_explorer:LatentExplorer",
    "a model with methods encode and decode, such as a VAE, with its data",
    "带有 encode 和 decode 方法的模型（如 VAE）及其数据",
)

_TENSOR = Way(
    "dlwidgets.widgets.tensor_opening:open_tensor",
    "a tensor or array: the graph behind it if it has one, else its memory; two to be broadcast",
    "张量或数组：有计算图则打开计算图，否则打开其内存；两个则看广播",
)

_FRAME = Way(
    "dlwidgets.widgets.frame_explorer:FrameExplorer",
    "a pandas DataFrame or Series",
    "pandas 的 DataFrame 或 Series",
)

_BUILT_IN: dict[str, Way] = {
    "builtins.function": Way(
        "dlwidgets.widgets.autograd_explorer:AutogradExplorer",
        "a function of tensors, with its leaves, such as f, w=2.0",
        "由张量计算的函数及其叶子节点，如 f, w=2.0",
    ),
    "dlwidgets.training.arms.result.Comparison": Way(
        "dlwidgets.widgets.regularization_explorer:RegularizationExplorer",
        "what dlwidgets.compare returns",
        "dlwidgets.compare 的结果",
    ),
    "dlwidgets.training.sweep.result.Sweep": Way(
        "dlwidgets.widgets.sweep_explorer:SweepExplorer",
        "what dlwidgets.sweep returns",
        "dlwidgets.sweep 的结果",
    ),
    "numpy.ndarray": _TENSOR,
    # Pandas 3 names its classes by where users find them, pandas 2 by where they are defined.
    "pandas.DataFrame": _FRAME,
    "pandas.Series": _FRAME,
    "pandas.core.frame.DataFrame": _FRAME,
    "pandas.core.series.Series": _FRAME,
    "torch.Tensor": _TENSOR,
    **{f"torch.nn.modules.activation.{name}": _ACTIVATION for name in _ACTIVATIONS},
    "torch.nn.modules.conv.Conv2d": _CONVOLUTION,
    "torch.nn.modules.conv.ConvTranspose2d": _CONVOLUTION,
    "torch.nn.modules.pooling.AvgPool2d": _CONVOLUTION,
    "torch.nn.modules.pooling.MaxPool2d": _CONVOLUTION,
    "torch.nn.modules.loss.BCEWithLogitsLoss": _LOSS,
    "torch.nn.modules.loss.CrossEntropyLoss": _LOSS,
    "torch.nn.modules.loss.MSELoss": _LOSS,
    "torch.nn.modules.module.Module": _MODEL,
    "torch.optim.lr_scheduler.LRScheduler": _SCHEDULER,
    "torch.optim.lr_scheduler.ReduceLROnPlateau": _SCHEDULER,
    "torch.optim.optimizer.Optimizer": Way(
        "dlwidgets.widgets.optimizer_explorer:open_optimizer",
        "an optimizer of torch.optim",
        "torch.optim 的优化器",
    ),
}
"""Explorers that come with the package, by the full name of the class that they open: a name, so
that nothing need be imported to know it."""


class Explore:
    """Opens any object that has an explorer: ``explore(layer, image)``, ``explore(model)``.

    What follows the object goes to its explorer; see the explorer's own help for what it takes.
    """

    def __init__(self) -> None:
        """Begin with what comes with the package."""
        self._own: dict[type, Way] = {}

    def __call__(self, obj: object, *args: object, **options: object) -> Any:  # noqa: ANN401 -- each explorer is a class of its own
        """Return the explorer of ``obj``: the nearest class that one is registered for decides.

        Raises:
            TypeError: where there is none; the text lists what can be explored.
        """
        way = self.way(obj)
        if way is not None:
            return way.open(obj, *args, **options)
        if isinstance(obj, type) and self._of(obj) is not None:
            raise TypeError(
                say(
                    f"explore: expected an object, got the class {obj.__qualname__}; "
                    f"make one first: explore({obj.__qualname__}(...))",
                    f"explore：应为一个对象，得到类 {obj.__qualname__}；"
                    f"请先创建对象：explore({obj.__qualname__}(...))",
                )
            )
        raise TypeError(
            say(
                f"explore: expected one of these: {'; '.join(self.kinds())}. Got "
                f"{_described(obj)}. For a class of your own, register what opens it: "
                "@explore.register(YourClass)",
                f"explore：可以打开 {'；'.join(self.kinds())}；得到 {_described(obj)}。"
                "自己的类可用 @explore.register(YourClass) 登记打开方式",
            )
        )

    def way(self, obj: object) -> Way | None:
        """Return what opens ``obj``, or None: the nearest of its classes decides.

        Of modules for whose class there is nothing nearer than for any module, those that encode
        and decode have an explorer of their own.
        """
        found = self._of(type(obj))
        return _LATENT if found is _MODEL and _encodes(obj) else found

    def _of(self, owner: type) -> Way | None:
        for kind in owner.__mro__:
            way = self._own.get(kind) or _BUILT_IN.get(f"{kind.__module__}.{kind.__qualname__}")
            if way is not None:
                return way
        return None

    def register(self, kind: type, opener: Callable[..., Any] | None = None) -> Callable[..., Any]:
        """Let ``explore`` open objects of ``kind`` and its subclasses with ``opener``.

        Also a decorator: ``@explore.register(MyModel)``. The opener is called with the object and
        whatever else ``explore`` was given; what it returns is displayed. Registering ``kind``
        again replaces the opener, also one that comes with the package.

        Raises:
            TypeError: for a ``kind`` that is no class or an ``opener`` that can't be called.
        """
        if not isinstance(kind, type):
            raise TypeError(
                say(
                    f"explore.register: expected a class, got {kind!r}; "
                    "write explore.register(YourClass, opener)",
                    f"explore.register：应为一个类，得到 {kind!r}；"
                    "请写成 explore.register(YourClass, opener)",
                )
            )
        if opener is None:
            return lambda function: self.register(kind, function)
        if not callable(opener):
            raise TypeError(
                say(
                    f"explore.register: expected a function that opens {kind.__name__}, "
                    f"got {opener!r}",
                    f"explore.register：应为打开 {kind.__name__} 的函数，得到 {opener!r}",
                )
            )
        self._own[kind] = Way(opener, kind.__qualname__, kind.__qualname__)
        return opener

    def kinds(self) -> list[str]:
        """Return in words what can be explored."""
        ways = [_LATENT, *_BUILT_IN.values(), *self._own.values()]
        return list(dict.fromkeys(say(way.en, way.zh) for way in ways))

    def __repr__(self) -> str:
        """Return what can be explored."""
        return f"<explore: {'; '.join(self.kinds())}>"


def _encodes(obj: object) -> bool:
    return all(callable(getattr(obj, name, None)) for name in ("encode", "decode"))


def _described(obj: object) -> str:
    """Return an object and its class, shortened."""
    text = " ".join(repr(obj).split())
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f"{short} ({type(obj).__name__})"


explore = Explore()
"""The one that ``dlwidgets.explore`` and ``%explore`` use."""
