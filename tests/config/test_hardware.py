"""What a quantum computer could give is told from the settings, and is what happens."""

from __future__ import annotations

import pytest
import torch

from qdiffgui import catalog, engine
from qdiffgui.config import hardware
from qdiffgui.errors import UserError


def quantum_presets() -> list[str]:
    """One preset of each quantum family and kind of data."""
    found: dict[tuple[str, str], str] = {}
    for key in catalog.presets:
        config = catalog.presets[key].load()
        if config.model.quantum:
            found.setdefault((config.model.kind, config.representation.encodes), key)
    return list(found.values())


@pytest.mark.parametrize("key", quantum_presets())
def test_every_quantum_family_is_either_measured_or_refused_with_a_reason(key):
    config = catalog.presets[key].load()
    reason = hardware.unsupported_reason(config)
    on_states = hardware.noise_on_states(config)
    assert bool(reason) != bool(hardware.measurement_note(config)) or on_states
    assert hardware.noise_unsupported_reason(config) == ("" if on_states else reason)
    if hardware.noise_unsupported_reason(config):
        with pytest.raises(UserError, match="cannot be sampled with noise"):
            hardware.check(config)
    hardware.check(config, "lightning.qubit")


def test_a_classical_model_has_no_circuit():
    config = catalog.presets["jets-observables-mlp"].load()
    assert "classical" in hardware.unsupported_reason(config)


@pytest.mark.slow
@pytest.mark.parametrize("key", quantum_presets())
def test_what_is_not_refused_runs_with_noise(key):
    from qdiffgui.experiment.prepare import build, prepare

    config = catalog.presets[key].load()
    if hardware.unsupported_reason(config):
        pytest.skip("refused")
    prepared = prepare(config)
    model = build(config, prepared)
    model.fit(prepared.train)
    try:
        with torch.no_grad(), engine.on_device(noise={"depolarizing": 0.01}):
            noisy = model.sample(2, None, seed=1).x
    except UserError as error:
        if "are simulated for Born machines of up to" not in str(error):
            raise
        pytest.skip(str(error))  # a device could, our simulation of its noise cannot
    assert not (noisy == model.sample(2, None, seed=1).x).all()
