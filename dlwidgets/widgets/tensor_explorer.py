"""A tensor opened: its numbers beside its memory, and what views, indices and sums make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

from dlwidgets.widgets import tensor_state as state
from dlwidgets.widgets.base import Widget, command
from dlwidgets.widgets.cell_window import NO_WINDOW, WINDOW, window_row

if TYPE_CHECKING:
    from torch import Tensor

TORCH_ERRORS = (RuntimeError, IndexError, TypeError, NotImplementedError)


def _dict(default: dict[str, Any], keys: dict[str, Any], help_: str) -> Any:  # noqa: ANN401 -- a trait
    return t.Dict(default, per_key_traits=keys, help=help_).tag(sync=True)


class TensorExplorer(Widget, bundle="tensor_explorer"):
    """A tensor beside its memory: strides, views and copies, indices and reductions, by torch.

    ``TensorExplorer(x)`` opens a tensor of yours and works on a copy with the same memory, so that
    yours stays as it is; alone it begins with the numbers 0 to 11 in shape (3, 4) (book 2.4).
    """

    tab = t.Enum(["memory", "compute"], "memory", help="What is shown.").tag(sync=True)

    _facts = _dict(state.NO_FACTS, state.FACTS, "The tensor that was opened.")
    _steps = t.List(state.STEP, help="The chain of operations, each on the one before.").tag(
        sync=True
    )
    _chosen = t.Int(0, help="Which step is shown.").tag(sync=True)
    _numbers = _dict(NO_WINDOW, WINDOW, "The numbers of the chosen step.")
    _strip = _dict(state.NO_STRIP, state.STRIP, "Its memory, in order.")
    _trouble = _dict(state.NO_TROUBLE, state.TROUBLE, "Why torch refused the last operation.")
    _calls = t.List(t.Unicode(), help="What the chain may go on with.").tag(sync=True)
    _code = t.Unicode("", help="The line that makes the chosen step.").tag(sync=True)

    _source = _dict(NO_WINDOW, WINDOW, "The tensor that an expression is asked of.")
    _result = _dict(state.NOT_COMPUTED, state.COMPUTED, "What an expression gives.")
    _refusal = _dict(state.NO_TROUBLE, state.TROUBLE, "Why torch refused an expression.")
    _presets = t.Dict(
        value_trait=t.List(t.Unicode()),
        default_value={},
        help="Expressions to begin with, by kind.",
    ).tag(sync=True)
    _expression = t.Unicode("", help="The line that computes the result.").tag(sync=True)

    def __init__(
        self,
        x: Any = None,  # noqa: ANN401 -- a tensor, an array, numbers
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Open a tensor.

        Args:
            x: a tensor, an array or numbers, of any shape and size; it is never changed.
            **values: ``tab`` and what all Jupyter widgets take.

        Raises:
            TypeError: for what is no numbers, or an unknown option.
        """
        self._check_names(values)
        self._open(x)
        super().__init__(**values)
        from dlwidgets.explain.indexing import presets

        offered = presets(self._chain[0].tensor)
        self._show(_facts=self._about, _presets=offered)
        self._on_compute(next((text for group in offered.values() for text in group), "x"))

    def _open(self, given: Any) -> None:  # noqa: ANN401 -- as the constructor
        import torch

        from dlwidgets.explain.cells import as_tensor
        from dlwidgets.explain.operand import literal

        own = given is not None
        self._x = as_tensor("x", given) if own else torch.arange(12).reshape(3, 4)
        self._name = (literal(self._x) or "x") if own else "torch.arange(12).reshape(3, 4)"
        self._begin()
        self._about = {
            "dtype": str(self._x.dtype).removeprefix("torch."),
            "device": str(self._x.device),
            "shape": list(self._x.shape),
            "grad": bool(getattr(given, "requires_grad", False)),
            "mine": self._mine,
        }

    def _begin(self) -> None:
        from dlwidgets.explain import indexing, memory

        first, self._mine = memory.begun(self._x)
        self._chain: tuple[memory.Step, ...] = (first,)
        self._history: list[str] = []
        self._at: tuple[int, ...] = ()
        self._from, self._wrote = int(first.tensor.storage_offset()), False
        self._found: indexing.Computed | None = None

    @property
    def tensor(self) -> Tensor:
        """The tensor of the chosen step; it shares memory with the others as torch says."""
        return self._chain[self._chosen].tensor

    @property
    def result(self) -> Any:  # noqa: ANN401 -- a tensor, several, or a number
        """What the expression gives: a tensor, or several by name."""
        parts = {} if self._found is None else self._found.parts
        return parts[""] if list(parts) == [""] else parts

    def apply(self, call: str) -> Tensor:
        """Go on with an operation, as ``.t()`` or ``[1:]``, and return what it gives.

        Raises:
            ValueError: for what can't be shown.
            RuntimeError: torch's own, and likewise IndexError and TypeError.
        """
        from dlwidgets.explain import memory

        self._chain = memory.after(self._chain, self._chosen, call, mine=self._mine)
        last, step = len(self._chain) - 1, self._chain[-1]
        self._history.append(f"x{last} = x{step.parent}{step.call}")
        self._wrote = self._wrote or any(one.changed for one in self._chain)
        self._choose(last)
        self._again()
        return self.tensor

    def compute(self, expression: str) -> Any:  # noqa: ANN401 -- as result
        """Ask torch for an expression of ``x``, as ``x.sum(0)``, and return what it gives.

        Raises:
            ValueError: for what can't be shown.
            RuntimeError: torch's own, and likewise IndexError and TypeError.
        """
        self._ask(expression)
        return self.result

    def __repr__(self) -> str:
        x = self._chain[0].tensor
        return f"TensorExplorer: {tuple(x.shape)} {x.dtype}, strides {x.stride()}"

    @command
    def _on_tab(self, value: str) -> None:
        """Show another page."""
        if value in {"memory", "compute"}:
            self.tab = value

    @command
    def _on_apply(self, value: str) -> None:
        """Go on with an operation; what torch says of it is shown with what would work."""
        from dlwidgets.explain import indexing, memory
        from dlwidgets.explain.typed import TorchValueError

        try:
            self.apply(str(value))
        except (*TORCH_ERRORS, TorchValueError) as error:
            said = str(error).splitlines()[0]
            found = list(memory.remedies(self.tensor, str(value)))
            self._trouble = {"error": said, "hint": indexing.hint(said), "remedies": found}

    @command
    def _on_choose(self, value: int) -> None:
        """Show a step of the chain."""
        if 0 <= int(value) < len(self._chain):
            self._choose(int(value))

    @command
    def _on_reset(self, _value: object) -> None:
        """Begin again with the user's tensor; the numbers that were changed come back."""
        self._begin()
        self._choose(0)
        self._on_compute(self._result["typed"] or "x")

    @command
    def _on_write(self, value: dict[str, Any]) -> None:
        """Write a number into the chosen step; all that share its memory change too."""
        from dlwidgets.explain import memory

        index = tuple(int(one) for one in value["index"])
        text, at = str(value["text"]), self._chosen
        self._chain, number = memory.write(self._chain, at, index, text, mine=self._mine)
        inside = ", ".join(map(str, index)) or "()"
        self._history.append(f"x{at}[{inside}] = {_code_of(number)}")
        self._wrote = True
        self._show(_trouble=state.NO_TROUBLE)
        self._again()

    @command
    def _on_look(self, value: list[int]) -> None:
        """Show another part of the chosen step."""
        self._at = tuple(int(one) for one in value)
        self._show()

    @command
    def _on_strip(self, value: int) -> None:
        """Show another part of the memory."""
        self._from = int(value)
        self._show()

    @command
    def _on_compute(self, value: str) -> None:
        """Ask torch for an expression; what it says is shown."""
        from dlwidgets.explain import indexing
        from dlwidgets.explain.typed import TorchValueError

        try:
            self._ask(str(value))
        except (*TORCH_ERRORS, TorchValueError) as error:
            said = str(error).splitlines()[0]
            self._found = None
            self._refuse(str(value), {"error": said, "hint": indexing.hint(said), "remedies": []})

    @command
    def _on_part(self, value: dict[str, Any]) -> None:
        """Show another part of the result."""
        if self._found is not None:
            at = tuple(int(one) for one in value["at"])
            self._result = state.computed_row(self._found, int(value["part"]), at)

    @command
    def _on_source(self, value: list[int]) -> None:
        """Show another part of the tensor that the expression is asked of."""
        from dlwidgets.explain.cells import window

        x = self._chain[0].tensor
        self._source = window_row(x, window(x, tuple(int(one) for one in value)))

    def _choose(self, step: int) -> None:
        self._at, self._from = (), int(self._chain[step].tensor.storage_offset())
        self._show(_chosen=step, _trouble=state.NO_TROUBLE)

    def _show(self, **more: Any) -> None:  # noqa: ANN401 -- traits
        """Bring the chain to the page."""
        from dlwidgets.explain.cells import window
        from dlwidgets.explain.indexing import calls

        chosen = more.pop("_chosen", self._chosen)
        x = self._chain[chosen].tensor
        values = {
            "_steps": [state.step_row(step) for step in self._chain],
            "_chosen": chosen,
            "_numbers": window_row(x, window(x, self._at)),
            "_strip": state.strip_row(x, self._from),
            "_calls": calls(x),
            "_code": self._line(chosen),
            **more,
        }
        with self.hold_sync():
            for name, value in values.items():
                setattr(self, name, value)

    def _line(self, chosen: int) -> str:
        """Return the code of a step: one expression, or, where numbers were written, every act."""
        if not self._wrote:
            calls, at = "", chosen
            while at > 0:
                calls, at = self._chain[at].call + calls, self._chain[at].parent
            return f"{self._name}{calls}"
        begun = f"x0 = copy.deepcopy({self._name})"
        return "; ".join(["import copy", begun, *self._history, f"x{chosen}"])

    def _ask(self, text: str) -> None:
        """Compute an expression, and show it."""
        from dlwidgets.explain import indexing

        found = indexing.compute(text, self._chain[0].tensor)
        self._found = found
        self._refuse(found.text, state.NO_TROUBLE)

    def _refuse(self, text: str, trouble: dict[str, Any]) -> None:
        """Show the result, or, where there is none, why."""
        row = state.NOT_COMPUTED | {"typed": text}
        with self.hold_sync():
            self._on_source(list(self._source["at"]))
            self._refusal = trouble
            self._result = row if self._found is None else state.computed_row(self._found, 0, ())
            self._expression = "" if self._found is None else self._found.text

    def _again(self) -> None:
        """Compute the expression anew: the numbers have changed."""
        if self._wrote and self._result["typed"]:
            self._on_compute(self._result["typed"])


def _code_of(number: str) -> str:
    """Return a number that was typed as code."""
    return f'float("{number}")' if number in {"inf", "-inf", "nan"} else number
