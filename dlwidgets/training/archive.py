"""A run in one file: its history, what happened, its weights.

The file is a zip archive that any tool opens: ``run.json``, ``history.parquet`` (``history.csv``
without pyarrow) and ``weights.safetensors``. Nothing in it is ever executed, so a file from a
stranger is harmless. Pictures of ``--show`` are not kept.
"""

# ruff: noqa: SLF001 -- a run is taken apart and put together again here

from __future__ import annotations

import csv
import io
import json
import math
import os
import secrets
import time
import zipfile
from contextlib import suppress
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from dlwidgets.language import say
from dlwidgets.training.divergence import Diagnosis
from dlwidgets.training.events import ENDED, STATES, Event
from dlwidgets.training.knobs import Knob, Slot
from dlwidgets.training.run import Run
from dlwidgets.training.weights import pack, unpack

if TYPE_CHECKING:
    import pandas as pd

FORMAT = 1
HistoryFormat = Literal["auto", "csv", "parquet"]
_STALE = 3600.0
"""Seconds after which a part that nobody writes to any more was left by a process that died."""


def save(run: Run, path: str | Path, history: HistoryFormat = "auto") -> Path:
    """Write a run to one file, which is whole or not there at any time; return its path.

    Args:
        run: a run in any state; pause it first if it is training.
        path: where to; without a suffix, ``.run`` is added.
        history: ``"csv"``, ``"parquet"``, or parquet if pyarrow is there (``"auto"``).

    Raises:
        ValueError: for another kind of history.
        OSError: if the file can't be written; a file that was there before is still whole.
        TypeError: for a model that holds more than tensors.
    """
    target = Path(path)
    target = target if target.suffix else target.with_name(f"{target.name}.run")
    kind = _history_kind(history)
    if not target.parent.is_dir():
        raise FileNotFoundError(
            say(
                f"save: expected an existing folder, got {target.parent}; create it first",
                f"save：文件夹 {target.parent} 不存在；请先创建",
            )
        )
    if target.is_dir():
        raise IsADirectoryError(
            say(
                f"save: expected a file, but {target} is a folder; choose another name",
                f"save：{target} 是文件夹；请换一个文件名",
            )
        )
    states = {**run.weights, **{name: model.state_dict() for name, model in run.models.items()}}
    index, tensors = pack(states)
    table = run.history
    described = json.dumps(_describe(run, table, index), allow_nan=False, ensure_ascii=False)
    members = {
        "run.json": described.encode("utf-8"),
        f"history.{kind}": _write_table(table, kind),
        "weights.safetensors": tensors,
    }
    _replace(target, members)
    return target


def _history_kind(history: str) -> Literal["csv", "parquet"]:
    if history == "auto":
        return "parquet" if find_spec("pyarrow") else "csv"
    if history not in {"csv", "parquet"}:
        raise ValueError(
            say(
                f"save: expected history='auto', 'csv' or 'parquet', got {history!r}",
                f"save：history 应为 'auto'、'csv' 或 'parquet'，得到 {history!r}",
            )
        )
    return cast("Literal['csv', 'parquet']", history)


def _describe(run: Run, table: pd.DataFrame, index: dict[str, Any]) -> dict[str, Any]:
    status = run.status()
    return {
        "format": FORMAT,
        "name": run.name,
        "state": run.state,
        "elapsed": status.elapsed,
        "watching": run._clock.watching,
        "columns": {str(name): str(dtype) for name, dtype in table.dtypes.items()},
        "metrics": list(run._history.metrics),
        "undrawn": sorted(run._history.undrawn),
        "knobs": [_describe_knob(knob) for knob in run.knobs],
        "events": [_plain(asdict(event)) for event in run.events],
        "diagnosis": _plain(asdict(run.diagnosis)) if run.diagnosis else None,
        "weights": index,
    }


