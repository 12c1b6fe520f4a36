"""The present choice as something to type: Python, a command line, an address."""

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
    """The preset with the fewest changes that lead to ``config`` ("" for the defaults), and the changes."""
    offered = {"": assignments(Experiment(), config)} | _from_presets(config)
    key = min(offered, key=lambda name: (len(offered[name]), name != ""))
    return key, offered[key]


def _from_presets(config: Experiment) -> dict[str, list[str]]:
    return {key: assignments(entry.load(), config) for key, entry in catalog.presets.items()}


def scaling(config: Experiment) -> list[str]:
    """The arguments of ``qdiffgui`` that study how ``config`` scales."""
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
    """Python that trains ``config`` as a run of its own, beside those of the page."""
    preset, changes = nearest(config)
    given = [_quoted(text) for text in ([preset] if preset or changes else []) + changes]
    inside = "".join(f"\n    {text}," for text in given) + "\n" if changes else "".join(given)
    return (
        f"import qdiffgui\n\nconfig = qdiffgui.preset({inside})\nrun = qdiffgui.train(config, watch=print)\n"
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
    """The settings of ``?config=``, packed or as plain JSON; raises ``ConfigError`` with a sentence.

    A file of this machine is not taken from an address: whoever wrote the link may be somebody else.
    """
    try:
        config = parse(text) if text.lstrip().startswith("{") else parse(_unpacked(text))
    except ConfigError as error:
        raise ConfigError(f"The settings in the address (?config=) were refused: {error}") from None
    if config.data.kind == "file" and config.data.path:
        raise ConfigError(
            "The settings in the address (?config=) name a file of this machine, which an address may not do: "
            "choose “Your own file” and the file in the form."
        )
    return config


def _unpacked(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        found = unpacker.decompress(raw, _LONGEST)
    except (binascii.Error, ValueError, zlib.error):
        raise ConfigError("expected JSON, or what “Copy link” makes; found something else, or only a part of it.") from None
    if not unpacker.eof:
        raise ConfigError("expected what “Copy link” makes; found only a part of it, or too much.")
    return found
