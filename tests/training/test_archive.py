"""Runs written to a file and read back: everything equal, nothing executed, never half a file."""

import csv
import io
import json
import math
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from torch import nn

from dlwidgets.training import Run, archive, watched


def trained(steps: int = 12) -> Run:
    """Return a run with metrics now and then, turned knobs, a scheduler and a knob of its own."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
    run = Run("first")
    run.knob("beta", 0.3, low=0, high=1)
    with watched(run):
        for _epoch in run.track(range(2)):
            for step in run.track(range(steps // 2)):
                loss = model(torch.randn(8, 3)).square().mean() * run.beta
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                if step == 2:
                    run.set(beta=0.1 + 0.2)
            run.log(**{"test, acc": 1 / 3})
    return run


def rewritten(path: Path, name: str, change: bytes | None) -> Path:
    """Return a copy of a saved run with one member changed, or left out."""
    copy = path.with_name("changed.run")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
            elif change is not None:
                new.writestr(member, change)
    return copy


@pytest.mark.parametrize("history", ["csv", "parquet", "auto"])
def test_everything_comes_back(tmp_path: Path, history: archive.HistoryFormat) -> None:
    run = trained()
    again = Run.load(run.save(tmp_path / "kept", history=history))

    assert_frame_equal(again.history, run.history, check_exact=True)
    assert (again.name, again.state, again.steps) == ("first", "finished", 12)
    assert again.events == run.events
    assert [event.name for event in again.events if event.kind == "set"] == ["beta", "beta"]
    assert again.beta == run.beta == 0.1 + 0.2
    for mine, theirs in zip(run.knobs, again.knobs, strict=True):
        for field in ("name", "value", "low", "high", "log", "scheduled", "factor", "key"):
            assert getattr(theirs, field) == getattr(mine, field), field
    assert again.diagnosis is None
    assert again.status().elapsed == run.status().elapsed
    assert again.chart().names == ["loss", "test, acc"]
    np.testing.assert_array_equal(again.chart().points("loss"), run.chart().points("loss"))


def test_what_is_kept_undrawn_stays_so(tmp_path: Path) -> None:
    run = trained()
    run.keep(kl_0=0.5, kl_1=torch.tensor(1.5))
    again = Run.load(run.save(tmp_path / "kept"))
    assert_frame_equal(again.history, run.history, check_exact=True)
    assert again.history["kl_1"].dropna().tolist() == [1.5]
    assert run.chart().names == again.chart().names == ["loss", "test, acc"]
    with pytest.raises(TypeError, match="expected a number"):
        run.keep(kl_2="much")


def test_the_weights_fit_the_model_again(tmp_path: Path) -> None:
    run = trained()
    again = Run.load(run.save(tmp_path / "kept"))
    fresh = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    result = fresh.load_state_dict(again.weights["model"])
    assert (result.missing_keys, result.unexpected_keys) == ([], [])
    wanted = run.models["model"].state_dict()
    assert list(fresh.state_dict()) == list(wanted)
    for name, value in fresh.state_dict().items():
        assert torch.equal(value, wanted[name]), name
        assert value.dtype == wanted[name].dtype


def test_a_loaded_run_can_be_saved_again(tmp_path: Path) -> None:
    once = Run.load(trained().save(tmp_path / "one"))
    twice = Run.load(once.save(tmp_path / "two"))
    assert_frame_equal(once.history, twice.history, check_exact=True)
    assert twice.state == "finished"
    for name, value in once.weights["model"].items():
        assert torch.equal(value, twice.weights["model"][name])


class Odd(nn.Module):
    """Holds what weights rarely are: tied, turned, overlapping, complex, tiny, of odd types."""

    def __init__(self) -> None:
        super().__init__()
        self.encode = nn.Linear(3, 5, bias=False)
        self.decode = nn.Linear(3, 5, bias=False)
        self.decode.weight = self.encode.weight
        base = torch.arange(12.0)
        self.register_buffer("turned", base.reshape(3, 4).T)
        self.register_buffer("head", base[:5])
        self.register_buffer("spread", torch.ones(1, 1).expand(3, 4))
        self.register_buffer("waves", torch.tensor([1 + 2j, 3 - 4j], dtype=torch.complex128))
        self.register_buffer("mirrored", torch.tensor([1 + 2j]).conj())
        self.register_buffer(
            "brief", torch.tensor([1.5, math.inf, -math.inf], dtype=torch.bfloat16)
        )
        self.register_buffer("switch", torch.tensor(data=True))
        self.register_buffer("none", torch.zeros(0, 7))
        self.register_buffer("none_too", torch.zeros(0, 7))

    def get_extra_state(self) -> dict[str, object]:
        return {"seen": [1, 2.5, "three"]}

    def set_extra_state(self, state: object) -> None:
        self.extra = state


def test_odd_tensors_come_back(tmp_path: Path) -> None:
    run, model = Run(), Odd()
    run.models["G/D"] = model
    state = Run.load(run.save(tmp_path / "odd")).weights["G/D"]

    wanted = model.state_dict()
    assert list(state) == list(wanted)
    for name, value in wanted.items():
        if name != "_extra_state":
            assert state[name].dtype == value.dtype, name
            assert torch.equal(state[name], value.resolve_conj()), name
    assert state["encode.weight"] is state["decode.weight"]
    fresh = Odd()
    fresh.spread = fresh.spread.clone()  # torch itself can't write into a stretched tensor
    fresh.load_state_dict(state)
    assert fresh.extra == {"seen": [1, 2.5, "three"]}


def test_the_version_of_a_module_comes_back(tmp_path: Path) -> None:
    run = Run()
    run.models["norm"] = nn.BatchNorm1d(2)
    state = Run.load(run.save(tmp_path / "norm")).weights["norm"]
    assert state._metadata[""] == {"version": 2}


class Stateful(nn.Module):
    def get_extra_state(self) -> object:
        return Path("code")


def test_what_only_pickle_could_keep_is_refused(tmp_path: Path) -> None:
    run = Run()
    run.models["model"] = Stateful()
    with pytest.raises(TypeError, match="save model/_extra_state: expected a tensor or plain num"):
        run.save(tmp_path / "kept")
    run.models["model"] = nn.Linear(2, 2, device="meta")
    with pytest.raises(TypeError, match=r"expected a dense tensor, got a .* on meta one"):
        run.save(tmp_path / "kept")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.gpu
def test_weights_come_from_the_accelerator(tmp_path: Path) -> None:
    run = Run()
    run.models["model"] = nn.Linear(2, 2, device="cuda")
    state = Run.load(run.save(tmp_path / "kept")).weights["model"]
    assert state["weight"].device.type == "cpu"
    assert torch.equal(state["weight"], run.models["model"].weight.cpu())


def test_a_divergence_comes_back(tmp_path: Path) -> None:
    weight = nn.Parameter(torch.ones(2))
    optimizer = torch.optim.SGD([weight], lr=0.1)
    run = Run()
    with watched(run):
        for step in range(5):
            loss = (weight * (math.inf if step == 3 else 1)).sum()
            loss.backward()
            optimizer.step()
    assert run.state == "diverged"
    again = Run.load(run.save(tmp_path / "kept"))
    assert again.diagnosis == run.diagnosis
    assert again.diagnosis.value == math.inf
    assert again.events == run.events


def test_a_run_saved_on_its_way_counts_as_interrupted(tmp_path: Path) -> None:
    run = Run()
    with watched(run):
        run.log(loss=1.0)
        run.log(loss=2.0)
        path = run.save(tmp_path / "kept")
    assert Run.load(path).state == "interrupted"
    assert Run.load(Run("new").save(path)).state == "ready"


@given(
    values=st.lists(st.floats(allow_nan=True, allow_infinity=True, width=64), min_size=1),
    name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
)
def test_csv_keeps_every_float_and_every_name(values: list[float], name: str) -> None:
    run = Run()
    for value in values:
        run._open_row(None)
        run._history.put(name, value)
    table = run.history
    described = json.loads(json.dumps(archive._describe(run, table, {}), allow_nan=False))
    back = archive._read_table(
        described["columns"], {"history.csv": archive._write_table(table, "csv")}
    )
    assert_frame_equal(back, table, check_exact=True)
    signs = [math.copysign(1, v) for v in table[name] if not math.isnan(v)]
    assert [math.copysign(1, v) for v in back[name] if not math.isnan(v)] == signs


@pytest.mark.parametrize("history", ["csv", "parquet"])
def test_an_empty_run_comes_back(tmp_path: Path, history: archive.HistoryFormat) -> None:
    again = Run.load(Run("empty").save(tmp_path / "kept", history=history))
    assert_frame_equal(again.history, Run().history, check_exact=True)
    assert (again.steps, again.weights) == (0, {})


def test_a_knob_that_came_later_is_missing_before(tmp_path: Path) -> None:
    run = Run()
    with watched(run):
        for _ in range(3):
            run.log(loss=1.0)
        weight = nn.Parameter(torch.ones(1))
        optimizer = torch.optim.SGD([weight], lr=0.5)
        weight.sum().backward()
        optimizer.step()
    lr = Run.load(run.save(tmp_path / "kept")).history["lr"]
    assert lr.isna().sum() == run.history["lr"].isna().sum() > 0
    assert lr.iloc[-1] == 0.5


def test_the_file_is_open_to_other_tools(tmp_path: Path) -> None:
    run = trained()
    path = run.save(tmp_path / "kept.zip", history="csv")
    assert path == tmp_path / "kept.zip"
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        assert file.namelist() == ["run.json", "history.csv", "weights.safetensors"]
        rows = list(csv.reader(io.TextIOWrapper(file.open("history.csv"), "utf-8")))
        described = json.loads(file.read("run.json"))
    assert rows[0][:5] == ["step", "epoch", "seconds", "loss", "test, acc"]
    assert [float(row[3]) for row in rows[1:]] == run.history["loss"].tolist()
    assert described["format"] == 1
    assert described["metrics"] == ["loss", "test, acc"]


def test_parquet_is_taken_when_it_can_be(tmp_path: Path) -> None:
    path = trained().save(tmp_path / "kept")
    assert path == tmp_path / "kept.run"
    with zipfile.ZipFile(path) as file:
        table = pd.read_parquet(io.BytesIO(file.read("history.parquet")))
    assert_frame_equal(table, Run.load(tmp_path / "kept").history, check_exact=True)


def test_without_pyarrow_csv_is_written_and_parquet_explained(tmp_path: Path) -> None:
    path = trained().save(tmp_path / "kept", history="parquet")
    code = """
