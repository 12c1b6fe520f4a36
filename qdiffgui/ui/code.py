"""The current settings as Python, as a command line, and as an address."""

from __future__ import annotations

import base64
import binascii
import json
import shlex
import zlib

from qdiffgui import catalog
from qdiffgui.config import Experiment, assignments, parse
from qdiffgui.errors import ConfigError

_LONGEST = 64_000


def nearest(config: Experiment) -> tuple[str, list[str]]:
    """The preset with the fewest changes that lead to ``config`` ("" for the defaults), and the
    changes.
    """
    offered = {"": assignments(Experiment(), config)} | _from_presets(config)
    key = min(offered, key=lambda name: (len(offered[name]), name != ""))
    return key, offered[key]


def _from_presets(config: Experiment) -> dict[str, list[str]]:
    return {key: assignments(entry.load(), config) for key, entry in catalog.presets.items()}


def scaling(config: Experiment) -> list[str]:
    """Arguments of ``qdiffgui`` for a scaling study of ``config``."""
    offered = _from_presets(config)
    key = min(offered, key=lambda name: len(offered[name]))
    return ["scale", key, *(part for change in offered[key] for part in ("--set", change))]


def command(config: Experiment) -> str:
    """The command line that trains ``config``."""
    preset, changes = nearest(config)
    parts = ["qdiffgui train", *([f"--preset {preset}"] if preset else [])]
    for change in changes:
        name, _, value = change.partition("=")
        short = {"seed": "--seed", "name": "--name"}.get(name)
        parts.append(
            f"{short} {shlex.quote(json.loads(value) if value[:1] == chr(34) else value)}"
            if short
            else f"--set {shlex.quote(change)}"
        )
    return " \\\n  ".join(parts)


def python(config: Experiment) -> str:
    """Python that trains ``config`` as a new run, next to those of the page."""
    preset, changes = nearest(config)
    given = [_quoted(text) for text in ([preset] if preset or changes else []) + changes]
    inside = "".join(f"\n    {text}," for text in given) + "\n" if changes else "".join(given)
    return (
        f"import qdiffgui\n\nconfig = qdiffgui.preset({inside})\nrun = qdiffgui.train(config, "
        "watch=print)\n"
        'print(*qdiffgui.evaluate(run)["verdict"], sep="\\n")'
    )


def _quoted(text: str) -> str:
    """As a string of Python, in double quotes where that needs no backslash."""
    return f'"{text}"' if repr(text) == f"'{text}'" and '"' not in text else repr(text)


def address(config: Experiment) -> str:
    """``config=...`` for an address: all settings with the seed, packed."""
    packed = zlib.compress(config.model_dump_json().encode(), 9)
    return "config=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def from_address(text: str) -> Experiment:
    """The settings of ``?config=``, packed or as plain JSON; raises ``ConfigError``.

    An address must not name a file on this machine: someone else may have written the link.
    """
    try:
        config = parse(text) if text.lstrip().startswith("{") else parse(_unpacked(text))
    except ConfigError as error:
        raise ConfigError(f"The settings in the address (?config=) are invalid: {error}") from None
    if getattr(config.data, "path", ""):
        raise ConfigError(
            "The settings in the address (?config=) name a file on this machine, which is "
            "not allowed: choose “Your own file” in the form and select the file there."
        )
    return config


def _unpacked(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        found = unpacker.decompress(raw, _LONGEST)
    except (binascii.Error, ValueError, zlib.error):
        raise ConfigError(
            "expected JSON or a link made with “Copy link”; found something else or an "
            "incomplete link."
        ) from None
    if not unpacker.eof:
        raise ConfigError(
            "expected a link made with “Copy link”; found an incomplete or oversized link."
        )
    return found
