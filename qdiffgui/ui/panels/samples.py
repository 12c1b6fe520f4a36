"""What the model learned: the denoising animation, new samples, the nearest training samples,
and distributions of generated and held-out samples.
"""

from __future__ import annotations

from typing import Any

import ipywidgets as w

from qdiffgui import plots
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.live_run import Changes, LiveRun
from qdiffgui.ui.markup import (
    box,
    card,
    empty,
    esc,
    facts,
    format_number,
    note,
    table,
    title,
    view,
    visible,
)
from qdiffgui.ui.panels.generate import Generate
from qdiffgui.ui.widgets import Animation, Pairs, Plot

OWN, NEW = "From the run", "Newly generated"
_SHOWN_AS = {
    "channels": "The sum of all channels is shown.",
    "cloud": "Particles are shown as pixels in rapidity and azimuth around the jet axis.",
}
_COLUMN, _ROWS = 240, 6
# times the distance of held-out samples: below, copies; above, unlike the data
_COPIES, _FAR = 0.7, 1.5


class Samples(Area):
    """``update`` draws what a poll of the run found. Samples of the card "Generate" are shown in
    the same cards.
    """

    name = "Samples"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.none = view(
            empty(
                "Open or start a run. Its denoising animation appears here after the "
                "first checkpoint."
            )
        )
        self.source = w.ToggleButtons(options=[OWN, NEW], value=OWN)
        self.source.add_class("qd-chips")
        self.source.observe(lambda _: self._draw(), "value")
        self.animation = Animation(label="Denoising", start="last", clock="denoising")
        self.caption = view("")
        self.histograms = Plot(height=420, label="Distributions of generated and held-out samples")
        self.numbers = view("")
        self.profile = Plot(height=320, label="Mean map, generated and held out")
        self.near = Pairs(
            label="Generated samples and the nearest training sample of each",
            above="Generated",
            below="Nearest in training",
        )
        self.near_about, self.near_table = view(""), view("")
        self.animation_card = card(
            title("Denoising", "from noise to samples: press play or drag the slider"),
            self.source,
            self.caption,
            self.animation,
        )
        self.near_card = card(
            title("Nearest training samples", "has the model memorized its data?"),
            self.near_about,
            self.near,
            self.near_table,
        )
        self.histogram_card = card(
            title("Distributions", "generated against held out, ratio below"),
            self.numbers,
            self.histograms,
        )
        self.profile_card = card(title("Mean profile"), self.profile)
        self.generate = Generate(host, self._generated)
        self.cards = [
            self.animation_card,
            self.generate.root,
            self.near_card,
            self.histogram_card,
            self.profile_card,
        ]
        self.root = box([self.none, *self.cards], "qd-panel")
        self._run: LiveRun | None = None
        self._new: tuple[dict[str, Any], str] | None = None
        self.open(None)

    def open(self, run: LiveRun | None) -> None:
        self._run, self._new = run, None
        self.animation.autoplay = False
        self.source.value = OWN
        self.animation.trajectory = {}
        self.generate.open(run)
        visible(self.none, True)
        for part in self.cards:
            visible(part, False)

    def play(self) -> None:
        """Play the animation of the open run as soon as it is there."""
        self.animation.autoplay = True

    def close(self) -> None:
        self.generate.close()

    def update(self, run: LiveRun, changes: Changes) -> None:
        if changes.reset and run.trajectory is None:
            self.open(run)
        if changes.reset or changes.state or changes.report:
            self.generate.refresh()
        if (changes.trajectory or changes.report or changes.reset or changes.state) and (
            run.trajectory or run.report
        ):
            self._draw(changes)

    # ---- drawing

    def _generated(self, result: dict[str, Any], words: str) -> None:
        self._new = (result, words)
        if self.source.value == NEW:
            self._draw()
        self.source.value = NEW

    def _draw(self, changes: Changes | None = None) -> None:
        run = self._run
        if run is None:
            return
        every = Changes(reset=True, trajectory=True, report=True)
        new = changes or every
        fresh = self._new if self.source.value == NEW else None
        if self.source.value == NEW and fresh is None:
            self.source.value = OWN
            return
        visible(self.none, False)
        visible(self.source, self._new is not None)
        visible(self.generate.root, True)
        trajectory, report = (
            (fresh[0]["trajectory"], fresh[0]) if fresh else (run.trajectory, run.report)
        )
        about = [
            f"{fresh[1]}." if fresh else _state_of(run),
            _SHOWN_AS.get((trajectory or {}).get("kind", ""), ""),
        ]
        self.caption.value = note(" ".join(part for part in about if part))
        if fresh and changes is not None:
            return  # what the run says now is not what is shown
        if new.trajectory or new.reset:
            self._draw_animation(trajectory)
        if new.report or new.reset:
            self._draw_report(report or {})

    def _draw_animation(self, trajectory: dict[str, Any] | None) -> None:
        visible(self.animation_card, bool(trajectory))
        if trajectory and self.animation.trajectory != trajectory:
            self.animation.trajectory = trajectory
        nearest = (trajectory or {}).get("nearest")
        visible(self.near_card, bool(nearest))
        if trajectory and nearest:
            self.near_about.value = _how_near(nearest)
            self.near.items = _pairs(trajectory["frames"][-1], nearest)
            visible(self.near, bool(self.near.items))
            self.near_table.value = (
                "" if self.near.items else _table_of(trajectory["frames"][-1], nearest)
            )

    def _draw_report(self, report: dict[str, Any]) -> None:
        numbers, pictures = report.get("numbers"), report.get("histograms")
        visible(self.histogram_card, bool(numbers or pictures))
        self.numbers.value = _numbers(report) if numbers else ""
        visible(self.histograms, bool(pictures))
        if pictures:
            self.histograms.fit(lambda width: plots.histograms(report, max(1, width // _COLUMN)))
        profile = report.get("profile") or {}
        visible(self.profile_card, bool(profile))
        if profile:
            figure = plots.profile(report)
            self.profile.height = int(figure.layout.height or 320)
            self.profile.show(figure)


def _state_of(run: LiveRun) -> str:
    if run.state.status == "done":
        return "Samples of the trained model."
    return f"The model at its last checkpoint. Training is now at step {run.state.step}."


def _how_near(found: dict[str, Any]) -> str:
    """The two median distances and the conclusion."""
    pairs = [
        ("Generated, median distance", format_number(found["median"])),
        ("Held out, median distance", format_number(found["held_out"])),
    ]
    ratio = found["median"] / max(found["held_out"], 1e-12)
    says = (
        (
            "Generated samples are much closer to the training samples than held-out "
            "samples are: they are nearly copies."
        )
        if ratio < _COPIES
        else (
            "Generated samples are farther from the training samples than held-out samples "
            "are: not all of them resemble the data."
        )
        if ratio > _FAR
        else (
            "Generated samples are about as far from the training samples as held-out "
            "samples are: no sign of memorization."
        )
    )
    return facts(pairs) + note(f"{says} Distance: {found['measure']}.")


def _pairs(frame: dict[str, Any], found: dict[str, Any]) -> list[dict[str, Any]]:
    """Pairs of maps; empty for numbers and states, which a table shows better."""
    if frame["kind"] != "map":
        return []
    near = found["preview"]
    shape = {key: frame[key] for key in ("shape", "layout", "half_width") if key in frame}
    return [
        {
            "title": "",
            "above": {"map": {"values": a, **shape}},
            "below": {"map": {"values": b, **shape}},
            "note": f"distance {d:.3g}",
        }
        for a, b, d in zip(frame["images"], near["images"], found["distances"])
    ]


def _table_of(frame: dict[str, Any], found: dict[str, Any]) -> str:
    """Each generated sample with its nearest training sample, component by component."""
    near = found["preview"]
    if frame["kind"] == "vector":
        names = [
            f"{name} / {unit}" if unit else name
            for name, unit in zip(frame["names"], frame["units"])
        ]
        ours, theirs = list(zip(*frame["points"])), list(zip(*near["points"]))
    elif "bloch" in frame:
        names, ours, theirs = ["⟨X⟩", "⟨Y⟩", "⟨Z⟩"], frame["bloch"], near["bloch"]
    else:
        n = frame["n_qubits"]
        names = [f"P({i:0{n}b})" for i in range(2**n)][:8]
        ours, theirs = frame["populations"], near["populations"]
    head = ["", *names, "distance"]
    rows = []
    for i, distance in enumerate(found["distances"][:_ROWS]):
        cells = [
            f"{format_number(a)} <small>{format_number(b)}</small>"
            for a, b in zip(ours[i], theirs[i])
        ][: len(names)]
        rows.append(("qd-two-lines", [str(i + 1), *cells, format_number(distance)]))
    return table(
        [esc(name) for name in head],
        rows,
        "Each generated sample, with its nearest training sample below",
    )


def _numbers(report: dict[str, Any]) -> str:
    rows = []
    for row in report["numbers"]:
        times = row["value"] / row["floor"] if row["floor"] > 0 else None
        name = f"{row['label']} / {row['unit']}" if row["unit"] else row["label"]
        rows.append(
            (
                "",
                [
                    esc(name),
                    format_number(row["value"]),
                    format_number(row["floor"]),
                    format_number(times, 2),
                ],
            )
        )
    caption = f"{format_number(report['n_compared'])} generated and as many held-out samples"
    return table(["", "Generated", "Floor", "Ratio to floor"], rows, caption)
