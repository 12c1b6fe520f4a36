"""The HTML pages of reports: one base template, tables, and plots that need no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jinja2
import plotly.graph_objects as go

from qdiffgui._version import __version__
from qdiffgui.plots.export import library

_HEIGHT = 380  # pixels of a plot that has no height of its own


@dataclass(frozen=True)
class PlotSection:
    """A heading, a sentence, and the plots under them.

    ``name`` is the id of the plot in the page, if there is one plot; otherwise plots are numbered.
    """

    title: str
    text: str = ""
    plots: list[go.Figure] = field(default_factory=list)
    name: str = ""


@dataclass(frozen=True)
class ReportTable:
    """A table of a report; every cell is text and is escaped.

    Attributes
    ----------
    heads : sequence of str
        One head per column.
    rows : sequence of sequences of str
        The cells, as many per row as there are heads.
    title : str
        Caption of the table.
    kinds : sequence of str
        What each row is: "floor", "model", "trivial" or "". Empty for a table of equal rows.
    text_columns : sequence of int
        Columns that are aligned to the left.
    is_folded : bool or None
        Whether the table is closed until it is clicked; None for a table that cannot be closed.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    kinds: Sequence[str] = ()
    text_columns: Sequence[int] = (0,)
    is_folded: bool | None = None


def render_report(
    package: str,
    template: str,
    *,
    title: str,
    summary: Sequence[str],
    sections: Sequence[PlotSection],
    citations: Sequence[str],
    provenance: Sequence[tuple[str, str]],
    methods: Sequence[str] = (),
    notes: Sequence[str] = (),
    **context: Any,
) -> str:
    """Render a report as one HTML page that works offline; all text is escaped.

    Parameters
    ----------
    package, template : str
        Package that holds the page's template, and its file name. The template extends
        ``report_base.html.j2``.
    title : str
        Heading of the page.
    summary : sequence of str
        Sentences of the verdict.
    sections : sequence of PlotSection
        The plots. Sections without plots are left out.
    citations : sequence of str
        Papers, one per line.
    provenance : sequence of (str, str)
        Names and values: data, seeds, versions, runs.
    methods, notes : sequence of str
        Paragraphs, and bullets below them.
    **context
        What the page's own template uses.

    Returns
    -------
    str
        The page.
    """
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(name, "") for name in dict.fromkeys((package, __package__))]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    numbered, named = _numbered(sections)
    return environment.get_template(template).render(
        title=title,
        summary=summary,
        sections=numbered,
        plot_data=plots_as_script(named),
        library=library() if named else "",
        methods=methods,
        notes=notes,
        citations=citations,
        provenance=provenance,
        version=__version__,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        **context,
    )


def plots_as_script(plots: Mapping[str, go.Figure]) -> str:
    """Plots by name as a JavaScript object; no ``</script>`` in a label can end the script.

    >>> plots_as_script({})
    '{}'
    """
    rows = ",".join(f'"{name}":{plot.to_json()}' for name, plot in plots.items())
    return f"{{{rows}}}".replace("</", "<\\/")


def flat_settings(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Nested settings as pairs of a dotted name and a text.

    >>> flat_settings({"model": {"n_layers": 4}, "seed": 0, "data": {"digits": [0, 1]}})
    [('model.n_layers', '4'), ('seed', '0'), ('data.digits', '0, 1')]
    """
    pairs: list[tuple[str, str]] = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            pairs += flat_settings(value, f"{prefix}{name}.")
        else:
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            pairs.append((f"{prefix}{name}", text))
    return pairs


def _numbered(
    sections: Sequence[PlotSection],
) -> tuple[list[dict[str, Any]], dict[str, go.Figure]]:
    """The sections for the template, and their plots by the id of their place."""
    named: dict[str, go.Figure] = {}
    numbered = []
    for section in sections:
        places = []
        for plot in section.plots:
            name = f"plot-{section.name or len(named)}"
            named[name] = plot
            places.append({"id": name, "height": plot.layout.height or _HEIGHT})
        if places:
            numbered.append({"title": section.title, "text": section.text, "plots": places})
    return numbered, named
