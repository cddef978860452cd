import numpy as np
import torch
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

import dlwidgets
from dlwidgets.data import diabetes


def test_counts_shapes_and_types() -> None:
    data = diabetes()
    assert (data.train.x.shape, data.test.x.shape) == ((353, 10), (89, 10))
    assert (data.train.y.shape, data.test.y.shape) == ((353, 1), (89, 1))
    assert {part.dtype for part in (*data.train, *data.test)} == {torch.float32}
    assert repr(data).startswith("Dataset diabetes: 353 train + 89 test, x 10 float32 in [")


def test_only_the_training_part_decides_the_scale() -> None:
    data, raw = diabetes(), load_diabetes(scaled=False)
    train, test = train_test_split(np.arange(442), test_size=0.2, random_state=0)
    mean, std = raw.data[train].mean(0), raw.data[train].std(0)
    np.testing.assert_allclose(data.train.x, (raw.data[train] - mean) / std, atol=1e-6)
    np.testing.assert_allclose(data.test.x, (raw.data[test] - mean) / std, atol=1e-6)
    torch.testing.assert_close(data.train.x.mean(0), torch.zeros(10), atol=1e-5, rtol=0)
    assert data.test.x.mean(0).abs().max() > 0.05


def test_the_note_leads_back_to_the_unit_of_the_target() -> None:
    data, raw = diabetes(), load_diabetes(scaled=False)
    words = data.note.split("target = ")[1].split()
    spread, middle = float(words[0]), float(words[3])
    train, _ = train_test_split(np.arange(442), test_size=0.2, random_state=0)
    np.testing.assert_allclose(spread * data.train.y[:, 0] + middle, raw.target[train], atol=1e-2)


def test_the_seed_chooses_the_split_and_nothing_else_moves() -> None:
    before = torch.get_rng_state()
    first, again, other = diabetes(), diabetes(seed=0), diabetes(seed=1)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first.test.y, again.test.y)
    assert not torch.equal(first.test.y, other.test.y)


def test_the_note_is_in_the_chosen_language() -> None:
    dlwidgets.set_language("zh")
    try:
        assert "糖尿病" in diabetes().note
        assert "标准差" in diabetes().note
    finally:
        dlwidgets.set_language(None)
