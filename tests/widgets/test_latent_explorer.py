"""The latent explorer's Python: what travels to the page, and what comes back."""

from __future__ import annotations

import copy
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor, nn
from torch.distributions import Normal, kl_divergence
from traitlets import TraitError

import dlwidgets
from dlwidgets import LatentExplorer, ModelExplorer, explore
from tests.explain.latent.small import digits, plain, small
from tests.widgets.conftest import Line

DATA = digits()


def evaluated(explorer: LatentExplorer, **names: Any) -> Tensor:
    value: Tensor = eval(explorer.code(), {"torch": torch, **names})
    return value.detach()


def test_explore_opens_a_model_that_encodes_and_decodes() -> None:
    model = small()
    explorer = explore(model, DATA)
    assert isinstance(explorer, LatentExplorer)
    assert repr(explorer) == "LatentExplorer: Small, 2 dimensions, 0 of them dead, 40 points"
    assert isinstance(explore(nn.Sequential(nn.Flatten()), DATA), ModelExplorer)
    model.encode = None  # type: ignore[method-assign, assignment]
    assert isinstance(explore(model.hidden, torch.zeros(2, 784)), ModelExplorer)


def test_what_users_register_comes_first() -> None:
    class Mine(nn.Module):
        def encode(self, x: Tensor) -> Tensor: ...
        def decode(self, z: Tensor) -> Tensor: ...

    own = dlwidgets.widgets.explore.Explore()
    assert own.way(Mine()) is dlwidgets.widgets.explore._LATENT
    own.register(Mine, lambda _: "mine")
    assert own(Mine()) == "mine"
    assert "a model with methods encode and decode" in own.kinds()[0]


def test_any_two_functions() -> None:
    auto = plain()
    explorer = LatentExplorer(encode=auto.encoder, decode=auto.decoder, data=DATA.test.x)
    assert not explorer._variational
    assert explorer.kl is None
    assert explorer.mu.shape == (40, 3)
    torch.testing.assert_close(explorer.z, explorer.mu.mean(0).float())
    assert repr(explorer).startswith("LatentExplorer: encode and decode, 3 dimensions")


def test_z_and_image_are_tensors_and_follow_each_other() -> None:
    model = small()
    explorer = LatentExplorer(model, DATA)
    explorer.z = [0.5, -1.25]
    assert explorer.z.dtype == torch.float32
    assert explorer.z.tolist() == [0.5, -1.25]
    want = copy.deepcopy(model).eval().decode(torch.tensor([[0.5, -1.25]]))[0].detach()
    assert torch.equal(explorer.image, want)
    assert explorer._z.tolist() == [0.5, -1.25]
    pixels = (255 * want).round().to(torch.uint8).movedim(0, -1)
    assert torch.equal(torch.tensor(explorer._image[0]), pixels)
    explorer.z[0] = 99
    assert explorer.z.tolist() == [0.5, -1.25]


@pytest.mark.parametrize(
    ("z", "kind", "text"),
    [
        ([1.0], ValueError, r"z: expected 2 finite numbers, got \(1,\)"),
        ([1.0, float("nan")], ValueError, "got NaN or infinity"),
        ("middle", TypeError, "z: expected 2 numbers, got str"),
    ],
)
def test_an_impossible_code_is_refused_and_the_old_one_stays(
    z: Any, kind: type[Exception], text: str
) -> None:
    explorer = LatentExplorer(small(), DATA)
    explorer.z = torch.ones(1, 2)
    with pytest.raises(kind, match=text):
        explorer.z = z
    assert explorer.z.tolist() == [1, 1]


def test_kl_and_order_are_those_of_torch() -> None:
    model = small(6)
    explorer = LatentExplorer(model, DATA)
    mu, logvar = model.eval().encode(DATA.test.x)
    want = kl_divergence(Normal(mu, (0.5 * logvar).exp()), Normal(0.0, 1.0)).mean(0).double()
    torch.testing.assert_close(explorer.kl, want.detach(), rtol=1e-5, atol=1e-6)
    assert explorer._order.tolist() == want.argsort(descending=True).tolist()
    assert explorer.dims == explorer._order[:2].tolist()


