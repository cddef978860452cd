"""Two shapes that meet: what is stretched, which numbers make each result, and why it may fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

from dlwidgets.language import say, suggest
from dlwidgets.widgets.base import Widget, command
from dlwidgets.widgets.cell_window import NO_WINDOW, WINDOW, window_row

if TYPE_CHECKING:
    from torch import Tensor

    from dlwidgets.explain.operand import Operand

OPS = ["add", "sub", "mul", "div", "pow", "maximum", "minimum", "eq", "gt", "lt"]

OPERAND = {**WINDOW, "code": t.Unicode(), "own": t.Bool(), "changed": t.Bool()}
AXIS = t.Dict(per_key_traits={"a": t.Int(), "b": t.Int(), "out": t.Int()})
REMEDY = t.Dict(
    per_key_traits={
        "which": t.Enum(["a", "b"]),
        "code": t.Unicode(),
        "shape": t.List(t.Int()),
        "out": t.List(t.Int()),
    }
)
NO_OPERAND = {**NO_WINDOW, "code": "", "own": False, "changed": False}


class BroadcastExplorer(Widget, bundle="broadcast_explorer"):
    """Broadcasting, cell by cell: which axes are stretched, and which two numbers make each result.

    ``BroadcastExplorer(a, b)`` opens tensors of yours, which stay as they are; alone it begins with
    the shapes (4, 1) and (3,). Every number and every error is torch's own (book 2.4.5).
    """

    op = t.Enum(OPS, "add", help="What is done to each pair of numbers.").tag(sync=True)
    in_place = t.Bool(
        default_value=False, help="Whether the result is written into a, as a.add_(b) does."
    ).tag(sync=True)

    _a = t.Dict(NO_OPERAND, per_key_traits=OPERAND, help="The first tensor.").tag(sync=True)
    _b = t.Dict(NO_OPERAND, per_key_traits=OPERAND, help="The second tensor.").tag(sync=True)
    _out = t.Dict(NO_WINDOW, per_key_traits=WINDOW, help="The result; no cells if refused.").tag(
        sync=True
    )
    _axes = t.List(AXIS, help="The axes, aligned from the right; -1 is not there.").tag(sync=True)
    _error = t.Unicode("", help="Torch's own words; empty if it agrees.").tag(sync=True)
    _remedies = t.List(REMEDY, help="Changes after which the shapes fit.").tag(sync=True)
    _code = t.Unicode("", help="The line that computes it.").tag(sync=True)

    def __init__(
        self,
        a: Any = None,  # noqa: ANN401 -- tensors, arrays, lists, numbers
        b: Any = None,  # noqa: ANN401 -- as above
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Open two tensors.

        Args:
            a: a tensor, an array or numbers of any shape; without it a column of four.
            b: likewise; without it a row of three.
            **values: ``op``, ``in_place`` and what all Jupyter widgets take.

        Raises:
            TypeError: for what is no numbers, or an unknown option.
        """
        self._check_names(values)
        self._busy = True
        self._began = {"a": _opened("a", a), "b": _opened("b", b)}
        self._now = dict(self._began)
        self._at: tuple[int, ...] = ()
        super().__init__(**values)
        self._busy = False
        self._show()

    @property
    def a(self) -> Tensor:
        """The first tensor as it stands on the page."""
        return self._now["a"].tensor

    @property
    def b(self) -> Tensor:
        """The second tensor as it stands on the page."""
        return self._now["b"].tensor

    @property
    def result(self) -> Tensor:
        """What torch computes of the two.

        Raises:
            RuntimeError: torch's own, where it refuses.
        """
        from dlwidgets.explain.broadcast import OPERATIONS

        if self.in_place:
            done: Tensor = getattr(self.a.clone(), f"{self.op}_")(self.b)
            return done
        computed: Tensor = OPERATIONS[self.op][0](self.a, self.b)
        return computed

    def reshape(self, which: str, shape: tuple[int, ...]) -> None:
        """Give a tensor another shape: the same numbers where they fill it, else counted ones.

        Args:
            which: ``"a"`` or ``"b"``.
            shape: up to six sizes.

        Raises:
            ValueError: for another name, or what is no shape.
        """
        from dlwidgets.explain.operand import read_shape

        self._began_as(which)
        self._change(which, self._began[which].shaped(read_shape(str(tuple(shape))), which))

    def reset(self) -> None:
        """Bring both tensors back as they were given."""
        self._now, self._at = dict(self._began), ()
        self._show()

    def __repr__(self) -> str:
        shapes = f"{tuple(self.a.shape)} and {tuple(self.b.shape)}"
        found = self._error or str(tuple(self._out["shape"]))
        return f"BroadcastExplorer: {self.op} of {shapes}: {found}"

    @t.observe("op", "in_place")
    def _other_operation(self, _change: object) -> None:
        if not self._busy:
            self._show()

    @command
    def _on_op(self, value: str) -> None:
        """Take another operation."""
        if value not in OPS:
            raise ValueError(
                say(
                    f"op: expected one of {', '.join(OPS)}, got {value!r}.{suggest(value, OPS)}",
                    f"op：应为 {', '.join(OPS)} 之一，得到 {value!r}。{suggest(value, OPS)}",
                )
            )
        self.op = value

    @command
    def _on_in_place(self, value: bool) -> None:  # noqa: FBT001 -- commands have one argument
        """Write into the first tensor, or make another one."""
        self.in_place = bool(value)

    @command
    def _on_shape(self, value: dict[str, Any]) -> None:
        """Take a shape that was typed."""
        from dlwidgets.explain.operand import read_shape

        which = self._began_as(str(value["which"]))
        self._change(which, self._began[which].shaped(read_shape(str(value["text"])), which))

    @command
    def _on_remedy(self, value: int) -> None:
        """Do what one of the remedies says."""
        from dlwidgets.explain.operand import applied

        if 0 <= int(value) < len(self._remedies):
            chosen = self._remedies[int(value)]
            which = chosen["which"]
            changed = applied(self._now[which], chosen["code"], tuple(chosen["shape"]))
            self._change(which, changed)

    @command
    def _on_reset(self, _value: object) -> None:
        """Bring both tensors back."""
        self.reset()

    @command
    def _on_look(self, value: list[int]) -> None:
        """Show another part of the result."""
        self._at = tuple(int(one) for one in value)
        self._show()

    def _began_as(self, which: str) -> str:
        if which in self._began:
            return which
        raise ValueError(
            say(f"expected 'a' or 'b', got {which!r}", f"应为 'a' 或 'b'，得到 {which!r}")
        )

    def _change(self, which: str, operand: Operand) -> None:
        self._now[which], self._at = operand, ()
        self._show()

    def _show(self) -> None:
        """Ask torch, and bring what it says to the page."""
        state = _state(self.op, self._now, self._began, self._at, in_place=self.in_place)
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)


