"""Change settings by dotted name (``--set model.n_layers=6``) and say clearly what is wrong with settings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qdiffgui.config.experiment import Experiment
from qdiffgui.errors import ConfigError


def parse(settings: Mapping[str, Any] | str | bytes) -> Experiment:
    """Validate plain data (or JSON text) as an experiment; raises ``ConfigError`` that names field and remedy."""
    try:
        if isinstance(settings, (str, bytes)):
            return Experiment.model_validate_json(settings)
        return Experiment.model_validate(settings)
    except ValidationError as error:
        raise ConfigError(explain(error)) from None


def explain(error: ValidationError) -> str:
    """A validation error as one sentence a field."""
    lines = []
    for item in error.errors(include_url=False):
        where = _place(item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        found = "" if isinstance(item["input"], dict) or not where else f" (found {item['input']!r})"
        lines.append(f"{where}: {message}{found}" if where else message)
    return "; ".join(lines)


def _place(location: tuple[int | str, ...]) -> str:
    """A dotted name as a person writes it: Pydantic puts the kind of a union after its place, which nobody wrote."""
    parts: list[str] = []
    tags_before = {"data", "representation", "model", "schedule"}
    for i, part in enumerate(location):
        is_tag = i > 0 and location[i - 1] in tags_before and (i < len(location) - 1 or "-" in str(part))
        if not is_tag:
            parts.append(str(part))
    return ".".join(parts)


def override(experiment: Experiment, assignments: Iterable[str]) -> Experiment:
    """Apply ``a.b=value`` assignments, values read as JSON where they are JSON and as text elsewhere.

    Assigning a ``kind`` (``model.kind=ddpm``) starts that part afresh with the new kind's defaults, keeping fields of
    the same name.

    Raises
    ------
    ConfigError
        for a malformed assignment, an unknown name (with the nearest one), or a value out of bounds.
    """
    settings = experiment.model_dump(mode="json")
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise ConfigError(f"Expected name=value, for example model.n_layers=6; found '{text}'.")
        _assign(settings, name.strip(), _value(value.strip()))
    return parse(settings)


def absolute(experiment: Experiment) -> Experiment:
    """The same with the whole path of a data file: a run may be resumed from another folder."""
    data = experiment.data
    if data.kind != "file" or not data.path:
        return experiment
    whole = str(Path(data.path).expanduser().resolve())
    return experiment.model_copy(update={"data": data.model_copy(update={"path": whole})})


def assignments(base: Experiment, wanted: Experiment) -> list[str]:
    """What to give ``override`` so that it makes ``wanted`` of ``base``: kinds first, then only what differs."""
    settings, made = base.model_dump(mode="json"), wanted.model_dump(mode="json")
    found: list[str] = []
    for path in ([], ["data"], ["representation"], ["model"], ["model", "schedule"], ["training"], ["evaluation"]):
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
        _change_kind(place, str(value), path)
    else:
        place[last] = value


def _change_kind(place: dict[str, Any], kind: str, path: list[str]) -> None:
    from qdiffgui.config.kinds import defaults

    fresh = defaults(".".join(path), kind)
    kept = {key: place[key] for key in fresh if key in place and key != "kind" and not isinstance(fresh[key], dict)}
    place.clear()
    place.update({**fresh, **kept})


def _unknown(settings: Mapping[str, Any], name: str, part: str, place: Any) -> str:
    names = list(place) if isinstance(place, dict) else []
    elsewhere = [path for path in _paths(settings) if path.rpartition(".")[2] == part]
    near = elsewhere if len(elsewhere) == 1 else get_close_matches(part, names, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"choose one of {', '.join(names)}." if names else "it has no parts."
    return f"There is no setting '{name}' ('{part}' is unknown here): {hint}"


def _paths(settings: Mapping[str, Any], before: str = "") -> list[str]:
    """The dotted names of all settings."""
    found = []
    for key, value in settings.items():
        found += _paths(value, f"{before}{key}.") if isinstance(value, dict) else [f"{before}{key}"]
    return found
