import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.data.loader import Loader, whole


def numbered(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Samples that carry their own index, so that batches can be traced back."""
    return torch.arange(n, dtype=torch.float32).reshape(n, 1), torch.arange(n)


def order(loader: Loader) -> list[int]:
    return [index for _, y in loader for index in y.tolist()]


@given(
    n=st.integers(0, 60),
    batch_size=st.integers(1, 70),
    shuffle=st.booleans(),
    seed=st.integers(0, 2**32),
    drop_last=st.booleans(),
)
def test_each_sample_comes_once_an_epoch_with_its_own_target(
    n: int, batch_size: int, shuffle: bool, seed: int, drop_last: bool
) -> None:
    loader = Loader(
        *numbered(n), batch_size=batch_size, shuffle=shuffle, seed=seed, drop_last=drop_last
    )
    for _ in range(2):
        batches = list(loader)
        assert len(batches) == len(loader)
        sizes = [len(y) for _, y in batches]
        assert all(size == batch_size for size in sizes[:-1])
        assert all(torch.equal(x[:, 0].long(), y) for x, y in batches)
        seen = [index for _, y in batches for index in y.tolist()]
        assert len(set(seen)) == len(seen) == loader.samples
        if drop_last:
            assert loader.samples == n // batch_size * batch_size
            assert set(sizes) <= {batch_size}
        else:
            assert sorted(seen) == list(range(n))
        if not shuffle:
            assert seen == list(range(loader.samples))


def test_epochs_differ_and_a_seed_repeats_them_all() -> None:
    first, second, other = (Loader(*numbered(100), 10, seed=seed) for seed in (7, 7, 8))
    epochs = [order(first) for _ in range(3)]
    assert epochs[0] != epochs[1] != epochs[2]
    assert [order(second) for _ in range(3)] == epochs
    assert order(other) != epochs[0]


def test_the_order_is_that_of_torch_with_the_same_seed() -> None:
    generator = torch.Generator().manual_seed(3)
    loader = Loader(*numbered(50), 16, seed=3)
    for _ in range(2):
        assert order(loader) == torch.randperm(50, generator=generator).tolist()


def test_the_global_generator_is_neither_read_nor_moved() -> None:
    torch.manual_seed(0)
    before = torch.get_rng_state()
    here = order(Loader(*numbered(30), 4))
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(12345)
    assert order(Loader(*numbered(30), 4)) == here


def test_overlapping_epochs_each_keep_their_order() -> None:
    apart = Loader(*numbered(20), 5)
    expected = [order(apart), order(apart)]
    loader = Loader(*numbered(20), 5)
    one, two = iter(loader), iter(loader)
    met: list[list[int]] = [[], []]
    for later, earlier in zip(two, one, strict=True):
        met[0] += earlier.y.tolist()
        met[1] += later.y.tolist()
    assert met == expected


@pytest.mark.parametrize("shuffle", [True, False])
def test_changing_a_batch_in_place_leaves_the_data(shuffle: bool) -> None:
    x, y = numbered(8)
    for batch, target in Loader(x, y, 4, shuffle=shuffle):
        batch.fill_(-1)
        target.fill_(-1)
    assert x[:, 0].tolist() == list(range(8))
    assert y.tolist() == list(range(8))


def test_a_batch_larger_than_the_data_is_all_of_it() -> None:
    loader = Loader(*numbered(5), 64, shuffle=False)
    assert len(loader) == 1
    assert order(loader) == [0, 1, 2, 3, 4]
    assert len(Loader(*numbered(5), 64, drop_last=True)) == 0


@pytest.mark.parametrize("value", [64.0, "64", None, True, torch.tensor(2.5)])
def test_a_batch_size_that_is_no_integer_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="batch_size: expected a whole number") as caught:
        Loader(*numbered(5), value)
    assert str(caught.value).endswith(f"got {value!r}")


@pytest.mark.parametrize("value", [0, -3])
def test_a_batch_size_below_one_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match=f"batch_size: expected at least 1, got {value}"):
        Loader(*numbered(5), value)


def test_an_index_type_is_an_integer() -> None:
    assert whole("n", torch.tensor(3)) == 3


def test_samples_without_targets_are_refused() -> None:
    with pytest.raises(ValueError, match="as many targets as samples, got 4 for 5"):
        Loader(torch.zeros(5, 1), torch.zeros(4))


def test_a_loader_tells_what_it_is() -> None:
    assert repr(Loader(*numbered(1000), 64)) == (
        "Loader: 16 batches of 64, 1,000 samples shuffled from seed 0"
    )
    assert repr(Loader(*numbered(1000), 64, shuffle=False, drop_last=True)) == (
        "Loader: 15 batches of 64, 960 samples in order"
    )


def test_to_starts_afresh_with_the_same_order() -> None:
    loader = Loader(*numbered(20), 6, seed=4, drop_last=True)
    first = order(loader)
    moved = loader.to("cpu")
    assert order(moved) == first
    assert (moved.batch_size, moved.seed, len(moved)) == (6, 4, 3)


@pytest.mark.gpu
def test_the_order_does_not_depend_on_the_device() -> None:
    loader = Loader(*numbered(100), 7, seed=2)
    moved = loader.to("cuda")
    assert next(iter(moved)).x.device.type == "cuda"
    assert order(loader.to("cuda")) == order(loader)
