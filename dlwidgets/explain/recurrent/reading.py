"""A recurrent module's weights, gate by gate, with nothing of the module left attached."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import nn

from dlwidgets.language import Both, say

if TYPE_CHECKING:
    from torch import Tensor

Kind = Literal["lstm", "gru", "rnn"]
Where = tuple[int, int]
"""A layer from 0, and a direction: 0 forward, 1 reverse."""

GATES: dict[Kind, tuple[str, ...]] = {
    "lstm": ("i", "f", "g", "o"),
    "gru": ("r", "z", "n"),
    "rnn": ("h",),
}
"""What is computed from the input and the hidden state, in the order of torch's weights."""

PARTS: dict[Kind, tuple[str, ...]] = {
    "lstm": ("i", "f", "g", "o", "c", "h"),
    "gru": ("r", "z", "n", "h"),
    "rnn": ("h",),
}
"""What is recorded at each step."""

MODULES: tuple[tuple[type[nn.Module], Kind], ...] = (
    (nn.LSTM, "lstm"),
    (nn.GRU, "gru"),
    (nn.RNN, "rnn"),
    (nn.LSTMCell, "lstm"),
    (nn.GRUCell, "gru"),
    (nn.RNNCell, "rnn"),
)


@dataclass(frozen=True, eq=False)
class Weights:
    """Of one layer in one direction.

    Attributes:
        w_ih: (gates · hidden, features).
        w_hh: (gates · hidden, out).
        b_ih: (gates · hidden,); zeros where the module has no bias.
        b_hh: likewise.
        w_hr: (out, hidden): the projection of an LSTM with ``proj_size``; else None.
    """

    w_ih: Tensor
    w_hh: Tensor
    b_ih: Tensor
    b_hh: Tensor
    w_hr: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Net:
    """What a recurrent module computes.

    Attributes:
        kind: which formulas.
        title: the name of its class.
        relu: whether an RNN has ReLU instead of tanh.
        features: of the input.
        hidden: units of the gates and of the cell state.
        out: units of the hidden state; fewer than ``hidden`` with a projection.
        layers: from 1.
        directions: 1 or 2.
        batch_first: whether the batch is the first axis of the input.
        cell: whether it takes one step at a time, as ``nn.LSTMCell``.
        bias: whether it has biases.
        weights: those of each layer and direction.
        dtype: in which all is computed.
        notes: what the user should know.
        made: torch's modules of single layers, made when they are first compared with.
    """

    kind: Kind
    title: str
    relu: bool
    features: int
    hidden: int
    out: int
    layers: int
    directions: int
    batch_first: bool
    cell: bool
    bias: bool
    weights: dict[Where, Weights]
    dtype: torch.dtype
    notes: tuple[Both, ...] = ()
    made: dict[Where, nn.RNNBase] = field(default_factory=dict)

    @property
    def gates(self) -> tuple[str, ...]:
        """The names of what is computed from input and hidden state."""
        return GATES[self.kind]

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of what is recorded."""
        return PARTS[self.kind]

    @property
    def places(self) -> list[Where]:
        """All layers and directions, in the order in which torch numbers them."""
        return [(layer, way) for layer in range(self.layers) for way in range(self.directions)]

    @property
    def size(self) -> int:
        """How many weights one step multiplies."""
        return sum(w.w_ih.numel() + w.w_hh.numel() for w in self.weights.values())

    def units(self, part: str) -> int:
        """Return how many units a part has."""
        return self.out if part == "h" else self.hidden


def read(module: Any) -> Net:  # noqa: ANN401 -- checked here
    """Return what a recurrent module computes, with copies of its weights on the CPU.

    Args:
        module: an ``nn.LSTM``, ``nn.GRU``, ``nn.RNN`` or one of their cells, in any mode, on any
            device; also with parametrised weights.

    Raises:
        TypeError: for any other module.
        ValueError: for a module on the meta device, which has no numbers.
    """
    kind = next((kind for owner, kind in MODULES if isinstance(module, owner)), None)
    if kind is None:
        raise TypeError(_expected(module))
    cell = isinstance(module, nn.RNNCellBase)
    first = getattr(module, "weight_ih" if cell else "weight_ih_l0")
    if first.is_meta:
        raise ValueError(
            say(
                f"LSTMExplorer: expected {type(module).__name__} with weights, got one on the meta "
                'device; make it real with .to_empty(device="cpu") and load its weights',
                f"LSTMExplorer：{type(module).__name__} 应有权重，但它在 meta 设备上；"
                '请用 .to_empty(device="cpu") 创建并载入权重',
            )
        )
    dtype = first.dtype if first.dtype in {torch.float32, torch.float64} else torch.float32
    layers = 1 if cell else int(module.num_layers)
    directions = 2 if getattr(module, "bidirectional", False) else 1
    proj = int(getattr(module, "proj_size", 0))
    hidden = int(module.hidden_size)
    places = [(layer, way) for layer in range(layers) for way in range(directions)]
    return Net(
        kind=kind,
        title=type(module).__name__,
        relu=getattr(module, "nonlinearity", "tanh") == "relu",
        features=int(module.input_size),
        hidden=hidden,
        out=proj or hidden,
        layers=layers,
        directions=directions,
        batch_first=bool(getattr(module, "batch_first", False)),
        cell=cell,
        bias=bool(module.bias),
        weights={place: _weights(module, place, dtype, cell=cell) for place in places},
        dtype=dtype,
        notes=_notes(module, first, dtype),
    )


def _weights(module: nn.Module, place: Where, dtype: torch.dtype, *, cell: bool) -> Weights:
    end = "" if cell else f"_l{place[0]}{'_reverse' if place[1] else ''}"
    # What forward computes with: a parametrised weight need not be what its attribute says.
    used = dict(
        zip(
            getattr(module, "_flat_weights_names", ()),
            getattr(module, "_flat_weights", ()),
            strict=False,
        )
    )

    def one(name: str) -> Tensor | None:
        found = used.get(name + end)
        found = getattr(module, name + end, None) if found is None else found
        return None if found is None else found.detach().to("cpu", dtype, copy=True)

    w_ih, w_hh = one("weight_ih"), one("weight_hh")
    if w_ih is None or w_hh is None:
        raise TypeError(_expected(module))
    none = torch.zeros(len(w_ih), dtype=dtype)
    b_ih, b_hh = (one("bias_ih"), one("bias_hh")) if module.bias else (None, None)
    return Weights(
        w_ih,
        w_hh,
        none if b_ih is None else b_ih,
        none if b_hh is None else b_hh,
        one("weight_hr"),
    )


def overridden(module: nn.Module) -> bool:
    """Whether a module computes something else than the class of torch that it extends."""
    owner = next(owner for owner, _ in MODULES if isinstance(module, owner))
    return type(module).forward is not owner.forward


def _notes(module: nn.Module, first: Tensor, dtype: torch.dtype) -> tuple[Both, ...]:
    found = []
    if overridden(module):
        name = type(module).__name__
        found.append(
            Both(
                f"{name} has a forward of its own; shown is what torch's forward makes of its "
                "weights",
                f"{name} 自定义了 forward；此处显示用其权重按 torch 的 forward 计算的结果",
            )
        )
    if getattr(module, "dropout", 0):
        found.append(
            Both(
                f"dropout={module.dropout:g} between the layers is off here, as after eval()",
                f"层间的 dropout={module.dropout:g} 在此关闭，与 eval() 之后相同",
            )
        )
    if first.dtype != dtype:
        kind = str(first.dtype).removeprefix("torch.")
        found.append(
            Both(
                f"the weights are {kind}; here all is computed from them in float32",
                f"权重为 {kind}；此处以 float32 计算",
            )
        )
    return tuple(found)


def _expected(got: object) -> str:
    name = got.__name__ if isinstance(got, type) else type(got).__name__
    made = f"; make one first: {name}(...)" if isinstance(got, type) else ""
    made_zh = f"；请先创建：{name}(...)" if isinstance(got, type) else ""
    return say(
        "LSTMExplorer: expected an nn.LSTM, nn.GRU, nn.RNN, nn.LSTMCell, nn.GRUCell or "
        f"nn.RNNCell, got {name}{made}",
        "LSTMExplorer：应为 nn.LSTM、nn.GRU、nn.RNN、nn.LSTMCell、nn.GRUCell 或 nn.RNNCell，"
        f"得到 {name}{made_zh}",
    )
