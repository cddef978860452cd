"""VAE, autoencoder and GANs in the declarative form: the task follows from the model."""

import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import ReduceLROnPlateau, StepLR
from torch.utils.data import DataLoader, IterableDataset, TensorDataset

import dlwidgets
from dlwidgets.data.loader import Loader
from dlwidgets.models import (
    CGAN,
    DCGAN,
    GAN,
    VAE,
    Autoencoder,
    discriminator_loss,
    generator_loss,
    reconstruction_loss,
    vae_loss,
)
from dlwidgets.models.vae import kl_divergence
from dlwidgets.training import Run, watched
from dlwidgets.training.fit import Plan, fit, plan
from tests.training.loops import assert_no_hooks, at_boundary

SHAPE = (1, 8, 8)


def images(count: int = 48, seed: int = 0, shape: tuple[int, ...] = SHAPE) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, *shape, generator=generator), torch.arange(count) % 10


def vae(**choices: Any) -> VAE:
    torch.manual_seed(0)
    return VAE(3, 16, **{"shape": SHAPE, **choices})


def gan(kind: type[GAN] = GAN, **choices: Any) -> GAN:
    torch.manual_seed(0)
    return kind(4, **{"shape": SHAPE, **choices})


def bits(model: nn.Module) -> list[bytes]:
    return [t.detach().numpy().tobytes() for t in model.state_dict().values()]


def planned(model: nn.Module, data: Any = None, **choices: Any) -> Plan:
    choices = {"device": "cpu", "batch_size": 16, "epochs": 2, **choices}
    return plan(model, images() if data is None else data, **choices)


def train(model: nn.Module, data: Any = None, **choices: Any) -> Run:
    run = Run()
    given = planned(model, data, **choices)
    with watched(run):
        fit(run, given)
    return run


def refusal(model: nn.Module, data: Any = None, **choices: Any) -> str:
    """Return why a plan is refused, and see that the model is left alone."""
    before = bits(model)
    with pytest.raises((ValueError, TypeError)) as caught:
        planned(model, data, **choices)
    assert bits(model) == before
    assert_no_hooks()
    return str(caught.value)


# --- which task ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (
            VAE(2, 4, shape=SHAPE),
            "VAE, a variational autoencoder: binary cross entropy + beta × KL",
        ),
        (Autoencoder(2, 4, SHAPE), "Autoencoder, an autoencoder: binary cross entropy of each"),
        (GAN(2, 4, SHAPE), "GAN, D and G in turn: non_saturating loss, images brought from [0, 1]"),
        (CGAN(2, 10, 4, SHAPE), "CGAN, D and G in turn, told the class: non_saturating loss"),
        (DCGAN(2, 4, SHAPE), "DCGAN, D and G in turn: non_saturating loss"),
        (nn.Sequential(nn.Flatten(), nn.Linear(64, 10)), "cross entropy (targets are class"),
    ],
)
def test_the_task_follows_from_the_model_and_is_stated(model: nn.Module, words: str) -> None:
    assert planned(model).text.startswith(f"train: {words}")


def test_the_rates_are_stated() -> None:
    assert "; Adam, lr 0.001; 2 epochs" in planned(vae()).text
    assert "; Adam, lr 0.0002; 2 epochs" in planned(gan()).text
    assert "; Adam, lr 0.1 / 0.2; 2" in planned(gan(), lr_D=0.1, lr_G=0.2).text
    assert "; SGD, lr 0.01; 2" in planned(gan(), optimizer="sgd").text
    assert "; RMSprop, lr 0.3; 2" in planned(vae(), optimizer=torch.optim.RMSprop, lr=0.3).text


class Own(nn.Module):
    """A VAE of the user's, in the book's way: rows of numbers, other names."""

    def __init__(self, results: int = 3) -> None:
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(64, 2), nn.Linear(64, 2), nn.Linear(2, 64)
        self.results = results

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.fc1(x.flatten(1)), self.fc2(x.flatten(1))

    def decode(self, z: Tensor) -> Tensor:
        return self.fc3(z).sigmoid()

    def forward(self, x: Tensor) -> Any:
        mu, logvar = self.encode(x)
        z = mu + (logvar / 2).exp() * torch.randn_like(mu)
        return (self.decode(z), mu, logvar) if self.results == 3 else self.decode(mu)


def test_models_of_ones_own_are_known_by_what_they_return() -> None:
    assert "Own, a variational autoencoder" in planned(Own()).text
    assert "Own, an autoencoder" in planned(Own(1)).text
    run = train(Own())
    assert {"loss", "reconstruction", "kl", "test_loss"} - {*run.history} == {"test_loss"}
    assert run.state == "finished"