def _describe_knob(knob: Knob) -> dict[str, Any]:
    names = (
        *("key", "value", "low", "high", "log", "whole"),
        *("owner", "group", "scheduled", "factor", "short"),
    )
    return {**_plain({name: getattr(knob, name) for name in names}), "own": knob.slot is None}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row in which NaN and infinities are texts, which JSON has no numbers for."""
    odd = {k: str(v) for k, v in row.items() if isinstance(v, float) and not math.isfinite(v)}
    return {**row, **odd}


def _write_table(table: pd.DataFrame, kind: Literal["csv", "parquet"]) -> bytes:
    if kind == "csv":
        # Quoted names may hold anything; floats are written so that they are read back exactly.
        text = table.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        return text.encode("utf-8")
    file = io.BytesIO()
    table.to_parquet(file, engine="pyarrow", index=False)
    return file.getvalue()


def _replace(target: Path, members: dict[str, bytes]) -> None:
    """Put a new file in the place of an old one, in one stroke."""
    for part in target.parent.glob(f".{_literal(target.name)}.*.part"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > _STALE:
                part.unlink()
    part = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                for name, body in members.items():
                    packed = name.endswith((".json", ".csv"))
                    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
                    archive.writestr(name, body, how)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        # The new name, too, has to reach the disk.
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _literal(name: str) -> str:
    return "".join(f"[{ch}]" if ch in "*?[" else ch for ch in name)


def load(path: str | Path) -> Run:
    """Read a run that :func:`save` wrote.

    Its history, events, knobs and diagnosis are as they were; ``run.weights[model]`` is a
    ``state_dict`` on the CPU. A run saved while it was going on counts as interrupted.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a file that is no run, is cut short, or comes from a newer dlwidgets.
    """
    source = Path(path)
    if not source.suffix and not source.exists():
        source = source.with_name(f"{source.name}.run")
    if not source.is_file():
        raise FileNotFoundError(
            say(
                f"load: expected a file that run.save wrote, got {source}, which is not there",
                f"load：找不到文件 {source}；应为 run.save 写出的文件",
            )
        )
    try:
        with zipfile.ZipFile(source) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        described = json.loads(members["run.json"])
        version = int(described["format"])
    except Exception as error:
        # Whatever a strange file makes the readers raise, it means the same.
        raise ValueError(_no_run(source)) from error
    if version > FORMAT:
        raise ValueError(
            say(
                f"load: {source} has format {version}, this dlwidgets reads up to {FORMAT}; "
                "upgrade dlwidgets",
                f"load：{source} 的格式为 {version}，当前 dlwidgets 最高支持 {FORMAT}；"
                "请升级 dlwidgets",
            )
        )
    try:
        return _restore(described, members)
    except ImportError:
        raise
    except Exception as error:
        raise ValueError(_no_run(source)) from error


def _no_run(source: Path) -> str:
    with source.open("rb") as file:
        begun = file.read(2) == b"PK"
    if begun:
        return say(
            f"load: {source} is damaged or cut short; expected a whole file that run.save wrote: "
            "copy it again",
            f"load：{source} 已损坏或不完整；应为 run.save 写出的完整文件，请重新复制",
        )
    return say(
        f"load: {source} is no saved run; expected a file that run.save wrote",
        f"load：{source} 不是已保存的 run；应为 run.save 写出的文件",
    )


def _restore(described: dict[str, Any], members: dict[str, bytes]) -> Run:
    run = Run(described["name"])
    table = _read_table(described["columns"], members)
    run._history.load(table, described["metrics"])
    run._history.undrawn.update(described.get("undrawn", ()))
    for kept in described["knobs"]:
        knob = _knob(kept)
        values = table[knob.name].to_numpy(dtype=np.float64)
        # NaN differs from itself, so that only its first row counts as a change to it.
        differs = (values[1:] != values[:-1]) & ~(np.isnan(values[1:]) & np.isnan(values[:-1]))
        for row in [0, *(np.flatnonzero(differs) + 1).tolist()] if len(values) else []:
            if row or not math.isnan(values[row]):
                knob.changes.put(row, float(values[row]))
        if knob.slot is None:
            run._board.add(knob)
        else:
            run._board.knobs.append(knob)
    run._events.extend(
        Event(**_numbers(row, "seconds", "old", "new")) for row in described["events"]
    )
    if described["diagnosis"] is not None:
        run.diagnosis = Diagnosis(**_numbers(described["diagnosis"], "value", "last_good"))
    state = STATES[STATES.index(described["state"])]
    run._control.state = state if state in ENDED or state == "ready" else "interrupted"
    if run.state in ENDED:
        run._clock._started, run._clock._ended = 0.0, float(described["elapsed"])
        run._clock.watching = float(described["watching"])
    run.weights = unpack(described["weights"], members["weights.safetensors"])
    return run


def _numbers(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return a row whose named numbers are floats again, also those written as texts."""
    return {k: float(v) if k in names and v is not None else v for k, v in row.items()}


def _knob(kept: dict[str, Any]) -> Knob:
    row = _numbers(kept, "value", "low", "high", "scheduled", "factor")
    own = row.pop("own")
    # A slot of its own tells an optimizer's knob from one of the user's.
    slot = None if own else Slot({row["key"]: row["value"]}, row["key"])
    return Knob(**row, slot=slot)


def _read_table(columns: dict[str, str], members: dict[str, bytes]) -> pd.DataFrame:
    import pandas as pd

    if "history.csv" in members:
        # Not pd.read_csv: how exactly it reads floats has changed between versions.
        text = io.StringIO(members["history.csv"].decode("utf-8"), newline="")
        rows = list(csv.reader(text))[1:]
        cells = zip(*rows, strict=True) if rows else [()] * len(columns)
        kept = {
            name: np.array([float(cell or "nan") for cell in column]).astype(columns[name])
            for name, column in zip(columns, cells, strict=True)
        }
        return pd.DataFrame(kept)
    if not find_spec("pyarrow"):
        raise ImportError(
            say(
                "load: the history is kept as parquet, and pyarrow is not there to read it; "
                "pip install pyarrow, or save with history='csv'",
                "load：历史以 parquet 保存，但未安装 pyarrow；请 pip install pyarrow，"
                "或用 history='csv' 保存",
            )
        )
    return pd.read_parquet(io.BytesIO(members["history.parquet"]), engine="pyarrow")
