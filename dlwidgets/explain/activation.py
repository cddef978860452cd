"""Activation functions and what they do to gradients (book 5.4, table 5-2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

POINTS = 481
"""Places on the x axis: zero is one of them."""

FLAT = 0.05
"""Where the derivative is at most this, hardly anything of a gradient passes."""

DEPTH, WIDTH, BATCH = 30, 64, 128
"""The stack of layers in which a gradient is followed."""

INITS = ("pytorch", "xavier", "kaiming")

Function = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Formula:
    """What a function and its derivative are, y being the function's own value.

    Options of the module stand in braces: ``{negative_slope}``.
    """

    y: str
    dy: str


FORMULAS: dict[type[nn.Module], Formula] = {
    nn.Sigmoid: Formula("1 / (1 + e⁻ˣ)", "y (1 − y)"),
    nn.Tanh: Formula("(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)", "1 − y²"),
    nn.ReLU: Formula("max(0, x)", "1 if x > 0 else 0"),
    nn.LeakyReLU: Formula(
        "max(0, x) + {negative_slope} min(0, x)", "1 if x > 0 else {negative_slope}"
    ),
    nn.PReLU: Formula("max(0, x) + {weight} min(0, x)", "1 if x > 0 else {weight}"),
    nn.ELU: Formula("x if x > 0 else {alpha} (eˣ − 1)", "1 if x > 0 else y + {alpha}"),
    nn.CELU: Formula(
        "x if x > 0 else {alpha} (e^(x / {alpha}) − 1)", "1 if x > 0 else e^(x / {alpha})"
    ),
    nn.SELU: Formula("1.0507 x if x > 0 else 1.7581 (eˣ − 1)", "1.0507 if x > 0 else y + 1.7581"),
    nn.GELU: Formula("x Φ(x)", "Φ(x) + x φ(x)"),
    nn.SiLU: Formula("x σ(x)", "σ(x) (1 + x (1 − σ(x)))"),
    nn.Mish: Formula("x tanh(ln(1 + eˣ))", "y / x + x σ(x) (1 − (y / x)²)"),
    nn.Softplus: Formula("ln(1 + e^({beta} x)) / {beta}", "σ({beta} x)"),
    nn.Softsign: Formula("x / (1 + |x|)", "1 / (1 + |x|)²"),
    nn.LogSigmoid: Formula("ln σ(x)", "1 − σ(x)"),
    nn.ReLU6: Formula("min(max(0, x), 6)", "1 if 0 < x < 6 else 0"),
    nn.Hardtanh: Formula(
        "min(max({min_val}, x), {max_val})", "1 if {min_val} < x < {max_val} else 0"
    ),
    nn.Hardsigmoid: Formula("min(max(0, x / 6 + 1/2), 1)", "1/6 if −3 < x < 3 else 0"),
    nn.Hardswish: Formula(
        "x min(max(0, x / 6 + 1/2), 1)", "x / 3 + 1/2 if −3 < x < 3 else 1 if x > 0 else 0"
    ),
    nn.Tanhshrink: Formula("x − tanh x", "tanh² x"),
    nn.Softshrink: Formula("sign(x) max(0, |x| − {lambd})", "1 if |x| > {lambd} else 0"),
    nn.Hardshrink: Formula("x if |x| > {lambd} else 0", "1 if |x| > {lambd} else 0"),
    nn.Identity: Formula("x", "1"),
}
"""The activations of `torch.nn` that act on each number by itself."""

NAMES: dict[str, type[nn.Module]] = {kind.__name__.lower(): kind for kind in FORMULAS}
"""How they are called in lower case: ``relu``, ``leakyrelu``."""


@dataclass(frozen=True, eq=False, slots=True)
class Activation:
    """One function, along the x axis and in a deep stack.

    Attributes:
        name: as the user knows it.
        code: the line that makes it; empty for a function of the user's own.
        formula: with the numbers put in; empty where it is not known.
        y: its values, (`POINTS`,), as torch computes them in double precision.
        dy: its derivative there, by torch's autograd.
        flow: the size of the gradient at each layer of a stack, the last layer being 1;
            (inits, `DEPTH`).
    """

    name: str
    code: str
    formula: Formula
    y: Tensor
    dy: Tensor
    flow: Tensor


def axis(reach: float) -> Tensor:
    """Return the places from −reach to reach, (`POINTS`,), zero in the middle."""
    half = POINTS // 2
    return torch.arange(-half, half + 1, dtype=torch.float64) * (reach / half)


def activation(given: object, reach: float = 6.0, seed: int = 0) -> Activation:
    """Return an activation with its curve, derivative and gradient flow.

    Args:
        given: a name such as ``"gelu"``, an ``nn.Module`` that acts on each number by itself, or
            a function of a tensor.
        reach: the x axis goes from −reach to reach.
        seed: of the inputs and weights of the stack.

    Raises:
        TypeError: for anything else.
        ValueError: for an unknown name, or a function that mixes numbers.
    """
    made = _made(given)
    function = made.forward if isinstance(made, nn.Module) else made
    x = axis(reach)
    _elementwise(function, x, _name(made))
    y, dy = curve(function, x)
    flow = torch.stack([gradient_flow(function, init, seed) for init in INITS])
    return Activation(_name(made), _code(made), _formula(made), y, dy, flow)


def flat_share(given: object, x: Tensor) -> float:
    """Return the share of ``x``, (n,), where the slope of a function is at most `FLAT`."""
    made = _made(given)
    slopes = curve(made.forward if isinstance(made, nn.Module) else made, x.double())[1]
    return (slopes.abs() <= FLAT).double().mean().item()


def curve(function: Function, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the values of a function and its derivatives at ``x``."""
    x = x.clone().requires_grad_()
    with torch.enable_grad():
        # A copy, as functions may work in place.
        y = function(x.clone())
        # A constant is not connected to x.
        (dy,) = _gradients(y.sum(), [x])
    return y.detach(), dy


