"""Registries: unique keys, near misses named, broken plug-ins survived, every member loadable."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from qdiffgui import catalog, registry
from qdiffgui.errors import ConfigError
from qdiffgui.registry import Entry, Registry


def test_duplicate_key_raises() -> None:
    table = Registry("things", "thing")
    table.add("a", "A", "the first")
    with pytest.raises(ValueError, match="already taken"):
        table.add("a", "A again", "the second")


def test_unknown_key_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'quddpm'"):
        catalog.models["qudpm"]
    with pytest.raises(ConfigError, match="choose one of diffusion, "):
        catalog.lessons["zzz"]
    with pytest.raises(ConfigError, match="'qdiffgui list presets' names all"):
        catalog.presets["zzz"]


def test_a_notebook_shows_what_there_is() -> None:
    table = Registry("things", "thing")
    assert repr(table) == "things:"
    table.add("a", "A thing", "the first")
    table.add("long", "Another", "the second")
    assert repr(table) == "things:\n  a     A thing\n  long  Another"


def plugin_entry() -> Entry:
    return Entry("extra", "Extra", "from outside", "json:dumps")


def test_plugins_join_and_broken_ones_become_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint("good", f"{__name__}:plugin_entry", "qdiffgui.things"),
        EntryPoint("gone", "no_such_module:thing", "qdiffgui.things"),
        EntryPoint("odd", "builtins:dict", "qdiffgui.things"),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: [p for p in points if p.group == group])
    table = Registry("things", "thing")
    assert list(table) == ["extra"]
    assert table["extra"].load()([1]) == "[1]"
    assert len(table.broken) == 2
    assert all("could not be used" in line for line in table.broken)


@pytest.mark.parametrize(("name", "key"), [(r.name, key) for r in catalog.ALL.values() for key in r])
def test_every_member_has_words_and_code(name: str, key: str) -> None:
    entry = catalog.ALL[name][key]
    assert entry.label
    assert entry.summary.endswith(".")
    assert entry.row()["key"] == key
    assert entry.load() is not None