def test_a_model_that_only_happens_to_have_codes_has_targets() -> None:
    class Classifier(Own):
        def forward(self, x: Tensor) -> Tensor:
            return self.encode(x)[0]

    assert "cross entropy (targets" in planned(Classifier()).text


def test_gans_of_ones_own_nets() -> None:
    torch.manual_seed(0)
    G = nn.Sequential(nn.Linear(5, 64), nn.Tanh())  # noqa: N806 -- as in the book
    D = nn.Sequential(nn.Flatten(), nn.Linear(64, 1), nn.Sigmoid())  # noqa: N806 -- as in the book
    both = GAN(5, generator=G, discriminator=D)
    run = dlwidgets.train(both, images(), epochs=1, device="cpu", monitor=False)
    assert run.state == "finished"
    assert run.models == {"D": D, "G": G}
    assert run.history["loss_G"].notna().all()


# --- the loops of the book -----------------------------------------------------------------------


def test_a_vae_is_trained_as_in_the_plain_loop() -> None:
    x, y = images()
    model, twin = vae(), vae()
    run = train(model, (x, y), seed=5, beta=2.0)
    optimizer = torch.optim.Adam(twin.parameters(), lr=1e-3)
    batches, losses, kls = Loader(x, y, 16, seed=5), [], []
    torch.manual_seed(5)
    for _ in range(2):
        for xs, _ in batches:
            reconstruction, mu, logvar = twin(xs)
            parts = vae_loss(reconstruction, xs, mu, logvar, 2.0)
            loss = parts.total / len(xs)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            kls.append((parts.kl / len(xs)).item())
    assert bits(model) == bits(twin)
    assert run.history["loss"].tolist() == losses
    assert run.history["kl"].tolist() == kls
    total = run.history["reconstruction"] + 2 * run.history["kl"]
    assert total.tolist() == pytest.approx(losses)


@pytest.mark.parametrize("kind", [GAN, CGAN, DCGAN])
@pytest.mark.parametrize("form", ["non_saturating", "saturating", "least_squares"])
def test_a_gan_is_trained_as_in_the_plain_loop(kind: type[GAN], form: str) -> None:
    x, y = images()
    model, twin = gan(kind), gan(kind)
    run = train(model, (x, y), seed=5, loss=form, label_smoothing=0.1)
    G, D = twin.generator, twin.discriminator  # noqa: N806 -- as in the book
    optimizer_D = torch.optim.Adam(D.parameters(), lr=2e-4, betas=(0.5, 0.999))  # noqa: N806 -- as in the book
    optimizer_G = torch.optim.Adam(G.parameters(), lr=2e-4, betas=(0.5, 0.999))  # noqa: N806 -- as in the book
    losses = []
    batches = Loader(x, y, 16, seed=5)
    torch.manual_seed(5)
    for _ in range(2):
        for xs, ys in batches:
            told = (ys,) if kind is CGAN else ()
            fake = G(torch.randn(len(xs), 4), *told).detach()
            real_logits, fake_logits = D.logits(2 * xs - 1, *told), D.logits(fake, *told)
            loss_D = discriminator_loss(real_logits, fake_logits, form, 0.1)  # noqa: N806 -- as in the book
            optimizer_D.zero_grad()
            loss_D.backward()
            optimizer_D.step()
            loss_G = generator_loss(D.logits(G(torch.randn(len(xs), 4), *told), *told), form)  # noqa: N806 -- as in the book
            optimizer_G.zero_grad()
            loss_G.backward()
            optimizer_G.step()
            losses.append([loss_D.item(), loss_G.item()])
    assert bits(model) == bits(twin)
    assert run.history[["loss_D", "loss_G"]].to_numpy().tolist() == losses
    assert list(run.optimizers) == ["optimizer_D", "optimizer_G"]


@pytest.mark.parametrize("kind", [GAN, CGAN, DCGAN, VAE])
def test_a_seed_decides_everything(kind: type[nn.Module]) -> None:
    results = []
    for seed in (0, 0, 1):
        torch.rand(len(results))  # The global generator has no say.
        model = vae() if kind is VAE else gan(kind)  # type: ignore[arg-type]
        before = torch.get_rng_state()
        run = train(model, (images(), images(20, 1)), seed=seed)
        assert torch.equal(torch.get_rng_state(), before)
        results.append((bits(model), run.history.drop(columns="seconds").to_csv()))
    assert results[0] == results[1]
    assert results[0] != results[2]


# --- what is logged ------------------------------------------------------------------------------


