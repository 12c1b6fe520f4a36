"""What the canvases of the page draw, asked of the JavaScript itself, in node."""

from __future__ import annotations

import json

import numpy as np
import pytest

from qdiffgui.evaluation.number_format import format_number
from qdiffgui.plots import theme
from tests.ui.script import evaluate, needs_node

pytestmark = needs_node
SPHERE = ("table.js", "draw.js", "sphere.js", "draw_states.js")
VIEW = "{ azimuth: AZIMUTH, elevation: ELEVATION, paths: [] }"


def state(*points, kind="state"):
    """A frame of one-qubit states, as JavaScript."""
    listed = [list(map(float, point)) for point in points]
    return (
        f"{{ kind: '{kind}', n_qubits: 1, mean_populations: [0.5, 0.5], populations: [[0.5, 0.5]], "
        f"purity: 0.8, bloch: {listed} }}"
    )


def test_the_sphere_is_seen_from_the_side_of_the_plus_states():
    """At the start |+> and |+i> used to be behind, and the picture looked mirrored."""
    at = "{ azimuth: AZIMUTH, elevation: ELEVATION }"
    plus, plus_i, zero = evaluate(
        f"[[1,0,0],[0,1,0],[0,0,1]].map((p) => project(p, {at}))", *SPHERE
    )
    assert min(plus[2], plus_i[2]) > 0.2, "the depth is toward the viewer"
    assert plus[0] < 0 < plus_i[0], "x to the left of y, as in a right-handed drawing"
    assert zero[1] > 0.9


