import dataclasses
import subprocess
import sys
from typing import Any

import matplotlib.figure
import pytest
import torch

from dlwidgets.data import Dataset, Split


@pytest.fixture
def small() -> Dataset:
    """Ten images of 3 channels, each filled with its own index, and four more to test with."""

    def split(n: int) -> Split:
        y = torch.arange(n)
        return Split(y.reshape(n, 1, 1, 1).float().expand(n, 3, 4, 5).clone(), y)

    names = tuple("abcdefghij")
    return Dataset("small", split(10), split(4), names, "made for tests")


def test_it_is_frozen(small: Dataset) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        small.name = "other"


def test_one_line_says_what_it_holds(small: Dataset) -> None:
    assert repr(small) == (
        "Dataset small: 10 train + 4 test, x 3×4×5 float32 in [0, 9], 10 classes"
    )


def test_a_set_of_rows_without_classes_has_its_line_too() -> None:
    rows = Split(torch.tensor([[-1.5, 2.0]]), torch.tensor([0.5]))
    assert repr(Dataset("rows", rows, rows)) == (
        "Dataset rows: 1 train + 1 test, x 2 float32 in [-1.5, 2]"
    )


def test_loaders_read_the_split_they_are_asked_for(small: Dataset) -> None:
    (batch,) = small.loader(64, shuffle=False, split="test")
    assert batch.y.tolist() == [0, 1, 2, 3]
    assert torch.equal(batch.x, small.test.x)
    assert len(small.loader(4)) == 3
    assert len(small.loader(4, drop_last=True)) == 2


def test_a_split_that_is_not_there_is_put_right(small: Dataset) -> None:
    wrong: Any = "tset"
    with pytest.raises(
        ValueError, match=r"expected 'train' or 'test', got 'tset'\. Did you mean 'te"
    ):
        small.loader(4, split=wrong)


def test_a_sample_is_drawn_without_repetition_and_from_its_seed(small: Dataset) -> None:
    x, y = small.sample(10, seed=1)
    assert sorted(y.tolist()) == list(range(10))
    assert torch.equal(x[:, 0, 0, 0].long(), y)
    assert torch.equal(small.sample(10, seed=1).y, y)
    assert not torch.equal(small.sample(10, seed=2).y, y)
    with pytest.raises(ValueError, match="n: expected at least 1 and at most 4, got 5"):
        small.sample(5, split="test")


def test_sampling_leaves_the_global_generator(small: Dataset) -> None:
    before = torch.get_rng_state()
    small.sample(3)
    small.plot(4)
    assert torch.equal(torch.get_rng_state(), before)


def test_normalize_takes_the_training_samples_when_left_to_itself(small: Dataset) -> None:
    plain = small.normalize()
    assert plain.train.x.mean().item() == pytest.approx(0, abs=1e-6)
    assert plain.train.x.std(correction=0).item() == pytest.approx(1, abs=1e-6)
    mean, std = small.train.x.mean(), small.train.x.std(correction=0)
    torch.testing.assert_close(plain.test.x, (small.test.x - mean) / std)
    assert small.train.x.max().item() == 9  # the set itself is as it was
    assert plain.note == "made for tests [normalized as (x − mean) / std]"


def test_normalize_takes_one_number_or_one_a_channel(small: Dataset) -> None:
    assert torch.equal(small.normalize(1, 2).train.x, (small.train.x - 1) / 2)
    channels = small.normalize((0, 1, 2), (1, 2, 4)).test.x
    assert channels[3, :, 0, 0].tolist() == [3.0, 1.0, 0.25]


def test_normalize_refuses_what_would_not_be_a_number(small: Dataset) -> None:
    with pytest.raises(ValueError, match="expected a positive std, got 0"):
        small.normalize(0, 0)
    with pytest.raises(ValueError, match=r"mean as one number or one a channel, got \(0, 1\)"):
        small.normalize((0, 1), 1)


def test_to_moves_both_splits(small: Dataset) -> None:
    moved = small.to("meta")
    assert moved.train.x.device.type == moved.test.y.device.type == "meta"
    assert (moved.name, moved.classes) == (small.name, small.classes)


def test_the_plot_shows_the_samples_with_their_classes(small: Dataset) -> None:
    figure = small.plot(5, seed=3)
    _, y = small.sample(5, seed=3)
    assert isinstance(figure, matplotlib.figure.Figure)
    assert [axes.get_title() for axes in figure.axes] == [small.classes[i] for i in y]
    shown = [float(axes.images[0].get_array()[0, 0, 0]) for axes in figure.axes]
    low, high = y.min().item(), y.max().item()
    assert shown == pytest.approx([(i - low) / (high - low) for i in y.tolist()])


def test_only_images_are_plotted() -> None:
    rows = Split(torch.zeros(3, 2), torch.zeros(3))
    with pytest.raises(ValueError, match=r"images of 1 or 3 channels, got samples of shape \(2,\)"):
        Dataset("rows", rows, rows).plot(1)


def test_the_figure_shows_itself_without_pyplot() -> None:
    code = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
from dlwidgets.data import digits
figure = digits().plot(9)
data, _ = shell.display_formatter.format(figure)
assert data["image/png"].startswith(b"\\x89PNG"), sorted(data)
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
