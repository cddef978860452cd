"""What may be given as a model's input, and what is done to it."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import dlwidgets
from dlwidgets.data import digits
from dlwidgets.explain.inputs import taken, whole
from dlwidgets.explain.tensors import describe, tensors


class Two(nn.Module):
    def forward(self, a: Tensor, b: Tensor | None = None) -> Tensor:
        return a if b is None else a + b


class One(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x


def test_a_tensor_is_passed_and_copied() -> None:
    x = torch.zeros(3)
    given = taken(nn.ReLU(), x)
    assert given.args[0] is x
    assert given.call(One()) is not x
    assert given.notes == ()


def test_a_data_set_gives_one_sample_and_the_names_of_its_classes() -> None:
    data = digits()
    given = taken(nn.Flatten(), data)
    assert torch.equal(given.args[0], data.sample(1).x)
    assert given.labels == tuple("0123456789")
    assert [note.en for note in given.notes] == [
        "one sample of digits, drawn with seed 0 from its training part"
    ]


def test_tuples_are_arguments_where_forward_takes_so_many() -> None:
    a, b = torch.ones(1), torch.ones(1)
    assert taken(Two(), (a, b)).args == (a, b)
    given = taken(One(), (a, b))
    assert given.args == (a,)
    assert "of the 2 values given, the first was passed" in given.notes[0].en
    # So is a batch (x, y), whatever it is made of.
    assert taken(One(), digits().sample(2)).args[0].shape == (2, 1, 28, 28)


def test_a_packed_sequence_is_one_argument() -> None:
    packed = nn.utils.rnn.pack_sequence([torch.ones(3, 2), torch.ones(2, 2)])
    given = taken(nn.GRU(2, 3), packed)
    assert (len(given.args), given.notes) == (1, ())
    assert describe(given.call(nn.GRU(2, 3))).startswith("((5×3, 3 int64, ")


def test_dicts_are_named_arguments_where_forward_has_the_names() -> None:
    given = taken(Two(), {"a": torch.ones(1), "b": torch.ones(1)})
    assert given.kwargs.keys() == {"a", "b"}
    assert given.call(Two()) == torch.tensor([2.0])
    assert taken(One(), {"other": torch.ones(1)}).args[0].keys() == {"other"}


@pytest.mark.parametrize(
    "x", [[[1, 2]], np.ones((1, 2)), 3.5, np.float32(1), np.ones((1, 2), ">f8")]
)
def test_arrays_lists_and_numbers_become_tensors(x: object) -> None:
    given = taken(nn.ReLU(), x)
    assert given.args[0].tolist() == np.asarray(x).tolist()


def test_floats_become_those_of_the_parameters_and_it_is_said() -> None:
    given = taken(nn.Linear(2, 2), np.ones((1, 2)))
    assert given.args[0].dtype == torch.float32
    assert [note.en for note in given.notes] == [
        "a copy of the input was converted to float32, as the parameters are"
    ]
    assert taken(nn.Linear(2, 2).double(), torch.ones(1, 2)).args[0].dtype == torch.float64
    # Indices stay indices.
    assert taken(nn.Embedding(3, 2), torch.tensor([1])).args[0].dtype == torch.int64


def test_the_copy_goes_where_the_model_is() -> None:
    given = taken(nn.Linear(2, 2, device="meta"), torch.ones(1, 2))
    assert given.args[0].is_meta
    assert [note.en for note in given.notes] == [
        "a copy of the input was moved to meta, where the model is"
    ]


@pytest.mark.parametrize("x", ["digits", [[1], [1, 2]], object(), lambda: 3, {1, 2}, [None]])
def test_other_things_are_refused_with_what_would_do(x: object) -> None:
    with pytest.raises(TypeError, match="expected the model's input as a tensor or array, a tuple"):
        taken(nn.ReLU(), x)


def test_refusals_speak_chinese() -> None:
    dlwidgets.set_language("zh")
    with pytest.raises(TypeError, match="模型的输入应为张量或数组"):
        taken(nn.ReLU(), "x")
    dlwidgets.set_language(None)


def test_wrappers_are_looked_through() -> None:
    model = nn.Linear(2, 2)
    assert whole(nn.DataParallel(model)) is model
    assert whole(torch.compile(model)) is model
    assert whole(nn.DataParallel(torch.compile(model))) is model


@pytest.mark.parametrize("other", [nn.Linear, "model", None, lambda x: x])
def test_only_modules_are_models(other: object) -> None:
    with pytest.raises(TypeError, match=r"expected a torch\.nn\.Module, got"):
        whole(other)


def test_any_value_is_described_in_few_words() -> None:
    x = torch.zeros(2, 3)
    cases = {
        "2×3": x,
        "2×3 int64": x.long(),
        "scalar": torch.tensor(1.0),
        "0×2": torch.zeros(0, 2),
        "(2×3, None, True, 0.5)": (x, None, True, 0.5),
        "{a: 2×3, b: (scalar)}": {"a": x, "b": [torch.tensor(1.0)]},
        "()": (),
        "SimpleNamespace": SimpleNamespace(),
    }
    for text, value in cases.items():
        assert describe(value) == text
    assert describe((x,) * 9) == "(2×3, 2×3, 2×3, 2×3, 2×3, 2×3, …)"
    endless: list[object] = []
    endless.append(endless)
    assert describe(endless) == "((((list))))"
    assert list(tensors(endless)) == []
    assert [path for path, _ in tensors({"a": (x, [x])})] == ["['a'][0]", "['a'][1][0]"]
