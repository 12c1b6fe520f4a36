"""A scaling study as one HTML page that works offline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qdiffgui import catalog
from qdiffgui.evaluation.number_format import format_number, format_value
from qdiffgui.exports.report_page import ReportTable, render_report
from qdiffgui.studies.formula_letters import LETTERS
from qdiffgui.studies.scaling import capacity
from qdiffgui.studies.scaling.axes import AXES
from qdiffgui.studies.scaling.cost_table import StaticCost
from qdiffgui.studies.scaling.report_plots import sections
from qdiffgui.studies.scaling.result import ScalingStudy
from qdiffgui.studies.scaling.verdict import describe_law

METHODS = (
    "Static costs are counted on the built circuit, gate by gate, as PennyLane's specs counts "
    "them. Formulas are given where they exist and are tested against the counts on a grid. "
    "Symbols: n data qubits, nₐ ancillas, L layers, T diffusion steps, B batch size, K classes, S "
    "sampling steps, M measured bases, ε standard error. Hardware costs count circuit runs only, "
    "without error correction or queues.",
    "Times are medians of the CPU time of optimizer steps on this machine, which may not have been "
    "idle. Laws are weighted straight-line fits to ln y. A form is preferred only if Akaike's "
    "criterion differs by more than 6.",
    "Gradient variances of circuits use angles that are uniform on the circle. Those of ensembles "
    "use angles from N(0, 1), where QuDDPM starts, with 32 states per batch, one ancilla, and "
    "clusters of states around |0…0⟩ that are noised in 20 steps. Nothing was trained before, so "
    "each step gets ideal inputs.",
    "Training runs are short on purpose and all have the same number of steps. They show how "
    "quality changes with size, not the quality of a fully trained model.",
)
CITATIONS = (
    "Barren plateaus: McClean et al., arXiv:1803.11173",
    "Global and local cost: Cerezo et al., arXiv:2001.00550",
    "Expressibility and entangling capability: Sim, Johnson and Aspuru-Guzik, arXiv:1905.10876",
    "Meyer-Wallach measure: quant-ph/0108104",
    "Parameter-shift rule: arXiv:1811.11184, general form arXiv:2107.12390",
    "State preparation: Möttönen et al., quant-ph/0407010",
    "QuDDPM: arXiv:2310.05866",
)


def scaling_page(study: ScalingStudy) -> str:
    """The HTML page of a scaling study; all text of data sets and runs is escaped."""
    return render_report(
        "qdiffgui.studies.scaling",
        "scaling.html.j2",
        title=f"{study.config.name or study.name}: scaling",
        summary=study.verdict,
        sections=sections(study),
        methods=METHODS,
        notes=study.notes,
        citations=_citations(study),
        provenance=_provenance(study),
        study=study,
        static=study.static,
        symbols=[
            f"{LETTERS.get(name, name)} = {format_number(value)}"
            for name, value in study.static.symbols.items()
        ],
        static_tables=_static_tables(study.static),
        tables=tables(study),
    )


def _static_tables(static: StaticCost) -> list[ReportTable]:
    return [
        ReportTable(
            ("quantity", "count", "formula", "note"),
            [
                (row.label, f"{format_number(row.value)} {row.unit}".strip(), row.formula, row.note)
                for row in group.rows
            ],
            title=group.title,
            text_columns=(0, 2, 3),
        )
        for group in static.groups
    ]


def tables(study: ScalingStudy) -> list[ReportTable]:
    """Fitted laws, quality, expressibility and measured cost; empty tables are left out."""
    laws = [
        (f"time versus {AXES[a.axis].label.lower()}", *_laws(a.law, a.axis))
        for a in study.timings
        if a.law is not None
    ] + [
        (f"derivative versus {AXES[g.axis].label.lower()}", *_laws(g.fit, g.axis))
        for g in study.gradients
        if g.fit is not None
    ]
    laws += [(f"variance, {d.label}, {d.loss}", *_laws(d.whole, "n")) for d in study.decays]
    made = [
        _table(
            "Fitted laws",
            ("quantity", "power law", "χ²/dof", "exponential", "χ²/dof", "better fit"),
            laws,
        )
    ]
    made.append(
        _table(
            "Quality at scale",
            ("model", "parameters", "training time / s", study.judge or "score", "floor", "seeds"),
            [
                (
                    s.label,
                    format_number(s.n_parameters),
                    f"{s.seconds:.2f}",
                    format_value(s.value, s.error),
                    f"{s.floor:.3g}",
                    f"{s.n_seeds}",
                )
                for s in study.scores
                if s.axis not in (capacity.CIRCUIT, capacity.NETWORK)
            ],
        )
    )
    made.append(_capacity_table(study))
    made.append(
        _table(
            "Expressibility and entangling capability, 4 qubits",
            ("ansatz", "layers", "divergence", "Haar floor", "Q", "Q of Haar-random states"),
            [
                (
                    r.label,
                    f"{r.n_layers}",
                    f"{r.found.divergence:.4f}",
                    f"{r.found.floor:.4f}",
                    format_value(r.found.entangling, r.found.entangling_error),
                    f"{r.found.entangling_haar:.3f}",
                )
                for r in study.reaches
            ],
        )
    )
    timed = [
        (
            AXES[a.axis].label,
            format_number(t.x),
            format_value(t.seconds * 1e3, t.error * 1e3),
            f"{t.sample_seconds:.3g}",
            "—" if t.memory is None else f"{t.memory / 2**20:.2g}",
        )
        for a in study.timings
        for t in a.timings
    ]
    made.append(
        _table(
            "Measured cost",
            ("axis", "value", "step / ms", "1000 samples / s", "memory per step / MiB"),
            timed,
        )
    )
    return [table for table in made if table.rows]


def _capacity_table(study: ScalingStudy) -> ReportTable:
    judge, loss = study.judge or "score", "held-out loss"
    rows = []
    for pair in capacity.pairs(study.scores):
        values = [format_value(s.value, s.error) for s in pair]
        losses = ["—" if s.loss is None else format_value(s.loss, s.loss_error) for s in pair]
        rows.append((f"{pair[0].x:g}", *values, *losses, f"{pair[0].n_seeds}"))
    heads = [f"{name}, {what}" for what in (judge, loss) for name in ("circuit", "network")]
    return _table("Capacity", ("parameters", *heads, "seeds"), rows)


def _laws(fit: Any, symbol: str) -> tuple[str, str, str, str, str]:
    power, exponential = fit.power, fit.exponential
    return (
        describe_law(power, symbol).split(",")[0],
        f"{power.chi2 / power.dof:.2g}",
        describe_law(exponential, symbol).split(",")[0],
        f"{exponential.chi2 / exponential.dof:.2g}",
        fit.better or "undecided",
    )


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> ReportTable:
    return ReportTable(heads, rows, title)


def _citations(study: ScalingStudy) -> list[str]:
    entry = catalog.models[study.config.model.kind]
    own = [f"{entry.label}: {entry.facts['paper']}"] if entry.facts.get("paper") else []
    return own + [
        c for c in CITATIONS if study.static.quantum and c.split(": ")[-1] not in " ".join(own)
    ]


def _provenance(study: ScalingStudy) -> list[tuple[str, str]]:
    spent = ", ".join(f"{name} {seconds:.0f}" for name, seconds in study.seconds.items())
    rows = [("data", f"{study.about['data']}, digest {study.about['data_digest']}")]
    rows += [
        ("training seeds", f"0 to {study.n_seeds - 1}"),
        ("effort", f"{study.effort:g}"),
        ("CPU seconds", f"{spent}; total {sum(study.seconds.values()):.0f}"),
    ]
    rows += list(study.about["versions"].items())
    return rows + [(score.label, ", ".join(score.runs)) for score in study.scores]
