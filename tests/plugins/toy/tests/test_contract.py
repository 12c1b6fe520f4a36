"""What the author of a plug-in tests: the public contract of each kind."""

from __future__ import annotations

from pathlib import Path

import pytest
import qdiffgui_toy
from qdiffgui_toy import entries, model

from qdiffgui import catalog, testing
from qdiffgui.registry import Entry


def test_the_installed_package_is_tested() -> None:
    assert "site-packages" in str(qdiffgui_toy.__file__)
    assert catalog.presets["toy-preset"].plugin == "qdiffgui-toy"


def test_model() -> None:
    testing.check_model(model.ToyLinear, schedule={"kind": "toy-square", "n_steps": 4})


def test_schedule() -> None:
    testing.check_schedule("toy-square")


def test_dataset() -> None:
    testing.check_dataset("toy-jets", n_jets=100)


def test_format(csv: Path) -> None:
    testing.check_format("toy-csv", csv)


def test_representation() -> None:
    testing.check_representation("toy-scaled")


def test_ansatz() -> None:
    testing.check_ansatz("toy-ladder")


def test_metric() -> None:
    testing.check_metric("toy-median")


def test_preset() -> None:
    testing.check_preset("toy-preset")


def test_lesson() -> None:
    testing.check_lesson("toy-lesson")


def test_every_entry_is_in_its_registry() -> None:
    ours = [entry for entry in vars(entries).values() if isinstance(entry, Entry)]
    listed = {key for table in catalog.ALL.values() for key in table if table[key].plugin}
    assert len(ours) == 9
    assert listed == {entry.key for entry in ours}


def test_a_broken_plugin_is_one_sentence() -> None:
    broken = [sentence for table in catalog.ALL.values() for sentence in table.broken]
    assert len(broken) == 1
    with pytest.raises(AssertionError, match="this plug-in is broken on purpose"):
        testing.check_model("toy-broken")