def test_the_test_part_of_a_vae_is_measured_with_the_same_noise_each_time() -> None:
    model, test = vae(), images(20, 1)
    run = train(model, (images(), test), seed=7)
    history = run.history
    assert history["test_loss"].notna().tolist() == [False, False, True] * 2
    torch.manual_seed(7)
    with torch.no_grad():
        reconstruction, mu, logvar = model.eval()(test[0])
    parts = [float(part) / 20 for part in vae_loss(reconstruction, test[0], mu, logvar)]
    names = ["test_loss", "test_reconstruction", "test_kl"]
    assert history[names].iloc[-1].tolist() == pytest.approx(parts)
    each = kl_divergence(mu, logvar).mean(0).tolist()
    assert history[[f"test_kl_{i}" for i in range(3)]].iloc[-1].tolist() == pytest.approx(each)
    assert sum(each) == pytest.approx(parts[2])
    # Twenty dimensions would bury the chart.
    assert not any("test_kl_" in name for name in run.chart().names)


def test_an_autoencoder_has_the_loss_of_an_image_or_ones_own() -> None:
    torch.manual_seed(0)
    model, test = Autoencoder(2, 8, SHAPE), images(20, 1)
    run = train(model, (images(), test))
    with torch.no_grad():
        expected = reconstruction_loss(model(test[0]), test[0]).item() / 20
    assert run.history["test_loss"].iloc[-1] == pytest.approx(expected)
    run = train(model, (images(), test), loss=nn.functional.mse_loss)
    with torch.no_grad():
        expected = nn.functional.mse_loss(model(test[0]), test[0]).item()
    assert run.history["test_loss"].iloc[-1] == pytest.approx(expected)
    # Another loss has another range.
    assert "your loss" in planned(model, (2 * test[0] - 1, test[1]), loss=nn.L1Loss()).text


@pytest.mark.parametrize("form", ["non_saturating", "least_squares"])
def test_d_of_the_test_part(form: str) -> None:
    model, test = gan(CGAN), images(20, 1)
    run = train(model, (images(), test), loss=form)
    with torch.no_grad():
        logits = model.logits(2 * test[0] - 1, test[1])
    expected = (logits if form == "least_squares" else logits.sigmoid()).mean().item()
    assert run.history["test_D(x)"].iloc[-1] == pytest.approx(expected)
    assert run.history["D(x)"].notna().all()
    assert run.history["D(G(z))"].notna().all()


def test_metrics_of_ones_own() -> None:
    def brightness(model: Any, data: Any) -> float:
        drawn = model.decode(torch.zeros(1, 3)) if isinstance(model, VAE) else data[0]
        return drawn.mean().item()

    for model in (vae(), gan()):
        run = train(model, (images(), images(8, 1)), metrics=[brightness])
        assert 0 < run.history["test_brightness"].iloc[-1] < 1


# --- knobs ---------------------------------------------------------------------------------------


def test_beta_is_a_knob_that_begins_at_the_models() -> None:
    run = Run()
    with watched(run), at_boundary(run, 3, lambda: run.set(beta=0)):
        fit(run, planned(vae(beta=4.0)))
    history = run.history
    assert history["beta"].tolist() == [4.0] * 4 + [0.0] * 2 or history["beta"].tolist() == [
        *[4.0] * 3,
        *[0.0] * 3,
    ]
    weighed = history["reconstruction"] + history["beta"] * history["kl"]
    assert history["loss"].tolist()[:3] == pytest.approx(weighed.tolist()[:3])
    assert history["loss"].tolist()[4:] == pytest.approx(weighed.tolist()[4:])
    assert {k.name: (k.low, k.high) for k in run.knobs}["beta"] == (0, 10)
    assert planned(vae(beta=4.0), beta=7).text.count("beta 7") == 1


def test_a_large_beta_has_a_longer_slider() -> None:
    run = train(vae(beta=50.0))
    assert next(k.high for k in run.knobs if k.name == "beta") == 100


def test_several_steps_of_d_for_one_of_g() -> None:
    run = train(gan(), epochs=2, D_steps=3)
    assert run.history["loss_D"].notna().all()
    assert run.history["loss_G"].notna().tolist() == [False, False, True] * 2


@pytest.mark.parametrize(("resting", "other"), [("D", "G"), ("G", "D")])
def test_one_net_can_rest_while_the_other_learns(resting: str, other: str) -> None:
    model, run = gan(), Run()
    nets = {"D": model.discriminator, "G": model.generator}
    kept: dict[str, list[bytes]] = {}

    def rest() -> None:
        run.set({f"train_{resting}": 0})

    def look() -> None:
        kept.update({name: bits(net) for name, net in nets.items()})

    run.subscribe(every=0.0)
    with watched(run), at_boundary(run, 2, rest), at_boundary(run, 4, look):
        fit(run, planned(model, epochs=4))
    assert run.state == "finished"
    assert bits(nets[resting]) == kept[resting]
    assert bits(nets[other]) != kept[other]
    assert run.history[f"loss_{resting}"].iloc[4:].isna().all()
    assert run.history[f"loss_{other}"].iloc[4:].notna().all()
    assert run.history["D(G(z))"].iloc[4:].notna().all()


