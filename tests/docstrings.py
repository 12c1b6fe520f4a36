"""What the public API documents: numpydoc sections and examples that run.

``python -m tests.docstrings [PACKAGE ...]`` prints what is missing, one name per line (default: all
of ``PACKAGES``). A package is what stands in its ``__all__``, and the public methods of its
classes.
"""

from __future__ import annotations

import enum
import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

PACKAGES = (
    "qdiffgui",
    "qdiffgui.engine",
    "qdiffgui.config",
    "qdiffgui.exports",
    "qdiffgui.models",
    "qdiffgui.evaluation",
    "qdiffgui.testing",
)
SECTIONS = (
    "Parameters",
    "Attributes",
    "Returns",
    "Yields",
    "Raises",
    "Warns",
    "See Also",
    "Notes",
    "References",
    "Examples",
    "Methods",
)
_ENTRY = re.compile(r"(?P<names>\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: ?: (?P<type>\S.*))?\Z")


class Section(NamedTuple):
    """One numpydoc section: its title and its lines, without the indent they share."""

    title: str
    lines: list[str]


def sections(doc: str) -> list[Section]:
    """The numpydoc sections of a cleaned docstring, in order.

    Raises
    ------
    ValueError
        If the underline of a title does not have the title's length.
    """
    lines = doc.splitlines()
    starts = []
    for i, line in enumerate(lines[:-1]):
        if line in SECTIONS and re.fullmatch("-+", lines[i + 1]):
            if len(lines[i + 1]) != len(line):
                raise ValueError(f"the underline of {line!r} is not as long as the title")
            starts.append(i)
    ends = [*starts[1:], len(lines)]
    return [Section(lines[i], lines[i + 2 : end]) for i, end in zip(starts, ends, strict=False)]


def parameters(doc: str) -> list[str]:
    """Names in the section "Parameters", or "Attributes" where there is no such section.

    Raises
    ------
    ValueError
        If there is neither section, or an entry is not ``name : type`` with a description.
    """
    found = {section.title: section.lines for section in sections(doc)}
    lines = found.get("Parameters", found.get("Attributes"))
    if lines is None:
        raise ValueError("no section 'Parameters'")
    names: list[str] = []
    described = True
    for line in lines:
        if line.startswith(" "):
            described = True
        elif line:
            match = _ENTRY.match(line)
            if not match:
                raise ValueError(f"not an entry 'name : type': {line!r}")
            if not described:
                raise ValueError(f"no description of {names[-1]!r}")
            names += match["names"].replace("*", "").split(", ")
            described = False
    if not described:
        raise ValueError(f"no description of {names[-1]!r}")
    return names


@dataclass(frozen=True)
class Public:
    """A public name: where it is handed out, and the object."""

    path: str
    object: Any

    @cached_property
    def doc(self) -> str:
        return inspect.cleandoc(_own_doc(self.object))

    @property
    def has_example(self) -> bool:
        return ">>> " in self.doc

    @cached_property
    def takes(self) -> list[str]:
        """Names of the parameters it takes; empty for what is not called."""
        target = self.object
        if inspect.isclass(target) and (
            issubclass(target, (enum.Enum, BaseException))
            or getattr(target, "_is_protocol", False)
            or inspect.isabstract(target)
        ):
            return []
        try:
            names = list(inspect.signature(target).parameters)
        except (TypeError, ValueError):
            return []
        names = [name for name in names if not name.startswith("_")]
        return names[1:] if names[:1] in (["self"], ["cls"]) else names

    @cached_property
    def problem(self) -> str:
        """What is wrong with the section on parameters; empty if nothing is."""
        if not self.takes:
            return ""
        try:
            documented = parameters(self.doc)
        except ValueError as error:
            return str(error)
        missing = [name for name in self.takes if name not in documented]
        extra = [name for name in documented if name not in self.takes]
        if missing:
            return f"undocumented: {', '.join(missing)}"
        if extra and "Parameters\n" in self.doc:
            return f"documented, but not a parameter: {', '.join(extra)}"
        return ""


def _own_doc(target: Any) -> str:
    """A class's docstring is its own, not its base's; its ``__init__`` may have the parameters."""
    if not inspect.isclass(target):
        return getattr(target, "__doc__", None) or ""
    own: str = target.__dict__.get("__doc__") or ""
    init: str = getattr(target.__dict__.get("__init__"), "__doc__", None) or ""
    return f"{inspect.cleandoc(own)}\n\n{inspect.cleandoc(init)}"


def public_names(packages: tuple[str, ...] = PACKAGES, methods: bool = True) -> list[Public]:
    """Functions and classes (with the public methods they define) that packages hand out, once
    each.
    """
    found: dict[int, Public] = {}
    for package in packages:
        if importlib.util.find_spec(package) is None:
            continue
        module = importlib.import_module(package)
        for name in getattr(module, "__all__", ()):
            target = getattr(module, name)
            if not (inspect.isclass(target) or inspect.isroutine(target)):
                continue
            found.setdefault(id(target), Public(f"{package}.{name}", target))
            if methods and inspect.isclass(target):
                for method, function in _methods(target):
                    found.setdefault(id(function), Public(f"{package}.{name}.{method}", function))
    return list(found.values())


def _methods(target: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Public methods that a class defines itself and documents."""
    for name, value in vars(target).items():
        function = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
        own = inspect.isfunction(function) and function.__module__ == target.__module__
        if own and not name.startswith("_") and function.__doc__:
            yield name, function


def main(packages: tuple[str, ...]) -> None:
    """Print what is missing."""
    names = public_names(packages, methods=False)
    for public in names:
        missing = [public.problem] if public.problem else []
        missing += [] if public.has_example else ["no example"]
        if missing:
            print(f"{public.path}: {'; '.join(missing)}")
    methods = [p for p in public_names(packages) if p.path.count(".") > 2 and p.problem]
    for public in methods:
        print(f"(method) {public.path}: {public.problem}")
    called = [public for public in names if public.takes]
    print(
        f"{len(names)} names: {sum(p.has_example for p in names)} with an example; "
        f"{sum(not p.problem for p in called)} of {len(called)} with their parameters"
    )


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or PACKAGES)
