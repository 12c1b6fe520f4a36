"""The form says everything that the settings say, takes every preset, and explains what does not
fit.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment, override
from qdiffgui.config.data import Cluster, Digits, JetFile, QuarkGluonJets
from qdiffgui.config.kinds import classes
from qdiffgui.config.models import ClassicalDDPM, QDense, QuantumDenoiser, QuDDPM
from qdiffgui.config.representation import Image, LogPolar, Observables, Radial, State
from qdiffgui.config.schedules import Sigmoid
from qdiffgui.errors import ConfigError
from qdiffgui.ui.form import Form
from qdiffgui.ui.form.fields import is_automatic, is_group
from qdiffgui.ui.form.preset import first, groups, twin_of
from qdiffgui.ui.widgets import BoundedNumber


@pytest.fixture
def form(tmp_path):
    on_change = []
    made = Form(lambda: on_change.append(1), lambda: tmp_path)
    made.on_change = on_change
    return made


@pytest.mark.parametrize("key", list(catalog.presets))
def test_takes_every_preset(form, key):
    form.choose(key)
    assert form.problems == []
    assert form.experiment == catalog.presets[key].load()
    assert form.preset.value == key


@pytest.mark.parametrize(
    "config",
    [
        Experiment(name="a", seed=7),
        Experiment(data=Cluster(n_qubits=2), representation=State(), model=QuDDPM(n_layers=6)),
        Experiment(
            data=Digits(digits=(3, 8)), representation=Image(size=4), model=QDense(n_layers=3)
        ),
        Experiment(
            data=QuarkGluonJets(classes="gluon"),
            representation=LogPolar(n_r=8),
            model=ClassicalDDPM(network="unet"),
        ),
        Experiment(
            data=JetFile(path="x.npz"),
            representation=Radial(n_bins=8),
            model=ClassicalDDPM(prediction="x0"),
        ),
        Experiment(
            representation=Observables(names=("mass", "ptd")),
            model=QuantumDenoiser(sampler="ddim", sampling_steps=9),
        ),
    ],
)
def test_gives_back_what_was_loaded(form, config):
    form.load(config)
    assert form.experiment == config


@pytest.mark.parametrize("place", ["data", "representation", "model"])
def test_every_setting_has_a_row(form, place):
    union = getattr(form, place)
    for kind, member in classes(place).items():
        union.choice.value = kind
        shown = set(union._groups[kind].fields)
        assert shown == {
            name
            for name, info in member.model_fields.items()
            if name != "kind" and not is_group(info.annotation) and not is_automatic(info)
        }
        for name, field in union._groups[kind].fields.items():
            info = member.model_fields[name]
            assert field.label in field.row.children[0].value
            assert info.description.split("'")[0][:20] in field.row.children[0].value.replace(
                "&#x27;", "'"
            )


def test_a_combination_that_does_not_fit_is_explained(form):
    form.load(Experiment())
    form.data.choice.value = "cluster"
    assert form.experiment is None
    assert "“Jet observables” does not take the data “Cluster of states”" in form.problems[0]
    form.representation.choice.value = "state"
    assert "learns" in form.problems[0]
    form.model.choice.value = "quddpm"
    assert form.problems == []
    assert form.experiment.model.kind == "quddpm"


def test_a_value_out_of_bounds_is_said_beside_it(form):
    field = form.training.fields["batch_size"]
    field.control.value = 1
    assert form.experiment is None
    assert "expected at least 2, found 1" in field.wrong.value
    assert form.problems == ["Training, Batch size: expected at least 2, found 1."]
    assert "is-hidden" not in field.wrong._dom_classes
    field.control.value = 64
    assert form.experiment.training.batch_size == 64
    assert field.wrong.value == ""


def test_whole_numbers_may_be_typed_with_an_exponent_and_have_no_fraction(form):
    field = form.training.fields["iterations"]
    field.control.value = 1e5
    assert form.experiment.training.iterations == 100_000
    assert isinstance(field.get(), int)
    field.control.value = 2.5
    assert form.problems == ["Training, Iterations: expected a whole number, found 2.5."]


@pytest.mark.parametrize("typed", ["0,005", "1,5e-2", "1.5 e3", "", "half"])
def test_what_is_no_number_is_refused_and_never_read_as_another(form, typed):
    """A browser's number input would make 0005 of 0,005 and 0.15 of 1,5e-2."""
    field = form.training.fields["learning_rate"]
    field.control.value = "0.02"
    assert form.experiment.training.learning_rate == 0.02
    field.control.value = typed
    assert form.experiment is None
    assert "with a decimal point, such as 0.05" in form.problems[0]


def test_a_bounded_number_takes_back_what_is_none():
    effort = BoundedNumber(1.0, low=0.1, high=10)
    effort.value = "0,5"
    assert effort.value == 1.0
    effort.value = "1e3"
    assert effort.value == 10


def test_a_value_out_of_bounds_in_the_schedule(form):
    form.load(Experiment(data=Cluster(), representation=State(), model=QuDDPM()))
    field = form.model._nested["quddpm"]._groups["linear-angles"].fields["start"]
    field.control.value = -1
    assert "expected more than 0, found -1" in field.wrong.value
    assert form.problems == ["Noise, First strength: expected more than 0, found -1."]


def test_a_sentence_uses_the_label_of_the_chosen_kind(form):
    """``start`` is the first strength of one schedule and the start of another."""
    form.load(Experiment(model=QuantumDenoiser(schedule=Sigmoid())))
    form.model._nested["quantum-denoiser"]._groups["sigmoid"].fields["start"].control.value = 1
    assert form.problems == ["Noise, Start: expected less than 0, found 1."]