import sys
sys.modules["pyarrow"] = None
import importlib.util, zipfile
from dlwidgets.training import Run, archive
real = archive.find_spec
archive.find_spec = lambda name: None if name == "pyarrow" else real(name)
with zipfile.ZipFile(Run().save(sys.argv[2])) as file:
    assert "history.csv" in file.namelist()
assert Run.load(sys.argv[2]).steps == 0
try:
    Run.load(sys.argv[1])
except ImportError as error:
    print(error)
"""
    argv = [sys.executable, "-c", code, str(path), str(tmp_path / "plain.run")]
    out = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    assert "pip install pyarrow, or save with history='csv'" in out


def test_a_failed_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = trained().save(tmp_path / "kept")
    before = path.read_bytes()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        Run("second").save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_dead_process_left_is_cleared_away_but_not_what_one_is_writing(
    tmp_path: Path,
) -> None:
    old, young = tmp_path / ".a[1].run.1-dead.part", tmp_path / ".a[1].run.2-live.part"
    other = tmp_path / ".b.run.1-dead.part"
    for part in (old, young, other):
        part.write_bytes(b"half")
    for part in (old, other):
        os.utime(part, (0, 0))
    Run().save(tmp_path / "a[1].run")
    assert sorted(tmp_path.iterdir()) == [young, other, tmp_path / "a[1].run"]


SAVES = """
import sys, torch
from torch import nn
from dlwidgets.training import Run
run = Run("first")
run.models["model"] = nn.Linear(4096, 1024)
for step in range(50_000):
    run._open_row(None)
    run._history.put("loss", step / 3)
