"""Registries: tables of everything a user can choose.

An entry names its code as ``module:attribute`` and imports it on first use, so that a list of all
choices needs neither torch nor PennyLane. Other packages add entries through entry points of the
group ``qdiffgui.<registry>``; each entry point resolves to an ``Entry`` or to a function that
returns one. A plug-in that cannot be used becomes a line in ``Registry.broken``, never a crash.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from typing import Any

from qdiffgui import html_table
from qdiffgui.errors import ConfigError, PluginError

_MAX_LISTED = 20
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Entry:
    """One choice: its key, the words that describe it, and where its code is.

    Parameters
    ----------
    key : str
        Name that users type and that files store: lower-case words joined by hyphens.
    label : str
        Name in menus and tables.
    summary : str
        One sentence for lists and help texts.
    target : str
        ``"module:attribute"`` of the code behind the entry.
    facts : mapping
        What else lists and pages show (paper, units, and so on).
    settings : str
        ``"module:Class"`` of the settings, for registries whose members have settings.
    page : str
        ``"package:file.md"`` of a page in Markdown: the explanation of a model, or a lesson.
    plugin : str
        The package that added the entry; empty for entries of qdiffgui itself.

    Examples
    --------
    >>> entry = Entry("dumps", "JSON", "Write JSON.", "json:dumps", {"paper": "RFC 8259"})
    >>> entry.load()([1, 2])
    '[1, 2]'
    >>> entry.row()
    {'key': 'dumps', 'label': 'JSON', 'summary': 'Write JSON.', 'paper': 'RFC 8259'}
    """

    key: str
    label: str
    summary: str
    target: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    settings: str = ""
    page: str = ""
    plugin: str = ""

    def load(self) -> Any:
        """Import and return the code behind the entry.

        Raises
        ------
        PluginError
            If the entry comes from a plug-in and its code cannot be imported.
        ImportError, AttributeError
            If an entry of qdiffgui itself names code that does not exist.
        """
        return self._import(self.target)

    def load_settings(self) -> Any:
        """Import and return the class of the settings; raises like ``load``."""
        return self._import(self.settings)

    def read_page(self) -> str:
        """The Markdown text of the entry's page.

        Raises
        ------
        ConfigError
            If the entry has no page.
        PluginError
            If the page of a plug-in cannot be read.
        """
        package, _, name = self.page.partition(":")
        if not name:
            raise ConfigError(f"'{self.key}' has no page. Its summary is: {self.summary}")
        try:
            return (files(package) / name).read_text(encoding="utf-8")
        except (ImportError, OSError, UnicodeError) as error:
            raise self._failure(self.page, error) from error

    def row(self) -> dict[str, Any]:
        """The entry as plain data, for ``qdiffgui list --json``."""
        return {"key": self.key, "label": self.label, "summary": self.summary, **self.facts}

    def _import(self, target: str) -> Any:
        module, _, attribute = target.partition(":")
        try:
            found = importlib.import_module(module)
            return getattr(found, attribute) if attribute else found
        except (Exception, SystemExit) as error:
            if not self.plugin:
                raise
            raise self._failure(target, error) from error

    def _failure(self, what: str, error: BaseException) -> PluginError:
        return PluginError(
            f"The plug-in '{self.key}' of the package '{self.plugin}' cannot be used: loading "
            f"'{what}' failed with {_one_line(error)}"
        )


@dataclass(frozen=True, repr=False)
class RegisteredEntry(Entry):
    """An entry of this process only, whose code is an object: see ``Registry.register``."""

    code: Any = None
    settings_class: Any = None
    text: str = ""

    def __repr__(self) -> str:
        return f"<Entry '{self.key}': {self.label}. {self.summary}>"

    def load(self) -> Any:
        """The code behind the entry."""
        return self.code

    def load_settings(self) -> Any:
        """The class of the settings."""
        return self.settings_class

    def read_page(self) -> str:
        """The Markdown text of the entry's page; raises ``ConfigError`` if it has none."""
        return self.text or super().read_page()