def gradient_flow(function: Function, init: str, seed: int = 0) -> Tensor:
    """Return how large a gradient is on its way back through `DEPTH` layers, (`DEPTH`,).

    Each layer is h = f(W h) with `WIDTH` units and no bias, on `BATCH` standard normal inputs; the
    gradient begins as standard normal noise at the last. What is returned is its root mean square
    with respect to each W h, divided by that at the last layer; all functions see the same
    numbers.

    Args:
        function: acts on each number by itself.
        init: how W is drawn: ``"pytorch"``, uniform within ±1/√n as `nn.Linear` does;
            ``"xavier"``, normal with variance 1/n; ``"kaiming"``, normal with variance 2/n.
        seed: where the numbers start.
    """
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    h, upstream = normal(BATCH, WIDTH), normal(BATCH, WIDTH)
    sums = []
    with torch.enable_grad():
        for _layer in range(DEPTH):
            z = h @ _weight(init, generator).T
            z.requires_grad_()
            sums.append(z)
            h = function(z.clone())
        found = _gradients(h, sums, upstream)
    sizes = torch.stack([g.square().mean().sqrt() for g in found])
    return sizes / sizes[-1].clamp_min(torch.finfo(torch.float64).tiny)


def _gradients(y: Tensor, at: list[Tensor], upstream: Tensor | None = None) -> list[Tensor]:
    """Return the gradients of y, zero where y does not depend on a tensor."""
    if not y.requires_grad:
        return [torch.zeros_like(x) for x in at]
    found = torch.autograd.grad(y, at, upstream, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for x, g in zip(at, found, strict=True)]


def _weight(init: str, generator: torch.Generator) -> Tensor:
    w = torch.empty(WIDTH, WIDTH, dtype=torch.float64)
    if init == "pytorch":
        return w.uniform_(-(WIDTH**-0.5), WIDTH**-0.5, generator=generator)
    return w.normal_(0, ((1 if init == "xavier" else 2) / WIDTH) ** 0.5, generator=generator)


