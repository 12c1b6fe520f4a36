"""The page of settings, from the schema."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from qdiffgui.config import Experiment
from qdiffgui.config.registered import RegisteredConfig, field_choices
from tools.docs.markdown import cell, code, prose, table

_HEAD = ("setting", "type", "default", "bounds", "meaning")
_BOUNDS = {
    "ge": "≥ {}",
    "gt": "> {}",
    "le": "≤ {}",
    "lt": "< {}",
    "min_length": "at least {} long",
    "max_length": "at most {} long",
}
_WORDS = {int: "integer", float: "number", bool: "true or false", str: "text", type(None): "none"}


def page() -> str:
    """One section for the experiment itself, and one for each group and kind of settings."""
    parts = []
    for name, kind, label, group in groups():
        title = f"`{name}`, kind `{kind}`" if kind else f"`{name}`" if name else "The experiment"
        parts.append(f"## {title}\n")
        parts.append(f"{prose(label)}\n" if label else "")
        parts.append(table(_HEAD, rows(name, group)))
    return "\n".join(parts)


def groups() -> list[tuple[str, str, str, type[BaseModel]]]:
    """(prefix, kind, label, class) of every group of settings, each once, parents first."""
    found: dict[tuple[str, str], tuple[str, type[BaseModel]]] = {}

    def add(name: str, kind: str, label: str, group: type[BaseModel]) -> None:
        if (name, kind) in found:
            return
        found[name, kind] = label, group
        for field, info in group.model_fields.items():
            for at, of, words, member in _below(_join(name, field), info):
                add(at, of, words, member)

    add("", "", "", Experiment)
    return [(name, kind, *rest) for (name, kind), rest in found.items()]


def rows(name: str, group: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    """The table of one group: name, type, default, bounds and unit, label and help."""
    for field, info in group.model_fields.items():
        if field == "kind":
            continue
        full = _join(name, field)
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        words = ". ".join(
            text.rstrip(".") for text in (info.title or "", info.description or "") if text
        )
        yield (
            code(full),
            _type(full, info),
            _default(info),
            cell(", ".join(x for x in (bounds(info), str(extra.get("unit", ""))) if x)),
            prose(words + "." if words else ""),
        )


def bounds(info: FieldInfo) -> str:
    """The bounds of a field, such as "≥ 1, ≤ 16"."""
    return ", ".join(
        words.format(_number(getattr(rule, name)))
        for rule in info.metadata
        for name, words in _BOUNDS.items()
        if getattr(rule, name, None) is not None
    )


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"


def _below(name: str, info: FieldInfo) -> Iterator[tuple[str, str, str, type[BaseModel]]]:
    members = field_choices(info)
    for kind, member in members.items():
        registry = member.registry
        yield name, kind, registry[kind].summary, member
    if not members and _is_group(info.annotation):
        yield name, "", "", info.annotation  # type: ignore[misc]


def _is_group(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _type(name: str, info: FieldInfo) -> str:
    members = field_choices(info)
    if members:
        return "one of the kinds " + ", ".join(map(code, members))
    if _is_group(info.annotation):
        return f"settings below {code(name)}"
    return type_in_words(info.annotation)


def type_in_words(annotation: Any) -> str:
    """A type as a person would say it, as Markdown."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(code(str(value)) for value in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(type_in_words(one) for one in arguments)
    if origin in (tuple, list, frozenset, set):
        inside = [type_in_words(one) for one in arguments if one is not Ellipsis]
        return f"list of {inside[0]}" if len(set(inside)) == 1 else f"({', '.join(inside)})"
    if origin is dict:
        return "table"
    if hasattr(annotation, "__metadata__"):
        return type_in_words(arguments[0])
    if _is_group(annotation):
        return "settings"
    return _WORDS.get(annotation, getattr(annotation, "__name__", str(annotation)).lower())


def _default(info: FieldInfo) -> str:
    value = info.get_default(call_default_factory=not info.default_factory_takes_validated_data)
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, RegisteredConfig):
        return f"kind {code(value.kind)}"
    if isinstance(value, BaseModel):
        return ""
    return code(json.dumps(value, ensure_ascii=False, default=str))


def _join(name: str, field: str) -> str:
    return f"{name}.{field}" if name else field