def test_with_both_at_rest_the_run_pauses_until_one_is_woken() -> None:
    model, run = gan(), Run()
    states = []

    def act() -> None:
        states.append(run.state)
        if run.state == "paused":
            run.set(train_G=1)
            run.resume()

    run.subscribe(poll=act)
    with watched(run), at_boundary(run, 2, lambda: run.set(train_D=0, train_G=0)):
        fit(run, planned(model, epochs=3))
    assert "paused" in states
    assert run.state == "finished"
    assert run.history["loss_D"].iloc[3:].isna().all()
    assert run.history["loss_G"].iloc[-1] > 0


def test_with_both_at_rest_it_can_be_stopped() -> None:
    run = Run()

    def act() -> None:
        if run.state == "paused":
            run.stop()

    run.subscribe(poll=act)
    with watched(run), at_boundary(run, 2, lambda: run.set(train_D=0, train_G=0)):
        fit(run, planned(gan(), epochs=3))
    assert run.state == "stopped"


def test_noise_on_all_that_d_sees() -> None:
    plain, noisy = (train(gan(), instance_noise=noise).history for noise in (0.0, 0.5))
    assert plain["loss_D"].iloc[0] != noisy["loss_D"].iloc[0]
    assert (noisy["instance_noise"] == 0.5).all()


def test_rates_turn_one_by_one() -> None:
    run = Run()
    with watched(run), at_boundary(run, 2, lambda: run.set({"optimizer_G.lr": 0.5})):
        fit(run, planned(gan()))
    assert run.history["optimizer_G.lr"].iloc[-1] == 0.5
    assert set(run.history["optimizer_D.lr"]) == {2e-4}


def test_knobs_of_whole_numbers_take_no_others() -> None:
    run = train(gan())
    for name, value, expected in (
        ("D_steps", 1.5, "a whole number from 1 to 10, got 1.5"),
        ("train_D", 0.5, "a whole number from 0 to 1, got 0.5"),
        ("label_smoothing", 0.9, "0 to 0.5, got 0.9"),
    ):
        with pytest.raises(ValueError, match=f"{name}: expected {expected}"):
            run.set({name: value})


def test_a_schedule_is_that_of_both() -> None:
    run = train(gan(), epochs=3, lr=0.1, scheduler=lambda o: StepLR(o, 1, 0.5))
    for name in ("optimizer_D.lr", "optimizer_G.lr"):
        assert run.history[name].tolist() == [0.1] * 3 + [0.05] * 3 + [0.025] * 3
    for data in (images(), (images(), images(8, 1))):
        assert train(gan(), data, scheduler=ReduceLROnPlateau).state == "finished"


# --- data ----------------------------------------------------------------------------------------


def forms() -> dict[str, Any]:
    x, y = images()
    pairs = TensorDataset(x, y)
    return {
        "images alone": x,
        "pair": (x, y),
        "pairs": ((x, y), images(8, 1)),
        "loader": DataLoader(pairs, 16),
        "loaders": (DataLoader(pairs, 16), DataLoader(pairs, 16)),
    }


@pytest.mark.parametrize("form", forms())
def test_each_form_of_data(form: str) -> None:
    for model in (vae(), gan()):
        run = train(model, forms()[form])
        assert (run.state, run.steps) == ("finished", 6)


class Stream(IterableDataset[Any]):
    def __iter__(self) -> Any:
        return zip(*images(), strict=True)


def test_a_stream_can_not_be_seen_beforehand() -> None:
    for model in (vae(), gan(), Autoencoder(2, 4, SHAPE)):
        assert train(model, Stream()).state == "finished"


def test_images_in_the_range_of_tanh_stay_as_they_are() -> None:
    x, y = images()
    assert "brought" in planned(gan(), (x, y)).text
    assert "brought" not in planned(gan(), (2 * x - 1, y)).text
    runs = [train(gan(), data) for data in ((x, y), (2 * x - 1, y))]
    assert runs[0].history["loss_D"].tolist() == runs[1].history["loss_D"].tolist()