class Registry(Mapping[str, Entry]):
    """An ordered table of entries; adding a key twice raises ``ValueError``.

    Parameters
    ----------
    name : str
        Plural, as in ``qdiffgui list NAME`` and in the entry-point group ``qdiffgui.NAME``.
    noun : str
        Singular, for error messages.
    facts : tuple of str
        Facts that every entry must have.
    pages : str
        Package that holds ``<key>.md`` for each entry of qdiffgui itself.
    settings : str
        ``"module:Class"`` of the base of all settings, for registries whose members have settings.
        The settings of plug-ins are loaded and checked when the registry is first read.
    expects : str
        ``"module:Class"`` of what ``load()`` must return. The code of plug-ins is loaded and
        checked when the registry is first read, so give this only where loading is cheap.

    Examples
    --------
    >>> shapes = Registry("shapes", "shape")
    >>> _ = shapes.add("round", "Round", "Has no corners.")
    >>> shapes["rond"]
    Traceback (most recent call last):
    qdiffgui.errors.ConfigError: There is no shape called 'rond': did you mean 'round'?
    """

    def __init__(
        self,
        name: str,
        noun: str,
        *,
        facts: tuple[str, ...] = (),
        pages: str = "",
        settings: str = "",
        expects: str = "",
    ) -> None:
        self.name = name
        self.noun = noun
        self.required_facts = facts
        self._pages = pages
        self._settings = settings
        self._expects = expects
        self._broken: list[str] = []
        self._entries: dict[str, Entry] = {}
        self._plugins_read = False

    @property
    def broken(self) -> tuple[str, ...]:
        """One sentence for each plug-in that cannot be used."""
        self._read_plugins()
        return tuple(self._broken)

    def add(
        self,
        key: str,
        label: str,
        summary: str,
        target: str = "",
        *,
        settings: str = "",
        **facts: Any,
    ) -> Entry:
        """Add an entry of qdiffgui itself; raises ``ValueError`` if the key is in use."""
        page = f"{self._pages}:{key}.md" if self._pages else ""
        return self.insert(Entry(key, label, summary, target, facts, settings, page))

    def insert(self, entry: Entry) -> Entry:
        """Add an entry; raises ``ValueError`` if the key is in use."""
        if entry.key in self._entries:
            raise ValueError(f"{self.name}: the key '{entry.key}' is already used")
        self._entries[entry.key] = entry
        return entry

    def register(
        self,
        key: str,
        code: Any,
        *,
        settings: Any = None,
        label: str = "",
        summary: str = "",
        page: str = "",
        **facts: Any,
    ) -> Entry:
        """Add code of your own in this process, for example in a notebook.

        It can then be used wherever the entries of qdiffgui are, in this process: other processes
        (the app, the command line, sweeps) know nothing of it. For those, make it a package; see
        docs/EXTENDING.md. Registering a key again replaces what was registered before, so that a
        cell of a notebook can be run again.

        Parameters
        ----------
        key : str
            Lower-case words joined by hyphens.
        code : object
            What ``load()`` returns, such as the class of a model.
        settings : type, optional
            The class of its settings, for registries whose members have settings. The default of
            its field ``kind`` must be the key.
        label, summary : str
            Name and one sentence for lists. Default: the key, and the first line of the docstring
            of ``code``.
        page : str
            A page in Markdown.
        **facts : Any
            What else lists show. Some registries require facts, such as ``quantum`` of a model.

        Returns
        -------
        Entry
            The new entry.

        Raises
        ------
        ConfigError
            If qdiffgui or a plug-in uses the key, or the code does not fit; the message says why.

        Examples
        --------
        >>> shapes = Registry("shapes", "shape")
        >>> class Oval:
        ...     "Has no corners."
        >>> shapes.register("oval", Oval).summary
        'Has no corners.'
        >>> shapes["oval"].load() is Oval
        True
        """
        self._read_plugins()
        used = self._entries.get(key)
        if used is not None and not isinstance(used, RegisteredEntry):
            raise ConfigError(f"The {self.noun} '{key}' exists already: choose another key.")
        said = (inspect.getdoc(code) or "").partition("\n")[0]
        entry = RegisteredEntry(
            key,
            label or key,
            summary or said,
            _place(code),
            facts,
            settings=_place(settings),
            plugin="__main__",
            code=code,
            settings_class=settings,
            text=page,
        )
        try:
            self._check(entry)
        except (TypeError, ValueError, AttributeError) as error:
            raise ConfigError(f"The {self.noun} '{key}' cannot be used: {error}.") from error
        self._entries[key] = entry
        return entry

    def reject(self, key: str, error: BaseException) -> None:
        """Remove the entry of a plug-in that turned out to be unusable and list it as broken.

        An error in an entry of qdiffgui itself is raised again.
        """
        entry = self._entries[key]
        if not entry.plugin:
            raise error
        del self._entries[key]
        self._broken.append(_warning(key, entry.plugin, error))

    def __getitem__(self, key: str) -> Entry:
        self._read_plugins()
        try:
            return self._entries[key]
        except KeyError:
            raise ConfigError(
                f"There is no {self.noun} called '{key}': {self._hint(key)}"
            ) from None

    def __contains__(self, key: object) -> bool:
        self._read_plugins()
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        self._read_plugins()
        return iter(self._entries)

    def __len__(self) -> int:
        self._read_plugins()
        return len(self._entries)

    def __repr__(self) -> str:
        """Keys and labels, one per line, as a notebook shows them."""
        width = max(map(len, self), default=0)
        return "\n".join(
            (f"{self.name}:", *(f"  {key:{width}}  {entry.label}" for key, entry in self.items()))
        )

    def _repr_html_(self) -> str:
        """The same as a table, for notebooks."""
        rows = [(key, entry.label, entry.summary) for key, entry in self.items()]
        return html_table.grid(("key", "label", "summary"), rows, self.name)

    def rows(self) -> list[dict[str, Any]]:
        """All entries as plain data, in the order they were added."""
        return [entry.row() for entry in self.values()]

    def loaded(self) -> Iterator[tuple[Entry, Any]]:
        """Every entry with the code behind it; a plug-in whose code fails becomes broken."""
        for key, entry in list(self.items()):
            try:
                code = entry.load()
            except PluginError as error:
                self.reject(key, error)
            else:
                yield entry, code

    def _hint(self, key: str) -> str:
        near = get_close_matches(key, self._entries, n=1)
        if near:
            return f"did you mean '{near[0]}'?"
        if len(self._entries) <= _MAX_LISTED:
            return f"choose one of {', '.join(self._entries)}."
        return f"'qdiffgui list {self.name}' names all {len(self._entries)}."

    def _read_plugins(self) -> None:
        if self._plugins_read:
            return
        self._plugins_read = True
        for point in entry_points(group=f"qdiffgui.{self.name}"):
            package = point.dist.name if point.dist else point.value.partition(":")[0]
            try:
                self.insert(self._checked(point, package))
            # a broken plug-in must not take the application with it, not even one that exits
            except (Exception, SystemExit) as error:
                self._broken.append(_warning(point.name, package, error))

    def _checked(self, point: EntryPoint, package: str) -> Entry:
        """The entry of a plug-in; raises if it cannot be used."""
        loaded = point.load()
        entry = loaded if isinstance(loaded, Entry) else loaded()
        if not isinstance(entry, Entry):
            raise TypeError(f"expected a qdiffgui.registry.Entry, found {type(entry).__name__}")
        entry = replace(entry, plugin=package)
        for target in filter(None, (entry.target, entry.settings, entry.page)):
            module = target.partition(":")[0]
            if importlib.util.find_spec(module) is None:
                raise ImportError(f"there is no module '{module}'")
        self._check(entry)
        return entry

    def _check(self, entry: Entry) -> None:
        """Raise an error that says why an entry from outside cannot be used, if it cannot."""
        if not (isinstance(entry.key, str) and _KEY.fullmatch(entry.key)):
            raise ValueError(
                f"expected a key of lower-case words joined by hyphens, found {entry.key!r}"
            )
        for name in ("label", "summary"):
            if not (isinstance(getattr(entry, name), str) and getattr(entry, name).strip()):
                raise ValueError(f"the entry '{entry.key}' needs a {name}")
        missing = [name for name in self.required_facts if name not in entry.facts]
        if missing:
            raise ValueError(f"the entry '{entry.key}' needs the facts {', '.join(missing)}")
        self._check_settings(entry)
        if self._expects:
            expected = Entry(entry.key, "", "", self._expects).load()
            if not isinstance(entry.load(), expected):
                raise TypeError(
                    f"expected '{entry.target}' to be of type {expected.__name__}, found "
                    f"{type(entry.load()).__name__}"
                )

    def _check_settings(self, entry: Entry) -> None:
        """Load the settings of a plug-in and try their defaults; raises if they are unusable."""
        if not self._settings:
            return
        if not entry.settings:
            registered = isinstance(entry, RegisteredEntry)
            how = "settings=Class" if registered else "settings='module:Class'"
            raise ValueError(f"the entry '{entry.key}' needs {how}")
        base = Entry(entry.key, "", "", settings=self._settings).load_settings()
        found = entry.load_settings()
        if not (isinstance(found, type) and issubclass(found, base)):
            raise TypeError(f"expected '{entry.settings}' to derive from {base.__name__}")
        kind = getattr(found(), "kind", None)
        if kind != entry.key:
            raise ValueError(
                f"expected the kind '{entry.key}' in '{entry.settings}', found {kind!r}"
            )


def _place(code: Any) -> str:
    """Where an object was defined, as ``module:name``; empty for None."""
    if code is None:
        return ""
    return f"{getattr(code, '__module__', '')}:{getattr(code, '__qualname__', repr(code))}"


def _warning(name: str, package: str, error: BaseException) -> str:
    if isinstance(error, PluginError):
        return str(error)
    return f"The plug-in '{name}' of the package '{package}' cannot be used: {_one_line(error)}"


def _one_line(error: BaseException) -> str:
    """Type and message of an error on one line, ending with a full stop."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return f"{text.rstrip('.: ')}."
