"""Settings that are chosen by ``kind`` from a registry, which plug-ins can join.

A field annotated with a base class (``model: ModelConfig``) accepts the settings of every
registered class below that base. The registry is looked up when a value is validated, never at
import: an outside package may import this one to define its settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from qdiffgui.config.base import Config
from qdiffgui.errors import ConfigError, PluginError
from qdiffgui.registry import Registry


class RegisteredConfig(Config):
    """The settings of one entry of a registry.

    A class with a field ``kind`` is one choice. A class without that field is a base: it stands for
    all registered classes below it, wherever it annotates a field.
    """

    registry: ClassVar[Registry]
    required: ClassVar[Mapping[str, str]] = {}
    """Class attributes that every choice must set, and what each of them says."""
    if TYPE_CHECKING:
        kind: str = ""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        if not cls.is_base() and (missing := cls.missing()):
            says = " and ".join(f"{what} ('{name}')" for name, what in missing.items())
            raise TypeError(
                f"The settings class '{cls.__name__}' does not say {says}: "
                f"set {'these class attributes' if len(missing) > 1 else 'this class attribute'}."
            )

    @classmethod
    def missing(cls) -> dict[str, str]:
        """The required attributes that the class does not set, and what each of them says."""
        return {name: what for name, what in cls.required.items() if not hasattr(cls, name)}

    @classmethod
    def is_base(cls) -> bool:
        """Whether this class stands for those below it, rather than for one choice."""
        return "kind" not in cls.__pydantic_fields__

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if not (cls.is_base() and hasattr(cls, "registry")):
            return handler(source)
        return _choice_schema(cls.registry, (cls,))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        if not (cls.is_base() and hasattr(cls, "registry")):
            return handler(schema)
        return _choice_json_schema(cls.registry, (cls,), handler)


class OneOf:
    """Marks a field that accepts classes below any of several bases.

    ``Annotated[GaussianSchedule | HaarSchedule, OneOf()]``
    """

    def __get_pydantic_core_schema__(self, source: Any, _: GetCoreSchemaHandler) -> CoreSchema:
        bases = get_args(source)
        return _choice_schema(bases[0].registry, bases)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        bases = schema["metadata"]["bases"]
        return _choice_json_schema(bases[0].registry, bases, handler)


Bases = tuple[type[RegisteredConfig], ...]


def choices(bases: Bases) -> dict[str, type[RegisteredConfig]]:
    """Kind to class, for all registered classes below these bases, in the registry's order.

    A plug-in whose class cannot be loaded is left out and listed as broken.
    """
    registry, found = bases[0].registry, {}
    for kind in list(registry):
        try:
            member = registry[kind].load_settings()
            if not issubclass(member, RegisteredConfig):
                raise TypeError(f"expected settings below {bases[0].__name__}, found {member!r}")
        except Exception as error:
            registry.reject(kind, error)
            continue
        if issubclass(member, bases):
            found[kind] = member
    return found


def field_choices(info: FieldInfo) -> dict[str, type[RegisteredConfig]]:
    """Kind to class, for all that a field accepts; empty for a field that is no such choice."""
    bases = get_args(info.annotation) or (info.annotation,)
    if all(isinstance(base, type) and issubclass(base, RegisteredConfig) for base in bases):
        return choices(bases)
    return {}


def _choice_schema(registry: Registry, bases: Bases) -> CoreSchema:
    def validate(value: Any) -> RegisteredConfig:
        kind = value.get("kind") if isinstance(value, Mapping) else getattr(value, "kind", None)
        if kind is None:
            raise PydanticCustomError(
                "kind_missing",
                "Expected settings with a 'kind': choose one of {kinds}",
                {"kinds": ", ".join(choices(bases))},
            )
        try:
            member = registry[str(kind)].load_settings()
        except (ConfigError, PluginError) as error:
            raise PydanticCustomError("kind_unknown", "{reason}", {"reason": str(error)}) from None
        if not issubclass(member, bases):
            raise PydanticCustomError(
                "kind_unsuitable",
                "The {noun} '{kind}' does not fit here: choose one of {kinds}",
                {"noun": registry.noun, "kind": kind, "kinds": ", ".join(choices(bases))},
            )
        return value if isinstance(value, bases) else member.model_validate(value)

    return core_schema.no_info_plain_validator_function(
        validate,
        metadata={"bases": bases},
        serialization=core_schema.simple_ser_schema("any"),
    )


def _choice_json_schema(
    registry: Registry, bases: Bases, handler: GetJsonSchemaHandler
) -> JsonSchemaValue:
    members: dict[Any, CoreSchema] = {
        kind: member.__pydantic_core_schema__ for kind, member in choices(bases).items()
    }
    return handler(core_schema.tagged_union_schema(members, discriminator="kind"))
