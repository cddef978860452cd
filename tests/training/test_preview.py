"""The pictures of what trained models have learned, against the models themselves."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from dlwidgets.training.preview import ALONG, NOWHERE, POINTS, SIDE, preview


def test_a_fit_is_the_output_of_each_model_along_its_input() -> None:
    torch.manual_seed(0)
    models = [nn.Linear(1, 1), nn.Sequential(nn.Linear(1, 4), nn.Dropout(0.9), nn.Linear(4, 1))]
    x = torch.linspace(-1, 3, 500)[:, None]
    found = preview(models, (x, x**2))
    assert found is not None
    assert (found.kind, found.values.shape) == ("fit", (2, ALONG))
    low, high = found.x.tolist()
    assert (low, high) == (np.float32(-1.24), np.float32(3.24))  # 6 % of the range beyond
    along = torch.linspace(low, high, ALONG)[:, None]
    for model, values in zip(models, found.values, strict=True):
        torch.testing.assert_close(torch.tensor(values), model.eval()(along)[:, 0].detach())
    assert found.points.shape == (POINTS, 2)
    np.testing.assert_array_equal(found.points[:, 1], found.points[:, 0] ** 2)


def test_a_map_is_the_class_at_each_place() -> None:
    class Halves(nn.Module):
        """Class 1 right of x = 0.5, class 2 there above y = 1."""

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            right, above = x[:, 0] > 0.5, x[:, 1] > 1
            found = right.long() + (right & above).long()
            return nn.functional.one_hot(found, 3).float()

    x = torch.tensor([[0.0, 0.0], [1.0, 2.0], [0.5, 1.0]])
    y = torch.tensor([0, 2, 0])
    found = preview([Halves()], (x, y))
    assert found is not None
    assert (found.kind, found.values.shape) == ("map", (1, SIDE, SIDE))
    np.testing.assert_allclose(found.x, [-0.06, 1.06, -0.12, 2.12])
    picture = found.values[0]
    half = SIDE // 2
    assert set(picture[:, :half].ravel()) == {0}
    assert set(picture[:half, half:].ravel()) == {1}  # rows from the least y up
    assert set(picture[half:, half:].ravel()) == {2}
    assert found.labels.tolist() == [0, 2, 0]


def test_a_model_that_gives_no_numbers_has_no_classes() -> None:
    broken = nn.Linear(2, 2)
    nn.init.constant_(broken.weight, torch.nan)
    found = preview([broken], (torch.randn(5, 2), torch.tensor([0, 1, 0, 1, 0])))
    assert found is not None
    assert set(found.values.ravel()) == {NOWHERE}


def test_other_inputs_have_no_picture() -> None:
    classes, floats = torch.tensor([0, 1]), torch.zeros(2, 1)
    assert preview([nn.Linear(3, 2)], (torch.zeros(2, 3), classes)) is None
    assert preview([nn.Linear(1, 2)], (torch.zeros(2, 1), classes)) is None
    assert preview([nn.Linear(2, 1)], (torch.zeros(2, 2), floats)) is None
    assert preview([nn.Conv1d(1, 1, 1)], (torch.zeros(2, 1, 1), floats)) is None


def test_looking_changes_nothing() -> None:
    model = nn.Sequential(nn.BatchNorm1d(1), nn.Linear(1, 1))
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    preview([model], (torch.randn(9, 1, generator=torch.Generator()), torch.zeros(9, 1)))
    assert torch.equal(torch.rand(2), expected)
    assert model.training
    assert model[0].num_batches_tracked == 0
