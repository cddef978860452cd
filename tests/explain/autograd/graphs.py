"""Random graphs of the usual operators, and the expressions that the rules are held against."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

F = functional

EXPRESSIONS = """
w*2|w*c|c*w|w+c|w+1|1-w|c-w|w-c|w.sub(c, alpha=2)|w/2|2/w|w/c|w**2|w**3|2**w|w**w|w.exp()|w.log()
w.sqrt()|w.rsqrt()|w.sin()|w.cos()|w.tan()|w.atan()|w.sinh()|w.cosh()|w.tanh()|w.erf()|w.abs()|-w
w.exp2()|w.expm1()|w.log2()|w.log10()|w.log1p()|w.reciprocal()|w.sigmoid()|w.relu()|F.silu(w)
F.leaky_relu(w-2)|F.gelu(w)|F.gelu(w, approximate="tanh")|F.elu(w-2)|F.selu(w-2)|F.softplus(w)
F.hardtanh(w)|w.clamp(1.5, 3)|w.clamp(min=2)|torch.clamp_min(w, 2)|w.square()|w.clone()
torch.maximum(w, c)|torch.minimum(w, v)|torch.where(c>0, w, v)|torch.where(c>0, w, c)
w.masked_fill(c>0, 0.)|w.sum()|w.sum(0)|w.sum((0, 1))|w.mean()|w.mean(1, keepdim=True)|w.max()
w.min()|w.max(0).values|w.min(1).values|w.amax(0)|w.amin(1)|w.prod()|w.norm()|w.norm(dim=1)|w.var()
w.std()|w.std(0)|w.logsumexp(0)|w@c|c@w|w@v|w@c[0]|torch.dot(w[0], v[1])|torch.bmm(w[None], c[None])
F.linear(c, w, torch.ones(2))|F.linear(c, w)|w.view(4)|w.reshape(1, 4)|w.T|w.t()|w.transpose(0, 1)
w.permute(1, 0)|w.T.reshape(4)|w.expand(3, 2, 2)|w.unsqueeze(0)|w[None].squeeze()|w[None].squeeze(0)
w[0]|w[0, 1]|w[:, 1:]|w[::2]|w[[0, 1], [1, 1]]|w.gather(0, torch.tensor([[0, 1]]))|w.cumsum(0)
torch.cat([w, v])|torch.cat([c, w, v], 1)|torch.stack([w, v])|w.unbind(0)[1]|w.split(1)[1]
w.double()
w.softmax(1)|w.log_softmax(0)|F.cross_entropy(w, torch.tensor([0, 1]))|F.mse_loss(w, c)|s*w|s+1
F.nll_loss(w, torch.tensor([0, 1]), torch.tensor([1., 2.]), reduction="sum")|F.mse_loss(w, v)
F.l1_loss(w, c)|F.smooth_l1_loss(w, c)|F.huber_loss(w, c, reduction="sum")
torch.outer(w[0], v[1])|F.binary_cross_entropy(w.sigmoid(), c.sigmoid())
F.binary_cross_entropy_with_logits(w, c)
F.embedding(torch.tensor([1, 0, 1]), w)|F.conv2d(torch.ones(1, 1, 3, 3), w[None, None])
F.conv2d(w[None, None], v[None, None], s[None])|F.max_pool2d(w[None], 2)|F.avg_pool2d(w[None], 2)
F.adaptive_avg_pool2d(w[None], 1)|F.batch_norm(w, None, None, training=True)|F.layer_norm(w, (2,))
F.layer_norm(w, (2,), v[0], v[1])|torch.einsum("ij,jk->ik", w, c)|F.normalize(w)|F.dropout(w)
F.cosine_similarity(w, v)
"""


def expressions() -> list[str]:
    """Return the expressions, one of each."""
    return [one for line in EXPRESSIONS.split("\n") for one in line.split("|") if one]


def computed(expression: str) -> tuple[Tensor, dict[str, Tensor]]:
    """Return what an expression computes, and its leaves and constants by name."""
    torch.manual_seed(0)
    names = {
        "w": torch.tensor([[1.25, 2.0], [3.0, 4.5]], requires_grad=True),
        "v": torch.tensor([[0.5, 2.5], [-1.0, 3.0]], requires_grad=True),
        "s": torch.tensor(1.75, requires_grad=True),
        "c": torch.tensor([[1.0, -2.0], [0.5, 3.0]]),
    }
    return eval(expression, {"torch": torch, "F": F}, names), names


UNARY = [
    lambda x: x * 2,
    lambda x: x + 1,
    lambda x: 0.5 - x,
    lambda x: x.tanh(),
    lambda x: x.sigmoid(),
    lambda x: x.sin(),
    lambda x: (0.3 * x).exp(),
    lambda x: x**2,
    lambda x: -x,
    F.softplus,
    lambda x: x.relu(),
    lambda x: x.cumsum(0),
    lambda x: x.softmax(0),
]
BINARY = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (1 + b.abs()),
    torch.maximum,
    lambda a, b: torch.where(a > b, a, b * 2),
]
END = [lambda x: x.sum(), lambda x: x.mean(), lambda x: (x**2).mean(), lambda x: x]

Plan = tuple[list[tuple[int, int, int]], int]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Return the steps of a computation: which operator, of which earlier tensors; and its end."""
    count = draw(st.integers(1, 8))
    steps = []
    for done in range(count):
        kind = draw(st.integers(0, len(UNARY) + len(BINARY) - 1))
        steps.append((kind, draw(st.integers(0, done + 2)), draw(st.integers(0, done + 2))))
    return steps, draw(st.integers(0, len(END) - 1))


def follow(plan: Plan, leaves: list[Tensor]) -> list[Tensor]:
    """Return the leaves and all that a plan computes; the last joins the two before."""
    steps, end = plan
    made = list(leaves)
    for kind, a, b in steps:
        if kind < len(UNARY):
            made.append(UNARY[kind](made[a]))
        else:
            made.append(BINARY[kind - len(UNARY)](made[a], made[b]))
    made.append(made[-1] + made[-2])
    return [*made, END[end](made[-1])]


def asks(plan: Plan) -> bool:
    """Whether a plan asks a > b: a graph that was recorded holds the answer as a constant."""
    return any(kind == len(UNARY) + len(BINARY) - 1 for kind, _, _ in plan[0])
