"""Any module, layer by layer: what runs when, its shapes and sizes, and what flows through it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import traitlets as t

from dlwidgets.language import say, suggest
from dlwidgets.widgets.base import Widget, command
from dlwidgets.widgets.layer_opening import Opening, Wish, opened, sequential
from dlwidgets.widgets.layer_rows import (
    BLANK,
    LAYER,
    OPEN,
    PICTURE,
    SHUT,
    TABS,
    TEXT,
    TOTAL,
    layer_row,
    remarks,
    total_row,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import anywidget
    from torch import nn

    from dlwidgets.explain.inputs import Input
    from dlwidgets.explain.layers import Layer


class ModelExplorer(Widget, bundle="model_explorer"):
    """The layers of a model in the order in which they run; each opens on what flows through it.

    ``explore(model, x)`` makes one. The model is run once, without gradients, and left as it was.
    """

    mode = t.Enum(
        ["eval", "own"],
        "eval",
        help="How the model is run: as after model.eval(), or each layer in its own mode.",
    ).tag(sync=True)
    sample = t.Int(0, help="Which sample of the batch is shown, from 0.").tag(sync=True)

    _title = t.Unicode("", help="The class of the model.").tag(sync=True)
    _fed = t.Bool(default_value=False, help="Whether an input was given.").tag(sync=True)
    _notes = t.List(TEXT, help="What was done to the input, and to the model.").tag(sync=True)
    _labels = t.List(t.Unicode(), help="The names of the classes, if they are known.").tag(
        sync=True
    )
    _layers = t.List(LAYER, help="One row for each call of each layer.").tag(sync=True)
    _total = t.Dict(per_key_traits=TOTAL, help="What is to be said of the whole model.").tag(
        sync=True
    )
    _open = t.Dict(SHUT, per_key_traits=OPEN, help="Which row is open, at which tab.").tag(
        sync=True
    )
    _picture = t.Dict(BLANK, per_key_traits=PICTURE, help="What the open tab shows.").tag(sync=True)
    _child = t.Unicode(
        "", help="The explorer of the open layer, as IPY_MODEL_ and its id; empty if none."
    ).tag(sync=True)

    def __init__(self, model: nn.Module, x: object = None, **values: Any) -> None:  # noqa: ANN401 -- each trait checks its own
        """Explore ``model``.

        Args:
            model: any ``nn.Module``, in any mode, on any device.
            x: what it is called with: a tensor or array (a batch or one sample), a tuple or dict
                of its arguments, or a data set of `dlwidgets.data`, of which one sample is taken.
                Without it the structure alone is shown.
            **values: ``mode``, ``sample`` and what all Jupyter widgets take.

        Raises:
            TypeError: for something else than a module, an ``x`` of another kind, or an unknown
                option.
        """
        from dlwidgets.explain.inputs import whole

        self._check_names(values)
        self._own = self._shown = whole(model)
        self._x = x
        self._given: Input | None = None
        self._rows: tuple[Layer, ...] = ()
        self._opened: anywidget.AnyWidget | None = None
        self._ran = values.get("mode", "eval")
        super().__init__(_title=type(self._own).__name__, **self._read(), **values)

    @property
    def opened(self) -> anywidget.AnyWidget | None:
        """The explorer of the open layer, if that has one of its own."""
        return self._opened

    @property
    def layers(self) -> list[str]:
        """The paths of all layers, in the order in which they run; each once."""
        return list(dict.fromkeys(row.path for row in self._rows))

    def refresh(self) -> None:
        """Run the model again, as it is now: after training, or after a change of its layers."""
        was = self._rows[self._open["row"]] if self._open["row"] >= 0 else None
        wish = Wish(0, self._open["tab"], self._open["part"], self._picture["first"])
        with self.hold_sync():
            for name, value in self._read().items():
                setattr(self, name, value)
            self.sample = min(self.sample, (self._total["samples"] or 1) - 1)
            if was is None:
                return
            found = self._find(was.path, was.call)
            self._show(replace(wish, row=found[0])) if found else self.select(None)

    def select(self, path: str | None, *, call: int = 1, tab: str | None = None) -> None:
        """Open a layer on what flows through it; ``None`` closes what is open.

        Args:
            path: as in ``w.layers`` and ``model.get_submodule``; empty for the model itself.
            call: from 1, where a layer is called more than once.
            tab: ``"output"``, ``"input"``, ``"weights"``, or ``"explorer"`` where the layer has an
                explorer of its own; left out, the first of explorer, output, weights that there is.

        Raises:
            ValueError: for a path, a call or a tab that there is not.
        """
        if path is None:
            self._put(Opening())
            return
        if tab is not None and tab not in TABS:
            raise ValueError(_unknown("tab", tab, TABS))
        if path not in self.layers:
            raise ValueError(_unknown("path", path, self.layers))
        found = self._find(path, call)
        if not found:
            from dlwidgets.explain.calls import REPEATS

            most = max(row.call + row.more for row in self._rows if row.path == path)
            raise ValueError(
                say(
                    f"ModelExplorer: expected a call of {path!r} from 1 to {most}, at most "
                    f"{REPEATS} of them in one call of its parent, got {call}",
                    f"ModelExplorer：{path!r} 的 call 应为 1 到 {most}"
                    f"(其上层的一次调用中最多显示 {REPEATS} 次)，得到 {call}",
                )
            )
        self._show(Wish(found[0], tab))

    def close(self) -> None:
        """End the connection to the browser; the views disappear."""
        child = getattr(self, "_opened", None)
        if child is not None:
            child.close()
        super().close()

    def __repr__(self) -> str:
        return f"ModelExplorer: {self._title}, {len(self.layers)} layers"

    # --- what the page shows ----------------------------------------------------------------

    def _read(self) -> dict[str, Any]:
        """Run the model; return the traits that tell of it."""
        from dlwidgets.explain.inputs import taken
        from dlwidgets.explain.layers import initialised, trace

        given = None if self._x is None else taken(self._own, self._x)
        self._shown = self._own if given is None else initialised(self._own, given)
        found, self._given = trace(self._shown, given, evaluate=self._ran == "eval")
        self._rows = found.layers
        used = self._given or given
        notes = (*(used.notes if used else ()), *remarks(self._own, self._shown))
        return {
            "_fed": given is not None,
            "_notes": [note._asdict() for note in notes],
            "_labels": list(used.labels) if used else [],
            "_total": total_row(found),
            "_layers": [layer_row(layer) for layer in found.layers],
        }

    def _find(self, path: str, call: int) -> list[int]:
        """Return the rows of a call; of a layer that was not called, its only one."""
        rows = enumerate(self._rows)
        return [i for i, row in rows if row.path == path and row.call in {call, 0}]

    def _show(self, wish: Wish, *, keep: bool = False) -> None:
        """Run the model again, and show what is wished for.

        Args:
            wish: what the user asks for.
            keep: whether the explorer inside may stay, with all that was done in it.
        """
        from dlwidgets.explain.calls import capture
        from dlwidgets.explain.untouched import layer_at

        row = self._rows[wish.row]
        module = layer_at(self._shown, row.path)
        captured = None
        if self._given is not None and row.call:
            captured = capture(
                self._shown,
                self._given,
                module,
                call=row.call,
                sample=self.sample,
                samples=None if sequential(module) else self._total["samples"],
                evaluate=self.mode == "eval",
            )
        wish = replace(wish, sample=self.sample, samples=self._total["samples"])
        opening = opened(module, captured, wish, self._opened if keep else None)
        self._put(opening)

    def _put(self, opening: Opening) -> None:
        before, self._opened = self._opened, opening.child
        with self.hold_sync():
            self._open, self._picture = opening.about, opening.picture
            self._child = f"IPY_MODEL_{opening.child.model_id}" if opening.child else ""
        if before is not None and before is not opening.child:
            before.close()

    @t.observe("mode")
    def _mode_changed(self, _change: object) -> None:
        if self.mode != self._ran:
            self._ran = self.mode
            self.refresh()

    @t.validate("sample")
    def _sample_valid(self, proposal: dict[str, Any]) -> int:
        most = (self._total["samples"] or 1) - 1
        if 0 <= proposal["value"] <= most:
            return int(proposal["value"])
        raise t.TraitError(
            say(
                f"ModelExplorer: sample expected a number from 0 to {most}, "
                f"got {proposal['value']}; the input has {most + 1} samples",
                f"ModelExplorer：sample 应为 0 到 {most} 的整数，"
                f"得到 {proposal['value']}；输入共有 {most + 1} 个样本",
            )
        )

    @t.observe("sample")
    def _sample_changed(self, _change: object) -> None:
        shown = self._open
        if shown["row"] >= 0:
            first = self._picture["first"]
            self._show(Wish(shown["row"], shown["tab"], shown["part"], first))

    # --- from the browser -------------------------------------------------------------------

    @command
    def _on_show(self, value: dict[str, Any]) -> None:
        row = int(value["row"])
        # Of a view that has not yet heard of a refresh, a row may be gone.
        if 0 <= row < len(self._rows):
            wish = Wish(row, value["tab"], int(value["part"]), int(value["first"]))
            self._show(wish, keep=row == self._open["row"])

    @command
    def _on_shut(self, _value: object) -> None:
        self.select(None)

    @command
    def _on_sample(self, value: int) -> None:
        self.sample = min(max(0, int(value)), (self._total["samples"] or 1) - 1)

    @command
    def _on_mode(self, value: str) -> None:
        self.mode = "own" if value == "own" else "eval"

    @command
    def _on_refresh(self, _value: object) -> None:
        self.refresh()


def _unknown(what: str, got: object, known: Sequence[str]) -> str:
    listed, hint = ", ".join(map(repr, known)), suggest(str(got), known)
    return say(
        f"ModelExplorer: expected {what} among {listed}; got {got!r}.{hint}",
        f"ModelExplorer：{what} 应为 {listed}；得到 {got!r}。{hint}",
    )
