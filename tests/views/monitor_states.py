"""States of a training monitor, recorded by hand: what Python would send for a given run."""

from __future__ import annotations

from typing import Any

import numpy as np

LENGTH = 400


def loss_curve(length: int = LENGTH, seed: int = 0) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return a falling, noisy loss."""
    noise = np.random.default_rng(seed).normal(0, 0.12, length)
    falling = 2.3 * np.exp(-np.arange(length) / 90) + 0.15
    return (falling * np.exp(noise)).astype(np.float32)


def chart(width: int = 1, seq: int = 0, **series: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return the trait ``_chart``; each series is flat, two values a bucket."""
    lasts = [next((v for v in flat[::-1] if not np.isnan(v)), np.nan) for flat in series.values()]
    return {
        "seq": seq,
        "width": width,
        "length": len(next(iter(series.values()), [])) // 2,
        "last": np.array(lasts, np.float64),
        "series": [
            {"name": name, "points": flat.astype(np.float32)} for name, flat in series.items()
        ],
    }


def pairs(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return each value twice: the buckets of a chart whose buckets are steps."""
    return np.repeat(values, 2)


def knob(name: str, value: float, **changes: object) -> dict[str, Any]:
    """Return one row of the trait ``_knobs``."""
    row = {
        "name": name,
        "main": name.endswith("lr"),
        "value": value,
        "pending": None,
        "scheduled": None,
        "low": 1e-5,
        "high": 1.0,
        "log": True,
        "whole": False,
    }
    return {**row, **changes}


def event(step: int, kind: str, **changes: object) -> dict[str, Any]:
    """Return one row of the trait ``_events``."""
    row = {"step": step, "seconds": step / 1000, "kind": kind, "name": "", "old": None, "new": None}
    return {**row, **changes}


def status(**changes: object) -> dict[str, Any]:
    """Return the trait ``_status``."""
    row = {
        "steps": LENGTH,
        "rate": 1830.0,
        "elapsed": 41.0,
        "cost": 1.2,
        "fraction": 0.4,
        "eta": 62.0,
        "epoch": 8,
        "epochs": 20,
    }
    return {**row, **changes}


def running(**changes: object) -> dict[str, Any]:
    """Return the state of a run on its way: loss at each step, accuracy now and then."""
    accuracy = np.full(LENGTH, np.nan)
    accuracy[24::25] = 0.95 - 0.8 * np.exp(-np.arange(25, LENGTH + 1, 25) / 80)
    state = {
        "state": "running",
        "smoothing": 0.0,
        "log_scale": False,
        "_title": "run",
        "_controls": "live",
        "_status": status(),
        "_knobs": [
            knob("lr", 0.01),
            knob("momentum", 0.9, low=0.0, high=0.999, log=False),
            knob("weight_decay", 0.0, low=0.0, high=0.1, log=False),
        ],
        "_events": [event(180, "set", name="lr", old=0.03, new=0.01)],
        "_chart": chart(loss=pairs(loss_curve()), accuracy=pairs(accuracy)),
        "_frames": [],
        "_diagnosis": "",
        "_failure": "",
        "_language": "",
    }
    return {**state, **changes}


def empty(**changes: object) -> dict[str, Any]:
    """Return the state before the first step."""
    unknown = dict.fromkeys(("rate", "fraction", "eta", "epoch", "epochs"))
    return running(
        **{
            "state": "running",
            "_chart": chart(),
            "_events": [],
            "_knobs": [],
            "_status": status(steps=0, elapsed=0.2, cost=0.0, **unknown),
            **changes,
        }
    )


def images(count: int = 12, side: int = 28) -> list[dict[str, Any]]:
    """Return frames of a moving blob, as ``--show`` would send."""
    y, x = np.mgrid[:side, :side]
    frames = []
    for i in range(count):
        blob = np.exp(-((x - 4 - 1.6 * i) ** 2 + (y - side / 2) ** 2) / 30)
        data = (255 * blob).astype(np.uint8)
        frames.append({"name": "G(z)", "step": 30 * (i + 1), "kind": "image", "data": data})
    return frames
