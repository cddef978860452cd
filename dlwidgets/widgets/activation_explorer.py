"""Activation functions side by side: values, derivatives, and what a deep stack makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.language import say, suggest
from dlwidgets.widgets import wire
from dlwidgets.widgets.base import Number, Widget, command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.explain.activation import Activation

MOST = 6
"""Functions at once: more could not be told apart by their colours."""

USUAL = ("sigmoid", "tanh", "relu")
"""Those of the book's table 5-2 that act on each number by itself."""

ROW = t.Dict(
    per_key_traits={
        "name": t.Unicode(),
        "code": t.Unicode(),
        "y": t.Unicode(),
        "dy": t.Unicode(),
    }
)


def _numbers(ndim: int, help_: str) -> Any:  # noqa: ANN401 -- a trait
    return wire.Array("float64", ndim=ndim, help=help_).tag(sync=True)


class ActivationExplorer(Widget, bundle="activation_explorer"):
    """Activation functions as curves: values, slopes, saturation, and gradients through a stack.

    ``explore(nn.GELU())`` opens one of yours, ``explore(nn.GELU(), x)`` on the numbers that reach
    it, ``ActivationExplorer(["relu", "gelu", my_function])`` several. All curves are computed by
    torch in double precision (book 5.4).
    """

    probe = Number(1.0, help="Where the functions are read; the nearest place of the axis.").tag(
        sync=True
    )
    init = t.Enum(
        ["pytorch", "xavier", "kaiming"],
        "pytorch",
        help="How the weights of the deep stack are drawn.",
    ).tag(sync=True)

    _rows = t.List(ROW, help="The functions: names, lines of code, formulas.").tag(sync=True)
    _x = _numbers(1, "The places on the axis.")
    _y = _numbers(2, "The values, (functions, places).")
    _dy = _numbers(2, "The derivatives, (functions, places).")
    _flow = _numbers(3, "The gradient by layer, the last being 1, (functions, inits, layers).")
    _inputs = _numbers(1, "How many inputs lie between two places; empty without inputs.")
    _outside = t.Int(0, help="How many inputs lie beyond the axis, or are no numbers.").tag(
        sync=True
    )
    _flat = _numbers(1, "Of each function, the share of the inputs where its slope is flat.")
    _names = t.List(t.Unicode(), help="The functions that can be added by name.").tag(sync=True)

    def __init__(
        self,
        functions: object = USUAL,
        x: Any = None,  # noqa: ANN401 -- a tensor or array
        *,
        reach: float = 6.0,
        seed: int = 0,
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Show functions.

        Args:
            functions: one, or a list of up to six: names (``"leaky_relu"``), modules
                (``nn.ELU(0.5)``), or functions of a tensor that act on each number by itself.
            x: the numbers that reach them, of any shape; they are drawn as a histogram.
            reach: the axis goes from −reach to reach.
            seed: of the weights and inputs of the deep stack.
            **values: ``probe``, ``init`` and what all Jupyter widgets take.

        Raises:
            TypeError: for what is no function, or an unknown option.
            ValueError: for an unknown name, a function that mixes numbers, or too many.
        """
        from dlwidgets.explain.activation import NAMES

        self._check_names(values)
        self._reach, self._seed = _reach(reach), seed
        self._given: list[object] = (
            list(functions) if isinstance(functions, (list, tuple)) else [functions]
        )
        self._sample = _sample(x)
        self._shown: dict[int, Activation] = {}
        super().__init__(**self._state(self._given), _names=sorted(NAMES), **values)

    @property
    def functions(self) -> list[str]:
        """The names of the functions, in order."""
        return [row["name"] for row in self._rows]

    def add(self, function: object) -> None:
        """Show one more function: a name, a module, or a function of a tensor.

        Raises:
            TypeError: for what is no function.
            ValueError: for an unknown name, a function that mixes numbers, or one too many.
        """
        self._show([*self._given, function])

    def remove(self, name: str) -> None:
        """Take the last function of this name away.

        Raises:
            ValueError: for a name that is not shown, or the only one.
        """
        names = self.functions
        if name not in names or len(names) == 1:
            raise ValueError(
                say(
                    f"remove: expected one of {', '.join(names)}, of which one has to stay; "
                    f"got {name!r}.{suggest(name, names)}",
                    f"remove：应为 {'、'.join(names)} 之一，且至少保留一个；得到 {name!r}。"
                    f"{suggest(name, names)}",
                )
            )
        last = len(names) - 1 - names[::-1].index(name)
        self._show([one for i, one in enumerate(self._given) if i != last])

    def refresh(self) -> None:
        """Show what has become of modules in Python, as a PReLU that was trained."""
        self._shown.clear()
        self._show(self._given)

    def __repr__(self) -> str:
        return f"ActivationExplorer: {', '.join(self.functions)}"

    def _show(self, given: list[object]) -> None:
        state = self._state(given)
        self._given = given
        kept = {id(one) for one in given}
        self._shown = {key: one for key, one in self._shown.items() if key in kept}
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)

    def _state(self, given: Sequence[object]) -> dict[str, Any]:
        from dlwidgets.explain.activation import axis

        if not 1 <= len(given) <= MOST:
            raise ValueError(
                say(
                    f"ActivationExplorer: expected 1 to {MOST} functions, got {len(given)}",
                    f"ActivationExplorer：应为 1 到 {MOST} 个函数，得到 {len(given)} 个",
                )
            )
        found = [self._read(one) for one in given]
        x = axis(self._reach).numpy()
        counts, outside = _histogram(self._sample, x)
        return {
            "_rows": [
                {"name": one.name, "code": one.code, "y": one.formula.y, "dy": one.formula.dy}
                for one in found
            ],
            "_x": x,
            "_y": np.stack([one.y.numpy() for one in found]),
            "_dy": np.stack([one.dy.numpy() for one in found]),
            "_flow": np.stack([one.flow.numpy() for one in found]),
            "_inputs": counts,
            "_outside": outside,
            "_flat": np.array([self._flat_share(one) for one in given if counts.size]),
        }

    def _read(self, given: object) -> Activation:
        """Return a function's curves; the stack takes a moment, so they are kept."""
        from dlwidgets.explain.activation import activation

        # Keyed by the object itself, which `_given` keeps alive.
        if id(given) not in self._shown:
            self._shown[id(given)] = activation(given, self._reach, self._seed)
        return self._shown[id(given)]

    def _flat_share(self, given: object) -> float:
        """Return how many of the inputs meet a slope that is flat, as a share."""
        import torch

        from dlwidgets.explain.activation import flat_share

        known = self._sample[np.isfinite(self._sample)]
        return flat_share(given, torch.from_numpy(known)) if known.size else 0.0

    @t.validate("probe")
    def _on_the_axis(self, proposal: dict[str, Any]) -> float:
        step = self._reach / (len(self._x) // 2)
        places = round(max(-self._reach, min(self._reach, proposal["value"])) / step)
        return float(places * step)

    @command
    def _on_add(self, value: str) -> None:
        self.add(str(value))

    @command
    def _on_remove(self, value: str) -> None:
        self.remove(str(value))


def _reach(given: Any) -> float:  # noqa: ANN401 -- checked here
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = float("nan")
    if 0.1 <= number <= 1000:  # noqa: PLR2004 -- the ends said below
        return number
    raise ValueError(
        say(
            f"ActivationExplorer: reach expected a number from 0.1 to 1000, got {given!r}",
            f"ActivationExplorer：reach 应为 0.1 到 1000 之间的数，得到 {given!r}",
        )
    )


def _sample(given: Any) -> NDArray[np.float64]:  # noqa: ANN401 -- a tensor or array
    if given is None:
        return np.zeros(0)
    plain = given.detach().cpu().double() if hasattr(given, "detach") else given
    try:
        return np.asarray(plain, np.float64).reshape(-1)
    except (TypeError, ValueError) as error:
        raise TypeError(
            say(
                f"ActivationExplorer: x expected real numbers, got {type(given).__name__}",
                f"ActivationExplorer：x 应为实数，得到 {type(given).__name__}",
            )
        ) from error


def _histogram(
    sample: NDArray[np.float64], x: NDArray[np.float64]
) -> tuple[NDArray[np.float64], int]:
    """Return how many numbers lie between places of the axis, and how many elsewhere."""
    if not sample.size:
        return np.zeros(0), 0
    # Eight places a bar, so that bars can be told apart.
    counts, _ = np.histogram(sample[np.isfinite(sample)], x[::8])
    return counts.astype(np.float64), int(sample.size - counts.sum())
