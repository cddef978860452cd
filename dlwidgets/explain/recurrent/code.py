"""One step as a program: by hand from the weights, and by torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets.explain.recurrent.ablation import Ablation, numbers
from dlwidgets.explain.recurrent.asked import at_home

if TYPE_CHECKING:
    from torch import Tensor

    from dlwidgets.explain.recurrent.reading import Net, Where
    from dlwidgets.explain.recurrent.study import Study

BY_HAND = {
    "lstm": (
        "a = W_ih @ x + b_ih + W_hh @ h + b_hh",
        "i, f, g, o = a.chunk(4)",
        "i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()",
        "{held}",
        "c_new = f * c + i * g",
        "h_new = {project}(o * c_new.tanh())",
    ),
    "gru": (
        "x_r, x_z, x_n = (W_ih @ x + b_ih).chunk(3)",
        "h_r, h_z, h_n = (W_hh @ h + b_hh).chunk(3)",
        "r, z = (x_r + h_r).sigmoid(), (x_z + h_z).sigmoid()",
        "{held_rz}",
        "n = (x_n + r * h_n).tanh()",
        "{held_n}",
        "h_new = (1 - z) * n + z * h",
    ),
    "rnn": ("h_new = (W_ih @ x + b_ih + W_hh @ h + b_hh).{squash}()", "{held}"),
}


def program(study: Study, where: Where, step: int, name: str) -> str:
    """Return a program that computes ``h_new`` (and ``c_new``) of a step, and prints them.

    Args:
        study: what is shown.
        where: layer and direction.
        step: the step.
        name: how the module is called where the program will run.
    """
    net, course = study.net, study.now
    h, c = course.before(where, step)
    x = course.input(where[0])[step]
    own = [one for one in study.ablations if one.where == where and step >= one.since]
    way = ", reverse" if where[1] else ""
    lines = [
        "import torch",
        "",
        f"# step {step} of layer {where[0]}{way}: its input, and the state before",
        f"x = {_tensor(x)}",
        f"h = {_tensor(h)}",
        *([f"c = {_tensor(c)}"] if net.kind == "lstm" else []),
        "",
        *_weights(net, where, name, home=at_home(study.module, net)),
        "",
        "# by hand",
        "with torch.no_grad():",
        *[f"    {line}" for line in _by_hand(study, net, own)],
        "",
        *_by_torch(net, where, own),
    ]
    return "\n".join(lines) + "\n"


def _weights(net: Net, where: Where, name: str, *, home: bool) -> list[str]:
    end = "" if net.cell else f"_l{where[0]}{'_reverse' if where[1] else ''}"
    cast = ".detach()" if home else f'.detach().to("cpu", {net.dtype})'
    lines = [
        f"W_ih, W_hh = {name}.weight_ih{end}{cast}, {name}.weight_hh{end}{cast}",
        f"b_ih, b_hh = {name}.bias_ih{end}{cast}, {name}.bias_hh{end}{cast}"
        if net.bias
        else "b_ih = b_hh = torch.zeros(len(W_ih), dtype=W_ih.dtype)",
    ]
    if net.weights[where].w_hr is not None:
        lines.append(f"W_hr = {name}.weight_hr{end}{cast}")
    return lines


def _by_hand(study: Study, net: Net, own: list[Ablation]) -> list[str]:
    project = "W_hr @ " if net.out != net.hidden else ""
    squash = "relu" if net.relu else "tanh"
    lines = []
    for line in BY_HAND[net.kind]:
        if line.startswith("{held"):
            wanted = {"{held_rz}": {"r", "z"}, "{held_n}": {"n"}}.get(line, set(net.gates))
            lines += [_held(study, one) for one in own if one.gate in wanted]
        else:
            lines.append(line.format(project=project, squash=squash))
    return lines


def _held(study: Study, one: Ablation) -> str:
    values = numbers(one, study.base).values
    gate = "h_new" if one.gate == "h" else one.gate
    if one.unit is not None:
        return f"{gate}[{one.unit}] = {float(values[one.unit])!r}  # held"
    if one.to == "mean":
        return f"{gate} = {_tensor(values)}  # held at its mean"
    return f"{gate} = torch.full_like({gate}, {float(one.to)!r})  # held"


def _by_torch(net: Net, where: Where, own: list[Ablation]) -> list[str]:
    pair = net.kind == "lstm"
    shown = "print(h_new, c_new)" if pair else "print(h_new)"
    if own:
        return [shown]
    w = net.weights[where]
    proj = f", proj_size={net.out}" if w.w_hr is not None else ""
    relu = ', nonlinearity="relu"' if net.relu else ""
    owner = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}[net.kind]
    sizes = f"{w.w_ih.shape[1]}, {net.hidden}{proj}{relu}, dtype=W_ih.dtype"
    state = "(h[None], c[None])" if pair else "h[None]"
    copies = '"weight_ih_l0": W_ih, "weight_hh_l0": W_hh, "bias_ih_l0": b_ih, "bias_hh_l0": b_hh'
    if proj:
        copies += ', "weight_hr_l0": W_hr'
    compare = ["torch.testing.assert_close(h_new, out[0])"]
    if pair:
        compare.append("torch.testing.assert_close(c_new, end[1][0])")
    return [
        "# the same by torch",
        f"one = torch.nn.{owner}({sizes})",
        f"one.load_state_dict({{{copies}}})",
        "with torch.no_grad():",
        f"    out, end = one(x[None], {state})",
        *compare,
        shown,
    ]


def _tensor(values: Tensor) -> str:
    numbers_ = ", ".join(_number(one) for one in values.tolist())
    kind = str(values.dtype)
    return f"torch.tensor([{numbers_}], dtype={kind})"


def _number(value: float) -> str:
    # NaN and infinities have no literals.
    return repr(value) if abs(value) < float("inf") else f'float("{value}")'
