"""Graphs read, computed again and walked backward, held against torch's own .grad."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

import dlwidgets
from dlwidgets.explain.autograd import code
from dlwidgets.explain.autograd.backward import walk
from dlwidgets.explain.autograd.study import Study, of_function, of_tensor
from dlwidgets.explain.autograd.window import LIMIT, look
from tests.explain.autograd.graphs import Plan, asks, computed, expressions, follow, plans

numbers = st.floats(-2, 2, width=32).map(lambda x: round(x, 3))


def index(study: Study, name: str) -> int:
    return next(one.index for one in study.graph.variables if one.name == name)


@pytest.mark.parametrize("expression", expressions())
def test_each_rule_computes_what_torch_did_and_can_be_written_out(expression: str) -> None:
    root, names = computed(expression)
    study = of_tensor(root, names)
    assert study.unknown == ()
    found = study.found()
    assert torch.equal(found.values[study.graph.root], root.detach())
    root.backward(torch.ones_like(root))
    for at in (one.index for one in study.graph.variables if one.kind == "leaf"):
        grad = names[study.graph.variables[at].name].grad
        assert grad is not None
        assert torch.equal(found.walk.gradients[at], grad)
        assert torch.equal(found.truth[at], grad)
    script = code.script(study.graph, {})
    if script is None:
        assert "norm" in expression  # batch norm keeps statistics
        return
    space: dict[str, Tensor] = {}
    exec("\n".join(code.gradients(study.graph, script, study.vector)), {"torch": torch}, space)
    assert torch.equal(space[script.names[study.graph.root]], root.detach())
    for one in study.graph.variables:
        if one.kind == "leaf":
            assert torch.equal(space[script.names[one.index]].grad, names[one.name].grad)


@settings(max_examples=60, deadline=None)
@given(
    plans(), st.lists(numbers, min_size=9, max_size=9), st.lists(numbers, min_size=3, max_size=3)
)
def test_random_graphs_have_the_gradients_of_torch_at_every_node(
    plan: Plan, values: list[float], other: list[float]
) -> None:
    leaves = [torch.tensor(values[i : i + 3], requires_grad=True) for i in (0, 3, 6)]
    *inner, root = follow(plan, leaves)
    study = of_tensor(root, {"abc"[i] if i < 3 else f"t{i}": one for i, one in enumerate(inner)})
    assert study.unknown == ()
    found = study.found()
    grads = torch.autograd.grad(
        root, inner, torch.ones_like(root), retain_graph=True, allow_unused=True
    )
    named = {one.name: one.index for one in study.graph.variables}
    for i, (one, gradient) in enumerate(zip(inner, grads, strict=True)):
        at = named.get("abc"[i] if i < 3 else f"t{i}")
        if at is not None and gradient is not None:
            assert torch.equal(found.values[at], one)
            assert torch.equal(found.walk.gradients[at], gradient)
            assert torch.equal(found.truth[at], gradient)
    # Another leaf: the same as computing from scratch.
    if "a" not in named or asks(plan):
        return
    study.edit(named["a"], torch.tensor(other))
    anew = [torch.tensor(other, requires_grad=True)]
    anew += [leaf.detach().clone().requires_grad_() for leaf in leaves[1:]]
    again = follow(plan, anew)[-1]
    again.backward(torch.ones_like(again))
    edited = study.found()
    assert torch.equal(edited.values[study.graph.root], again)
    for name, leaf in zip("abc", anew, strict=True):
        if name in named and leaf.grad is not None:
            assert torch.equal(edited.walk.gradients[named[name]], leaf.grad)


def test_the_example_of_the_book_in_its_own_words() -> None:
    x = torch.tensor([[2.0, 3.0]], requires_grad=True)
    y = torch.zeros(1, 2)
    y[0, 0] = x[0, 0] ** 2 + 3 * x[0, 1]
    y[0, 1] = x[0, 1] ** 2 + 2 * x[0, 0]
    study = of_tensor(y, {"x": x, "y": y})
    found = study.found()
    assert found.jacobian is not None
    assert found.jacobian.tolist() == [[4, 3], [2, 6]]
    assert found.walk.gradients[index(study, "x")].tolist() == [[6, 9]]
    for v, row in ([1.0, 0.0], [4, 3]), ([0.0, 1.0], [2, 6]):
        study.point(torch.tensor([v]))
        assert study.found().walk.gradients[index(study, "x")].tolist() == [row]
    with pytest.raises(ValueError, match=r"expected the shape of the output, \(1, 2\), got \(3,\)"):
        study.point(torch.ones(3))


def test_nothing_of_the_users_is_changed() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    w.grad = torch.tensor([5.0, 5.0])
    loss = (w**2).sum()
    study = of_tensor(loss, {})
    study.edit(0, torch.tensor([7.0, 7.0]))
    study.found()
    assert w.tolist() == [1, 2]
    assert w.grad.tolist() == [5, 5]
    loss.backward()
    assert w.grad.tolist() == [7, 9]
    # The study lives on: it holds copies.
    assert study.found().walk.gradients[0].tolist() == [14, 14]


def test_a_model_with_everything_in_it_computes_again_to_the_bit() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(
        *(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(36, 10), nn.Dropout(0.5)),
    )
    loss = nn.CrossEntropyLoss()(model(torch.randn(5, 1, 8, 8)), torch.arange(5))
    before = {name: buffer.clone() for name, buffer in model.named_buffers()}
    study = of_tensor(loss, {"model": model, "loss": loss})
    assert study.unknown == ()
    found = study.found()
    assert all(torch.equal(buffer, before[name]) for name, buffer in model.named_buffers())
    loss.backward()
    leaves = [one for one in study.graph.variables if one.kind == "leaf"]
    assert {one.name for one in leaves} >= {"model[0].weight", "model[5].bias"}
    for one in leaves:
        parameter = eval(one.name, {"model": model})
        assert torch.equal(found.walk.gradients[one.index], parameter.grad)


def test_the_order_is_that_in_which_torch_goes() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    a, b = w.exp(), w.sin()
    root = (a * b + a).tanh()
    study = of_tensor(root, {"w": w})
    order: list[str] = []
    seen: set[object] = set()

    def hook(node: object) -> None:
        if node is None or node in seen or hasattr(node, "variable"):
            return
        seen.add(node)
        node.register_hook(lambda *_: order.append(node.name()))  # type: ignore[attr-defined]
        for below, _ in node.next_functions:  # type: ignore[attr-defined]
            hook(below)

    visits = study.found().walk.visits
    hook(root.grad_fn)
    root.backward()
    assert [study.graph.operators[visit.operator].name for visit in visits] == order


def test_a_product_is_shown_only_where_it_is_one() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    root = (x @ (w * 3)).sum()
    visits = of_tensor(root, {}).found().walk.visits
    total, product, scale = visits
    assert total.slopes[0].tolist() == [1, 1]
    assert all(slope is None for slope in product.slopes)
    assert scale.slopes[0].tolist() == [3, 3]
    assert torch.equal(scale.slopes[0] * scale.upstream[0], scale.results[0])


def test_what_torch_has_not_kept_is_found_or_said() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    study = of_tensor((w * 3 - 0.1) ** 2, {})
    lost = [one for one in study.graph.variables if one.recovered]
    assert [one.value.item() for one in lost] == [pytest.approx(0.1)]
    study = of_tensor(((w * 3 + 1) * 2).sum(), {})
    assert study.unknown == ("AddBackward0",)
    assert study.editable == ()
    assert (
        study.found().walk.gradients[0 if study.graph.variables[0].kind == "leaf" else 1]
        is not None
    )
    with pytest.raises(ValueError, match=r"because of AddBackward0; give the function"):
        study.edit(0, w)
    # What the user still holds is known.
    y = w * 3 + 1
    assert of_tensor((y * 2).sum(), {"y": y}).unknown == ()


def test_an_operator_of_ones_own_is_shown_but_not_computed_again() -> None:
    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx: torch.autograd.function.FunctionCtx, x: Tensor) -> Tensor:
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx: torch.autograd.function.FunctionCtx, g: Tensor) -> Tensor:
            return 2 * ctx.saved_tensors[0] * g

    w = torch.tensor(3.0, requires_grad=True)
    study = of_tensor(Square.apply(w) * 2, {"w": w})
    assert study.unknown == ("SquareBackward",)
    assert study.found().walk.gradients[index(study, "w")].item() == 12


def test_a_graph_that_is_used_up_says_so_in_torchs_words() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    loss = w**2
    loss.backward()
    with pytest.raises(ValueError, match=r"backward\(retain_graph=True\)\. Torch says: Trying to"):
        of_tensor(loss, {})
    y = w.exp()
    loss = y * y
    y.add_(1)
    with pytest.raises(ValueError, match=r"changed in place.*Torch says: one of the variables"):
        of_tensor(loss, {})
    dlwidgets.set_language("zh")
    with pytest.raises(ValueError, match="torch 原文：one of the variables"):
        of_tensor(loss, {})
    dlwidgets.set_language(None)


def test_tensors_without_a_graph_are_told_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"requires_grad_\(True\)"):
        of_tensor(torch.ones(2), {})
    with pytest.raises(ValueError, match="got a leaf without grad_fn"):
        of_tensor(torch.ones(2, requires_grad=True), {})


def test_a_function_is_called_again_with_its_names_and_branches() -> None:
    def f(w: Tensor, b: Tensor) -> Tensor:
        y = w * 2 + b
        if y > 5:
            y = y * w
        return y**2

    study = of_function(f, {"w": 2.0, "b": 0.5})
    assert index(study, "y")
    assert study.found().walk.gradients[index(study, "w")].item() == pytest.approx(18)
    study.edit(index(study, "w"), torch.tensor(4.0))
    found = study.found()
    assert len(study.graph.operators) == 4
    w, b = torch.tensor(4.0, requires_grad=True), torch.tensor(0.5, requires_grad=True)
    f(w, b).backward()
    assert found.walk.gradients[index(study, "w")].item() == w.grad.item()
    assert found.truth[index(study, "b")].item() == b.grad.item()


def test_a_function_draws_the_same_random_numbers_and_leaves_the_users_alone() -> None:
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    study = of_function(lambda w: (w * torch.rand(3)).sum(), {"w": torch.ones(3)})
    first = study.found().walk.gradients[0]
    study.edit(0, torch.zeros(3))
    assert torch.equal(study.found().walk.gradients[0], first)
    assert torch.equal(torch.rand(2), expected)


@pytest.mark.parametrize(
    ("leaves", "words"),
    [
        ({"w": "x"}, "w expected a number or a tensor, got str"),
        ({"w": torch.tensor(1.0)}, "got no gradient"),
    ],
)
def test_functions_that_do_not_suit_are_refused(leaves: dict[str, object], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        of_function(lambda w: w.detach() * 2, leaves)


def test_a_large_graph_is_shown_in_part() -> None:
    model = nn.Sequential(*[nn.Sequential(nn.Linear(4, 4), nn.Tanh()) for _ in range(40)])
    loss = model(torch.randn(2, 4)).sum()
    study = of_tensor(loss, {})
    window = look(study.graph, study.found().walk.visits, study.graph.root)
    assert len(window.operators) == LIMIT
    (there, behind), *_ = sorted(window.hidden.items(), key=lambda item: -item[1])
    assert behind + LIMIT <= len(study.graph.operators)
    further = look(study.graph, study.found().walk.visits, there)
    assert set(further.operators).isdisjoint(window.operators)


def test_a_walk_leaves_no_hooks_behind() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    root = w.exp().sin()
    study = of_tensor(root, {})
    walk(study.graph, root, study.graph.nodes, {0: w}, torch.tensor(1.0))
    assert root.grad_fn is not None
    calls: list[int] = []
    root.grad_fn.register_hook(lambda *_: calls.append(1))
    root.backward()
    assert calls == [1]