def test_the_code_line_runs_in_the_users_names_and_gives_the_image(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    main = sys.modules["__main__"]
    for model, name in ((small(4), "my_vae"), (plain(), "auto"), (small().double().eval(), "d")):
        monkeypatch.setattr(main, name, model, raising=False)
        explorer = LatentExplorer(model, DATA)
        explorer.z = torch.randn(len(explorer.z), generator=torch.Generator().manual_seed(0))
        assert explorer.code().startswith(f"{name}.{'eval().' if name == 'my_vae' else ''}decode(")
        image = evaluated(explorer, **{name: model})
        assert image.dtype == explorer.image.dtype
        assert torch.equal(image, explorer.image)


def test_functions_stand_in_the_code_line_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    main = sys.modules["__main__"]
    net = nn.ModuleDict({"parts": nn.ModuleList([plain()])})
    monkeypatch.setattr(main, "net", net, raising=False)
    auto = net["parts"][0]
    one = LatentExplorer(encode=auto.encode, decode=auto.decoder, data=DATA)
    assert one.code().startswith("net.parts[0].decoder(torch.tensor([[")
    torch.testing.assert_close(
        eval(one.code().replace("net.parts", "net['parts']"), {"torch": torch, "net": net}),
        one.image,
    )
    bound = LatentExplorer(encode=auto.encode, decode=auto.decode, data=DATA)
    assert bound.code().startswith("net.parts[0].decode(")
    unknown = LatentExplorer(encode=auto.encode, decode=lambda z: auto.decode(1.0 * z), data=DATA)
    assert unknown.code().startswith("decode(torch.tensor(")
    several = LatentExplorer(
        encode=auto.encode, decode=lambda z: (auto.decode(z), z), data=DATA, name="both"
    )
    assert torch.equal(evaluated(several, both=lambda z: (auto.decode(z), z)), several.image)


def test_codes_with_places_are_reshaped_in_the_code_line() -> None:
    net = nn.ConvTranspose2d(4, 1, 28)
    explorer = LatentExplorer(
        encode=nn.Conv2d(1, 4, 28), decode=net, data=DATA, name="net", value_range=(0, 1)
    )
    assert ".reshape(1, 4, 1, 1)" in explorer.code()
    assert torch.equal(evaluated(explorer, net=net), explorer.image)


def page_shows(line: Line, z: list[float], *, final: bool) -> None:
    packed = {"dtype": "float32", "shape": [len(z)], "data": 0}
    value = {"z": packed, "final": final}
    line.say("show", value, seq=1, buffers=[np.array(z, np.float32).tobytes()])


def test_while_dragged_the_page_gets_pixels_and_on_release_the_traits_hold_them() -> None:
    line = Line()
    explorer = LatentExplorer(small(), DATA, comm=line)
    line.sent.clear()
    page_shows(line, [1.0, 2.0], final=False)
    assert line.updates() == []
    ((content, buffers),) = line.custom("image")
    assert content["shape"] == [1, 28, 28, 1]
    assert np.frombuffer(buffers[0], np.float32).tolist() == [1, 2]
    assert len(buffers[1]) == 784
    assert explorer.z.tolist() == [1, 2]
    assert explorer._z.tolist() == [0, 0]
    page_shows(line, [1.5, 2.0], final=True)
    assert explorer._z.tolist() == [1.5, 2]
    assert bytes(explorer._image.tobytes()) == line.custom("image")[-1][1][1]
    assert [content["error"] for content, _ in line.custom("ack")] == ["", ""]


def test_an_impossible_command_is_refused_in_words() -> None:
    line = Line()
    explorer = LatentExplorer(small(), DATA, comm=line)
    page_shows(line, [1.0], final=True)
    line.say("pick", {"slot": 0, "index": 40}, seq=2)
    line.say("see", {"index": None, "ink": {"dtype": "uint8", "shape": [4, 4], "data": 0},
                     "seed": 0}, seq=3, buffers=[bytes(16)])  # fmt: skip
    line.say("turn", {"plane": "pair", "dims": [1, 1]}, seq=4)
    errors = [content["error"] for content, _ in line.custom("ack")]
    assert errors[0] == "z: expected 2 finite numbers, got (1,)"
    assert errors[1] == "expected a point from 0 to 39, got 40"
    assert errors[2] == "draw something first: there are no strokes"
    assert errors[3].startswith("dims: expected two different dimensions")
    assert explorer._failure == ""
    assert explorer.z.tolist() == [0, 0]


def test_ways_and_sums_between_pictures() -> None:
    model = small(5)
    explorer = LatentExplorer(model, DATA, picks=[3, 7, 9])
    a, b, c = explorer.mu[[3, 7, 9]]
    explorer._on_go({"to": "part", "at": 0.25, "final": True})
    torch.testing.assert_close(explorer.z, (0.75 * a + 0.25 * b).float())
    explorer.path = "spherical"
    explorer._on_go({"to": "part", "at": 0.5, "final": True})
    assert float(explorer.z.norm()) == pytest.approx(float((a.norm() + b.norm()) / 2), rel=1e-5)
    explorer._on_go({"to": "sum", "at": 0, "final": True})
    torch.testing.assert_close(explorer.z, (a - b + c).float())
    model.eval()
    want = model.decode((a - b + c)[None].float()).detach()
    assert np.abs(explorer._sum[0] / 255 - want[0, 0, :, :, None].numpy()).max() < 0.003
    assert explorer._strip.shape == (11, 28, 28, 1)
    assert explorer._track.shape == (41, 2)


def test_of_labelled_data_three_classes_are_picked() -> None:
    explorer = LatentExplorer(small(), DATA)
    assert len({int(DATA.test.y[i]) for i in explorer.picks}) == 3
    assert LatentExplorer(small(), DATA.test.x[:2]).picks == [0, 1, 0]


def test_the_plane_can_be_turned() -> None:
    explorer = LatentExplorer(small(4), DATA, dims=[3, 1])
    torch.testing.assert_close(torch.tensor(explorer._places), explorer.mu[:, [3, 1]].float())
    explorer.plane = "pca"
    torch.testing.assert_close(
        torch.tensor(explorer._places), (explorer.mu.float() @ torch.tensor(explorer._axes).T)
    )
    explorer.dims = [0, 2]
    assert explorer.plane == "pca"
    explorer.plane = "pair"
    assert explorer._axes.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]
    for wrong in ([0, 4], [1], [2, 2]):
        with pytest.raises(TraitError, match="LatentExplorer: dims: expected two"):
            explorer.dims = wrong
    with pytest.raises(TraitError, match="picks: expected three points from 0 to 39"):
        explorer.picks = [0, 1]
    assert explorer.dims == [0, 2]


