"""The registry behind ``explore``: which explorer an object gets, and what is said without one."""

import numpy as np
import pytest
import torch

import dlwidgets
from dlwidgets import AutogradExplorer, BroadcastExplorer, ConvExplorer, TensorExplorer
from dlwidgets.widgets import explore as module
from dlwidgets.widgets.explore import Explore, Way


class Shape: ...


class Square(Shape): ...


@pytest.fixture
def explore() -> Explore:
    return Explore()


def test_an_object_gets_the_explorer_of_its_class(explore: Explore) -> None:
    explore.register(Shape, lambda *args, **options: ("opened", args, options))
    square = Square()
    assert explore(square, 3, size=4) == ("opened", (square, 3), {"size": 4})


def test_the_nearest_class_decides(explore: Explore) -> None:
    explore.register(Shape, lambda _: "shape")
    explore.register(Square, lambda _: "square")
    assert (explore(Square()), explore(Shape())) == ("square", "shape")


def test_the_way_can_be_asked_for_without_going_it(explore: Explore) -> None:
    explore.register(Shape, lambda _: "shape")
    way = explore.way(Square())
    assert way is not None
    assert way.open(Square()) == "shape"
    assert explore.way(3) is None


def test_register_is_a_decorator_and_leaves_the_function_as_it_is(explore: Explore) -> None:
    @explore.register(Square)
    def opened(_square: Square) -> str:
        return "by decorator"

    assert explore(Square()) == opened(Square()) == "by decorator"


def test_what_comes_with_the_package_is_imported_when_it_is_needed(
    explore: Explore, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"{Square.__module__}.{Square.__qualname__}"
    monkeypatch.setitem(module._BUILT_IN, name, Way("builtins:id", "squares", "正方形"))
    square = Square()
    assert explore(square) == id(square)
    assert "squares" in explore.kinds()
    dlwidgets.set_language("zh")
    assert "正方形" in repr(explore)


def test_users_have_the_last_word(explore: Explore, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"{Square.__module__}.{Square.__qualname__}"
    monkeypatch.setitem(module._BUILT_IN, name, Way("builtins:id", "squares", "正方形"))
    explore.register(Square, lambda _: "mine")
    assert explore(Square()) == "mine"


def test_without_an_explorer_the_error_lists_what_can_be_explored(explore: Explore) -> None:
    explore.register(Shape, lambda _: None)
    with pytest.raises(
        TypeError, match=r"expected one of .*Shape\. Got 'x' \(str\).*@explore\.reg"
    ):
        explore("x")
    with pytest.raises(TypeError, match=r"Got 'x{59}…"):
        explore("x" * 1000)


@pytest.mark.parametrize(
    ("kind", "opener", "text"),
    [("Shape", id, "expected a class, got 'Shape'"), (Shape, 3, "opens Shape, got 3")],
)
def test_nonsense_is_not_registered(
    explore: Explore, kind: type, opener: object, text: str
) -> None:
    with pytest.raises(TypeError, match=text):
        explore.register(kind, opener)
    assert "Shape" not in " ".join(explore.kinds())


def test_it_is_a_public_name() -> None:
    assert dlwidgets.explore is module.explore


def test_a_class_is_told_from_an_object(explore: Explore) -> None:
    explore.register(Shape, lambda _: "shape")
    with pytest.raises(TypeError, match=r"got the class Square; make one first: explore\(Square"):
        explore(Square)
    with pytest.raises(TypeError, match=r"expected one of .*Got <class 'int'> \(type\)"):
        explore(int)


# --- explorers together -------------------------------------------------------------------------


def test_a_convolution_in_a_model_opens_on_what_reaches_it() -> None:
    explore = dlwidgets.explore
    torch.manual_seed(0)
    model, x = dlwidgets.models.CNN(), dlwidgets.data.digits().test.x[:3]
    w = explore(model, x)
    w.select("conv2")
    with torch.no_grad():
        reached = model.pool1(model.relu1(model.conv1(x)))
        out = model.conv2(reached)
    for sample in (0, 2):
        w.sample = sample
        inner = w.opened
        assert isinstance(inner, ConvExplorer)
        assert inner.layer is model.conv2
        torch.testing.assert_close(inner.input, reached[sample])
        torch.testing.assert_close(inner.output, out[sample])
    w.select("pool1")
    assert isinstance(w.opened, ConvExplorer)
    assert w.opened.kind == "max"


def test_a_tensor_opens_by_its_graph_or_its_memory_and_two_side_by_side(explore: Explore) -> None:
    x = torch.arange(3.0)
    assert isinstance(explore(2 * x.clone().requires_grad_()), AutogradExplorer)
    for plain in (x, x.numpy(), torch.nn.Parameter(x)):
        assert isinstance(explore(plain), TensorExplorer)
    assert isinstance(explore(x[:, None], np.ones(2)), BroadcastExplorer)
    with pytest.raises(TypeError, match="one tensor, or two to be broadcast, got 3"):
        explore(x, x, x)