def _made(given: object) -> nn.Module | Function:
    if isinstance(given, str):
        kind = NAMES.get(given.lower().replace("_", ""))
        if kind is not None:
            return kind().double()
        raise ValueError(
            say(
                f"activation: expected one of {', '.join(NAMES)}; got {given!r}."
                f"{suggest(given, NAMES)}",
                f"激活函数：应为 {'、'.join(NAMES)}；得到 {given!r}。{suggest(given, NAMES)}",
            )
        )
    if isinstance(given, type) and issubclass(given, nn.Module) and given in FORMULAS:
        return given().double()
    if isinstance(given, nn.Module):
        from copy import deepcopy

        return deepcopy(given).double().cpu().eval()
    if callable(given) and not isinstance(given, type):
        return given
    raise TypeError(
        say(
            "activation: expected a name such as 'relu', a module such as nn.ReLU(), or a function "
            f"of a tensor; got {given!r}",
            f"激活函数：应为名称（如 'relu'）、模块（如 nn.ReLU()）或张量的函数；得到 {given!r}",
        )
    )


def _elementwise(function: Function, x: Tensor, name: str) -> None:
    """Raise ValueError unless each output depends on the input at its own place alone."""
    try:
        whole = function(x.clone())
    except (RuntimeError, TypeError, ValueError, IndexError) as error:
        raise ValueError(
            say(
                f"activation: {name} takes no row of {len(x)} numbers; torch says: {error}",
                f"激活函数：{name} 不接受一行 {len(x)} 个数；torch 的信息：{error}",
            )
        ) from error
    some = slice(0, None, 60)
    if not isinstance(whole, Tensor) or whole.shape != x.shape:
        got = tuple(whole.shape) if isinstance(whole, Tensor) else type(whole).__name__
        raise ValueError(
            say(
                f"activation: {name} should give a tensor of the shape of its input "
                f"{tuple(x.shape)}, got {got}",
                f"激活函数：{name} 的输出应与输入形状 {tuple(x.shape)} 相同，得到 {got}",
            )
        )
    if not torch.allclose(function(x[some].clone()), whole[some], equal_nan=True):
        raise ValueError(
            say(
                f"activation: {name} mixes the numbers of its input, so it has no curve; "
                "give a function that acts on each number by itself",
                f"激活函数：{name} 的每个输出取决于全部输入，没有曲线；请给逐元素的函数",
            )
        )


def _name(made: nn.Module | Function) -> str:
    if isinstance(made, nn.Module):
        return type(made).__name__
    name = getattr(made, "__name__", type(made).__name__)
    return "f" if name == "<lambda>" else str(name)


def _code(made: nn.Module | Function) -> str:
    if not isinstance(made, nn.Module) or type(made) not in FORMULAS:
        return ""
    usual = {"inplace=True", "approximate='none'", ""}
    options = [one for one in made.extra_repr().split(", ") if one not in usual]
    return f"nn.{type(made).__name__}({', '.join(options)})"


def _formula(made: nn.Module | Function) -> Formula:
    known = FORMULAS.get(type(made)) if isinstance(made, nn.Module) else None
    if known is None:
        return Formula("", "")
    numbers = _numbers(made)
    return Formula(known.y.format_map(numbers), known.dy.format_map(numbers))


def _numbers(made: Any) -> Mapping[str, str]:  # noqa: ANN401 -- any module
    names = ("negative_slope", "alpha", "beta", "min_val", "max_val", "lambd")
    found = {name: f"{getattr(made, name):g}" for name in names if hasattr(made, name)}
    if isinstance(made, nn.PReLU):
        found["weight"] = f"{made.weight[0].item():.4g}"
    return {name: value.replace("-", "−") for name, value in found.items()}