run.save(sys.argv[1])
print("saved", flush=True)
run.name = "again"
while True:
    run.save(sys.argv[1])
"""


def test_a_kill_in_the_middle_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "kept.run"
    parts: list[Path] = []
    while not parts:  # until a kill came while a file was being written
        with subprocess.Popen(
            [sys.executable, "-c", SAVES, str(path)], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout.readline() == "saved\n"
            while not any(part.stat().st_size for part in tmp_path.glob(".kept.run.*.part")):
                assert child.poll() is None
            child.send_signal(signal.SIGKILL)
        parts = list(tmp_path.glob(".kept.run.*.part"))
        run = Run.load(path)
        assert run.name in {"first", "again"}
        assert run.history["loss"].iloc[-1] == 49_999 / 3
        assert run.weights["model"]["weight"].shape == (1024, 4096)
    with pytest.raises(ValueError, match="damaged or cut short"):
        Run.load(parts[0])


def test_no_code_in_a_file_is_run(tmp_path: Path) -> None:
    path = trained().save(tmp_path / "kept", history="csv")
    bomb = b"cposix\nsystem\n(S'touch boom'\ntR."
    for member in ("run.json", "history.csv", "weights.safetensors"):
        with pytest.raises(ValueError, match="damaged or cut short"):
            Run.load(rewritten(path, member, bomb))
    assert not Path("boom").exists()


def test_a_file_that_is_no_run(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(ValueError, match=r"notes.txt is no saved run; expected a file that run.sa"):
        Run.load(path)
    path.write_bytes(b"")
    with pytest.raises(ValueError, match="is no saved run"):
        Run.load(path)


@pytest.mark.parametrize("member", ["run.json", "history.csv", "weights.safetensors"])
def test_a_missing_part(tmp_path: Path, member: str) -> None:
    path = trained().save(tmp_path / "kept", history="csv")
    with pytest.raises(ValueError, match=r"damaged or cut short.*copy it again"):
        Run.load(rewritten(path, member, None))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short(tmp_path: Path, share: float) -> None:
    path = trained().save(tmp_path / "kept")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ValueError, match="damaged or cut short"):
        Run.load(path)


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = trained().save(tmp_path / "kept", history="csv")
    whole = bytearray(path.read_bytes())
    whole[whole.find(b"safetensors") + 200] ^= 1
    path.write_bytes(whole)
    with pytest.raises(ValueError, match="damaged or cut short"):
        Run.load(path)


def test_a_newer_format(tmp_path: Path) -> None:
    path = trained().save(tmp_path / "kept")
    with zipfile.ZipFile(path) as file:
        described = json.loads(file.read("run.json"))
    newer = json.dumps({**described, "format": 2}).encode()
    with pytest.raises(ValueError, match="has format 2, this dlwidgets reads up to 1; upgrade"):
        Run.load(rewritten(path, "run.json", newer))


def test_paths_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"got .*none.run, which is not there"):
        Run.load(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match=r"expected an existing folder, got .*create it"):
        Run().save(tmp_path / "none" / "kept")
    (tmp_path / "folder.run").mkdir()
    with pytest.raises(IsADirectoryError, match="choose another name"):
        Run().save(tmp_path / "folder")
    with pytest.raises(ValueError, match="expected history='auto', 'csv' or 'parquet', got 'xls'"):
        Run().save(tmp_path / "kept", history="xls")
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder.run"]
