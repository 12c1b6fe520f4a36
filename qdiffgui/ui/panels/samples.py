"""What was learned: the denoising film, samples drawn anew, the nearest training samples, distributions of generated against held out."""

from __future__ import annotations

from typing import Any

import ipywidgets as w

from qdiffgui import plots
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.following import Changes, Following
from qdiffgui.ui.markup import box, card, empty, esc, facts, note, quantity, table, title, view, visible
from qdiffgui.ui.panels.generate import Generate
from qdiffgui.ui.widgets import Film, Pairs, Plot

OWN, ANEW = "As the run left them", "Generated here"
_SHOWN_AS = {
    "channels": "The channels are shown added up.",
    "cloud": "Particles are shown as pixels in rapidity and azimuth about the jet axis.",
}
_COLUMN, _ROWS = 240, 6
_COPIES, _FAR = 0.7, 1.5  # of the distance of held-out samples: nearer is copied, further is not like the data


class Samples(Area):
    """``update`` draws what a poll of the run brought; the card "Generate" brings samples of its own, shown in the same places."""

    name = "Samples"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.none = view(empty("Open or start a run: its denoising film appears here with the first checkpoint."))
        self.source = w.ToggleButtons(options=[OWN, ANEW], value=OWN)
        self.source.add_class("qd-chips")
        self.source.observe(lambda _: self._draw(), "value")
        self.film = Film(label="Denoising", start="last", clock="denoising")
        self.caption = view("")
        self.histograms = Plot(height=420, label="Distributions of generated and held-out samples")
        self.numbers = view("")
        self.profile = Plot(height=320, label="Mean map, generated and held out")
        self.near = Pairs(
            label="Generated samples and the nearest training sample of each", above="Generated", below="Nearest in training"
        )
        self.near_about, self.near_table = view(""), view("")
        self.film_card = card(
            title("Denoising", "from noise to samples; press play, or drag the time"), self.source, self.caption, self.film
        )
        self.near_card = card(
            title("Nearest training samples", "has it learned by heart?"), self.near_about, self.near, self.near_table
        )
        self.histogram_card = card(
            title("Distributions", "generated against held out, ratio below"), self.numbers, self.histograms
        )
        self.profile_card = card(title("Mean profile"), self.profile)
        self.generate = Generate(host, self._generated)
        self.cards = [self.film_card, self.generate.root, self.near_card, self.histogram_card, self.profile_card]
        self.root = box([self.none, *self.cards], "qd-panel")
        self._run: Following | None = None
        self._anew: tuple[dict[str, Any], str] | None = None
        self.open(None)

    def open(self, run: Following | None) -> None:
        self._run, self._anew = run, None
        self.source.value = OWN
        self.film.film = {}
        self.generate.open(run)
        visible(self.none, True)
        for part in self.cards:
            visible(part, False)

    def close(self) -> None:
        self.generate.close()

    def update(self, run: Following, changes: Changes) -> None:
        if changes.reset and run.film is None:
            self.open(run)
        if changes.reset or changes.state or changes.report:
            self.generate.refresh()
        if (changes.film or changes.report or changes.reset or changes.state) and (run.film or run.report):
            self._draw(changes)

    # ---- drawing

    def _generated(self, result: dict[str, Any], words: str) -> None:
        self._anew = (result, words)
        if self.source.value == ANEW:
            self._draw()
        self.source.value = ANEW

    def _draw(self, changes: Changes | None = None) -> None:
        run = self._run
        if run is None:
            return
        every = Changes(reset=True, film=True, report=True)
        new = changes or every
        anew = self._anew if self.source.value == ANEW else None
        if self.source.value == ANEW and anew is None:
            self.source.value = OWN
            return
        visible(self.none, False)
        visible(self.source, self._anew is not None)
        visible(self.generate.root, True)
        film, report = (anew[0]["film"], anew[0]) if anew else (run.film, run.report)
        about = [f"{anew[1]}." if anew else _state_of(run), _SHOWN_AS.get((film or {}).get("kind", ""), "")]
        self.caption.value = note(" ".join(part for part in about if part))
        if anew and changes is not None:
            return  # what the run says now is not what is shown
        if new.film or new.reset:
            self._draw_film(film)
        if new.report or new.reset:
            self._draw_report(report or {})

    def _draw_film(self, film: dict[str, Any] | None) -> None:
        visible(self.film_card, bool(film))
        if film and self.film.film != film:
            self.film.film = film
        nearest = (film or {}).get("nearest")
        visible(self.near_card, bool(nearest))
        if film and nearest:
            self.near_about.value = _how_near(nearest)
            self.near.items = _pairs(film["frames"][-1], nearest)
            visible(self.near, bool(self.near.items))
            self.near_table.value = "" if self.near.items else _table_of(film["frames"][-1], nearest)

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


def _state_of(run: Following) -> str:
    if run.state.status == "done":
        return "The trained model."
    return f"The model as it was at its last checkpoint; it is now at step {run.state.step}."


def _how_near(found: dict[str, Any]) -> str:
    """The two medians, and what follows from them."""
    pairs = [
        ("Generated, median distance", quantity(found["median"])),
        ("Held out, median distance", quantity(found["held_out"])),
    ]
    ratio = found["median"] / max(found["held_out"], 1e-12)
    says = (
        "Generated samples lie much nearer to the training samples than held-out ones do: they are close to copies."
        if ratio < _COPIES
        else "Generated samples lie further from the training samples than held-out ones do: they are not all like the data."
        if ratio > _FAR
        else "Generated samples lie about as far from the training samples as held-out ones do: no sign of learning by heart."
    )
    return facts(pairs) + note(f"{says} Distance: {found['measure']}.")


def _pairs(frame: dict[str, Any], found: dict[str, Any]) -> list[dict[str, Any]]:
    """Maps in pairs; none for numbers and states, which are better read in a table."""
    if frame["kind"] != "map":
        return []
    near, shape = found["preview"], {"shape": frame["shape"], "layout": frame["layout"]}
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
    """Each generated sample beside its nearest training sample, component by component."""
    near = found["preview"]
    if frame["kind"] == "vector":
        names = [f"{name} / {unit}" if unit else name for name, unit in zip(frame["names"], frame["units"])]
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
        cells = [f"{quantity(a)} <small>{quantity(b)}</small>" for a, b in zip(ours[i], theirs[i])][: len(names)]
        rows.append(("qd-two-lines", [str(i + 1), *cells, quantity(distance)]))
    return table([esc(name) for name in head], rows, "Of each generated sample; below it the nearest training sample")


def _numbers(report: dict[str, Any]) -> str:
    rows = []
    for row in report["numbers"]:
        times = row["value"] / row["floor"] if row["floor"] > 0 else None
        name = f"{row['label']} / {row['unit']}" if row["unit"] else row["label"]
        rows.append(("", [esc(name), quantity(row["value"]), quantity(row["floor"]), quantity(times, 2)]))
    caption = f"{report['n_compared']} generated against as many held-out samples"
    return table(["", "Generated", "Real (floor)", "times the floor"], rows, caption)
