"""What an LSTM explorer has in hand, and how changes of it reach its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

from dlwidgets.language import say
from dlwidgets.widgets import lstm_rows as rows
from dlwidgets.widgets.latent_code import spelled
from dlwidgets.widgets.lstm_given import number
from dlwidgets.widgets.lstm_traits import LSTMTraits

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from dlwidgets.explain.recurrent import Study, Where
    from dlwidgets.widgets.lstm_given import Words

SLICE = 0.012
"""Seconds of computing between two looks at the page."""


class LSTMState(LSTMTraits):
    """The study behind the traits; every change of either brings the other up to date."""

    _study: Study
    _text: Words
    _labels: list[str]
    _name: str
    _busy: bool

    if TYPE_CHECKING:
        hold_sync: Callable[[], AbstractContextManager[None]]

    def _where(self) -> Where:
        return self.layer, int(self.direction == "reverse")

    def _spot(self) -> rows.Spot:
        return rows.Spot(self._where(), self.step, self.unit, self.window)

    def _called(self) -> str:
        return self._name or spelled(self._study.module) or self._study.net.kind

    def _arrays(self, course: Any) -> dict[str, NDArray[Any]]:  # noqa: ANN401 -- a Course
        where = self._where()
        parts = {name: course.part(where, name).numpy().copy() for name in course.net.parts}
        return parts | {"x": course.input(where[0]).numpy().copy()}

    def _everything(self) -> dict[str, Any]:
        study = self._study
        notes = [*study.net.notes, *study.given.notes]
        return {
            "_net": rows.net_row(study, study.steps),
            "_notes": [note._asdict() for note in notes],
            "_vocab": self._text.offered,
            **rows.map_rows(study, self._spot()),
            **self._at_spot(),
        }

    def _at_spot(self) -> dict[str, Any]:
        study, spot = self._study, self._spot()
        across = rows.columns(study.steps, spot.step, spot.window)
        return {
            **rows.spot_rows(study, spot, self._called(), self.tab),
            **rows.output_rows(study, spot.step, self._labels),
            **self._text.rows(study, spot.step, across),
        }

    def _put(self, state: dict[str, Any]) -> None:
        with self.hold_sync():
            for name, value in state.items():
                # Of arrays in dicts traitlets can't tell whether they have changed.
                if not (isinstance(value, dict) and rows.same(value, getattr(self, name))):
                    setattr(self, name, value)

    # --- changes ----------------------------------------------------------------------------

    def _edit(self, step: int, value: Any, feature: int | None) -> None:  # noqa: ANN401 -- a word or numbers
        token = self._text.token(value, embedded=self._study.ids is not None)
        if token is not None and feature is None:
            self._study.speak(step, token)
        else:
            self._study.edit(step, feature, value)

    def _finish(self) -> None:
        self._study.finish()
        self._put(self._everything())

    def _advance(self) -> None:
        """Compute for a moment; the page asks for more until all is done."""
        if self._study.advance(SLICE):
            self._put({**rows.map_rows(self._study, self._spot()), **self._at_spot()})
        else:
            self._progress = self._study.progress

    def _known(self, where: Where) -> None:
        if where not in self._study.net.places:
            layers, ways = self._study.net.layers, self._study.net.directions
            raise ValueError(
                say(
                    f"LSTMExplorer: expected layer 0 to {layers - 1} and {ways} direction(s), "
                    f"got layer {where[0]}, {('forward', 'reverse')[where[1]]}",
                    f"LSTMExplorer：layer 应为 0 到 {layers - 1}，方向数为 {ways}，"
                    f"得到第 {where[0]} 层、{('前向', '反向')[where[1]]}",
                )
            )

    def _possible_spot(self, values: dict[str, Any]) -> None:
        """Refuse what is not there, before anything is made."""
        net = self._study.net
        places = {"layer": net.layers, "step": self._study.steps, "unit": net.hidden}
        for name, many in places.items():
            number(values.get(name, 0), name, many)
        self._known((values.get("layer", 0), int(values.get("direction") == "reverse")))

    @t.validate("layer", "direction", "sequence", "step", "unit")
    def _possible(self, proposal: dict[str, Any]) -> Any:  # noqa: ANN401 -- a number or a word
        name, value = proposal["trait"].name, proposal["value"]
        net = self._study.net
        many = {
            "layer": net.layers,
            "sequence": len(self._study.given.lengths),
            "step": self._study.steps,
            "unit": net.hidden,
        }
        try:
            if name == "direction":
                self._known((0, int(value == "reverse")))
                return value
            return number(value, name, many[name])
        except ValueError as error:
            raise t.TraitError(str(error)) from error

    @t.observe("layer", "direction", "window")
    def _turned(self, _change: object) -> None:
        if not self._busy:
            self._put(self._everything())

    @t.observe("step", "unit", "tab")
    def _moved(self, _change: object) -> None:
        if not self._busy:
            near = self.window == "near" and self._study.steps > rows.COLUMNS
            self._put(self._everything() if near else self._at_spot())

    @t.observe("sequence")
    def _chosen(self, _change: object) -> None:
        if not self._busy:
            self._study.choose(self.sequence)
            self._quietly(step=min(self.step, self._study.steps - 1))
            self._put(self._everything())

    def _quietly(self, **values: Any) -> None:  # noqa: ANN401 -- each trait checks its own
        """Set options without computing anything yet."""
        self._busy = True
        try:
            self._put(values)
        finally:
            self._busy = False
