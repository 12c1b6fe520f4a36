"""The repr of an experiment: a short table of its parts and of what differs from the defaults."""

from __future__ import annotations

import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment, override


def test_the_defaults_are_not_listed() -> None:
    assert repr(Experiment()).splitlines() == [
        "Experiment",
        "  data            qg-jets           (defaults)",
        "  representation  observables       (defaults)",
        "  model           quantum-denoiser  (defaults)",
        "  training                          (defaults)",
        "  evaluation                        (defaults)",
        "  seed            0",
    ]


def test_changed_settings_stand_with_their_units() -> None:
    changed = override(
        Experiment(name="mine", seed=3),
        ["training.max_seconds=60", "training.learning_rate=0.02", "model.schedule.n_steps=7"],
    )
    shown = repr(changed)
    assert shown.startswith("Experiment: mine\n")
    assert "max_seconds=60 s" in shown
    assert "learning_rate=0.02" in shown
    assert "schedule=cosine(n_steps=7)" in shown
    assert "batch_size" not in shown
    assert shown.endswith("seed            3")
    assert str(changed) == shown


@pytest.mark.parametrize("key", list(catalog.presets))
def test_every_preset_fits_a_screen(key: str) -> None:
    experiment = catalog.presets[key].load()
    lines = repr(experiment).splitlines()
    assert [line.split()[0] for line in lines[1:] if line[2] != " "] == [
        "data",
        "representation",
        "model",
        "training",
        "evaluation",
        "seed",
    ]
    assert all(part in repr(experiment) for part in (experiment.name, experiment.model.kind))
    assert max(map(len, lines)) <= 100
    assert "()" not in repr(experiment)


def test_html_is_a_table_and_escapes_the_name() -> None:
    html = Experiment(name="<b>x</b>", seed=3)._repr_html_()
    assert html.startswith("<table>")
    assert html.count("<tr>") == 6
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<b>" not in html


def test_the_settings_themselves_are_unchanged() -> None:
    assert Experiment.model_validate(Experiment().model_dump()) == Experiment()
