"""Regularization in one picture: arms side by side, and what a layer does in either mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.language import say, suggest
from dlwidgets.widgets import wire
from dlwidgets.widgets.arm_rows import ARM, histogram, row
from dlwidgets.widgets.base import Widget, command

if TYPE_CHECKING:
    from dlwidgets.training.arms import Comparison

MOST = 12
"""Arms at most: more can't be told apart."""

LENSES = ("dropout", "batch_norm", "weights", "signal")


class RegularizationExplorer(Widget, bundle="regularization_explorer"):
    """Dropout, batch norm, decay and initialisation as arms of one comparison (book 5.3).

    ``explore(dlwidgets.compare({"plain": make, "dropout": make_other}, data))`` opens your own
    models; ``RegularizationExplorer()`` trains the book's arms on the diabetes data, which takes
    some seconds, and trains more of them from the page.
    """

    arm = t.Unicode("", help="The arm that is looked into.").tag(sync=True)
    shown = t.List(t.Unicode(), help="The arms whose curves are drawn.").tag(sync=True)
    epoch = t.Int(0, help="The epoch at which the table reads the curves.").tag(sync=True)
    training = t.Bool(
        default_value=False, help="Whether losses and layers are those of training mode."
    ).tag(sync=True)
    log_scale = t.Bool(default_value=False, help="Whether losses stand on a logarithm.").tag(
        sync=True
    )
    lens = t.Enum(LENSES, "dropout", help="What is looked at in the arm.").tag(sync=True)

    _arms = t.List(ARM, help="What came of each arm.").tag(sync=True)
    _edges = wire.Array("float64", ndim=1, help="Edges of the bins of weights.").tag(sync=True)
    _shares = wire.Array("float64", ndim=2, help="Shares of weights, (arms, bins).").tag(sync=True)
    _seeds = t.List(t.Int(), help="The seeds from which each arm was trained.").tag(sync=True)
    _epochs = t.Int(0, help="How many epochs each run took.").tag(sync=True)
    _data = t.Unicode("", help="What the data set is called; empty if it has no name.").tag(
        sync=True
    )
    _kinds = t.List(t.Unicode(), help="Standard arms that can be trained here.").tag(sync=True)
    _strengths = t.Dict(
        value_trait=wire.Array("float64", ndim=1),
        help="Of the kinds with a strength: least, greatest, usual.",
    ).tag(sync=True)

    def __init__(
        self,
        comparison: Comparison | None = None,
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Show a comparison, or train the book's arms.

        Args:
            comparison: what `dlwidgets.compare` has returned; without it the book's arms are
                trained here.
            **values: ``arm``, ``shown``, ``training``, ``lens``, ``log_scale``, ``epoch`` and
                what all Jupyter widgets take.

        Raises:
            TypeError: for something else than a comparison, or an unknown option.
        """
        self._check_names(values)
        self._comparison = _checked(comparison)
        state = self._state()
        if comparison is None:
            state |= _catalogue()
        names = list(self._comparison.names)
        values.setdefault("arm", next((n for n in names if n.startswith("dropout")), names[0]))
        values.setdefault("shown", names)
        values.setdefault("epoch", state["_epochs"])
        super().__init__(**state, **values)

    @property
    def comparison(self) -> Comparison:
        """The comparison on screen, with the arms that were trained from the page."""
        return self._comparison

    def __repr__(self) -> str:
        return f"RegularizationExplorer: {self._comparison!r}"

    def _state(self) -> dict[str, Any]:
        plan = self._comparison.plan
        edges, shares = histogram(self._comparison)
        return {
            "_arms": [row(self._comparison, name) for name in self._comparison.names],
            "_edges": edges,
            "_shares": shares,
            "_seeds": list(plan.seeds),
            "_epochs": plan.epochs,
            "_data": str(getattr(plan.data, "name", "")),
        }

    @t.validate("arm", "shown")
    def _known(self, proposal: dict[str, Any]) -> Any:  # noqa: ANN401 -- one name or several
        value, names = proposal["value"], self._comparison.names
        for name in [value] if isinstance(value, str) else value:
            if name not in names:
                known = ", ".join(names)
                raise t.TraitError(
                    say(
                        f"RegularizationExplorer: {proposal['trait'].name} expected among {known}, "
                        f"got {name!r}.{suggest(name, names)}",
                        f"RegularizationExplorer：{proposal['trait'].name} 应为 {known} 之一，"
                        f"得到 {name!r}。{suggest(name, names)}",
                    )
                )
        return value

    @t.validate("epoch")
    def _one_of_the_epochs(self, proposal: dict[str, Any]) -> int:
        value, last = int(proposal["value"]), self._comparison.plan.epochs
        if 0 <= value <= last:
            return value
        raise t.TraitError(
            say(
                f"RegularizationExplorer: epoch expected 0 to {last}, got {value}",
                f"RegularizationExplorer：epoch 应为 0 到 {last}，得到 {value}",
            )
        )

    @command
    def _on_add(self, value: dict[str, Any]) -> None:
        """Train one more standard arm, from the same seeds on the same batches."""
        from dlwidgets.training.arms.standard import arm

        if not self._kinds:
            raise ValueError(
                say(
                    "these arms are your own; add more with comparison.add({...})",
                    "这些方案由您自己给出；请用 comparison.add({...}) 添加",
                )
            )
        wanted = arm(str(value["kind"]), value.get("strength"))
        if wanted.name not in self._comparison.names:
            if len(self._comparison.names) >= MOST:
                raise ValueError(
                    say(
                        f"expected at most {MOST} arms; begin anew with RegularizationExplorer()",
                        f"最多 {MOST} 个方案；请用 RegularizationExplorer() 重新开始",
                    )
                )
            self._comparison = self._comparison.add({wanted.name: wanted}, progress=False)
        with self.hold_sync():
            for name, held in self._state().items():
                setattr(self, name, held)
            self.shown = [n for n in self._comparison.names if n in {*self.shown, wanted.name}]
            self.arm = wanted.name


def _catalogue() -> dict[str, Any]:
    from dlwidgets.training.arms.standard import KINDS, STRENGTHS

    return {
        "_kinds": list(KINDS),
        "_strengths": {kind: np.array(ends) for kind, ends in STRENGTHS.items()},
    }


def _checked(given: object) -> Comparison:
    from dlwidgets.training.arms import Comparison

    if given is None:
        from dlwidgets.training.arms.standard import standard

        return standard()
    if isinstance(given, Comparison):
        return given
    got = type(given).__name__
    raise TypeError(
        say(
            f"RegularizationExplorer: expected what dlwidgets.compare returns, got {got}; write "
            'explore(dlwidgets.compare({"plain": make, "dropout": make_other}, data))',
            f"RegularizationExplorer：应为 dlwidgets.compare 的结果，得到 {got}；请写成 "
            'explore(dlwidgets.compare({"plain": make, "dropout": make_other}, data))',
        )
    )
