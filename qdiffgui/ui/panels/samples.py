"""What was learned: the denoising film, and distributions of generated against held-out samples."""

from __future__ import annotations

from qdiffgui import plots
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.following import Changes, Following
from qdiffgui.ui.markup import box, card, empty, note, title, view, visible
from qdiffgui.ui.widgets import Film, Plot


class Samples(Area):
    """``update`` draws what a poll of the run brought."""

    name = "Samples"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.none = view(empty("Open or start a run: its denoising film appears here with the first checkpoint."))
        self.film = Film(label="Denoising", start="last")
        self.caption = view("")
        self.histograms = Plot(height=420, label="Distributions of generated and held-out samples")
        self.profile = Plot(height=320, label="Mean map, generated and held out")
        self.film_card = card(title("Denoising", "from noise to samples; press play, or drag the time"), self.caption, self.film)
        self.histogram_card = card(title("Distributions", "generated against held out, ratio below"), self.histograms)
        self.profile_card = card(title("Mean profile"), self.profile)
        self.root = box([self.none, self.film_card, self.histogram_card, self.profile_card], "qd-panel")
        self.open(None)

    def open(self, run: Following | None) -> None:
        self.film.film = {}
        visible(self.none, True)
        for part in (self.film_card, self.histogram_card, self.profile_card):
            visible(part, False)

    def update(self, run: Following, changes: Changes) -> None:
        if changes.reset and run.film is None:
            self.open(run)
        if (changes.film or changes.reset) and run.film:
            visible(self.none, False)
            visible(self.film_card, True)
            self.film.film = run.film
        if (changes.film or changes.reset or changes.state) and run.film:
            ended = run.state.status == "done"
            before = f"The model as it was at its last checkpoint; it is now at step {run.state.step}."
            self.caption.value = note("The trained model." if ended else before)
        if (changes.report or changes.reset) and run.report:
            visible(self.none, False)
            self._distributions(run.report)

    def _distributions(self, report: dict) -> None:
        visible(self.histogram_card, bool(report.get("histograms")))
        if report.get("histograms"):
            figure = plots.histograms(report)
            self.histograms.height = int(figure.layout.height or 420)
            self.histograms.show(figure)
        profile = report.get("profile") or {}
        visible(self.profile_card, bool(profile))
        if profile:
            figure = plots.profile(report)
            self.profile.height = int(figure.layout.height or 320)
            self.profile.show(figure)
