"""``qdiffgui runs``: list, move, delete and restore runs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Run, Runs, find_run, store_of

if TYPE_CHECKING:
    from qdiffgui.runs.record import RunState
    from qdiffgui.runs.store import RunStore

runs = typer.Typer(help="List runs, newest first; move them between machines; delete them.")


@runs.callback(invoke_without_command=True)
def listing(context: typer.Context, as_json: Json = False, folder: Runs = None) -> None:
    """List runs, newest first; move them between machines; delete them."""
    if context.invoked_subcommand is None:
        show(store_of(folder), as_json)


@runs.command("export")
def export(
    run: Run,
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="The bundle to write.")],
    folder: Runs = None,
    as_json: Json = False,
) -> None:
    """Write all files of a run to a zip file."""
    from qdiffgui import exports

    found = find_run(run, folder)
    exports.bundle(found, file)
    output.document({"run": found.id, "file": str(file.resolve())}) if as_json else print(file)


@runs.command("import")
def import_run(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.zip", help="A bundle from another machine.")
    ],
    folder: Runs = None,
    as_json: Json = False,
) -> None:
    """Import a run from a bundle. All of its content is checked first."""
    from qdiffgui.runs.bundle import import_bundle

    found = import_bundle(store_of(folder), file)
    if as_json:
        return output.document(row(found.state()))
    print(found.id)


@runs.command("delete")
def delete(run: Run, folder: Runs = None, as_json: Json = False) -> None:
    """Move a finished run to the bin, which keeps it for 30 days."""
    store = store_of(folder)
    found = store.get(run)
    store.delete(store.reference(found))
    message = f"Moved '{found.id}' to the bin. Undo: qdiffgui runs restore {found.id}"
    output.document({"run": found.id, "deleted": True}) if as_json else print(message)


@runs.command("annotate")
def annotate(
    run: Run,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="A new name.")] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(metavar="TAG", help="A tag; repeatable. The tags replace the old ones."),
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="A note.")] = None,
    folder: Runs = None,
    as_json: Json = False,
) -> None:
    """Rename a run, or set its tags and its note."""
    store = store_of(folder)
    found = store.get(run)
    if name is not None:
        store.rename(store.reference(found), name)
    changed = {key: value for key, value in (("tags", tag), ("note", note)) if value is not None}
    if changed:
        found.annotate(**changed)
    state = found.state()
    tags = "".join(f" #{word}" for word in state.tags)
    output.document(row(state)) if as_json else print(f"{state.name}{tags}")


@runs.command("restore")
def restore(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Id of the deleted run.")],
    folder: Runs = None,
    as_json: Json = False,
) -> None:
    """Restore a deleted run."""
    found = store_of(folder).restore(run)
    output.document(row(found.state())) if as_json else print(found.id)


@runs.command("bin")
def show_bin(
    empty: Annotated[bool, typer.Option("--empty", help="Permanently remove its runs.")] = False,
    older: Annotated[
        float,
        typer.Option(min=0, metavar="DAYS", help="Only runs deleted longer ago than this."),
    ] = 0,
    folder: Runs = None,
    as_json: Json = False,
) -> None:
    """List deleted runs with their sizes, or remove them permanently."""
    bin = store_of(folder).bin
    if empty:
        n_runs, n_bytes = bin.free(older_than_days=older)
        freed = f"{n_runs} runs removed permanently, {n_bytes / 1e6:.1f} MB freed."
        return output.document({"runs": n_runs, "bytes": n_bytes}) if as_json else print(freed)
    found = bin.list()
    if as_json:
        return output.document(
            [
                {
                    "run": one.id,
                    "name": one.name,
                    "bytes": one.n_bytes,
                    "deleted": one.deleted,
                    "until": one.until,
                }
                for one in found
            ]
        )
    if not found:
        return output.note("The bin is empty.")
    cells = [
        (one.id, one.name, f"{one.n_bytes / 1e6:.1f} MB", _day(one.deleted), _day(one.until))
        for one in found
    ]
    output.table(("run", "name", "size", "deleted", "kept until"), cells, right=(2,))
    output.note(
        f"{sum(one.n_bytes for one in found) / 1e6:.1f} MB in total. To free it: qdiffgui runs bin "
        "--empty"
    )


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def show(store: RunStore, as_json: bool) -> None:
    """Print the runs of ``store``."""
    states = store.list()
    if as_json:
        return output.document([row(state) for state in states])
    if not states:
        return output.note(
            f"There are no runs in '{store.root}' yet. To start one: qdiffgui train PRESET"
        )
    cells = [
        (
            s.id,
            s.name if s.name != s.id else "",
            str(s.status),
            f"{s.step}/{s.total}" if s.total else "",
            f"{s.seconds:.1f} s",
            "" if s.loss is None else f"{s.loss:.4g}",
            datetime.fromtimestamp(s.created).strftime("%Y-%m-%d %H:%M"),
        )
        for s in states
    ]
    output.table(
        ("run", "name", "status", "step", "trained", "loss", "created"), cells, right=(3, 4, 5)
    )
    for state in states:
        if state.message:
            output.note(f"{state.id}: {state.message}")


def row(state: RunState) -> dict[str, Any]:
    """A run as plain data: ``key``, ``label`` and ``summary`` as in the registries, and its whole
    state.
    """
    content = state.model_dump(mode="json", exclude={"owner", "pool"})
    summary = (
        f"{state.status}: {state.model} on {state.data} ({state.representation}), step "
        f"{state.step} of {state.total}"
    )
    return (
        {"key": state.id, "label": state.name, "summary": summary, "run": state.id}
        | content
        | {"actions": sorted(state.actions)}
    )
