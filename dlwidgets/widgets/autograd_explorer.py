"""A graph of autograd: values and gradients at every node, to be edited and walked backward."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.language import say, suggest
from dlwidgets.widgets import wire
from dlwidgets.widgets.autograd_rows import (
    MOVE,
    OPERATOR,
    VARIABLE,
    graph_state,
    outcome_state,
)
from dlwidgets.widgets.base import Widget, command

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from torch import Tensor

    from dlwidgets.explain.autograd.experiments import Outcome
    from dlwidgets.explain.autograd.study import Found, Study

KINDS = [
    *("", "accumulate", "zero", "twice", "retain", "detach"),
    *("no_grad", "inplace", "leaf", "inner", "vector"),
]


def _array(ndim: int, help_: str) -> Any:  # noqa: ANN401 -- a trait
    return wire.Array("float64", ndim=ndim, help=help_).tag(sync=True)


def _rows(row: dict[str, Any], help_: str) -> Any:  # noqa: ANN401 -- a trait
    return t.List(t.Dict(per_key_traits=row), help=help_).tag(sync=True)


def _text(help_: str) -> Any:  # noqa: ANN401 -- a trait
    return t.Unicode("", help=help_).tag(sync=True)


class AutogradExplorer(Widget, bundle="autograd_explorer"):
    """The graph of a tensor: leaves to drag, gradients at every node, backward step by step.

    ``explore(loss)`` opens the graph of a tensor of yours; ``AutogradExplorer(f, w=2.0, b=1.0)``
    that of a function, which is called again with every other value. Nothing of yours is changed:
    no value, no ``.grad``, and ``loss.backward()`` works afterwards (book 2.5, 3.3.3).
    """

    _variables = _rows(VARIABLE, "The circles that are shown.")
    _operators = _rows(OPERATOR, "The squares that are shown, as backward comes to them.")
    _moves = _rows(MOVE, "Every gradient that is handed on, in the order of autograd.")
    _numbers = _array(1, "Upstream, local derivative and result of each move, one after another.")
    _values = _array(1, "The first numbers of each variable, one after another.")
    _gradients = _array(1, "The first numbers of each gradient, one after another.")
    _truth = _array(1, "The same as torch leaves them in .grad, by another backward pass.")
    _stats = _array(2, "Of each variable min, mean, max, norm of the value and of the gradient.")
    _start = t.Int(0, help="The variable from which the window looks back.").tag(sync=True)
    _root = t.Int(0, help="The variable that the graph is about.").tag(sync=True)
    _total = t.Int(0, help="Operators of the whole graph.").tag(sync=True)
    _unknown = t.List(t.Unicode(), help="Operators that can't be computed again.").tag(sync=True)
    _edited = t.Bool(
        default_value=False, help="Whether a leaf has another value than the user's."
    ).tag(sync=True)
    _vector = _array(1, "The gradient from which backward begins, its first numbers.")
    _jacobian = _array(2, "One row an output, one column an input; empty where too large.")
    _columns = t.List(t.Unicode(), help="The inputs of the Jacobian.").tag(sync=True)
    _code = _text("Python that gives the gradients that are shown; empty where too long.")
    _asked = t.Int(0, help="Which question of the page torch has answered.").tag(sync=True)

    _tried = t.Enum(KINDS, "", help="What was tried last.").tag(sync=True)
    _tried_target = _text("The tensor that something was done to.")
    _tried_error = _text("Torch's own error.")
    _tried_warning = _text("Torch's own warning.")
    _tried_code = _text("The lines that do it.")
    _tried_names = t.List(t.Unicode(), help="The tensors whose .grad is shown.").tag(sync=True)
    _tried_widths = t.List(t.Int(), help="How many numbers of each.").tag(sync=True)
    _tried_frames = _array(2, "One row a backward pass: .grad of each tensor.")
    _tried_absent = wire.Array("bool", ndim=2, help="Where .grad is None.").tag(sync=True)

    def __init__(
        self,
        target: Any,  # noqa: ANN401 -- a tensor or a function
        *,
        gradient: Any = None,  # noqa: ANN401 -- tensors, arrays, lists
        names: Mapping[str, Any] | None = None,
        **leaves: Any,  # noqa: ANN401 -- of a function; the rest is what all widgets take
    ) -> None:
        """Open a graph.

        Args:
            target: a tensor with ``grad_fn``; or a function that takes ``leaves`` by name and
                returns a tensor. A function is called again for every other value of a leaf, so
                it should change nothing outside.
            gradient: where backward begins, in the shape of the tensor; without it ones.
            names: your tensors by name; without it they are looked up among your variables.
            **leaves: tensors or numbers for the function; numbers have a gradient.

        Raises:
            TypeError: for something else, or an unknown option.
            ValueError: for a tensor without graph, or one that backward() has used up.
        """
        widget = {name: leaves.pop(name) for name in list(leaves) if self.has_trait(name)}
        self._study = _study(target, gradient, names, leaves)
        name = getattr(target, "__name__", "")
        # A lambda has no name by which it can be called.
        self._function = (name if name.isidentifier() else "f") if callable(target) else ""
        self._at = self._study.graph.root
        self._found: Found = self._study.found()
        super().__init__(**self._state(), **widget)

    @property
    def values(self) -> dict[str, Tensor]:
        """The value of each tensor of the graph, by name, as far as torch knows it."""
        pairs = zip(self._study.graph.variables, self._found.values, strict=True)
        return {one.name: value for one, value in pairs if one.name and value is not None}

    @property
    def grads(self) -> dict[str, Tensor]:
        """The gradient of each tensor of the graph that one arrives at, by name."""
        pairs = zip(self._study.graph.variables, self._found.walk.gradients, strict=True)
        return {one.name: value for one, value in pairs if one.name and value is not None}

    @property
    def jacobian(self) -> Tensor | None:
        """One row an output, one column a number of a leaf; None of a scalar or a large tensor."""
        return self._found.jacobian

    def edit(self, **values: Any) -> None:  # noqa: ANN401 -- numbers, lists, tensors
        """Give leaves other values: ``explorer.edit(w=2.5)``; your tensors stay as they are.

        Raises:
            ValueError: for an unknown name, another shape, or a graph that can't be recomputed.
        """
        import torch

        named = {one.name: one for one in self._study.graph.variables if one.name}
        for name, value in values.items():
            if name not in named:
                raise ValueError(
                    say(
                        f"edit: expected names among {', '.join(named)}, got {name!r}."
                        f"{suggest(name, named)}",
                        f"edit：名称应为 {', '.join(named)}，得到 {name!r}。{suggest(name, named)}",
                    )
                )
            self._study.edit(named[name].index, torch.as_tensor(value))
        self._show()

    def reset(self) -> None:
        """Put every leaf back to your value, and begin from ones again."""
        self._study.values.clear()
        self._show()

    def __repr__(self) -> str:
        graph = self._study.graph
        leaves = [one.name for one in graph.variables if one.kind == "leaf"]
        shown = ", ".join(leaves[:4]) + (" …" if len(leaves) > 4 else "")  # noqa: PLR2004 -- a few
        root = graph.variables[graph.root]
        return f"AutogradExplorer: {root.name} of {shown}, {len(graph.operators)} operators"

    def _state(self) -> dict[str, Any]:
        from dlwidgets.explain.autograd.window import look

        window = look(self._study.graph, self._found.walk.visits, self._at)
        return {
            **graph_state(self._study, window, self._found),
            "_edited": bool(self._study.values),
            "_code": "\n".join(self._lines()),
        }

    def _lines(self, outcome: Outcome | None = None) -> list[str]:
        """Return the code of what is shown, or of what was tried."""
        from dlwidgets.explain.autograd import code, experiments

        graph, study = self._study.graph, self._study
        script = code.script(graph, study.values, self._function)
        if outcome is None:
            known = script is not None or not study.values
            return code.gradients(graph, script, study.vector) if known else []
        if script is None:
            return []
        leaves = [script.names[one.index] for one in graph.variables if one.kind == "leaf"]
        target = script.names[outcome.target] if outcome.target >= 0 else ""
        scalar = graph.variables[graph.root].shape == ()
        brackets = "" if scalar else code.literal(study.vector)
        root = script.names[graph.root]
        return code.filled(
            script, experiments.lines(outcome, root, leaves, target, brackets), target
        )

    def _show(self, **more: Any) -> None:  # noqa: ANN401 -- traits
        self._found = self._study.found()
        with self.hold_sync():
            for name, value in (self._state() | more).items():
                setattr(self, name, value)

    @command
    def _on_edit(self, value: dict[str, Any]) -> None:
        """Take another value of a leaf, or another gradient of the root, from the page."""
        import torch

        study, key = self._study, int(value["variable"])
        numbers = torch.tensor(np.array(value["numbers"]))
        if key < 0:
            study.point(numbers.reshape(study.vector.shape))
        else:
            study.edit(key, numbers.reshape(study.graph.variables[key].shape))
        self._show(_asked=int(value["asked"]))

    @command
    def _on_reset(self, asked: int) -> None:
        self._study.values.clear()
        self._show(_asked=int(asked))

    @command
    def _on_look(self, key: int) -> None:
        """Look back from another variable."""
        self._at = int(key)
        self._show()

    @command
    def _on_attempt(self, value: dict[str, Any]) -> None:
        """Try something out, on copies."""
        from dlwidgets.explain.autograd.experiments import Lab, tried

        study = self._study
        if study.source is None:
            raise ValueError(
                say(
                    f"{', '.join(study.unknown)} can't be computed again, and your own graph is "
                    "left alone; give the function that computes it: explore(f, w=w)",
                    f"无法重新计算 {'、'.join(study.unknown)}，且不会改动你自己的计算图；"
                    "请给出计算它的函数：explore(f, w=w)",
                )
            )
        vector = None if study.graph.variables[study.graph.root].shape == () else study.vector
        lab = Lab(study.source, dict(study.values), vector, int(value["chosen"]))
        outcome = tried(str(value["kind"]), lab)
        state = outcome_state(study, outcome, self._lines(outcome))
        with self.hold_sync():
            for name, one in state.items():
                setattr(self, name, one)


def _study(
    target: Any,  # noqa: ANN401 -- a tensor or a function
    gradient: Any,  # noqa: ANN401 -- tensors, arrays, lists
    names: Mapping[str, Any] | None,
    leaves: dict[str, Any],
) -> Study:
    import torch

    from dlwidgets.explain.autograd.study import of_function, of_tensor

    if not isinstance(target, torch.Tensor):
        if callable(target):
            return of_function(target, leaves, gradient)
        raise TypeError(
            say(
                "AutogradExplorer: expected a tensor with grad_fn, or a function and its leaves, "
                f"got {type(target).__name__}",
                "AutogradExplorer：应为带 grad_fn 的张量，或函数及其叶子节点，"
                f"得到 {type(target).__name__}",
            )
        )
    for name in leaves:
        known = ["gradient", "names"]
        raise TypeError(
            say(
                f"AutogradExplorer: of a tensor expected options among {', '.join(known)}, got "
                f"{name!r}.{suggest(name, known)}",
                f"AutogradExplorer：张量的选项应为 {'、'.join(known)}，"
                f"得到 {name!r}。{suggest(name, known)}",
            )
        )
    return of_tensor(target, _scope() if names is None else names, gradient)


def _scope() -> dict[str, object]:
    """Return the user's variables."""
    from dlwidgets.training.names import visible

    frame: FrameType | None = sys._getframe()  # noqa: SLF001 -- the documented way to the caller
    while frame is not None and frame.f_globals.get("__name__", "").startswith("dlwidgets."):
        frame = frame.f_back
    return visible(frame)
