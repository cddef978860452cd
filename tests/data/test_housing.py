import hashlib
import io
import socket
import tarfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch
from sklearn.datasets import _california_housing, fetch_california_housing

from dlwidgets.data import Dataset, housing

FILE = "cal_housing_py3.pkz"


def archive() -> bytes:
    """Return a set of 50 districts, packed as the published one."""
    draw = np.random.default_rng(0)
    rows = draw.uniform(1, 100, (50, 9))
    text = "\n".join(",".join(f"{value:.6f}" for value in row) for row in rows).encode()
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as tar:
        entry = tarfile.TarInfo("CaliforniaHousing/cal_housing.data")
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text))
    return held.getvalue()


def check(data: Dataset, where: Path) -> None:
    """The data is what scikit-learn itself makes of the file."""
    raw = fetch_california_housing(data_home=str(where), download_if_missing=False)
    assert (data.train.x.shape, data.test.y.shape) == ((40, 8), (10, 1))
    middle, spread = (float(data.note.split("target = ")[1].split()[i]) for i in (3, 0))
    both = torch.cat([data.train.y, data.test.y])[:, 0].double().numpy()
    np.testing.assert_allclose(
        np.sort(spread * both + middle), np.sort(raw.target), rtol=1e-4, atol=1e-7
    )
    torch.testing.assert_close(data.train.x.mean(0), torch.zeros(8), atol=1e-5, rtol=0)
    torch.testing.assert_close(data.train.x.std(0, correction=0), torch.ones(8))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder and no data folder, whatever this machine has."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DLWIDGETS_DATA")
    return tmp_path / "cache" / "dlwidgets" / "housing"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The small set behind a loopback server that scikit-learn takes for the published one."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "cal_housing.tgz").write_bytes(archive())

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as http:
        thread = Thread(target=http.serve_forever)
        thread.start()
        known = _california_housing.ARCHIVE._replace(
            url=f"http://127.0.0.1:{http.server_port}/cal_housing.tgz",
            checksum=hashlib.sha256(archive()).hexdigest(),
        )
        monkeypatch.setattr(_california_housing, "ARCHIVE", known)
        yield folder
        http.shutdown()
        thread.join()


@pytest.mark.usefixtures("served")
def test_a_download_goes_into_the_cache_and_is_found_there(home: Path, served: Path) -> None:
    check(housing(download=True), home)
    (served / "cal_housing.tgz").unlink()
    check(housing(), home)
    check(housing(download=True), home)


@pytest.mark.usefixtures("served")
def test_root_and_the_variable_name_the_folder(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(housing(tmp_path / "mine" / "housing", download=True), tmp_path / "mine" / "housing")
    monkeypatch.setenv("DLWIDGETS_DATA", str(tmp_path / "mine"))
    first, other = housing(), housing(seed=1)
    check(first, tmp_path / "mine" / "housing")
    assert not torch.equal(first.test.y, other.test.y)
    assert not home.exists()


def test_a_missing_set_says_where_it_was_looked_for_and_what_to_do(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLWIDGETS_DATA", str(tmp_path / "mine"))
    with pytest.raises(FileNotFoundError) as caught:
        housing()
    text = str(caught.value)
    assert f"not found in {tmp_path / 'mine' / 'housing'}, {home}" in text
    assert "dlwidgets.data.housing(download=True)" in text
    assert "diabetes() needs no download" in text


def test_without_a_network_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"  # Nobody listens there.
        known = _california_housing.ARCHIVE._replace(url=url)
        monkeypatch.setattr(_california_housing, "ARCHIVE", known)
        with pytest.warns(UserWarning, match="Retry"), pytest.raises(RuntimeError) as caught:
            housing(tmp_path / "here", download=True)
    assert "the download failed" in str(caught.value)
    assert str(tmp_path / "here") in str(caught.value)


def test_a_damaged_file_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no such thing")
    with pytest.raises(RuntimeError, match=rf"the file {tmp_path / FILE} is damaged"):
        housing(tmp_path)
