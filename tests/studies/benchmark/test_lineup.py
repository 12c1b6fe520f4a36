from __future__ import annotations

import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment, kinds, override
from qdiffgui.data.types import Spec
from qdiffgui.errors import ConfigError
from qdiffgui.presets import observables
from qdiffgui.studies.benchmark import Contestant, Lineup
from qdiffgui.studies.benchmark.lineup import ROLES


@pytest.mark.parametrize("key", catalog.benchmarks)
def test_a_lineup_has_quantum_and_both_kinds_of_classical_models(key: str) -> None:
    lineup = catalog.benchmarks[key].load()
    encodes = lineup.base.representation.encodes
    # what no quantum family can be given, only classical models can be compared on, and none has a
    # number of parameters to match
    learnable = any(
        model.quantum and encodes in model.accepts for model in kinds.classes("model").values()
    )
    assert {c.role for c in lineup.contestants} == (set(ROLES) if learnable else {"best"})
    assert len({c.key for c in lineup.contestants}) == len(lineup.contestants)
    for contestant in lineup.contestants:
        quantum = contestant.experiment.model.quantum
        assert quantum == (contestant.role == "quantum")


def test_models_on_different_data_are_not_compared() -> None:
    one, other = (
        observables.JETS_OBSERVABLES_QUANTUM,
        override(observables.JETS_OBSERVABLES_MLP, ["data.n_jets=1000"]),
    )
    with pytest.raises(ConfigError, match="cannot be compared: their data settings differ"):
        Lineup((Contestant("a", "A", "quantum", one), Contestant("b", "B", "matched", other)))


def test_effort_and_seeds_change_nothing_else() -> None:
    lineup = catalog.benchmarks["jets-observables"].load()
    less = lineup.scaled(0.1)
    for before, after in zip(lineup.contestants, less.contestants):
        assert after.experiment.training.iterations == round(
            0.1 * before.experiment.training.iterations
        )
        assert after.experiment.model == before.experiment.model
        assert after.with_seed(2).digest() != after.with_seed(1).digest()
        assert (
            after.with_seed(2).digest()
            == after.with_seed(2).model_copy(update={"name": "another"}).digest()
        )


def test_the_networks_of_eight_observables_match_the_circuits() -> None:
    spec = Spec("vector", (8,), {0: "gluon", 1: "quark"})
    by_role: dict[str, list[Experiment]] = {}
    for contestant in catalog.benchmarks["jets-observables-8"].load().contestants:
        by_role.setdefault(contestant.role, []).append(contestant.experiment)
    for circuit, network in zip(by_role["quantum"], by_role["matched"], strict=True):
        assert circuit.training == network.training
        shared = circuit.model.model_fields_set & set(type(network.model).model_fields)
        assert {"start", "prediction", "envelope", "targets", "sampler", "schedule"} <= shared
        for name in shared - {"kind"}:
            assert getattr(circuit.model, name) == getattr(network.model, name)
        one, other = (
            catalog.models[e.model.kind].load()(e.model, spec, e.training, 0).n_parameters
            for e in (circuit, network)
        )
        assert other == pytest.approx(one, rel=0.03)
