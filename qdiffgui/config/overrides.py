"""Change settings by dotted name (``--set model.n_layers=6``), and explain errors in settings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from qdiffgui.config.base import Config
from qdiffgui.config.experiment import Experiment
from qdiffgui.errors import ConfigError


def parse(settings: Mapping[str, Any] | str | bytes) -> Experiment:
    """Validate plain data, or JSON text, as an experiment.

    Parameters
    ----------
    settings : mapping, str or bytes
        Settings; what is left out has its default.

    Returns
    -------
    Experiment
        The validated settings.

    Raises
    ------
    ConfigError
        If a setting is unknown or not allowed; the message names the field and the remedy.

    Examples
    --------
    >>> parse({"model": {"kind": "ddpm", "n_parameters": 500}}).model.network
    'mlp'
    >>> parse('{"seed": -1}')
    Traceback (most recent call last):
    qdiffgui.errors.ConfigError: seed: Input should be greater than or equal to 0 (found -1)
    """
    try:
        if isinstance(settings, (str, bytes)):
            return Experiment.model_validate_json(settings)
        return Experiment.model_validate(settings)
    except ValidationError as error:
        raise ConfigError(explain(error)) from None


def _short(value: Any) -> str:
    """A value as Python writes it, cut to what fits in a sentence."""
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:119]}…"


def explain(error: ValidationError) -> str:
    """A validation error in words.

    Parameters
    ----------
    error : pydantic.ValidationError
        The error of validating settings.

    Returns
    -------
    str
        One sentence per field, separated by semicolons.

    Examples
    --------
    >>> from pydantic import ValidationError
    >>> try:
    ...     Experiment(seed=-1)
    ... except ValidationError as error:
    ...     print(explain(error))
    seed: Input should be greater than or equal to 0 (found -1)
    """
    lines = []
    for item in error.errors(include_url=False):
        where = ".".join(map(str, item["loc"]))
        message = item["msg"].removeprefix("Value error, ")
        found = (
            ""
            if isinstance(item["input"], dict) or not where
            else f" (found {_short(item['input'])})"
        )
        lines.append(f"{where}: {message}{found}" if where else message)
    return "; ".join(lines)


def override(experiment: Experiment, assignments: Iterable[str]) -> Experiment:
    """Change settings by assignments of the form ``name=value``.

    Parameters
    ----------
    experiment : Experiment
        Settings to start from.
    assignments : iterable of str
        Assignments to dotted names. Values are read as JSON if they are valid JSON, and as text
        otherwise. A new ``kind`` (``model.kind=ddpm``) sets that part to the defaults of the kind,
        except for fields that both kinds have with the same choices.

    Returns
    -------
    Experiment
        The changed settings.

    Raises
    ------
    ConfigError
        If an assignment is malformed, a name is unknown, or a value is not allowed.

    Examples
    --------
    >>> changed = override(Experiment(), ["model.n_layers=6", "training.iterations=100"])
    >>> changed.model.n_layers, changed.training.iterations
    (6, 100)
    >>> override(Experiment(), ["model.n_layer=6"])
    Traceback (most recent call last):
    qdiffgui.errors.ConfigError: There is no setting 'model.n_layer' (... did you mean 'n_layers'?
    """
    settings = experiment.model_dump(mode="json")
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise ConfigError(f"Expected name=value, for example model.n_layers=6; found '{text}'.")
        _assign(settings, name.strip(), _value(value.strip()))
    return parse(settings)


def absolute(experiment: Experiment) -> Experiment:
    """Replace the path of a data file by its absolute path.

    A run can then be resumed from another folder.

    Parameters
    ----------
    experiment : Experiment
        Settings, with or without a data file.

    Returns
    -------
    Experiment
        The same settings with an absolute path.

    Examples
    --------
    >>> changed = absolute(parse({"data": {"kind": "file", "path": "jets.npz"}}))
    >>> Path(changed.data.path).is_absolute()
    True
    """
    data = experiment.data
    if not data.file:
        return experiment
    whole = str(Path(data.file).expanduser().resolve())
    return experiment.model_copy(update={"data": data.model_copy(update={"path": whole})})


def assignments(base: Experiment, wanted: Experiment) -> list[str]:
    """The assignments that turn one experiment into another.

    Parameters
    ----------
    base, wanted : Experiment
        Settings to start from, and settings to arrive at.

    Returns
    -------
    list of str
        Assignments for ``override``: kinds first, then everything that differs.

    Examples
    --------
    >>> assignments(Experiment(), Experiment(seed=3))
    ['seed=3']
    """
    settings, made = base.model_dump(mode="json"), wanted.model_dump(mode="json")
    found: list[str] = []
    for path in (
        [],
        ["data"],
        ["representation"],
        ["model"],
        ["model", "schedule"],
        ["training"],
        ["evaluation"],
    ):
        before, after = _at(settings, path), _at(made, path)
        if after is None:
            continue
        if before.get("kind") != after.get("kind"):
            found.append(f"{'.'.join(path)}.kind={after['kind']}")
            _change_kind(before, after["kind"], path)
        for key, value in after.items():
            if not isinstance(value, dict) and before[key] != value:
                found.append(f"{'.'.join([*path, key])}={_text(value)}")
    return found


def _at(settings: dict[str, Any], path: list[str]) -> Any:
    found: Any = settings
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _text(value: Any) -> str:
    """A value as ``_value`` reads it back."""
    return value if isinstance(value, str) and _value(value) == value else json.dumps(value)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _assign(settings: dict[str, Any], name: str, value: Any) -> None:
    *path, last = name.split(".")
    place: Any = settings
    for part in path:
        if not isinstance(place, dict) or part not in place:
            raise ConfigError(_unknown(settings, name, part, place))
        place = place[part]
    if not isinstance(place, dict) or last not in place:
        raise ConfigError(_unknown(settings, name, last, place))
    if last == "kind":
        if value != place["kind"]:  # the present kind keeps its settings
            _change_kind(place, str(value), path)
    else:
        place[last] = value
        if last == "path" and place.get("content"):
            place["content"] = ""  # another file: any content


def _change_kind(place: dict[str, Any], kind: str, path: list[str]) -> None:
    from qdiffgui.config.kinds import classes, defaults

    fresh = defaults(".".join(path), kind)
    settings = classes(".".join(path))[kind]
    kept = {
        key: place[key]
        for key in fresh
        if key in place
        and key != "kind"
        and not isinstance(fresh[key], dict)
        and _is_offered(settings, key, place[key])
    }
    place.clear()
    place.update({**fresh, **kept})


def _is_offered(settings: type[Config], name: str, value: Any) -> bool:
    """False if the field is a choice of words and ``value`` is none of them."""
    choices = get_args(settings.model_fields[name].annotation)
    words = bool(choices) and all(isinstance(choice, str) for choice in choices)
    return not words or value in choices


def _unknown(settings: Mapping[str, Any], name: str, part: str, place: Any) -> str:
    names = list(place) if isinstance(place, dict) else []
    elsewhere = [path for path in _paths(settings) if path.rpartition(".")[2] == part]
    near = elsewhere if len(elsewhere) == 1 else get_close_matches(part, names, n=1)
    hint = (
        f"did you mean '{near[0]}'?"
        if near
        else f"choose one of {', '.join(names)}."
        if names
        else "it has no parts."
    )
    return f"There is no setting '{name}' ('{part}' is unknown here): {hint}"


def _paths(settings: Mapping[str, Any], before: str = "") -> list[str]:
    """The dotted names of all settings."""
    found = []
    for key, value in settings.items():
        found += _paths(value, f"{before}{key}.") if isinstance(value, dict) else [f"{before}{key}"]
    return found