def test_changing_a_preset_makes_the_settings_ones_own(form):
    key = next(iter(catalog.presets))
    form.choose(key)
    form.training.fields["iterations"].control.value += 1
    assert form.preset.value == ""
    form.preset.value = key
    assert form.experiment == catalog.presets[key].load()


def test_undo_and_redo(form):
    start = form.settings()
    form.training.fields["batch_size"].control.value = 1  # also what is wrong can be taken back
    form.data.choice.value = "cluster"
    changed = form.settings()
    form.undo.click()
    form.undo.click()
    assert form.settings() == start
    assert form.preset.value == first()
    assert form.undo.disabled
    form.redo.click()
    form.redo.click()
    assert form.settings() == changed
    assert form.redo.disabled
    form.undo.click()
    form.general.fields["seed"].control.value = 3
    assert form.redo.disabled, "another way was taken"


def test_presets_stand_in_groups_each_once(form):
    shown = [key for _, options in groups() for _, key in options]
    assert sorted(shown) == sorted(catalog.presets)
    assert groups()[0][0].startswith("Jets")
    assert catalog.presets[first()].load().data.gives == "jets"


@pytest.mark.parametrize(
    "key", [key for key, entry in catalog.presets.items() if entry.facts.get("twin")]
)
def test_a_twin_learns_the_same(key):
    config = catalog.presets[key].load().model_copy(update={"seed": 5})
    label, twin = twin_of(key, config)
    assert label == catalog.presets[catalog.presets[key].facts["twin"]].label
    assert (twin.data, twin.representation, twin.evaluation, twin.seed) == (
        config.data,
        config.representation,
        config.evaluation,
        5,
    )
    assert twin.model != config.model


def test_a_twin_that_cannot_learn_the_data_is_not_offered(form):
    assert form.twin() is not None
    form.load(Experiment(data=Cluster(), representation=State(), model=QuDDPM()))
    assert form.twin() is None
    assert twin_of("jets-observables-quantum", form.experiment) is None


def test_unknown_preset(form):
    with pytest.raises(ConfigError, match="no preset called"):
        form.choose("nope")


def test_an_upload_becomes_the_path(form, tmp_path):
    form.data.choice.value = "file"
    upload = form.data._groups["file"].fields["path"].upload
    sent = []
    upload.send = lambda content, buffers=None: sent.append(content)
    upload._take(None, {"op": "begin", "name": "../../my jets.npz"}, [])
    upload._take(None, {"op": "slice"}, [b"abc"])
    upload._take(None, {"op": "slice"}, [b"def"])
    upload._take(None, {"op": "end"}, [])
    path = Path(form.settings()["data"]["path"])
    assert path.read_bytes() == b"abcdef"
    assert path.is_relative_to(tmp_path)
    assert path.name == "my_jets.npz"
    assert [m["op"] for m in sent] == ["next", "next", "next", "done"]


def test_an_upload_over_the_limit_is_refused(form, tmp_path):
    form.data.choice.value = "file"
    upload = form.data._groups["file"].fields["path"].upload
    sent = []
    upload.send = lambda content, buffers=None: sent.append(content)
    upload.limit = 2**20
    upload._take(None, {"op": "begin", "name": "a.npz"}, [])
    upload._take(None, {"op": "slice"}, [b"x" * (2**20 + 1)])
    assert sent[-1]["op"] == "refused"
    assert "larger than 1 MB" in sent[-1]["text"]
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_an_untouched_name_says_what_was_changed_and_a_typed_one_stays(form):
    form.choose("jets-observables-quantum")
    form.model._groups["quantum-denoiser"].fields["n_layers"].control.value = 3
    form.general.fields["seed"].control.value = 4
    wanted = "Four jet observables: quantum denoiser, layers 3, seed 4"
    assert form.experiment.name == form.general.fields["name"].control.value == wanted
    form.undo.click()
    assert form.experiment.name == "Four jet observables: quantum denoiser, layers 3"
    form.redo.click()
    assert form.experiment.name == wanted
    form.general.fields["name"].control.value = "mine"
    form.general.fields["seed"].control.value = 5
    assert form.experiment.name == "mine"


def test_a_name_follows_the_model_and_survives_settings_that_do_not_fit(form):
    form.choose("jets-observables-quantum")
    form.training.fields["batch_size"].control.value = 1
    assert form.experiment is None
    form.training.fields["batch_size"].control.value = 64
    assert form.experiment.name.endswith("quantum denoiser, batch size 64")
    form.model.choice.value = "ddpm"
    assert form.experiment.name == "Classical DDPM / DDIM on quark and gluon jets, batch size 64"


def test_the_name_of_a_reused_run_is_changed_only_if_it_was_automatic(form):
    base = catalog.presets["jets-observables-quantum"].load()
    automatic = override(base, ["seed=4", f'name="{base.name}, seed 4 (2)"'])
    form.load(automatic)
    assert form.experiment == automatic
    form.general.fields["seed"].control.value = 5
    assert form.experiment.name == f"{base.name}, seed 5"
    form.load(override(base, ["seed=4", 'name="mine"']))
    form.general.fields["seed"].control.value = 5
    assert form.experiment.name == "mine"


def test_the_twin_is_named_after_the_run():
    base = catalog.presets["jets-observables-quantum"].load()
    twin = twin_of("jets-observables-quantum", base.model_copy(update={"name": "mine"}))
    assert twin is not None
    assert twin[1].name == "mine, twin (matched MLP)"
    assert twin_of("jets-observables-quantum", base)[1].name == "Four jet observables: matched MLP"
