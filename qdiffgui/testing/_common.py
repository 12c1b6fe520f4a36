"""What the checks share: finding the entry, saying what is wrong, and checking settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from qdiffgui.config.base import Config
from qdiffgui.config.registered import RegisteredConfig
from qdiffgui.registry import Entry, Registry

P = ParamSpec("P")


def require(condition: object, sentence: str) -> None:
    """Raise ``AssertionError(sentence)`` unless the condition holds."""
    if not condition:
        raise AssertionError(sentence)


def one_sentence(check: Callable[P, None]) -> Callable[P, None]:
    """Turn every other error inside a check into an ``AssertionError`` of one line."""

    @wraps(check)
    def checked(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            check(*args, **kwargs)
        except AssertionError:
            raise
        except Exception as error:
            text = " ".join(f"{type(error).__name__}: {error}".split())
            raise AssertionError(f"{check.__name__} failed with {text}") from error

    return checked


def find(registry: Registry, what: Any) -> Entry:
    """The entry of a registry from its key, the entry itself, or the object that it names."""
    if isinstance(what, Entry):
        return what
    if isinstance(what, str):
        broken = "".join(f" {sentence}" for sentence in registry.broken)
        require(
            what in registry,
            f"There is no {registry.noun} called '{what}': add an entry point of the group "
            f"'qdiffgui.{registry.name}' and install the package.{broken}",
        )
        return registry[what]
    for entry in registry.values():
        if entry.target and entry.load() is what:
            return entry
    raise AssertionError(
        f"No entry of the registry '{registry.name}' names {what!r}: add an entry point of the "
        f"group 'qdiffgui.{registry.name}' and install the package."
    )


def check_words(registry: Registry, entry: Entry) -> None:
    """The label, the summary and the facts of an entry."""
    require(entry.label.strip(), f"The entry '{entry.key}' needs a label.")
    require(
        entry.summary.strip().endswith("."),
        f"The summary of '{entry.key}' must be a sentence that ends with a full stop, found "
        f"{entry.summary!r}.",
    )
    missing = [name for name in registry.required_facts if name not in entry.facts]
    require(not missing, f"The entry '{entry.key}' needs the facts {', '.join(missing)}.")


def settings_class(entry: Entry, base: type[RegisteredConfig]) -> type[Any]:
    """The checked settings class of an entry, which must derive from ``base``."""
    require(entry.settings, f"The entry '{entry.key}' needs settings='module:Class'.")
    found = entry.load_settings()
    require(
        isinstance(found, type) and issubclass(found, base),
        f"The settings of '{entry.key}' must be a class that derives from {base.__name__}.",
    )
    kind = found.model_fields.get("kind")
    require(
        kind is not None and kind.default == entry.key,
        f"The settings of '{entry.key}' need the field kind: Literal['{entry.key}'] = "
        f"'{entry.key}'.",
    )
    check_fields(found)
    found()  # all settings have defaults
    return found  # type: ignore[no-any-return]


def check_fields(config: type[Config]) -> None:
    """Each field has a label and a help text, and the form of the app can show it."""
    from qdiffgui.ui.form.fields import is_group, make_field

    for name, info in config.model_fields.items():
        if name == "kind":
            continue
        require(
            info.title and info.description,
            f"The field '{name}' of {config.__name__} needs a label and a help text: write "
            "setting(default, label, help).",
        )
        if not is_group(info.annotation):
            make_field(name, info, lambda: None)
