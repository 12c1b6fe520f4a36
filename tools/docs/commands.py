"""The page of commands, from the command line itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main

from qdiffgui.cli.program import program
from tools.docs.markdown import code, prose, table


def page() -> str:
    """One section per command, those of groups included."""
    root: Any = typer.main.get_command(program)
    return "\n".join(section(path, command) for path, command in commands("qdiffgui", root))


def commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """(what to type, command) of a command and all below it that do something."""
    below = getattr(command, "commands", {})
    if not below or command.invoke_without_command:
        yield path, command
    for name, member in below.items():
        if not member.hidden:
            yield from commands(f"{path} {name}", member)


def section(path: str, command: Any) -> str:
    """Usage, help text, and a table of arguments and options."""
    context = command.context_class(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    text = " ".join((command.help or command.short_help or "").split())
    parts = [f"## {path}\n", f"```\n{usage}\n```\n", f"{prose(text)}\n"]
    records = [parameter.get_help_record(context) for parameter in command.params]
    rows = [
        (code(name), prose(help))
        for name, help in filter(None, records)
        if not name.startswith("-h, --help")
    ]
    if rows:
        parts.append(table(("argument or option", "meaning"), rows))
    return "\n".join(parts)
