"""The base of all settings: frozen, strict about names, each field with a label, a help text, a unit and bounds."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo


class Config(BaseModel):
    """A group of settings. Unknown names are refused; instances are immutable and comparable."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def setting(default: Any, label: str, help: str, *, unit: str = "", advanced: bool = False, **bounds: Any) -> Any:
    """A field with what the form, the command line and the docs show of it.

    ``bounds`` are Pydantic's (``ge``, ``le``, ``gt``, ``lt``); ``advanced`` hides the field behind "More settings".
    """
    extra: dict[str, Any] = {"label": label, "unit": unit, "advanced": advanced}
    return Field(default, title=label, description=help, json_schema_extra=extra, **bounds)


def bounds_of(info: FieldInfo) -> tuple[float | None, float | None]:
    """The lowest and highest allowed value of a numeric field, ``None`` where open."""
    low = high = None
    for rule in info.metadata:
        low = getattr(rule, "ge", getattr(rule, "gt", None)) if low is None else low
        high = getattr(rule, "le", getattr(rule, "lt", None)) if high is None else high
    return low, high
