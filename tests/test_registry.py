"""Registries: unique keys, hints for misspelt ones, broken plug-ins, and code for every member."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint

import pytest

from qdiffgui import catalog, registry
from qdiffgui.errors import ConfigError, PluginError
from qdiffgui.registry import Entry, Registry


def test_duplicate_key_raises() -> None:
    table = Registry("things", "thing")
    table.add("a", "A", "the first")
    with pytest.raises(ValueError, match="already used"):
        table.add("a", "A again", "the second")


def test_unknown_key_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'quddpm'"):
        catalog.models["qudpm"]
    with pytest.raises(ConfigError, match="choose one of draw-points, "):
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
    return Entry("extra", "Extra", "From outside.", "json:dumps", {"colour": "red"})


def exits() -> Entry:
    raise SystemExit("no licence")


EXTRA = plugin_entry()
LATE = Entry("late", "Late", "Fails on use.", "json:no_such_function", {"colour": "red"})
GOOD = f"{__name__}:plugin_entry"
BROKEN = {
    "no_such_module:thing": "No module named 'no_such_module'",
    "builtins:dict": "expected a qdiffgui.registry.Entry, found dict",
    f"{__name__}:exits": "SystemExit: no licence",
    f"{__name__}:EXTRA": "the key 'extra' is already used",
    f"{__name__}:NO_FACT": "needs the facts colour",
    f"{__name__}:NO_SUMMARY": "needs a summary",
    f"{__name__}:BAD_KEY": "found 'Not A Key'",
    f"{__name__}:NO_CODE": "there is no module 'no_such_module'",
    f"{__name__}:WRONG_TYPE": "expected 'json:dumps' to be of type Decimal, found function",
}
NO_FACT = Entry("a", "A", "A thing.", "json:dumps")
NO_SUMMARY = Entry("b", "B", " ", "json:dumps", {"colour": "red"})
BAD_KEY = Entry("Not A Key", "C", "A thing.", "json:dumps", {"colour": "red"})
NO_CODE = Entry("d", "D", "A thing.", "no_such_module:thing", {"colour": "red"})
WRONG_TYPE = Entry("e", "E", "A thing.", "json:dumps", {"colour": "red"})


def offer(monkeypatch: pytest.MonkeyPatch, *targets: str) -> None:
    """Let ``targets`` be the entry points of the registry ``things``."""
    points = [
        EntryPoint(f"point-{i}", target, "qdiffgui.things") for i, target in enumerate(targets)
    ]
    monkeypatch.setattr(
        registry, "entry_points", lambda group: [p for p in points if p.group == group]
    )


@pytest.mark.parametrize(("target", "reason"), BROKEN.items())
def test_a_broken_plugin_is_one_sentence_and_the_others_join(
    monkeypatch: pytest.MonkeyPatch, target: str, reason: str
) -> None:
    offer(monkeypatch, GOOD, target)
    expects = "decimal:Decimal" if "WRONG_TYPE" in target else ""
    table = Registry("things", "thing", facts=("colour",), expects=expects)
    if expects:
        assert len(table.broken) == 2
    else:
        assert list(table) == ["extra"]
        assert table["extra"].load()([1]) == "[1]"
        assert table["extra"].plugin == __name__
        assert len(table.broken) == 1
    sentence = table.broken[-1]
    assert sentence.startswith("The plug-in 'point-1' of the package '")
    assert reason in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_code_that_fails_on_use_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, f"{__name__}:LATE")
    table = Registry("things", "thing")
    with pytest.raises(PluginError, match=r"'late' of the package .* 'json:no_such_function'"):
        table["late"].load()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("", "needs settings='module:Class'"),
        ("qdiffgui.config.nothing:Thing", "there is no module 'qdiffgui.config.nothing'"),
        ("qdiffgui.config.models:Nothing", "has no attribute 'Nothing'"),
        ("qdiffgui.config:Training", "to derive from ModelConfig"),
        ("qdiffgui.config.models:ModelConfig", "choose one of"),
        ("qdiffgui.config.models:QuDDPM", "the kind 'odd'"),
    ],
)
def test_settings_that_cannot_be_used_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch, settings: str, reason: str
) -> None:
    monkeypatch.setattr(
        sys.modules[__name__], "LATE", Entry("odd", "Odd", "Odd.", "json:dumps", settings=settings)
    )
    offer(monkeypatch, f"{__name__}:LATE")
    table = Registry("things", "thing", settings="qdiffgui.config.models:ModelConfig")
    assert not table
    (sentence,) = table.broken
    assert reason in sentence


def test_code_that_fails_is_left_out_of_what_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, GOOD, f"{__name__}:LATE")
    table = Registry("things", "thing")
    assert [(entry.key, code([1])) for entry, code in table.loaded()] == [("extra", "[1]")]
    assert list(table) == ["extra"]
    (sentence,) = table.broken
    assert "'json:no_such_function' failed" in sentence


def test_an_entry_can_be_rejected_later_but_not_one_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer(monkeypatch, GOOD)
    table = Registry("things", "thing")
    table.add("ours", "Ours", "From qdiffgui.", "json:loads")
    with pytest.raises(KeyError, match="field"):
        table.reject("ours", KeyError("field"))
    assert list(table) == ["ours", "extra"]
    table.reject("extra", TypeError("no settings"))
    assert list(table) == ["ours"]
    assert table.broken[0].endswith("cannot be used: TypeError: no settings.")


def test_settings_and_pages_are_read_from_the_package_that_has_them() -> None:
    entry = Entry("a", "A", "A.", settings="decimal:Decimal", page="qdiffgui.lessons:diffusion.md")
    assert entry.load_settings().__name__ == "Decimal"
    assert entry.read_page().startswith("# ")
    with pytest.raises(ConfigError, match="'b' has no page"):
        Entry("b", "B", "B.").read_page()
    with pytest.raises(PluginError, match=r"'nothing.md' failed|lessons:nothing.md"):
        Entry("c", "C", "C.", page="qdiffgui.lessons:nothing.md", plugin="toy").read_page()


@pytest.mark.parametrize(
    ("name", "key"), [(r.name, key) for r in catalog.ALL.values() for key in r]
)
def test_every_member_has_words_and_code(name: str, key: str) -> None:
    table = catalog.ALL[name]
    entry = table[key]
    assert entry.label
    assert entry.summary.endswith(".")
    assert entry.row()["key"] == key
    assert set(table.required_facts) <= set(entry.facts)
    assert entry.load() is not None if entry.target else entry.read_page()
    if entry.page:
        assert entry.read_page().startswith(f"# {entry.label}\n")


class Cube:
    """Has corners."""


def test_code_of_a_notebook_is_registered_and_replaced() -> None:
    table = Registry("things", "thing", facts=("colour",))
    entry = table.register("cube", Cube, colour="red", page="# Cube")
    assert (entry.label, entry.summary) == ("cube", "Has corners.")
    assert table["cube"].load() is Cube
    assert table["cube"].read_page() == "# Cube"
    again = table.register("cube", Cube, label="A cube", colour="blue")
    assert [*table.values()] == [again]
    with pytest.raises(ConfigError, match="has no page"):
        again.read_page()


@pytest.mark.parametrize(
    ("key", "given", "reason"),
    [
        ("Cube", {"quantum": False}, "lower-case words"),
        ("cube", {}, "needs the facts quantum"),
        ("cube", {"quantum": False}, "needs settings=Class"),
        (
            "cube",
            {"quantum": False, "settings": Cube},
            "registry:Cube' to derive from",
        ),
        ("ddpm", {"quantum": False}, "The model 'ddpm' exists already"),
    ],
)
def test_what_does_not_fit_is_not_registered(
    key: str, given: dict[str, object], reason: str
) -> None:
    before = list(catalog.models)
    with pytest.raises(ConfigError, match=reason):
        catalog.models.register(key, Cube, **given)
    assert list(catalog.models) == before
