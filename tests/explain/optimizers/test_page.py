"""The page's arithmetic of a step, against torch."""

from __future__ import annotations

import functools
import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import torch

import dlwidgets
from dlwidgets.explain.optimizers import SURFACES, Racer, on_surface, race, read_racer
from dlwidgets.explain.optimizers.schedules import read_schedule
from dlwidgets.widgets.optimizer_rows import record

HERE = Path(dlwidgets.__file__).parent / "frontend/src/widgets/optimizer_explorer"
STEPS = 8


def drawn(seed: int) -> Any:
    """Return an optimizer of random kind and options."""
    pick = random.Random(seed)
    kind = pick.choice(["SGD", "Adagrad", "RMSprop", "Adam", "AdamW"])
    options: dict[str, Any] = {
        "lr": 10 ** pick.uniform(-3, -0.5),
        "weight_decay": pick.choice([0.0, 0.1]),
        "maximize": pick.random() < 0.2,
    }
    if kind == "SGD" and pick.random() < 0.7:
        options["momentum"] = pick.uniform(0.1, 0.99)
        options["nesterov"] = pick.random() < 0.5
        options["dampening"] = 0.0 if options["nesterov"] else pick.choice([0.0, 0.3])
    if kind == "RMSprop":
        options |= {"centered": pick.random() < 0.5, "momentum": pick.choice([0.0, 0.8])}
    if kind.startswith("Adam"):
        options |= {"betas": (pick.uniform(0, 0.99), pick.uniform(0.5, 0.999))}
        options["amsgrad"] = pick.random() < 0.5
    return functools.partial(getattr(torch.optim, kind), **options)


def test_the_page_computes_every_step_as_torch_does(tmp_path: Path) -> None:
    cases, known = [], []
    given = [drawn(seed) for seed in range(50)]
    given += [(drawn(100 + seed), 4, drawn(200 + seed)) for seed in range(10)]
    given += [torch.optim.Adadelta]
    for i, one in enumerate(given):
        surface = list(SURFACES.values())[i % 3]
        racer = read_racer(one)[0]
        if i % 4 == 0:
            racer = Racer(racer.stages, read_schedule("StepLR", STEPS))
        path = race(on_surface(surface, surface.start), racer, STEPS)
        plain = {
            name: value.ravel().tolist() if isinstance(value, np.ndarray) else value
            for name, value in record(path).items()
        }
        steps = STEPS if path.stopped is None else path.stopped
        points = np.nan_to_num(path.points).ravel().tolist()
        cases.append({"record": plain | {"points": points}, "steps": steps})
        known.append(path.pieces[0].formula is not None)
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases).replace("NaN", "null"))
    deno = shutil.which("deno")
    assert deno is not None
    command = [deno, "run", f"--allow-read={file}", str(HERE / "against_torch.ts"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = [float(line) for line in done.stdout.splitlines()]
    assert len(found) == len(given)
    assert [-1 if not k else 0 for k in known] == [-1 if f == -1 else 0 for f in found]
    assert max(found) < 1e-10
