"""The program that plays a game again, with nothing but PyTorch."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from dlwidgets.training.playground.measures import LOOKED
from dlwidgets.training.playground.targets import OWN, POINTS, TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

    from dlwidgets.training.playground.play import Play
    from dlwidgets.training.playground.setting import Live
    from dlwidgets.training.playground.targets import Target

LITERAL = 400
"""Points of one's own up to this many stand in the program; more are expected as ``points``."""

WIDE = 100
"""Characters of a line."""

D_LOSS = {
    "bce": """\
    real, fake = D(x), D(G(z).detach())  # logits (n, 1): their sigmoid is D(x)
    return bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))""",
    "least_squares": """\
    real, fake = D(x), D(G(z).detach())  # (n, 1)
    return F.mse_loss(real, torch.ones_like(real)) + F.mse_loss(fake, torch.zeros_like(fake))""",
}
G_LOSS = {
    "non_saturating": """\
    fake = D(G(z))
    return bce(fake, torch.ones_like(fake))  # -log D(G(z))""",
    "saturating": """\
    return -F.softplus(D(G(z))).mean()  # log(1 - D(G(z)))""",
    "least_squares": """\
    fake = D(G(z))
    return F.mse_loss(fake, torch.ones_like(fake))""",
}


def program(play: Play) -> str:
    """Return a program that plays ``play`` again up to here.

    It ends with ``samples``, the points on the stage, and both nets as ``D`` and ``G``.
    """
    return "\n\n\n".join(
        part
        for part in (
            "import math\n\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn",
            _points(play),
            _nets(play),
            _losses(play),
            _played(play),
            _loop(play),
            _samples(play),
        )
        if part
    )


def _points(play: Play) -> str:
    target, seed = play.target, play.setting.seed
    if target.name != OWN:
        cloud = TARGETS[target.name]
        call = f"{cloud.draw.__name__}({POINTS}, draw)"
        texts = [_source(cloud.draw)]
        if cloud.centres is not None:
            call = f"{cloud.draw.__name__}({cloud.centres.__name__}(), {POINTS}, draw)"
            texts.insert(0, _source(cloud.centres))
        made = f"draw = torch.Generator().manual_seed({seed})\npoints = {call}"
        return "\n\n".join([*texts, made])
    return _own(target)


def _source(function: Callable[..., Tensor]) -> str:
    return inspect.getsource(function).replace("Tensor", "torch.Tensor")


def _own(target: Target) -> str:
    """Return lines that make the points from one's own: written out, or, if many, as given."""
    fitted = len(target.raw) > 0
    given = target.raw if fitted else target.points
    name, kind = ("raw", ", dtype=torch.float64") if fitted else ("points", "")
    if len(given) <= LITERAL:
        rows = _filled([_pair(row) for row in given.numpy()])
        made = f"{name} = torch.tensor({rows}{kind})"
    else:
        part = f"[::{target.every}]" if target.every > 1 else ""
        made = (
            "# `points` stands for yours: the (n, 2) numbers that the playground was given.\n"
            f"{name} = torch.as_tensor(points{kind or ', dtype=torch.float32'}){part}"
        )
    if not fitted:
        return made
    return f"""\
{made}
low, high = raw.amin(dim=0), raw.amax(dim=0)
centre, scale = (low + high) / 2, (high - low).max().item() / 2 or 1.0
points = ((raw - centre) / scale).float()"""


def _pair(row: NDArray[Any]) -> str:
    # As str of NumPy's numbers has it: no more digits than tell them from their neighbours.
    return f"[{', '.join(str(value) for value in row)}]"


def _filled(items: list[str]) -> str:
    """Return a list in lines that are not too long."""
    lines, now = [], ""
    for item in items:
        if now and len(now) + len(item) + 6 > WIDE:
            lines.append(now)
            now = ""
        now += f"{' ' if now else ''}{item},"
    return "[\n    " + "\n    ".join([*lines, now]) + "\n]"


