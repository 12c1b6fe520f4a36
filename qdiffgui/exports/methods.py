"""A methods paragraph of a run, with the citations of exactly what was used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from qdiffgui import catalog
from qdiffgui._version import __version__
from qdiffgui.errors import UserError
from qdiffgui.evaluation.check_tables import classes_with_weights
from qdiffgui.exports.latex import latex_text
from qdiffgui.exports.write import write_text
from qdiffgui.model_card.citations import SOFTWARE, bibtex, citation_key, measured, used_papers
from qdiffgui.runs.directory import RunDirectory

_ENDINGS = (".tex", ".md")
Text = Callable[[str], str]
Cite = Callable[..., str]


def methods(run: RunDirectory, target: Path | str) -> list[Path]:
    """Write a methods paragraph, and a BibTeX file of what it cites next to it.

    Parameters
    ----------
    run : RunDirectory
        The run. For an unfinished run, the report is computed now, from the last checkpoint.
    target : Path or str
        The file: ``.tex``, or ``.md`` with citations as of pandoc (``[@key]``).

    Returns
    -------
    list of Path
        The paragraph, and the file of the same name ending in ``.bib``.

    Raises
    ------
    UserError
        If the run has no checkpoint yet, the name has another ending, or a file cannot be written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> [path.name for path in exports.methods(run, "methods.tex")]
    ['methods.tex', 'methods.bib']
    """
    from qdiffgui.runs.reports import report_of_run

    target = Path(target)
    if target.suffix not in _ENDINGS:
        raise UserError(f"Expected a methods file ending in .tex or .md; found '{target.name}'.")
    run.require_readable()
    report = report_of_run(run)
    config = run.config().model_dump(mode="json")
    papers = used_papers(config, report)
    sentences = paragraph(
        config, report, papers, n_parameters=run.state().n_parameters, latex=target.suffix == ".tex"
    )
    return [
        write_text(target, sentences + "\n"),
        write_text(target.with_suffix(".bib"), bibtex(papers)),
    ]


def paragraph(
    config: Mapping[str, Any],
    report: Mapping[str, Any],
    papers: Mapping[str, str],
    *,
    n_parameters: int | None,
    latex: bool,
) -> str:
    """The paragraph; it cites each of ``papers`` (``citations.used_papers``) once."""
    waiting = dict(papers)

    def cite(*reasons: str) -> str:
        """Cite the papers that are waiting for one of these reasons; all that are left if empty."""
        keys = [p for p, reason in waiting.items() if not reasons or reason in reasons]
        for key in keys:
            del waiting[key]
        return _cite([citation_key(key) for key in keys], latex)

    plain = latex_text if latex else str
    model, data = config["model"], config["data"]
    sentences = [
        plain(f"We use qdiffgui {__version__}") + _cite([citation_key(SOFTWARE)], latex) + ".",
        _data(data, report, plain, cite),
    ]
    schedule = (model.get("schedule") or {}).get("kind")
    details = [
        f"{n_parameters} parameters" if n_parameters else "",
        f"{model['n_qubits']} qubits" if model.get("n_qubits") else "",
        f"{model['n_layers']} layers" if model.get("n_layers") else "",
        f"the ansatz '{model['ansatz']}'" if model.get("ansatz") else "",
        f"the schedule '{schedule}'" if schedule else "",
    ]
    label = _label(catalog.models, model["kind"])
    words = ", ".join(part for part in details if part)
    names = [
        label,
        *(
            _label(registry, key)
            for registry, key in (
                (catalog.schedules, schedule),
                (catalog.ansatze, model.get("ansatz")),
                (catalog.encodings, model.get("encoding")),
            )
            if key
        ),
    ]
    training = config["training"]
    sentences.append(
        plain(f"The model is {label}")
        + cite(*names)
        + plain(f" with {words}" if words else "")
        + plain(
            f", trained for {training['iterations']} iterations with batches of "
            f"{training['batch_size']} (seed {config['seed']})"
        )
        + "."
    )
    if "PennyLane" in waiting.values():
        sentences.append(
            plain("Circuits are simulated and checked with PennyLane") + cite("PennyLane") + "."
        )
    sentences += _evaluation(report, plain, cite)
    rest = cite()
    if rest:
        sentences.append(plain("Further references:") + rest + ".")
    return "\n".join(sentences)


def _data(data: Mapping[str, Any], report: Mapping[str, Any], plain: Text, cite: Cite) -> str:
    label = _label(catalog.datasets, data["kind"])
    n_test = report.get("n_test")
    held = plain(f"; {n_test} of the samples are held out") if n_test else ""
    if data["kind"] == "qg-jets":
        return (
            plain("The data are quark and gluon jets simulated with PYTHIA 8.3")
            + cite("PYTHIA 8.3")
            + plain(" at generator level, after the recipe of the EnergyFlow data set")
            + cite("recipe of the jets")
            + held
            + "."
        )
    return plain(f"The data are '{label}'") + cite(label) + held + "."


def _evaluation(report: Mapping[str, Any], plain: Text, cite: Cite) -> list[str]:
    labels = [catalog.metrics[key].label for key in measured(report) if key in catalog.metrics]
    found = []
    if labels:
        n = report["rows"][0]["n"] if report.get("rows") else report.get("n_generated")
        found.append(
            plain(
                f"We compare {n} generated samples with as many held-out ones, per class where the "
                f"model is conditioned on it, by {_and(labels)}"
            )
            + cite(*labels)
            + plain(". The floor is the same comparison of training with held-out samples")
            + "."
        )
    judge = report.get("judge")
    if judge:
        found.append(
            plain(f"The classifier is {judge['auc']}, cross-validated in {judge['folds']} folds.")
        )
    tests = report.get("tests")
    if tests:
        n_null = max(test["n_null"] for test in tests)
        found.append(
            plain(
                f"p-values of two-sample tests come from {n_null} random splits of held-out and "
                "training samples"
            )
            + cite("two-sample tests")
            + "."
        )
    if classes_with_weights(report):
        found.append(
            plain("We study the weights p/(1-p) of the classifier")
            + cite("weights of the classifier")
            + plain(", and the amplification factor of the generated sample")
            + cite("amplification")
            + "."
        )
    return found


def _label(registry: Any, key: str | None) -> str:
    return registry[key].label if key in registry else str(key)


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _cite(keys: list[str], latex: bool) -> str:
    if not keys:
        return ""
    return f"~\\cite{{{','.join(keys)}}}" if latex else f" [{'; '.join(f'@{k}' for k in keys)}]"
