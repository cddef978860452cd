import torch
from sklearn.datasets import load_digits

from dlwidgets.data import digits
from dlwidgets.language import set_language


def test_counts_shapes_and_range() -> None:
    data = digits()
    assert data.train.x.shape == (1437, 1, 28, 28)
    assert data.test.x.shape == (360, 1, 28, 28)
    assert data.train.x.dtype == torch.float32
    assert data.train.y.dtype == torch.int64
    assert data.classes == tuple("0123456789")
    both = torch.cat([data.train.x, data.test.x])
    assert (both.min().item(), both.max().item()) == (0.0, 1.0)


def test_they_are_scikit_learns_digits_every_one_once() -> None:
    data, raw = digits(), load_digits()
    ours = torch.cat([data.train.x, data.test.x])
    labels = torch.cat([data.train.y, data.test.y])
    # Shrunk by the same linear map, each image must be a shrunk original: compare them sorted.
    small = torch.from_numpy(raw.images).float().unsqueeze(1) / 16
    large = torch.nn.functional.interpolate(small, (28, 28), mode="bilinear")
    key = torch.tensor([3.0**-k for k in range(16)]).repeat(49)
    mine = (ours.flatten(1) * key).sum(1).sort()
    theirs = (large.flatten(1) * key).sum(1).sort()
    torch.testing.assert_close(mine.values, theirs.values)
    assert torch.equal(ours[mine.indices], large[theirs.indices])
    assert labels[mine.indices].tolist() == raw.target[theirs.indices.numpy()].tolist()


def test_each_class_gives_a_fifth_to_the_test_set() -> None:
    data = digits()
    train, test = (torch.bincount(split.y, minlength=10) for split in (data.train, data.test))
    assert (train + test).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert ((test / (train + test) - 0.2).abs() < 0.005).all()


def test_the_seed_chooses_the_split_and_nothing_else_does() -> None:
    torch.manual_seed(1)
    first = digits()
    torch.manual_seed(2)
    before = torch.get_rng_state()
    again, other = digits(seed=0), digits(seed=1)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first.train.x, again.train.x)
    assert torch.equal(first.test.y, again.test.y)
    assert not torch.equal(first.test.y, other.test.y)


def test_the_note_owns_up_to_the_interpolation_in_both_languages() -> None:
    assert "bilinear interpolation" in digits().note
    set_language("zh")
    try:
        assert "双线性插值" in digits().note
        assert repr(digits()).startswith("数据集 digits：1,437 训练 + 360 测试")
    finally:
        set_language(None)