def test_pure_states_move_on_the_surface_and_mixed_ones_through_the_ball():
    a, b, opposite = [0, 0, 1], [0.6, 0.8, 0], [0, 0, -1]
    way, through, half_turn = evaluate(
        f"[arc({a}, {b}, false), arc({a}, {b}, true), arc({a}, {opposite}, false)]", *SPHERE
    )
    for points in (way, half_turn):
        np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1)
    np.testing.assert_allclose([way[0], way[-1]], [a, b], atol=1e-12)
    np.testing.assert_allclose(half_turn[-1], opposite, atol=1e-12)
    assert np.dot(way[len(way) // 2], np.add(a, b)) / np.sqrt(2) == pytest.approx(1)
    assert through == [a, b]


def test_the_means_are_drawn_and_said():
    frame, held = state((0, 0, 1), (1, 0, 0)), state((0, 0, 1))
    texts = evaluate(
        f"(() => {{ const g = recorder(); drawPreview(g, 700, {frame}, {held}, {VIEW}); "
        "return words(g).map(([t]) => t); })()",
        *SPHERE,
    )
    assert "mean, length 0.71 (held out 1.00)" in texts


@pytest.mark.parametrize(("x", "behind"), [(1.0, False), (-1.0, True)])
def test_a_mean_that_points_away_is_dashed_fainter_and_said(x, behind):
    """Behind and in front, an arrow used to look the same."""
    lines, said = evaluate(
        f"(() => {{ const g = recorder(); drawPreview(g, 500, {state((x, 0, 0))}, null, {VIEW}); "
        "return [g.asked.filter(([what, , set]) => what === 'stroke' && set.strokeStyle === "
        "css('--qd-model') && set.lineWidth > 2).map(([, , set]) => set.globalAlpha), "
        "words(g).map(([t]) => t)]; })()",
        *SPHERE,
    )
    assert len(lines) == 2, "the shaft and its head"
    assert (max(lines) < 0.7) == behind
    assert ("mean (behind), length 1.00" in said) == behind


@pytest.mark.parametrize("width", [330, 360, 700])
def test_no_word_of_a_sphere_is_cut_off(width):
    """The legend's last words used to run over the edge below 380 px."""
    frame = state((0, 0, 1), (1, 0, 0), kind="density")
    texts = evaluate(
        f"(() => {{ const g = recorder(); drawPreview(g, {width}, {frame}, {frame}, {VIEW}); "
        "return g.asked.filter(([what]) => what === 'fillText')"
        ".map(([, [t, x], set]) => [t, x, set.textAlign]); })()",
        *SPHERE,
    )
    for words, x, align in texts:
        room = 6.5 * len(words)
        left = {"left": x, "center": x - room / 2, "right": x - room}[align]
        assert -1 <= left <= width + 1 - room, words


def test_what_is_behind_is_fainter_and_drawn_first():
    dots = evaluate(
        f"(() => {{ const g = recorder(); drawPreview(g, 500, {state((-1, 0, 0), (1, 0, 0))}, "
        f"null, {VIEW}); return g.asked.filter(([what, given]) => what === 'arc' && "
        "given[2] <= 3).map(([, given, set]) => [given[2], set.globalAlpha]); })()",
        *SPHERE,
    )
    (small, faint), (large, full) = dots
    assert small < large
    assert faint < 0.3 < full


def test_a_click_finds_the_state_on_the_near_side():
    found = evaluate(
        "(() => { const view = { azimuth: 0, elevation: 0 }, at = { cx: 100, cy: 100, radius: 50 };"
        " const points = [[-1, 0, 0], [1, 0, 0], [0, 1, 0]];"
        " return [sampleAt(points, view, at, 101, 99), sampleAt(points, view, at, 150, 103),"
        " sampleAt(points, view, at, 70, 70)]; })()",
        *SPHERE,
    )
    assert found == [1, 2, -1]


def test_few_paths_are_drawn_to_the_frame_shown():
    frames = f"[{state((0, 0, 1))}, {state((1, 0, 0))}, {state((0, 1, 0))}]"
    assert evaluate(f"pathsTo({frames}, 1, [0, 7])", *SPHERE) == [[[0, 0, 1], [1, 0, 0]]]
    assert evaluate("N_PATHS", *SPHERE) <= 4


MAPS = ("table.js", "draw.js")


def rectangles(expression, *files):
    """What ``expression`` fills on the canvas ``g``: [x, y, width, height, color]."""
    return evaluate(
        f"(() => {{ const g = recorder(); {expression}; return g.asked"
        ".filter(([what]) => what === 'fillRect')"
        ".map(([, given, set]) => [...given, set.fillStyle]); })()",
        *files,
    )


@pytest.mark.parametrize(("up", "brightest_is_low"), [("true", True), ("false", False)])
def test_rapidity_goes_up_and_digits_keep_their_first_row_on_top(up, brightest_is_low):
    cells = rectangles(f"drawMap(g, [9, 1, 0, 0], [2, 2], 'image', 0, 0, 100, 9, {up})", *MAPS)
    light = max(cells, key=lambda cell: sum(map(int, cell[4][4:-1].split(","))))
    assert (light[1] >= 50) == brightest_is_low


def test_a_particle_of_larger_rapidity_is_higher():
    dots = evaluate(
        "(() => { const g = recorder(); drawJet(g, [[0.3, 0, 1], [-0.3, 0.1, 1]], 0, 0, 100); "
        "return g.asked.filter(([what, given]) => what === 'arc' && given[2] < 30)"
        ".map(([, given]) => given); })()",
        *MAPS,
        "pairs.js",
    )
    (_, high, _), (right, low, _) = (dot[:3] for dot in dots)
    assert high < 50 < low
    assert right > 50


def image(half_width="0", channels="[]"):
    return (
        f"{{ kind: 'map', layout: 'image', shape: [2, 2], half_width: {half_width}, images: "
        f"[[0.9, 0.1, 0, 0]], mean: [0.7, 0.2, 0.1, 0], channels: {channels} }}"
    )


def said(expression, *files):
    return evaluate(
        f"(() => {{ const g = recorder(); {expression}; return words(g).map(([t]) => t); }})()",
        *files,
    )


@pytest.mark.parametrize("width", [330, 900])
def test_maps_have_a_scale_of_colors_and_axes(width):
    jets = said(f"drawMaps(g, {width}, {image('0.4')}, {image('0.4')})", *MAPS)
    assert {"mean fraction of the total", "0.175", "0.7", "φ / rad", "η / rad", "0.4"} <= set(jets)
    digits = said(f"drawMaps(g, {width}, {image()}, null)", *MAPS)
    assert "mean fraction of the total" in digits
    assert not any("rad" in word for word in digits), "their pixels are no angles"


def test_channels_are_drawn_each():
    parts = "[['charged', [1, 0, 0, 0]], ['photon', [0, 1, 0, 0]], ['neutral', [0, 0, 1, 0]]]"
    found = said(f"drawMaps(g, 900, {image('0.4', parts)}, {image('0.4', parts)})", *MAPS)
    assert [found.count(name) for name in ("charged", "photon", "neutral")] == [2, 2, 2]
    item = (
        f"{{ title: '', above: {{ points: [] }}, below: {{ map: {{ values: [1, 1, 1, 0], "
        f"shape: [2, 2], layout: 'image', half_width: 0.4, channels: {parts} }} }} }}"
    )
    pairs = f"drawPairs(g, 600, {{ items: [{item}], above: 'A', below: 'B' }})"
    found = said(pairs, *MAPS, "pairs.js")
    assert {"charged", "photon", "neutral", "fraction of the total"} <= set(found)


@pytest.mark.parametrize(
    "value", [0, 3, 3072, 123456, -1440, 0.35714, 0.000928, 9.28e-5, 2.99e9, 1e9, 9.996, 999.96]
)
def test_the_page_writes_numbers_as_its_server_does(value):
    assert evaluate(f"formatNumber({value!r}, 3)", "table.js") == format_number(value)


def test_the_ends_of_axes_are_written_so_too():
    found = said("axisBox(g, 0, 0, 100, 80, [0, 2600.4], 'x')", *MAPS)
    assert found[:2] == ["0", format_number(2600)]


def test_a_circuit_shows_read_out_reset_and_what_goes_on():
    ends = (
        "[{ wires: [0, 1], kind: 'measure', shows: '⟨Z⟩', to: 'next step', about: 'Read.' },"
        " { wires: [2], kind: 'discard', shows: '', to: '', about: 'Measured.', reset: true }]"
    )
    found = evaluate(f"layoutEnds({ends}, 3, 100)", "table.js", "circuit.js")
    assert [(mark["kind"], mark["wire"]) for mark in found["marks"]] == [
        ("measure", 0),
        ("measure", 1),
        ("discard", 2),
        ("reset", 2),
    ]
    assert found["marks"][3]["x"] > found["marks"][2]["x"] > 100
    assert found["outcomes"]["wires"] == [0, 1]
    assert found["outcomes"]["label"] == "→ next step"
    kept = "[{ wires: [0], kind: 'keep', to: 'next step', about: 'It goes on.' }]"
    found = evaluate(f"layoutEnds({kept}, 1, 100)", "table.js", "circuit.js")
    assert found["outcomes"] is None
    assert found["marks"][0]["shows"] == "→ next step"
    assert evaluate("layoutEnds([], 1, 100).width", "table.js", "circuit.js") == 0
    named = "[[3], [0, 1], [0, 1, 2, 3], [0, 2, 5]].map(namedWires)"
    assert evaluate(named, "table.js", "circuit.js") == [
        "Wire 3",
        "Wires 0, 1",
        "Wires 0 to 3",
        "Wires 0, 2, 5",
    ]


PLOT = ("table.js", "plot.js")


def room(figure, width, height=400):
    layout, names = figure.to_plotly_json()["layout"], [trace.name for trace in figure.data]
    call = f"roomFor({json.dumps(layout, default=str)}, {json.dumps(names)}, {width}, {height})"
    return evaluate(call, *PLOT)


def test_a_legend_below_a_plot_clears_the_title_of_its_axis():
    """Placed by a fraction of the height, it was written over the title on telephones."""
    figure = theme.figure(legend={"y": -0.2, "yanchor": "top"}, showlegend=True)
    for name in ("Held out", "Four jet observables: quantum denoiser", "Four jet: matched MLP"):
        figure.add_scatter(y=[0], name=name)
    wide, phone = room(figure, 1000), room(figure, 320)
    for found in (wide, phone):
        plot = 400 + found["extra"] - found["margin"]["t"] - found["margin"]["b"]
        assert -found["legend"]["y"] * plot >= 50, "below ticks and title"
    assert phone["margin"]["b"] >= 50 + 3 * 19, "three rows"
    assert phone["extra"] > wide["extra"]


def test_the_mode_bar_has_a_row_of_its_own_where_words_are_below_it():
    free = theme.figure(showlegend=True)
    free.add_scatter(y=[0], name="loss")
    assert room(free, 900)["extra"] == 0
    titled = theme.figure(title={"text": "A title"})
    assert room(titled, 900)["margin"]["t"] >= 32 + 26
    long = theme.figure(showlegend=True)
    for k in range(6):
        long.add_scatter(y=[0], name=f"a run with a long name {k}")
    found = room(long, 360)
    assert found["margin"]["t"] >= 6 * 19 + 26
    assert found["extra"] == found["margin"]["t"] - 32


def test_the_model_input_is_what_the_model_sees():
    """It used to be drawn decoded, in GeV."""
    seen = "{ numbers: [['mass', 'GeV', 45.21, -0.31]] }"
    assert said(f"drawPicture(g, {seen}, 0, 0, 120, 1)", *MAPS, "pairs.js") == ["mass", "-0.31"]
    plain = "{ numbers: [['mass', 'GeV', 45.21]] }"
    assert said(f"drawPicture(g, {plain}, 0, 0, 120, 1)", *MAPS, "pairs.js")[1] == "45.2 GeV"


def test_a_name_that_is_too_long_for_the_legend_of_a_phone_takes_two_lines():
    """It was cut at the edge of the plot."""
    name = "Example: masked quantum diffusion of radial maps"
    assert evaluate(f"inLines('{name}', lettersIn(1000))", *PLOT) == name
    lines = evaluate(f"inLines('{name}', lettersIn(328))", *PLOT).split("<br>")
    assert len(lines) == 2
    assert max(map(len, lines)) * 6.6 + 46 < 328 - 56 - 24
    figure = theme.figure(showlegend=True)
    for k in range(3):
        figure.add_scatter(y=[0], name=f"{name} {k}")
    assert room(figure, 328)["margin"]["t"] >= 6 * 19 + 26


def test_a_name_and_its_value_share_a_line_of_a_small_picture():
    """Names and values of the model's input were written over each other on a phone."""
    seen = "{ numbers: [['multiplicity', '', 45.21, -0.118]] }"
    drawn = f"(g => (drawPicture(g, {seen}, 0, 0, 100, 1), g.asked))(recorder())"
    fonts = [made for made in evaluate(drawn, *MAPS, "pairs.js") if made[0] == "fillText"]
    assert all("10px" in settings["font"] for *_, settings in fonts)