@pytest.mark.parametrize("latent", [1, 2, 64])
@pytest.mark.parametrize("shape", [(3, 16, 16), (1, 28, 28)])
def test_colour_and_latent_sizes(latent: int, shape: tuple[int, int, int]) -> None:
    data = images(6, shape=shape)
    models = (
        VAE(latent, 8, shape=shape),
        VAE(latent, 8, convolutional=True, shape=shape),
        Autoencoder(latent, 8, shape),
        GAN(latent, 8, shape),
        CGAN(latent, 10, 8, shape),
        DCGAN(latent, 4, shape),
    )
    for model in models:
        assert train(model, data, epochs=1).state == "finished"


# --- refusals ------------------------------------------------------------------------------------


def test_images_of_another_range_are_explained() -> None:
    x, y = images()
    said = refusal(vae(), (2 * x - 1, y))
    assert re.search(r"expected images in \[0, 1\], got \[-0\.99.*give \(x \+ 1\) / 2", said)
    assert "give x / 255" in refusal(vae(), ((255 * x).float(), y))
    assert re.search(r"\[-1, 1\], the range of tanh; .* give x / 255", refusal(gan(), (255 * x, y)))
    assert "(x.max() - x.min()) - 1" in refusal(gan(), (4 * x - 2, y))


def test_images_of_another_shape_are_explained() -> None:
    data = images(shape=(3, 16, 16))
    for model in (vae(), Autoencoder(2, 4, SHAPE), gan(), gan(DCGAN)):
        said = refusal(model, data)
        assert "can't take samples of shape (3, 16, 16)" in said
        assert "(shape=(3, 16, 16))" in said
    torch.manual_seed(0)
    anything = nn.Sequential(nn.Flatten(), nn.LazyLinear(1), nn.Sigmoid())
    anything(torch.zeros(1, 3, 16, 16))
    mixed = GAN(2, 4, SHAPE, discriminator=anything)
    assert "G draws images of shape (1, 8, 8), the data have (3, 16, 16)" in refusal(mixed, data)


def test_classes_beyond_those_of_the_model() -> None:
    x, y = images()
    said = refusal(gan(CGAN, classes=7), (x, y))
    assert said.startswith("model: it was made for 7 classes, but the targets go up to 9; make it")
    assert "class indices from 0, got torch.float32" in refusal(gan(CGAN), (x, y.float()))
    assert "got Tensor" in refusal(gan(CGAN), x)  # A class each is needed.


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        (
            {"loss": "leastsquares"},
            "loss named 'leastsquares'. Did you mean 'least_squares'?",
        ),
        ({"loss": nn.MSELoss()}, "no adversarial loss named MSELoss()"),
        ({"D_step": 2}, "Adam has no option 'D_step'. Did you mean 'D_steps'?"),
        ({"label_smooting": 0.1}, "Did you mean 'label_smoothing'?"),
        ({"D_steps": 0}, "D_steps: expected a whole number from 1 to 10, got 0"),
        ({"D_steps": 1.5}, "D_steps: expected a whole number from 1 to 10, got 1.5"),
        ({"label_smoothing": 0.6}, "label_smoothing: expected 0 to 0.5, got 0.6"),
        ({"instance_noise": "0.1"}, "instance_noise: expected a finite number, got '0.1'"),
        ({"optimizer": torch.optim.SGD(nn.Linear(1, 1).parameters())}, "D and G need one each"),
        ({"lr_D": -1.0}, "Invalid learning rate"),
        ({"metrics": ["acuracy"]}, "no metric named 'acuracy'. Did you mean 'accuracy'?"),
    ],
)
def test_what_a_gan_can_not_be_asked(choices: dict[str, Any], expected: str) -> None:
    assert expected in refusal(gan(), **choices)


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"loss": "bce"}, "a VAE brings its own, reconstruction + beta × KL"),
        ({"loss": nn.MSELoss()}, "a VAE brings its own"),
        ({"beta": -1}, "beta: expected 0 to 10, got -1"),
        ({"beta": "4"}, "beta: expected a finite number, got '4'"),
        ({"beat": 4}, "Adam has no option 'beat'. Did you mean 'beta"),
    ],
)
def test_what_a_vae_can_not_be_asked(choices: dict[str, Any], expected: str) -> None:
    assert expected in refusal(vae(), **choices)


def test_what_an_autoencoder_can_not_be_asked() -> None:
    said = refusal(Autoencoder(2, 4, SHAPE), loss="mse")
    assert "expected nothing, or a function of (reconstruction, x), got 'mse'" in said


def test_a_vae_that_diverges_says_so() -> None:
    run = train(vae(), epochs=5, optimizer="sgd", lr=1e6)
    assert run.state == "diverged"
    assert run.diagnosis is not None
