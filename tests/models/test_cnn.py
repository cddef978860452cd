"""The small CNN of figure 6-1 and LeNet-5: shapes, sizes, gradients, and what they learn."""

import pytest
import torch
from torch import nn

import dlwidgets
from dlwidgets.data import digits
from dlwidgets.models import CNN, CNNConfig, LeNet5
from dlwidgets.models.cnn import Subsampling, squash


def parameters(model: nn.Module) -> dict[str, int]:
    """Count the parameters of each layer."""
    return {
        name: sum(p.numel() for p in child.parameters())
        for name, child in model.named_children()
        if any(True for _ in child.parameters())
    }


def test_the_package_brings_the_models() -> None:
    assert dlwidgets.models.CNN is CNN
    assert "models" in dir(dlwidgets)


def test_the_cnn_has_the_layers_of_the_figure_and_their_sizes() -> None:
    kinds = [type(layer).__name__ for layer in CNN().children()]
    assert [kind for kind in kinds if kind != "ReLU"] == [
        *("Conv2d", "MaxPool2d", "Conv2d", "MaxPool2d", "Linear", "Linear")
    ]
    assert parameters(CNN()) == {
        "conv1": 1 * 8 * 5 * 5 + 8,
        "conv2": 8 * 16 * 5 * 5 + 16,
        "fc1": 16 * 4 * 4 * 64 + 64,
        "fc2": 64 * 10 + 10,
    }
    assert sum(parameters(CNN()).values()) == 20_522  # as its docstring says


def test_lenet_has_the_sizes_of_the_paper() -> None:
    assert parameters(LeNet5()) == {
        "c1": 156,  # the paper's number
        "s2": 12,  # likewise
        "c3": 6 * 16 * 5 * 5 + 16,  # 1,516 in the paper, whose maps don't read all six
        "s4": 32,  # the paper's number
        "c5": 48_120,  # likewise
        "f6": 10_164,  # likewise
        "output": 84 * 10 + 10,
    }


@pytest.mark.parametrize("kind", [CNN, LeNet5])
def test_images_become_logits(kind: type[nn.Module]) -> None:
    model = kind()
    for samples in (1, 7):
        assert model(torch.rand(samples, 1, 28, 28)).shape == (samples, 10)


def test_each_comment_tells_the_true_shape() -> None:
    shapes: dict[str, tuple[int, ...]] = {}
    for model in (CNN(), LeNet5()):
        for name, layer in model.named_children():
            layer.register_forward_hook(
                lambda _m, _x, y, name=name: shapes.__setitem__(name, tuple(y.shape))
            )
        model(torch.rand(2, 1, 28, 28))
    maps = {"conv1": (8, 24), "relu1": (8, 24), "pool1": (8, 12)}
    maps |= {"conv2": (16, 8), "relu2": (16, 8), "pool2": (16, 4)}
    maps |= {"c1": (6, 28), "s2": (6, 14), "c3": (16, 10), "s4": (16, 5), "c5": (120, 1)}
    units = {"fc1": 64, "relu3": 64, "fc2": 10, "f6": 84, "output": 10}
    assert shapes == {
        name: (2, channels, size, size) for name, (channels, size) in maps.items()
    } | {name: (2, count) for name, count in units.items()}


@pytest.mark.parametrize("kind", [CNN, LeNet5])
def test_the_seed_decides_the_weights(kind: type[nn.Module]) -> None:
    def made(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        return torch.cat([p.flatten() for p in kind().parameters()])

    assert torch.equal(made(3), made(3))
    assert not torch.equal(made(3), made(4))


@pytest.mark.parametrize("kind", [CNN, LeNet5])
def test_every_parameter_gets_a_gradient(kind: type[nn.Module]) -> None:
    torch.manual_seed(0)
    model = kind()
    loss = nn.functional.cross_entropy(model(torch.rand(8, 1, 28, 28)), torch.arange(8))
    loss.backward()
    for name, p in model.named_parameters():
        assert p.grad is not None, name
        assert p.grad.abs().max() > 0, name


def test_other_images_need_only_another_config() -> None:
    config = CNNConfig(in_channels=3, image_size=32, channels=(4, 5), kernel_size=3, num_classes=7)
    assert config.map_size == 6  # 32 -> 30 -> 15 -> 13 -> 6
    assert CNN(config)(torch.rand(2, 3, 32, 32)).shape == (2, 7)


@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_the_smallest_image_works_and_a_smaller_one_is_explained(kernel: int) -> None:
    least = 3 * kernel + 1
    CNN(CNNConfig(image_size=least, kernel_size=kernel))(torch.rand(1, 1, least, least))
    with pytest.raises(ValueError, match=f"at least {least} pixels .* got image_size={least - 1}"):
        CNN(CNNConfig(image_size=least - 1, kernel_size=kernel))


def test_a_config_does_not_change() -> None:
    with pytest.raises(AttributeError):
        CNNConfig().hidden = 3  # type: ignore[misc]


def test_subsampling_is_the_mean_times_a_weight_plus_a_bias() -> None:
    layer = Subsampling(2)
    with torch.no_grad():
        layer.weight[1], layer.bias[1] = 3.0, -1.0
    x = torch.tensor([[[[1.0, 2], [3, 6]], [[1, 2], [3, 6]]]])
    assert layer(x).flatten().tolist() == [3.0, 8.0]


def test_the_papers_activation_is_one_at_one() -> None:
    # The paper chose the constants so that f(1) = 1 and f(-1) = -1.
    torch.testing.assert_close(
        squash(torch.tensor([-1.0, 0, 1])), torch.tensor([-1.0, 0, 1]), atol=1e-4, rtol=0
    )


@pytest.mark.parametrize(("kind", "least"), [(CNN, 0.94), (LeNet5, 0.95)])
def test_it_learns_the_digits(kind: type[nn.Module], least: float) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    data = digits()
    torch.manual_seed(0)
    model = kind()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    batches = data.loader(64)
    for _ in range(6):
        for x, y in batches:
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        right = (model(data.test.x).argmax(1) == data.test.y).double().mean().item()
    torch.set_num_threads(threads)
    assert right > least
