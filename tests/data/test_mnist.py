import gzip
import hashlib
import struct
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import torch
import torchvision

from dlwidgets.data import Dataset, fashion_mnist, mnist


def idx(numbers: torch.Tensor) -> bytes:
    """Write uint8 numbers in the format of MNIST's files."""
    header = struct.pack(f">HBB{numbers.ndim}I", 0, 8, numbers.ndim, *numbers.shape)
    return header + numbers.to(torch.uint8).numpy().tobytes()


def made() -> dict[str, bytes]:
    """Return a set of 6 + 2 tiny-valued images in the four files, compressed."""
    files = {}
    for part, n in (("train", 6), ("t10k", 2)):
        pixels = torch.arange(n).reshape(n, 1, 1).expand(n, 28, 28) * 51
        files[f"{part}-images-idx3-ubyte.gz"] = gzip.compress(idx(pixels), mtime=0)
        files[f"{part}-labels-idx1-ubyte.gz"] = gzip.compress(idx(torch.arange(n)), mtime=0)
    return files


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder and no data folder, whatever this machine has."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.delenv("DLWIDGETS_DATA")
    return cache / "dlwidgets"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The made set behind a loopback server that torchvision takes for its mirror."""
    files = made()
    folder = lay(tmp_path / "served", files)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as http:
        thread = Thread(target=http.serve_forever)
        thread.start()
        digests = [(name, hashlib.md5(content).hexdigest()) for name, content in files.items()]
        address = f"http://127.0.0.1:{http.server_port}/"
        for kind in (torchvision.datasets.MNIST, torchvision.datasets.FashionMNIST):
            monkeypatch.setattr(kind, "mirrors", [address])
            monkeypatch.setattr(kind, "resources", digests)
        yield folder
        http.shutdown()
        thread.join()


def check(data: Dataset) -> None:
    train, test = data.train, data.test
    assert train.x.shape == (6, 1, 28, 28)
    assert train.x.dtype == torch.float32
    assert train.y.tolist() == [0, 1, 2, 3, 4, 5]
    torch.testing.assert_close(train.x[:, 0, 9, 9], torch.arange(6) / 5)
    assert test.y.tolist() == [0, 1]


def test_a_missing_set_says_where_it_was_sought_and_how_to_get_it(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLWIDGETS_DATA", str(tmp_path / "mine"))
    with pytest.raises(FileNotFoundError) as caught:
        mnist()
    text = str(caught.value)
    assert f"not found in {tmp_path / 'mine' / 'mnist'}, {home / 'mnist'}" in text
    assert "dlwidgets.data.mnist(download=True)" in text
    assert "DLWIDGETS_DATA" in text
    assert "digits() needs no download" in text
    with pytest.raises(FileNotFoundError, match=f"not found in {tmp_path}\\. Get it"):
        fashion_mnist(tmp_path)


def test_compressed_files_are_read_where_nothing_may_be_written(tmp_path: Path) -> None:
    raw = lay(tmp_path / "set" / "MNIST" / "raw", made())
    before = tree(tmp_path)
    raw.chmod(0o555)
    check(mnist(tmp_path / "set"))
    raw.chmod(0o755)
    assert tree(tmp_path) == before


def test_plain_files_are_read_in_place(tmp_path: Path) -> None:
    files = {name.removesuffix(".gz"): gzip.decompress(data) for name, data in made().items()}
    lay(tmp_path / "MNIST" / "raw", files)
    check(mnist(tmp_path))


def test_some_files_may_be_compressed_and_others_not(tmp_path: Path) -> None:
    files = made()
    files["t10k-labels-idx1-ubyte"] = gzip.decompress(files.pop("t10k-labels-idx1-ubyte.gz"))
    lay(tmp_path / "MNIST" / "raw", files)
    check(mnist(tmp_path))


def test_the_variable_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path / "mine" / "fashion_mnist" / "FashionMNIST" / "raw", made())
    monkeypatch.setenv("DLWIDGETS_DATA", str(tmp_path / "mine"))
    data = fashion_mnist()
    check(data)
    assert data.classes[:2] == ("T-shirt/top", "Trouser")


def test_a_damaged_file_is_named_as_such(tmp_path: Path) -> None:
    files = made()
    name = "train-images-idx3-ubyte.gz"
    files[name] = files[name][:-20]
    lay(tmp_path / "MNIST" / "raw", files)
    with pytest.raises(RuntimeError, match=f"files under {tmp_path} are damaged"):
        mnist(tmp_path)


@pytest.mark.usefixtures("server")
def test_a_download_goes_into_the_cache_and_is_found_there(home: Path) -> None:
    check(mnist(download=True))
    assert (home / "mnist" / "MNIST" / "raw" / "train-images-idx3-ubyte").is_file()
    check(mnist())


@pytest.mark.usefixtures("server")
def test_a_download_goes_where_the_caller_says(tmp_path: Path, home: Path) -> None:
    check(fashion_mnist(tmp_path / "here", download=True))
    assert (tmp_path / "here" / "FashionMNIST" / "raw").is_dir()
    assert not home.exists()


def test_what_is_there_is_not_fetched_again(server: Path, tmp_path: Path) -> None:
    check(mnist(tmp_path / "here", download=True))
    for file in server.iterdir():
        file.unlink()
    check(mnist(tmp_path / "here", download=True))


def test_a_failed_download_says_what_to_do(server: Path, tmp_path: Path) -> None:
    (server / "t10k-images-idx3-ubyte.gz").write_bytes(b"not what was asked for")
    with pytest.raises(RuntimeError, match="the download failed") as caught:
        mnist(tmp_path / "here", download=True)
    assert str(tmp_path / "here" / "MNIST" / "raw") in str(caught.value)


def test_a_folder_that_cannot_be_made_is_passed_over(
    server: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert server.is_dir()
    (tmp_path / "file").write_text("a file where a folder is wanted", "utf-8")
    monkeypatch.setenv("DLWIDGETS_DATA", str(tmp_path / "file"))
    check(mnist(download=True))
    assert (home / "mnist" / "MNIST").is_dir()
    with pytest.raises(RuntimeError, match="none of these folders can be written to"):
        mnist(tmp_path / "file" / "below", download=True)


@pytest.mark.realdata
class TestReal:
    """The published MNIST."""

    @pytest.fixture(autouse=True)
    def _real(self, home: Path, monkeypatch: pytest.MonkeyPatch, real_data: Path) -> None:
        assert not home.exists()
        monkeypatch.setenv("DLWIDGETS_DATA", str(real_data))

    def test_counts_and_range(self) -> None:
        data = mnist()
        assert repr(data) == (
            "Dataset mnist: 60,000 train + 10,000 test, x 1×28×28 float32 in [0, 1], 10 classes"
        )
        assert torch.bincount(data.train.y).tolist() == [
            5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
        ]  # fmt: skip
        # the mean and standard deviation that everybody normalizes MNIST with
        assert data.train.x.mean().item() == pytest.approx(0.1307, abs=5e-5)
        assert data.train.x.std().item() == pytest.approx(0.3081, abs=5e-5)

    def test_it_is_what_torchvision_gives(self, tmp_path: Path, real_data: Path) -> None:
        raw = tmp_path / "MNIST" / "raw"
        raw.mkdir(parents=True)
        for file in (real_data / "mnist" / "MNIST" / "raw").glob("*.gz"):
            (raw / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
        data = mnist()
        for train, split in ((True, data.train), (False, data.test)):
            theirs = torchvision.datasets.MNIST(tmp_path, train=train)
            assert torch.equal(split.y, theirs.targets)
            assert torch.equal(split.x, theirs.data.unsqueeze(1) / 255)