def _nets(play: Play) -> str:
    one = play.setting
    adam = ", betas=(0.5, 0.999)" if one.optimizer == "adam" else ""
    kind = {"adam": "Adam", "sgd": "SGD"}[one.optimizer]
    return f"""\
def net(inputs, hidden, layers, outputs):
    parts = []
    for i in range(layers):
        parts += [nn.Linear(hidden if i else inputs, hidden), nn.LeakyReLU(0.2)]
    return nn.Sequential(*parts, nn.Linear(hidden if layers else inputs, outputs))


torch.manual_seed({one.seed})
G = net({one.noise_size}, {one.hidden_g}, {one.layers_g}, 2)
D = net(2, {one.hidden_d}, {one.layers_d}, 1)
optimizer_D = torch.optim.{kind}(D.parameters(), lr={play.live.lr_d}{adam})
optimizer_G = torch.optim.{kind}(G.parameters(), lr={play.live.lr_g}{adam})"""


def _losses(play: Play) -> str:
    """Return the losses that were played with, each under its name."""
    forms = list(dict.fromkeys([*(live.loss for live, _ in play.played), play.live.loss]))
    texts = ["bce = F.binary_cross_entropy_with_logits"] if forms != ["least_squares"] else []
    for form in forms:
        d = D_LOSS["least_squares" if form == "least_squares" else "bce"]
        texts += [f"\ndef d_{form}(x, z):\n{d}\n", f"\ndef g_{form}(z):\n{G_LOSS[form]}\n"]
    return "\n".join(texts)


def _played(play: Play) -> str:
    rows = [
        f'    ("{updates}", {times}, {live.lr_d!r}, {live.lr_g!r}, d_{live.loss}, g_{live.loss}),'
        for live, turns in play.played
        for updates, times in stretches(turns.decode(), live)
    ]
    head = "# Whose updates, how often, the rates of D and G, and their losses."
    return "\n".join([head, "played = [", *rows, "]"])


def stretches(turns: str, live: Live) -> list[tuple[str, int]]:
    """Return a run of updates as patterns and how often each is repeated."""
    found: list[tuple[str, int]] = []
    whole = "D" * live.d_steps + "G"
    at = 0
    while at < len(turns):
        pattern = whole if turns.startswith(whole, at) else turns[at]
        times = 0
        while turns.startswith(pattern, at):
            # A round that begins ends a run of single updates.
            if times and len(pattern) == 1 and turns.startswith(whole, at):
                break
            at += len(pattern)
            times += 1
        found.append((pattern, times))
    return found


def _loop(play: Play) -> str:
    one = play.setting
    noise = {
        "uniform": "2 * torch.rand(n, {k}, generator=draw) - 1",
        "gaussian": "torch.randn(n, {k}, generator=draw)",
    }[one.noise].format(k=one.noise_size)
    return f"""\
def noise(n, draw):
    return {noise}


draw_D = torch.Generator().manual_seed({one.seed + 1})
draw_G = torch.Generator().manual_seed({one.seed + 2})
for updates, times, lr_D, lr_G, d_loss, g_loss in played:
    optimizer_D.param_groups[0]["lr"], optimizer_G.param_groups[0]["lr"] = lr_D, lr_G
    for who in updates * times:
        if who == "D":
            x = points[torch.randint(len(points), ({one.batch_size},), generator=draw_D)]
            optimizer_D.zero_grad()
            d_loss(x, noise({one.batch_size}, draw_D)).backward()
            optimizer_D.step()
        else:
            optimizer_G.zero_grad()
            g_loss(noise({one.batch_size}, draw_G)).backward()
            optimizer_G.step()"""


def _samples(play: Play) -> str:
    target = play.target
    back = " * scale + centre.float()" if len(target.raw) else ""
    return f"""\
draw = torch.Generator().manual_seed({play.setting.seed})
torch.randperm(len(points), generator=draw)  # the real points that were measured
with torch.no_grad():
    samples = G(noise({LOOKED}, draw)){back}"""