def _opened(name: str, given: Any) -> Operand:  # noqa: ANN401 -- as the constructor
    from dlwidgets.explain import operand
    from dlwidgets.explain.cells import as_tensor

    if given is None:
        return operand.begun(name)
    return operand.given(as_tensor(name, given), name)


def _state(
    op: str,
    now: dict[str, Operand],
    began: dict[str, Operand],
    at: tuple[int, ...],
    *,
    in_place: bool,
) -> dict[str, Any]:
    """Return everything that a page is drawn from."""
    from dlwidgets.explain import broadcast
    from dlwidgets.explain.cells import window

    a, b = now["a"].tensor, now["b"].tensor
    in_place = in_place and op in broadcast.IN_PLACE
    outcome = broadcast.judge(op, a, b, in_place=in_place)
    axes = broadcast.align(tuple(a.shape), tuple(b.shape))
    seen, parts = {"a": window(a), "b": window(b)}, None
    if outcome.shape is not None:
        parts = broadcast.windows(op, a, b, at, in_place=in_place)
        seen = {"a": parts[0], "b": parts[1]}
    code = f"{now['a'].code}.{op}_({now['b'].code})" if in_place else _written(op, now)
    misfit = any(not axis.fits for axis in axes)
    return {
        **{
            f"_{name}": {
                **window_row(held.tensor, seen[name]),
                "code": held.code,
                "own": held.own,
                "changed": held is not began[name],
            }
            for name, held in now.items()
        },
        "_out": NO_WINDOW if parts is None else window_row(parts[2], parts[3]),
        "_axes": [{"a": axis.a, "b": axis.b, "out": axis.out} for axis in axes],
        "_error": outcome.error,
        "_remedies": [
            {"which": r.which, "code": r.code, "shape": list(r.shape), "out": list(r.out)}
            for r in (broadcast.remedies(a, b) if misfit else ())
        ],
        "_code": code,
    }


def _written(op: str, now: dict[str, Operand]) -> str:
    from dlwidgets.explain.broadcast import OPERATIONS

    return OPERATIONS[op][1].format(a=now["a"].code, b=now["b"].code)
