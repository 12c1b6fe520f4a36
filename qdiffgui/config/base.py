"""The base of all settings: frozen, strict about names; each field has a label and a help text."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo


class Config(BaseModel):
    """A group of settings. Unknown names are refused; instances are immutable and comparable.

    Examples
    --------
    >>> class Trigger(Config):
    ...     pt_min: float = setting(20.0, "Lowest pT", "Jets below are dropped.", unit="GeV", ge=0)
    >>> Trigger(pt_min=30)
    Trigger(pt_min=30.0)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def setting(
    default: Any,
    label: str,
    help: str,
    *,
    unit: str = "",
    advanced: bool = False,
    later: bool = False,
    automatic: bool = False,
    **bounds: Any,
) -> Any:
    """A field of a ``Config``, with the words that the form, the command line and the docs show.

    Parameters
    ----------
    default : object
        Default value.
    label : str
        Name of the field in the form, a noun.
    help : str
        A sentence or phrase about the field.
    unit : str
        Unit of the value, such as "GeV".
    advanced : bool
        Whether the form hides the field behind "More settings".
    later : bool
        Whether settings were stored before this field existed. At its default, which must then
        reproduce the runs from before, it is left out of ``Experiment.digest``.
    automatic : bool
        Whether the program fills the field in, so that the form does not show it.
    **bounds
        Bounds of Pydantic: ``ge``, ``le``, ``gt``, ``lt``, ``min_length``, ``max_length``.

    Returns
    -------
    object
        The field, to assign to a class attribute.

    Examples
    --------
    >>> class Beam(Config):
    ...     energy: float = setting(13.6, "Energy", "Center-of-mass energy.", unit="TeV", gt=0)
    >>> Beam().energy
    13.6
    """
    extra: dict[str, Any] = {"label": label, "unit": unit, "advanced": advanced}
    if later:
        extra["later"] = True
    if automatic:
        extra["automatic"] = True
    return Field(default, title=label, description=help, json_schema_extra=extra, **bounds)


def bounds_of(info: FieldInfo) -> tuple[float | None, float | None]:
    """The lowest and highest allowed value of a numeric field.

    Parameters
    ----------
    info : pydantic.fields.FieldInfo
        The field, from ``Class.model_fields``.

    Returns
    -------
    low, high : float or None
        The bounds; ``None`` for no bound.

    Examples
    --------
    >>> from qdiffgui.config import Training
    >>> bounds_of(Training.model_fields["batch_size"])
    (2, 16384)
    """
    low = high = None
    for rule in info.metadata:
        low = getattr(rule, "ge", getattr(rule, "gt", None)) if low is None else low
        high = getattr(rule, "le", getattr(rule, "lt", None)) if high is None else high
    return low, high
