"""The only place where text becomes HTML. All text from users, files or errors goes through
``esc``.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ipywidgets as w

from qdiffgui.duration import duration as duration
from qdiffgui.evaluation.number_format import NARROW
from qdiffgui.evaluation.number_format import format_number as format_number


def esc(value: Any) -> str:
    """``value`` as text that is safe inside HTML and its attributes."""
    return html.escape(str(value), quote=True)


def view(markup: str = "", *classes: str) -> w.HTML:
    """A widget of ready markup (made by the functions here)."""
    made = w.HTML(value=markup)
    for name in classes:
        made.add_class(name)
    return made


def formulas(markup: str = "") -> w.HTMLMath:
    """A widget of ready markup whose LaTeX the browser typesets."""
    return w.HTMLMath(value=markup)


def title(text: str, note: str = "", *, step: int | None = None, level: int = 2) -> w.HTML:
    number = f'<span class="qd-step" aria-hidden="true">{step}</span>' if step else ""
    small = f"<small>{esc(note)}</small>" if note else ""
    return view(f'<h{level} class="qd-title">{number}<span>{esc(text)}</span>{small}</h{level}>')


def note(text: str) -> str:
    return f'<p class="qd-note">{esc(text)}</p>'


def empty(text: str) -> str:
    return f'<p class="qd-empty">{esc(text)}</p>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Named values in a row."""
    items = "".join(
        f"<div><span>{esc(name)}</span><b>{esc(value)}</b></div>" for name, value in pairs
    )
    return f'<div class="qd-facts">{items}</div>'


def bullets(lines: Sequence[str], css: str) -> str:
    return (
        f'<ul class="{css}">' + "".join(f"<li>{esc(line)}</li>" for line in lines) + "</ul>"
        if lines
        else ""
    )


def pill(status: str) -> str:
    return f'<span class="qd-status" data-state="{esc(status)}">{esc(status)}</span>'


def progress(fraction: float, label: str) -> str:
    percent = max(0.0, min(100.0, 100 * fraction))
    return (
        f'<div class="qd-bar" role="progressbar" aria-label="{esc(label)}" aria-valuemin="0" '
        'aria-valuemax="100" '
        f'aria-valuenow="{percent:.0f}"><i style="width:{percent:.1f}%"></i></div>'
    )


def table(head: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], caption: str = "") -> str:
    """A table of ready cells: ``head`` and cells are markup; each row is (class, cells)."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr class="{css}">' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for css, cells in rows
    )
    words = f"<caption>{esc(caption)}</caption>" if caption else ""
    inside = f"{words}<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    scrolls = f'class="qd-scroll" tabindex="0" role="region" aria-label="{esc(caption or "Table")}"'
    return f'<div {scrolls}><table class="qd-table">{inside}</table></div>'


def drawer(summary: str, text: str, *, keep: str = "") -> str:
    """A closed drawer with plain text in it; ``keep`` as for ``folded``."""
    return folded(summary, f'<pre class="qd-log" tabindex="0">{esc(text)}</pre>', keep=keep)


def folded(summary: str, markup: str, *, keep: str = "") -> str:
    """A closed drawer with ready markup in it; one with a name to ``keep`` stays as open as it is
    when its content changes.
    """
    kept = f' data-keep="{esc(keep)}"' if keep else ""
    return f'<details class="qd-drawer"{kept}><summary>{esc(summary)}</summary>{markup}</details>'


def code(about: str, text: str) -> str:
    """Code with a line above it and a copy button."""
    return (
        f'<div class="qd-copied">{note(about)}{copier(about, text)}<pre class="qd-cmd" '
        f'tabindex="0">{esc(text)}</pre></div>'
    )


def opener(words: str) -> str:
    """On a narrow screen: the button that shows all settings."""
    return (
        '<button type="button" class="qd-button qd-show-settings" '
        f'aria-expanded="false">{esc(words)}</button>'
    )


def copier(about: str, text: str, *, address: bool = False, words: str = "") -> str:
    """A button that copies ``text``, or the page's address with the query ``text``."""
    kind = "address" if address else "text"
    words = words or ("Copy report" if about == "report" else "Copy")
    label = f'aria-label="Copy: {esc(about)}"'
    return (
        f'<button type="button" class="qd-button qd-copy" data-{kind}="{esc(text)}" '
        f"{label}>{words}</button>"
    )


def copied(name: str, text: str, about: str = "", *, address: bool = False) -> str:
    """Text to copy, under a name; it is shown unless it is an address."""
    shown = (
        f'<p class="qd-note">{esc(about)}</p>'
        if address
        else f'<pre class="qd-cmd" tabindex="0">{esc(text)}</pre>'
    )
    return (
        "<div "
        f'class="qd-copied"><strong>{esc(name)}</strong>'
        f"{copier(name, text, address=address)}{shown}</div>"
    )


def qr_code(text: str) -> str:
    """``text`` as a QR code, dark on light in any theme."""
    import segno

    picture = segno.make(text, micro=False).svg_data_uri(dark="#000", light="#fff", border=3)
    return f'<img class="qd-qr-code" alt="QR code of the link" src="{esc(picture)}">'


def panel(what: str, do: str, report: str) -> str:
    """An error with advice and a report to copy."""
    words = f'<p role="alert"><strong>{esc(what)}</strong></p><p>{esc(do)}</p>'
    more = (
        f"<details><summary>Report</summary><pre>{esc(report)}</pre></details>"
        f"{copier('report', report)}"
        if report
        else ""
    )
    return f'<div class="qd-error">{words}{more}</div>'


def size(n_bytes: float | None) -> str:
    """Bytes in MB or GB; "" if unknown."""
    if not n_bytes:
        return ""
    return f"{n_bytes / 2**20:.0f} MB" if n_bytes < 2**30 else f"{n_bytes / 2**30:.1f} GB"


def plain(value: Any) -> str:
    """Settings and facts as short text."""
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace(",", NARROW)  # in full: it may be a seed
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {plain(part)}" for key, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(plain(part) for part in value)
    return str(value)


def card(*children: w.Widget, css: str = "") -> w.VBox:
    box = w.VBox(list(children))
    box.add_class("qd-card")
    for name in css.split():
        box.add_class(name)
    return box


def box(children: Sequence[w.Widget], css: str) -> w.VBox:
    made = w.VBox(list(children))
    for name in css.split():
        made.add_class(name)
    return made


def labeled(label: str, *widgets: w.Widget, css: str = "") -> w.VBox:
    """A row with a visible label, which screen readers announce with each of the widgets."""
    return box([view(f"<span>{esc(label)}</span>", "qd-label"), *widgets], f"qd-field {css}")


INLINE: dict[str, Any] = {
    "layout": {"width": "auto"},
    "style": {"description_width": "initial"},
}
"""Arguments of a control whose description takes no more room than its text."""


CHECKBOX = {"width": "auto", "align_self": "center"}
"""Layout of a checkbox in a row of controls."""


def button(text: str, act: Any = None, css: str = "", tooltip: str = "") -> w.Button:
    made = w.Button(description=text, tooltip=tooltip or text)
    for name in css.split():
        made.add_class(name)
    if act is not None:
        made.on_click(lambda _: act())
    return made


def visible(widget: w.Widget, shown: bool) -> None:
    (widget.remove_class if shown else widget.add_class)("is-hidden")
