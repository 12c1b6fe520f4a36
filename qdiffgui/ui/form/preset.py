"""The presets, in groups, and the twin that one is to be compared with."""

from __future__ import annotations

from functools import cache

from qdiffgui import catalog
from qdiffgui.config import Experiment, parse
from qdiffgui.config.naming import shortened
from qdiffgui.errors import ConfigError

CUSTOM = ""
START = "jets-observables-quantum"
_LEARNED = {
    ("jets", "vector"): "Jets: observables",
    ("jets", "map"): "Jets: maps and images",
    ("points", "vector"): "Points that you draw",
    ("points", "state"): "Points that you draw",
    ("images", "map"): "Digits",
    ("images", "vector"): "Digits",
    ("states", "state"): "Quantum states",
    ("densities", "density"): "Mixed quantum states",
}


@cache
def groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """``[(group, [(label, key), ...]), ...]``: presets by what they learn, those of jets first."""
    found: dict[str, list[tuple[str, str]]] = {
        name: [] for name in dict.fromkeys(_LEARNED.values())
    }
    for key, entry in catalog.presets.items():
        config = entry.load()
        group = _LEARNED.get(
            (config.data.gives, config.representation.encodes), f"Other {config.data.gives}"
        )
        found.setdefault(group, []).append((entry.label, key))
    return [(name, options) for name, options in found.items() if options]


def first() -> str:
    """The preset that a new page shows: simulated jets and a circuit, trained in seconds."""
    return START if START in catalog.presets else next(iter(catalog.presets), CUSTOM)


def base_of(origin: str) -> Experiment | None:
    """The settings of the preset ``origin``; ``None`` for custom settings."""
    return catalog.presets[origin].load() if origin in catalog.presets else None


def origin_by_name(name: str) -> str:
    """The preset whose name an automatic name begins with; "" if there is none."""
    found = [key for key, own in _names().items() if f"{name}, ".startswith(f"{own}, ")]
    return max(found, key=lambda key: len(_names()[key]), default=CUSTOM)


@cache
def _names() -> dict[str, str]:
    return {key: entry.load().name for key, entry in catalog.presets.items()}


def twin_of(origin: str, config: Experiment | None) -> tuple[str, Experiment] | None:
    """Label and settings of the twin of the preset ``origin``, on the data, representation,
    evaluation and seed of ``config``, and named after it.

    ``None`` where there is no twin, or where it cannot learn what was chosen.
    """
    key = catalog.presets[origin].facts.get("twin") if origin in catalog.presets else None
    if not key or config is None:
        return None
    entry = catalog.presets[key]
    same = {"data", "representation", "evaluation", "seed"}
    settings = entry.load().model_dump(mode="json") | config.model_dump(mode="json", include=same)
    if config.name and config.name != catalog.presets[origin].load().name:
        about = entry.label.rpartition(": ")[2]
        settings["name"] = shortened(config.name, f", twin ({about})")
    try:
        return entry.label, parse(settings)
    except ConfigError:
        return None
