"""What the style sheet and the page's files promise: contrast in both themes, nothing from another
host.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import qdiffgui.ui
from qdiffgui import paths
from qdiffgui.plots import theme as theme_module
from qdiffgui.ui.widgets import Plot, source

UI = Path(qdiffgui.ui.__file__).parent
TEMPLATE = UI / "share" / "voila" / "templates" / "qdiffgui"
ROOT = UI.parents[1]
SURFACES = ("--qd-bg", "--qd-surface", "--qd-surface-2")
PAIRS = [
    *(
        (ink, surface)
        for ink in ("--qd-ink", "--qd-muted", "--qd-accent", "--qd-bad")
        for surface in SURFACES
    ),
    ("--qd-accent-ink", "--qd-accent"),
    ("--qd-accent", "--qd-accent-soft"),
    ("--qd-ink", "--qd-accent-soft"),
    ("--qd-muted", "--qd-accent-soft"),
    ("--qd-good", "--qd-good-soft"),
    ("--qd-good", "--qd-surface"),
    ("--qd-bad", "--qd-bad-soft"),
    ("--qd-warn", "--qd-warn-soft"),
    ("--qd-ink", "--qd-warn-soft"),
]


def tokens(theme: str) -> dict[str, str]:
    css = (TEMPLATE / "static" / "css" / "colors.css").read_text(encoding="utf-8")
    light, dark = css.split(':root[data-theme="dark"] {', 1)
    found = dict(re.findall(r"(--qd-[\w-]+):\s*(#[0-9a-f]{6});", light))
    return (
        found
        if theme == "light"
        else found | dict(re.findall(r"(--qd-[\w-]+):\s*(#[0-9a-f]{6});", dark.split("}", 1)[0]))
    )


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colors_have_one_source():
    css = (TEMPLATE / "static" / "css" / "colors.css").read_text(encoding="utf-8")
    assert css == theme_module.css(), "run python tools/write_colors.py"
    others = [p for p in (TEMPLATE / "static" / "css").glob("*.css") if p.name != "colors.css"]
    for path in [*others, UI / "static" / "plot.js"]:
        found = re.findall(r"#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8"))
        assert found == [], f"{path.name}: use a token of plots/theme.py instead of {found}"


def test_plots_and_page_share_their_colors():
    light, dark = tokens("light"), tokens("dark")
    for color, replacement in Plot().dark.items():
        names = [name for name, value in light.items() if value == color]
        assert names, color
        assert replacement in {dark[name] for name in names}
    assert {theme_module.MODEL, theme_module.REAL, theme_module.FLOOR} <= set(Plot().dark)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_reaches_aa(theme, ink, ground):
    colours = tokens(theme)
    high, low = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_borders_of_controls_can_be_seen(theme):
    colours = tokens(theme)
    high, low = sorted(
        (luminance(colours["--qd-line-strong"]), luminance(colours["--qd-surface"])), reverse=True
    )
    assert (high + 0.05) / (low + 0.05) >= 3


def test_every_style_sheet_is_linked():
    page = (TEMPLATE / "index.html.j2").read_text(encoding="utf-8")
    listed = re.findall(r'"(\w+)"', re.search(r"for name in \[(.*?)\]", page)[1])
    assert listed[:2] == ["colors", "tokens"]
    sheets = {path.stem for path in (TEMPLATE / "static" / "css").glob("*.css")}
    assert sorted(listed) == sorted(sheets - {"embedded"})
    assert listed == ["colors", "tokens", *source.SHEETS]


def rules(css: str) -> dict[str, str]:
    """Selector -> declarations, of rules outside and inside of media queries alike."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found: dict[str, str] = {}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        name = " ".join(selector.split())
        found[name] = found.get(name, "") + body
    return found


def test_on_paper_there_is_nothing_to_press():
    css = source._sheet("print")
    assert css.split("*/", 1)[1].lstrip().startswith("@media print {")
    hidden = next(name for name, body in rules(css).items() if "display: none" in body)
    for control in (".qd-side", ".qd-tabs", ".qd-time-bar", ".jupyter-button", ".qd-button"):
        assert control in hidden
    assert "print" in source.SHEETS


def test_a_wide_table_keeps_its_first_column_in_view_and_shows_that_it_goes_on():
    found = rules(source._sheet("parts"))
    first = found[".qd-scroll > table.qd-table :is(th, td):first-child"]
    assert "position: sticky" in first
    assert "background: var(--qd-surface)" in first, "what scrolls must not show through"
    assert "scroll" in found[".qd-scroll"]


def test_values_do_not_push_their_neighbors():
    assert "flex" not in rules(source._sheet("form"))[".qd-side .qd-facts"]
    assert "tabular-nums" in rules(source._sheet("lab"))[".qd-app, .qd-header"]


def test_in_a_notebook_the_style_sheet_holds_for_the_page_only():
    css = source.embedded_css()
    outside, inside = re.split(r"@scope \(\.qd-app\) \{", css)
    assert "color-scheme: light;" not in outside
    selectors = re.findall(r"^([^@{}/]+)\{", outside, re.MULTILINE)
    assert {name.strip() for name in selectors} == {":root", ':root[data-theme="dark"]'}
    assert ".qd-app" not in inside.split("/* In JupyterLab")[0]  # which would be below itself
    assert not re.search(r"@media[^{]*width", css)
    for rule in re.findall(r"^([^@{}/]+)\{", source._sheet("embedded"), re.MULTILINE):
        assert all(".qd-" in part or "is-embedded" in part for part in rule.split(" { ")), rule


def test_nothing_of_ours_names_another_host():
    others = TEMPLATE / "static" / "plotly"
    ours = [*(UI / "static").glob("*"), *TEMPLATE.rglob("*")]
    ours = [path for path in ours if not path.is_relative_to(others)]
    for path in ours:
        if path.is_file():
            hosts = set(
                re.findall(r"(?:https?:)?//([\w.-]+\.\w+)", path.read_text(encoding="utf-8"))
            ) - {"www.w3.org"}
            assert not hosts, path.name


def test_plotly_and_its_licence_ship():
    assert paths.plotly().stat().st_size < 2_000_000
    assert "MIT License" in (paths.plotly().parent / "LICENSE").read_text(encoding="utf-8")


def test_safe_settings():
    settings = json.loads((ROOT / "voila.json").read_text(encoding="utf-8"))
    assert settings["Voila"]["ip"] == "127.0.0.1"
    assert settings["VoilaConfiguration"]["show_tracebacks"] is False
    allowed = settings["VoilaConfiguration"]["file_allowlist"]

    def served(path: str) -> bool:
        return any(re.fullmatch(pattern, path, re.IGNORECASE) for pattern in allowed)

    for secret in (
        "runs/x/model.h5",
        "app.ipynb",
        "voila.json",
        "assets/qg_jets_50k.h5",
        "qdiffgui/ui/server.py",
        "assets/plotly/../../app.js",
        "runs/x/a.js",
        ".git/config",
    ):
        assert not served(secret)


def test_notebook_is_two_lines():
    cells = json.loads((ROOT / "app.ipynb").read_text(encoding="utf-8"))["cells"]
    assert len(cells) == 1
    assert len("".join(cells[0]["source"]).splitlines()) == 2
