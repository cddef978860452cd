"""One variant of a model and of how it is trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from dlwidgets.language import say

Penalty = Callable[[nn.Module], Tensor]


@dataclass(frozen=True, slots=True)
class Arm:
    """What is trained, and what its training has of its own.

    Attributes:
        name: what it is called, unique in a comparison.
        make: returns the model as it begins; called under the seed of each run.
        options: of the optimizer, over those that all arms share.
        penalty: added to each training loss, a function of the model.
        kind: what kind of standard arm it is; empty for one of the user's own.
        strength: of such a kind; NaN where it has none.
        source: lines of code that make ``model``.
        penalty_source: code of the penalty.
    """

    name: str
    make: Callable[[], nn.Module]
    options: Mapping[str, Any] = field(default_factory=dict)
    penalty: Penalty | None = None
    kind: str = ""
    strength: float = float("nan")
    source: tuple[str, ...] = ()
    penalty_source: str = ""

    def fresh(self) -> nn.Module:
        """Return a model of its own, also where ``make`` hands out the same one twice."""
        made = self.make()
        if isinstance(made, nn.Module):
            return deepcopy(made)
        raise TypeError(
            say(
                f"compare: expected an nn.Module from what makes {self.name!r}, got "
                f"{type(made).__name__}; end the function with return model",
                f"compare：{self.name!r} 的构造函数应返回 nn.Module，得到 {type(made).__name__}；"
                "请以 return model 结尾",
            )
        )


def read(arms: object) -> tuple[Arm, ...]:
    """Return arms from names and what makes their models.

    Raises:
        TypeError: for what is no such dict.
        ValueError: for an empty one.
    """
    if not isinstance(arms, Mapping):
        raise TypeError(
            say(
                f"compare: expected a dict of names and models, got {type(arms).__name__}; write "
                'compare({"plain": make_plain, "dropout": make_dropout}, data)',
                f"compare：应为名称与模型的字典，得到 {type(arms).__name__}；请写成 "
                'compare({"plain": make_plain, "dropout": make_dropout}, data)',
            )
        )
    if not arms:
        raise ValueError(
            say("compare: expected an arm, got none", "compare：至少应有一个方案，得到零个")
        )
    return tuple(_arm(str(name), given) for name, given in arms.items())


def _arm(name: str, given: object) -> Arm:
    if isinstance(given, Arm):
        return given
    model, options = given if isinstance(given, tuple) and len(given) == 2 else (given, {})  # noqa: PLR2004 -- (model, options)
    if not callable(model) or not isinstance(options, Mapping):
        raise TypeError(
            say(
                f"compare: expected {name!r} as a model, a function that makes one, or one of "
                f"these with a dict of options, got {given!r}",
                f"compare：{name!r} 应为模型、构造模型的函数，或两者之一加选项字典，得到 {given!r}",
            )
        )
    own = dict(options)
    penalty = own.pop("penalty", None)
    if penalty is not None and not callable(penalty):
        raise TypeError(
            say(
                f"compare: expected the penalty of {name!r} as a function of the model, got "
                f"{penalty!r}",
                f"compare：{name!r} 的 penalty 应为模型的函数，得到 {penalty!r}",
            )
        )
    if isinstance(model, nn.Module):
        # As it is now: training the original later must change nothing here.
        return Arm(name, _keeper(model), own, penalty, source=("model = deepcopy(model)",))
    called = getattr(model, "__name__", "make")
    called = "make" if called == "<lambda>" else called
    return Arm(name, model, own, penalty, source=(f"model = {called}()",))


def _keeper(model: nn.Module) -> Callable[[], nn.Module]:
    kept = deepcopy(model)
    return lambda: kept
