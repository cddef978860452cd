"""The program that computes a forecast with torch and NumPy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from dlwidgets.training.forecast.setting import Setting

_MODEL = """
class Forecaster(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.lstm = nn.LSTM(1, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, 1)

    def forward(self, x):
        states, _ = self.lstm(x)  # (N, n, 1) -> (N, n, hidden)
        return self.out(states[:, -1])  # (N, hidden) -> (N, 1)

"""

_PROGRAM = """\
{imports}
# {about}
values = np.asarray(series, dtype=np.float64)
split, n, horizon = {split}, {window}, {horizon}

# Mean and deviation of the training part alone: the test part is not known yet.
mean, std = values[:split].mean(), values[:split].std() or 1.0
z = torch.from_numpy((values - mean) / std){cast}
x, y = z.unfold(0, n, 1)[:-1, :, None], z[n:, None]  # each n days, and the next one

{model}
torch.manual_seed({seed})
model = {make}
optimizer = torch.optim.Adam(model.parameters(), lr={lr})
order = torch.Generator().manual_seed({seed})
losses = []
model.train()
for epoch in range({epochs}):
    for rows in torch.randperm(split - n, generator=order).split({batch_size}):
{step}

model.eval()
test = x[split - n :]
days = len(values) - split
with torch.no_grad():
    one_step = torch.cat([model(some).reshape(-1) for some in test.split({at_once})])
    runs = []
    for past in test[::horizon].split({at_once}):
        said = []
        for _ in range(min(horizon, days)):
            said.append(model(past).reshape(-1, 1))
            past = torch.cat([past[:, 1:], said[-1][:, :, None]], 1)  # it sees its own numbers
        runs.append(torch.cat(said, 1))
    free_running = torch.cat(runs).reshape(-1)[:days]

truth = values[split:]
last_known = split + np.arange(days) // horizon * horizon - 1
for name, forecast in {{
    "one_step": one_step.numpy().astype(np.float64) * std + mean,
    "naive": values[split - 1 : -1],
    "free_running": free_running.numpy().astype(np.float64) * std + mean,
    "naive_free": values[last_known],
}}.items():
    off = forecast - truth
    print(name, "MAE", np.mean(np.abs(off)), "RMSE", np.sqrt(np.mean(off**2)))
"""

_STEP = """\
        out = model(x[rows])
        loss = nn.functional.mse_loss(out.reshape(-1, 1), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())"""

_STEP_IN_PIECES = """\
        optimizer.zero_grad()
        losses.append(0.0)
        for some in rows.split({}):  # gradients add up: a step of the whole batch
            out = model(x[some])
            loss = nn.functional.mse_loss(out, y[some]) * (len(some) / len(rows))
            loss.backward()
            losses[-1] += loss.item()
        optimizer.step()"""

_SYNTHETIC = """
from dlwidgets import data

series = data.synthetic_index().frame[{!r}]"""


def program(setting: Setting, about: str, *, own: bool, synthetic: str = "") -> str:
    """Return the program of a setting; it prints the errors that the explorer shows.

    Args:
        setting: the position of the knobs.
        about: what ``series`` must hold, in words.
        own: whether the model is the user's, called ``model``.
        synthetic: the column, where the series is the synthetic index that comes with the package.
    """
    imports = ["import numpy as np", "import torch", "from torch import nn"]
    if own:
        imports.insert(0, "from copy import deepcopy")
    if synthetic:
        imports.append(_SYNTHETIC.format(synthetic))
    whole = own or min(setting.batch_size, setting.samples) <= setting.at_once
    return _PROGRAM.format(
        step=_STEP if whole else _STEP_IN_PIECES.format(setting.at_once),
        imports="\n".join([*imports, ""]),
        about=about,
        cast=f".to({'next(model.parameters()).dtype' if own else torch.get_default_dtype()})",
        model="" if own else _MODEL,
        make="deepcopy(model)" if own else f"Forecaster({setting.hidden_size})",
        at_once=setting.at_once,
        split=setting.split,
        window=setting.window,
        horizon=setting.horizon,
        lr=repr(setting.lr),
        seed=setting.seed,
        epochs=setting.epochs,
        batch_size=setting.batch_size,
    )
