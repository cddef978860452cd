"""Any LSTM, GRU or RNN, step by step: gates, states, what follows when one is changed or held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets.language import say
from dlwidgets.widgets import lstm_rows as rows
from dlwidgets.widgets.base import Widget, command
from dlwidgets.widgets.lstm_given import (
    Words,
    checked_head,
    number,
    state_of,
    texts,
    vocabulary,
    way,
)
from dlwidgets.widgets.lstm_state import LSTMState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import nn

OPTIONS = ("cx", "embedding", "head", "hx", "labels", "name", "seed", "tokens", "vocab", "x")
"""What can be given when it is made, and not changed later."""


class LSTMExplorer(LSTMState, Widget, bundle="lstm_explorer"):
    """The gates and states of a recurrent net through time (book 7.7).

    ``explore(lstm, x)`` opens any ``nn.LSTM``, ``nn.GRU``, ``nn.RNN`` or one of their cells, and
    takes what the module takes: ``explore(lstm, x, (h0, c0))``. Change an input or a token, hold a
    gate at a value, and see what follows; the module itself is never changed.
    """

    def __init__(  # noqa: PLR0913 -- what a module is called with, and names for it
        self,
        module: nn.Module,
        x: object = None,
        hx: object = None,
        cx: object = None,
        *,
        embedding: object = None,
        vocab: object = None,
        tokens: Sequence[object] = (),
        head: object = None,
        labels: Sequence[object] = (),
        name: str = "",
        seed: int = 0,
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Open a recurrent module.

        Args:
            module: the LSTM, GRU, RNN or cell; run as after ``eval()``, left as it is.
            x: its input, as it takes it, also a batch or a ``PackedSequence``; whole numbers where
                there is an embedding; left out, twelve steps of noise.
            hx: its state before the first step: h, or ``(h, c)``; left out, zeros.
            cx: the cell state, where ``hx`` is the hidden state alone.
            embedding: gives the vectors of the tokens in ``x``: an ``nn.Embedding`` or a function.
            vocab: the words of the embedding: a list, or a dict from word to number.
            tokens: what stands at each step, for labels; left out, the words of ``vocab``.
            head: makes outputs of the last layer's states, (steps, units): a module or function.
            labels: the names of these outputs.
            name: how the module is called in the program; left out, its name in the notebook.
            seed: of the noise.
            **values: ``layer``, ``direction``, ``sequence``, ``step``, ``unit``, ``window``,
                ``tab``, and what all Jupyter widgets take.

        Raises:
            TypeError: for another module, an input of another kind, or an unknown option.
            ValueError: for an input or state of another shape than the module takes.
        """
        from dlwidgets.explain.recurrent import Study

        self._check_names(values, OPTIONS)
        state = state_of(hx, cx)
        index = number(values.get("sequence", 0), "sequence")
        self._study = Study(
            module,
            x,
            state,
            embedding=embedding,
            head=checked_head(head),
            index=index,
            seed=number(seed, "seed"),
        )
        self._text = Words(vocabulary(vocab), texts(tokens, "tokens"))
        self._labels, self._name = texts(labels, "labels"), name
        values.setdefault("step", self._study.steps - 1)
        self._possible_spot(values)
        self._busy = True
        super().__init__(**values)
        self._put(self._everything())
        self._busy = False

    # --- for users --------------------------------------------------------------------------

    @property
    def states(self) -> dict[str, NDArray[Any]]:
        """Gates and states of the shown layer and direction, each (steps, units), and ``x``."""
        return self._arrays(self._study.now)

    @property
    def before(self) -> dict[str, NDArray[Any]]:
        """The same without your edits and held gates."""
        return self._arrays(self._study.base)

    @property
    def output(self) -> Any:  # noqa: ANN401 -- a tensor; torch is not loaded to say so
        """What ``head`` makes of the states: (steps, outputs) or (outputs,); None without one."""
        return self._study.output(self._study.now)

    @property
    def memory(self) -> dict[str, Any]:
        """What ``unit`` remembers at ``step``: ``first``, ``gradient``, ``product``, ``reach``.

        ``gradient[k]`` is ‖∂h_step[unit]/∂x_s‖ of step s = first + k by autograd, ``before`` the
        same without your changes (empty if there are none); ``product`` is the product of the
        forget gates (of a GRU the update gates) between.
        """
        found = rows.memory_row(self._study, self._spot())
        if found.pop("shown"):
            return found
        raise ValueError(
            say(
                f"LSTMExplorer: unit {self.unit} has no hidden state, as proj_size is "
                f"{self._study.net.out}; choose a smaller unit",
                f"LSTMExplorer：proj_size 为 {self._study.net.out}，单元 {self.unit} 没有隐藏状态；"
                "请选择更小的单元",
            )
        )

    def code(self) -> str:
        """Return a program that recomputes the step on screen by hand, and by torch."""
        from dlwidgets.explain.recurrent import program

        return program(self._study, self._where(), self.step, self._called())

    def edit(self, step: int, value: object, feature: int | None = None) -> None:
        """Change the input of one step: a word, all its numbers, or one of them.

        Args:
            step: from 0.
            value: a word of ``vocab`` or a token's number (with an embedding and no ``feature``);
                else a number for ``feature``, or one number for each feature.
            feature: from 0; None for all.

        Raises:
            ValueError: for a step, feature or word that there is not, or other than numbers.
        """
        at = None if feature is None else number(feature, "feature")
        self._edit(number(step, "step"), value, at)
        self._finish()

    def ablate(
        self,
        gate: str,
        to: float | str = 0.0,
        *,
        unit: int | None = None,
        since: int = 0,
        layer: int | None = None,
        direction: str | None = None,
    ) -> None:
        """Hold a gate at a value, on top of what is held already; the module stays as it is.

        Args:
            gate: ``"i"``, ``"f"``, ``"g"`` or ``"o"``; of a GRU ``"r"``, ``"z"`` or ``"n"``; of an
                RNN ``"h"``.
            to: a number that the gate can have, or ``"mean"`` for its mean over all steps.
            unit: one unit; None for all.
            since: from this step of the input on.
            layer: left out, the one on screen.
            direction: likewise.

        Raises:
            ValueError: for a gate, value, unit or step that there is not.
        """
        from dlwidgets.explain.recurrent import Ablation

        shown = self._where()
        where = (
            shown[0] if layer is None else number(layer, "layer"),
            shown[1] if direction is None else way(direction),
        )
        self._known(where)
        only = None if unit is None else number(unit, "unit")
        one = Ablation(where, gate, to, only, number(since, "since"))
        self._study.ablate(*self._study.ablations, one)
        self._finish()

    def restore(self) -> None:
        """Take back every edit and every held gate."""
        self._study.restore()
        self._put(self._everything())

    def refresh(self) -> None:
        """Read the weights again, as they are now; edits and held gates are taken back."""
        self._study.reread()
        self._study.choose(self.sequence)
        self._put(self._everything())

    def __repr__(self) -> str:
        net, steps = self._study.net, self._study.steps
        sizes = f"{net.features} → {net.hidden}"
        many = f", {net.layers} layers" if net.layers > 1 else ""
        both = ", bidirectional" if net.directions > 1 else ""
        return f"LSTMExplorer: {net.title} {sizes}{many}{both}, {steps} steps"

    # --- from the browser -------------------------------------------------------------------

    @command
    def _on_go(self, value: dict[str, Any]) -> None:
        with self.hold_trait_notifications():
            self.step, self.unit = int(value["step"]), int(value["unit"])

    @command
    def _on_edit(self, value: dict[str, Any]) -> None:
        self._edit(int(value["step"]), value["value"], int(value["feature"]))
        self._advance()

    @command
    def _on_speak(self, value: dict[str, Any]) -> None:
        self._edit(int(value["step"]), str(value["word"]), None)
        self._advance()

    @command
    def _on_hold(self, value: dict[str, Any]) -> None:
        from dlwidgets.explain.recurrent import Ablation

        to, unit = value["to"], value["unit"]
        one = Ablation(self._where(), str(value["gate"]), to, unit, int(value["since"]))
        self._study.ablate(*self._study.ablations, one)
        self._advance()

    @command
    def _on_release(self, value: int) -> None:
        kept = [one for i, one in enumerate(self._study.ablations) if i != int(value)]
        self._study.ablate(*kept)
        self._advance()

    @command
    def _on_more(self, _value: object) -> None:
        self._advance()

    @command
    def _on_turn(self, value: dict[str, Any]) -> None:
        where = int(value["layer"]), int(value["direction"] == "reverse")
        self._known(where)
        self._quietly(layer=where[0], direction=str(value["direction"]))
        self._put(self._everything())

    @command
    def _on_look(self, value: dict[str, Any]) -> None:
        """Choose a sequence, a window or a tab."""
        for name in ("sequence", "window", "tab"):
            if name in value:
                setattr(self, name, value[name])

    @command
    def _on_restore(self, _value: object) -> None:
        self.restore()

    @command
    def _on_refresh(self, _value: object) -> None:
        self.refresh()
