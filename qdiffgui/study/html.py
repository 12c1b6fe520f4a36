"""A study as one HTML page that needs no network: verdict, tables, figures, methods, citations, provenance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import jinja2
import plotly.graph_objects as go

from qdiffgui import catalog
from qdiffgui.evaluation.number import quantity
from qdiffgui.plots.export import library
from qdiffgui.plots.standalone import as_script
from qdiffgui.scaling.axes import AXES
from qdiffgui.study.figures import sections
from qdiffgui.study.run import Study
from qdiffgui.study.words import law, sentences

METHODS = (
    "Static cost is counted on the built circuit, gate by gate, as PennyLane's specs counts; formulas stand beside it "
    "where the circuit has one, "
    "and are tested against the counts on a grid. Letters: n data qubits, nₐ ancillas, L layers, T steps, B batch, K "
    "classes, S sampling steps, "
    "M measured bases, ε standard error. Costs on hardware count runs only: no error correction, no queue.",
    "Times are medians of CPU seconds of real optimiser steps, on this machine, and were not taken on an idle one "
    "unless the reader saw to it. Laws "
    "are weighted straight lines in ln y; which form fits is said where Akaike's criterion differs by more than 6.",
    "Gradient variances of circuits are over angles uniform on the circle; of ensembles over angles from N(0, 1), where "
    "QuDDPM starts, with 32 "
    "states a batch, one ancilla and clusters of states about |0…0⟩ noised in 20 steps. Nothing was trained before, so "
    "that steps get ideal inputs.",
    "Trainings are short on purpose, all of one table with equally many steps: they say how quality moves with size, "
    "not how good a finished model is.",
)
CITATIONS = (
    "Barren plateaus: McClean et al., arXiv:1803.11173", "Global and local cost: Cerezo et al., arXiv:2001.00550",
    "Expressibility and entangling capability: Sim, Johnson and Aspuru-Guzik, arXiv:1905.10876",
    "Meyer-Wallach measure: quant-ph/0108104", "Parameter-shift rule: arXiv:1811.11184, general form arXiv:2107.12390",
    "State preparation: Möttönen et al., quant-ph/0407010", "QuDDPM: arXiv:2310.05866",
)  # fmt: skip


def page(study: Study) -> str:
    """The page; text of data sets and runs is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("qdiffgui.study", ""), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    named: dict[str, go.Figure] = {}
    parts = []
    for section in sections(study):
        own = {f"figure-{len(named) + k}": figure for k, figure in enumerate(section.figures)}
        ids = [{"id": name, "height": figure.layout.height or 360} for name, figure in own.items()]
        named |= own
        parts.append({"title": section.title, "text": section.text, "figures": ids})
    return environment.get_template("study.html.j2").render(
        study=study, made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), verdict=list(sentences(study)), label=_label(study),
        static=study.static, number=quantity, tables=tables(study), sections=parts, figures=as_script(named), library=library(),
        methods=METHODS, citations=_citations(study), provenance=_provenance(study),
    )  # fmt: skip


def tables(study: Study) -> list[dict[str, Any]]:
    """Fitted laws, gradient variances, expressibility, quality, each under its heading."""
    laws = [(f"time against {AXES[a.axis].label.lower()}", *_laws(a.fit, a.axis)) for a in study.timings if a.fit is not None] + [
        (f"derivative against {AXES[g.axis].label.lower()}", *_laws(g.fit, g.axis)) for g in study.gradients if g.fit is not None
    ]
    laws += [(f"variance, {d.label}, {d.loss}", *_laws(d.whole, "n")) for d in study.decays]
    made = [_table("Fitted laws", ("what", "power law", "chi²/dof", "exponential", "chi²/dof", "which fits"), laws)]
    made.append(_table("Quality at scale", ("trained", "parameters", "training / s", study.judge or "score", "floor", "seeds"), [
        (s.label, quantity(s.n_parameters), f"{s.seconds:.2f}", f"{s.value:.3g} ± {s.error:.2g}", f"{s.floor:.3g}", f"{s.n_seeds}")
        for s in study.scores
    ]))  # fmt: skip
    made.append(_table("Expressibility and entangling capability, 4 qubits",
                       ("ansatz", "layers", "divergence", "Haar floor", "Q", "Q of Haar"), [
        (r.label, f"{r.n_layers}", f"{r.found.divergence:.4f}", f"{r.found.floor:.4f}",
         f"{r.found.entangling:.3f} ± {r.found.entangling_error:.3f}", f"{r.found.entangling_haar:.3f}")
        for r in study.reaches
    ]))  # fmt: skip
    timed = [(AXES[a.axis].label, quantity(t.x), f"{t.seconds * 1e3:.3g} ± {t.error * 1e3:.2g}", f"{t.sample_seconds:.3g}",
              "—" if t.memory is None else f"{t.memory / 2**20:.2g}") for a in study.timings for t in a.timings]  # fmt: skip
    made.append(_table("Measured cost", ("axis", "at", "ms a step", "s for 1000 samples", "MiB a step"), timed))
    return [table for table in made if table["rows"]]


def _laws(fit: Any, symbol: str) -> tuple[str, str, str, str, str]:
    power, exponential = fit.power, fit.exponential
    return (
        law(power, symbol).split(",")[0], f"{power.chi2 / power.dof:.2g}", law(exponential, symbol).split(",")[0],
        f"{exponential.chi2 / exponential.dof:.2g}", fit.better or "undecided",
    )  # fmt: skip


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    return {"title": title, "heads": heads, "rows": rows}


def _label(study: Study) -> str:
    return study.config.name or study.name


def _citations(study: Study) -> list[str]:
    entry = catalog.models[study.config.model.kind]
    own = [f"{entry.label}: {entry.facts['paper']}"] if entry.facts.get("paper") else []
    return own + [c for c in CITATIONS if study.static.quantum and c.split(": ")[-1] not in " ".join(own)]


def _provenance(study: Study) -> list[tuple[str, str]]:
    spent = ", ".join(f"{name} {seconds:.0f}" for name, seconds in study.seconds.items())
    rows = [("data", f"{study.about['data']}, digest {study.about['data_digest']}")]
    rows += [("seeds of the trainings", f"0 to {study.n_seeds - 1}"), ("effort", f"{study.effort:g}"),
             ("CPU seconds", f"{spent}; {sum(study.seconds.values()):.0f} in all")]  # fmt: skip
    rows += list(study.about["versions"].items())
    return rows + [(score.label, ", ".join(score.runs)) for score in study.scores]