def test_the_manifold_is_decoded_from_quantiles_of_the_plane() -> None:
    model = small(3)
    explorer = LatentExplorer(model, DATA, dims=[2, 0])
    explorer.z = [9.0, 0.75, 9.0]
    explorer._on_grid(None)
    side = Normal(0.0, 1.0).icdf((torch.arange(12) + 0.5) / 12)
    torch.testing.assert_close(torch.tensor(explorer._across).float(), side)
    z = torch.tensor([[float(side[-1]), 0.75, float(side[0])]])
    want = (255 * model.eval().decode(z)[0, 0]).round().detach()
    corner = torch.tensor(explorer._manifold[0, :, :, 0]).float()
    assert float((corner - want).abs().max()) <= 1


def test_random_samples_follow_the_seed() -> None:
    model = small(3)
    explorer = LatentExplorer(model, DATA, seed=5)
    first = explorer._samples.copy()
    z = torch.randn(64, 3, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    explorer._on_go({"to": "sample", "at": 63, "final": True})
    torch.testing.assert_close(explorer.z, z[63].float())
    assert np.array_equal(explorer._image[0], first[63])
    explorer.seed = 6
    assert not np.array_equal(explorer._samples, first)
    explorer._on_sample(5)
    assert np.array_equal(explorer._samples, first)


def test_a_sample_is_looked_at() -> None:
    model = small(4)
    explorer = LatentExplorer(model, DATA)
    explorer.see(6, seed=3)
    model.eval()
    mu, logvar = (one.detach()[0] for one in model.encode(DATA.test.x[6:7]))
    seen = explorer._seen
    np.testing.assert_allclose(seen["mu"], mu, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(seen["sigma"], (0.5 * logvar).exp(), rtol=1e-5)
    noise = torch.randn(8, 4, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    z = mu + (0.5 * logvar).exp() * noise
    np.testing.assert_allclose(seen["places"], z[:, explorer.dims], rtol=1e-4, atol=1e-5)
    again = model.decode(mu[None]).detach()[0]
    assert seen["error"] == pytest.approx(float((again - DATA.test.x[6]).square().mean()), rel=1e-4)
    drawing = DATA.test.x[6] * 0.5
    explorer.see(drawing)
    assert explorer._seen["index"] == -1
    with pytest.raises(ValueError, match="expected a point from 0 to 39, got 40"):
        explorer.see(40)
    explorer.dims = [0, 1]
    assert explorer._seen["index"] == -1
    explorer._on_see({"seed": 9})
    assert explorer._seen["seed"] == 9


def test_the_explorer_says_when_the_parameters_have_changed() -> None:
    model = small()
    explorer = LatentExplorer(model, DATA)
    mu = explorer.mu
    with torch.no_grad():
        model.mu.bias += 1
    explorer.z = [0.0, 0.0]
    assert explorer._stale
    explorer.refresh()
    assert not explorer._stale
    torch.testing.assert_close(explorer.mu, mu + 1)


def test_everything_that_it_does_leaves_the_model_as_it_was() -> None:
    model = small(3).train()
    before = copy.deepcopy(model.state_dict())
    state = torch.get_rng_state()
    explorer = LatentExplorer(model, DATA)
    explorer.z = [1.0, 2.0, 3.0]
    explorer.plane, explorer.path, explorer.seed = "pca", "spherical", 8
    explorer.see(3)
    explorer.code()
    explorer.refresh()
    assert all(module.training for module in model.modules())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)


def codes(explorer: LatentExplorer) -> list[str]:
    return [note["code"] for note in explorer._notes]


def test_what_is_not_as_given_is_noted() -> None:
    model = small().eval()
    assert codes(LatentExplorer(model, DATA)) == []
    assert codes(LatentExplorer(model, DATA, points=10)) == ["part"]
    logits = LatentExplorer(encode=model.encode, decode=lambda z: 9 * model.out(z), data=DATA)
    assert codes(logits) == ["range", "logits"]
    assert codes(LatentExplorer(model, DATA, value_range=(0, 2))) == ["clipped"]
    assert codes(LatentExplorer(plain().eval(), DATA.test.x.flatten(1))) == ["points", "square"]
    assert codes(LatentExplorer(plain().eval(), DATA)) == ["points", "flat"]
    raw = (255 * DATA.test.x).to(torch.uint8)
    assert codes(LatentExplorer(model.train(), raw)) == ["bytes", "training"]
    # Where the mode makes no difference there is nothing to say.
    assert codes(LatentExplorer(dlwidgets.models.VAE(2, hidden=8).train(), DATA)) == []
    broken = DATA.test.x.clone()
    broken[3] = torch.nan
    explorer = LatentExplorer(model.eval(), broken)
    assert codes(explorer) == ["broken"]
    assert np.isnan(explorer._places[3]).all()


def test_nan_from_decode_is_counted_and_marked() -> None:
    model = small()

    def decode(z: Tensor) -> Tensor:
        x = model.decode(z)
        x[..., :2, :3] = torch.nan
        return x

    explorer = LatentExplorer(encode=model.encode, decode=decode, data=DATA)
    assert explorer._broken == 6
    assert explorer._image.shape == (1, 28, 28, 3)
    assert explorer._image[0, 0, 0].tolist() == [214, 40, 40]


@pytest.mark.parametrize("size", [1, 2, 64])
def test_latent_spaces_of_any_size(size: int) -> None:
    explorer = LatentExplorer(small(size), DATA)
    explorer.see(1)
    explorer.plane = "pca"
    assert explorer._axes.shape == (2, size)
    assert explorer._manifold.shape[0] == (12 if size == 1 else 144)
    assert explorer.dims == ([0, 0] if size == 1 else explorer._order[:2].tolist())


def test_colours_and_vectors() -> None:
    source = torch.Generator().manual_seed(0)
    rgb = LatentExplorer(small(3, (3, 8, 9)), torch.rand(12, 3, 8, 9, generator=source))
    rgb.see(2)
    assert rgb._image.shape == (1, 8, 9, 3)
    rows = LatentExplorer(plain(2, 13), torch.rand(12, 13, generator=source))
    rows.see(2)
    assert rows._image.shape == (1, 48, 13, 1)
    assert not rows._drawable
    with pytest.raises(ValueError, match="pictures of 1 or 3 channels"):
        LatentExplorer(small(2, (2, 5, 5)), torch.rand(4, 2, 5, 5))


def test_other_pictures_than_were_encoded_have_no_errors() -> None:
    explorer = LatentExplorer(encode=plain().encode, decode=nn.Linear(3, 100), data=DATA)
    explorer.see(0)
    assert explorer._seen["error"] == -1
    assert explorer._pair_errors.size == 0
    assert np.isnan(explorer._errors).all()
    assert explorer._pairs.shape[1:] == (28, 28, 1)


def test_curves_come_from_the_run_if_it_has_any() -> None:
    frame = pd.DataFrame(
        {"step": range(1, 3001), "loss": 1.0, "kl": range(3000), "recon": [float("nan")] * 3000}
    )
    frame.loc[::100, "recon"] = 2.5
    explorer = LatentExplorer(small(), DATA, run=SimpleNamespace(history=frame))
    kl, recon = explorer._curves
    assert (kl["name"], recon["name"]) == ("kl", "recon")
    assert len(kl["steps"]) == 1000
    assert (kl["values"] == kl["steps"] - 1).all()
    assert recon["steps"].tolist() == list(range(1, 3001, 100))
    nothing = pd.DataFrame({"step": [1], "loss": [2.0]})
    assert LatentExplorer(small(), DATA, run=SimpleNamespace(history=nothing))._curves == []


def test_the_kl_of_each_dimension_comes_from_the_run_under_its_own_name() -> None:
    frame = pd.DataFrame({"step": [1, 2, 3], "kl": 1.0, "kl_1": [5.0, float("nan"), 3.0]})
    frame = frame.assign(test_kl_0=[float("nan"), 2.0, 1.0], kl_7=0.5)
    explorer = LatentExplorer(small(), DATA, run=SimpleNamespace(history=frame))
    assert [curve["name"] for curve in explorer._curves] == ["kl"]
    found = {
        row["dim"]: (row["steps"].tolist(), row["values"].tolist()) for row in explorer._worths
    }
    # The model has two dimensions, so there is no z7.
    assert found == {1: ([1, 3], [5, 3]), 0: ([2, 3], [2, 1])}


@pytest.mark.parametrize(
    ("options", "kind", "text"),
    [
        ({"value_rang": (0, 1)}, TypeError, r"got 'value_rang'\. Did you mean 'value_range'\?"),
        ({"sed": 1}, TypeError, r"Did you mean 'seed'\?"),
        ({"points": 0}, ValueError, "points expected a whole number from 1 to 5000, got 0"),
        ({"run": 3}, TypeError, "run expected a run of %%train, got int"),
        ({"dims": [0, 5]}, ValueError, "expected two different dimensions from 0 to 1"),
        ({"picks": [0, 1, 99]}, ValueError, "expected a point from 0 to 39, got 99"),
        ({"plane": "3d"}, TraitError, "plane"),
    ],
)
def test_unfit_options_are_refused(
    options: dict[str, Any], kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        LatentExplorer(small(), DATA, **options)


def test_without_data_the_way_is_shown() -> None:
    with pytest.raises(TypeError, match=r"write explore\(vae, data\).*ModelExplorer\(vae, x\)"):
        explore(small())


def test_in_chinese() -> None:
    dlwidgets.set_language("zh")
    with pytest.raises(TypeError, match="请写成 explore"):
        explore(small())
