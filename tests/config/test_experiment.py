"""Settings: round trips, refusals in words, stable digests."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui import catalog, testing
from qdiffgui.config import Experiment, assignments, override, parse
from qdiffgui.config.base import bounds_of
from qdiffgui.config.kinds import classes, defaults
from qdiffgui.config.models import QuantumDenoiser
from qdiffgui.errors import ConfigError

PLACES = ("data", "representation", "model", "model.schedule")


@given(
    seed=st.integers(0, 2**31 - 1),
    n_qubits=st.integers(1, 12),
    n_layers=st.integers(1, 40),
    rate=st.floats(1e-6, 1, exclude_min=True),
    name=st.text(max_size=120),
)
def test_round_trip(seed: int, n_qubits: int, n_layers: int, rate: float, name: str) -> None:
    settings = {
        "seed": seed,
        "name": name,
        "model": {"kind": "quantum-denoiser", "n_qubits": n_qubits, "n_layers": n_layers},
        "training": {"learning_rate": rate},
    }
    experiment = parse(settings)
    again = parse(experiment.model_dump_json())
    assert again == experiment
    assert again.digest() == experiment.digest()


def test_digest_ignores_the_name_alone() -> None:
    plain = Experiment()
    assert override(plain, ["name=other"]).digest() == plain.digest()
    assert override(plain, ["seed=1"]).digest() != plain.digest()


@pytest.mark.parametrize("key", list(catalog.presets))
def test_every_preset(key: str) -> None:
    testing.check_preset(key)


@pytest.mark.parametrize("place", PLACES)
def test_each_kind_is_registered_and_has_labels(place: str) -> None:
    registry = {
        "data": catalog.datasets,
        "representation": catalog.representations,
        "model": catalog.models,
        "model.schedule": catalog.schedules,
    }[place]
    assert set(classes(place)) == set(registry)
    for kind, member in classes(place).items():
        assert defaults(place, kind)["kind"] == kind
        for name, field in member.model_fields.items():
            if name not in {"kind", "schedule"}:
                assert field.title, (kind, name)
                assert field.description, (kind, name)


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("model.n_layer=3", "did you mean 'n_layers'"),
        ("model.n_layers=300", "model.n_layers"),
        ("model.n_layers", "Expected name=value"),
        ("n_layers=3", "did you mean 'model.n_layers'"),
        ("n_steps=3", "did you mean 'model.schedule.n_steps'"),
        ("model.kind=quddpm", "change one of the two"),
        ("model.kind=nothing", "choose one of"),
        ("representation.kind=state", "choose a representation for jets"),
        ("seed=-1", "seed"),
        ("training.batch_size=many", "training.batch_size"),
    ],
)
def test_refusals_name_field_and_remedy(assignment: str, expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        override(Experiment(), [assignment])


def test_changing_a_kind_keeps_what_both_have() -> None:
    changed = override(
        Experiment(), ["model.schedule.n_steps=17", "model.prediction=x0", "model.kind=ddpm"]
    )
    assert changed.model.kind == "ddpm"
    assert changed.model.prediction == "x0"


@pytest.mark.parametrize(
    "wanted", [entry.load() for entry in catalog.presets.values()], ids=list(catalog.presets)
)
def test_assignments_lead_from_one_experiment_to_another(wanted: Experiment) -> None:
    for base in (Experiment(), catalog.presets["quddpm-cluster-1q"].load(), wanted):
        steps = assignments(base, wanted)
        assert override(base, steps) == wanted
        assert (steps == []) == (base == wanted)


@pytest.mark.parametrize("name", ["12", "a = b", 'null"', "", "true", "  x "])
def test_a_name_that_looks_like_something_else_is_assigned_as_it_is(name: str) -> None:
    wanted = Experiment(name=name.strip())
    assert (
        override(Experiment(name="before"), assignments(Experiment(name="before"), wanted))
        == wanted
    )


def test_bounds_are_readable() -> None:
    assert bounds_of(QuantumDenoiser.model_fields["n_qubits"]) == (1, 12)


def test_lists_and_settings_import_neither_torch_nor_pennylane() -> None:
    code = (
        "import sys, qdiffgui, qdiffgui.catalog, qdiffgui.config, qdiffgui.events;"
        "[e.load() for e in qdiffgui.catalog.presets.values()];"
        "assert not {'torch', 'pennylane', 'h5py', 'sklearn'} & set(sys.modules), set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_later_setting_changes_a_digest_only_where_it_is_not_at_its_default() -> None:
    # as the preset was when there were fewer settings
    plain = override(catalog.presets["quddpm-cluster-1q"].load(), ["training.iterations=3000"])
    assert plain.digest() == "4872d4bba7ad"
    assert override(plain, ["model.circuit=separable"]).digest() != plain.digest()
    assert override(plain, ["model.n_layers=9"]).digest() != plain.digest()


def test_a_choice_that_the_new_kind_does_not_offer_is_not_carried_over() -> None:
    copula = catalog.presets["jets-observables-quantum"].load()
    changed = override(copula, ["model.kind=born-machine"])
    assert (changed.model.circuit, changed.model.start) == ("iqp", "data")
    assert override(copula, ["model.kind=ddpm"]).model.start == "copula"
