"""The Python interface to samples made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qdiffgui.errors import UserError
from qdiffgui.progress import shown_progress
from qdiffgui.runs.threads import quiet_environment


def compare(
    generated: Any,
    reference: Any,
    *,
    train: Any = None,
    n: int = 5000,
    label: str = "",
    seed: int = 0,
    emd_radius: float = 1.0,
    thorough: bool = False,
    html: Path | str | None = None,
    progress: bool | None = None,
) -> dict[str, Any]:
    """Judge samples made elsewhere: compare them with reference samples by every metric that fits.

    Parameters
    ----------
    generated : str, Path, array, mapping or content
        The samples. A file in any format that ``qdiffgui check-data`` reads; an array ``(n,
        n_particles, 3)`` of jets (eta, phi in rad relative to the axis, and pT, 0 for padding),
        ``(n, height, width)`` of images, ``(n, d)`` of features, or complex ``(n, 2**q)`` of
        quantum states; a mapping of observables to arrays ``(n,)``; or loaded content such as
        ``qdiffgui.data.types.Jets``.
    reference : str, Path, array, mapping or content
        Samples that no model was trained on; also the key of a data set, such as ``"qg-jets"``,
        half of which is then the reference and the other half the training samples.
    train : str, Path, array, mapping or content, optional
        Training samples of the model: for the floor (training against reference) and the trivial
        generators. Without them, the floor compares two halves of the reference.
    n : int
        Largest number of samples of a class on each side. All distances are computed at equal
        numbers; compare values of equal ``n`` only.
    label : str
        Compare with this class of the reference only. By default, classes that all files name are
        compared separately.
    seed : int
        Seed of the choice of samples, the trivial generators and the errors.
    emd_radius : float
        R of the energy mover's distance, rad; 1 is the default of JetNet.
    thorough : bool
        Also check with other classifiers, calibration, reweighting, tails and amplification.
    html : Path or str, optional
        Also write the report to this file, as a page that works offline.
    progress : bool, optional
        Whether to show a progress bar. Default: in a terminal or a notebook.

    Returns
    -------
    dict
        The report as plain data, as of ``evaluate``. ``"verdict"`` is a list of sentences,
        ``"columns"`` the metrics, ``"rows"`` one entry per generator and class; the row with
        ``"key" == "model"`` is that of the samples. With a floor, ``"tests"``, ``"mismodeling"``
        and ``"findings"`` are as of ``evaluate``.

    Raises
    ------
    DataError
        If the samples cannot be read or cannot be compared; the message says why.
    UserError
        If ``n`` is too small or the page cannot be written.

    Examples
    --------
    >>> import numpy as np
    >>> import qdiffgui
    >>> rng = np.random.default_rng(0)
    >>> train, held_out = rng.normal(size=(2, 400, 2))
    >>> report = qdiffgui.compare(rng.normal(0.5, 1, (400, 2)), held_out, train=train)
    >>> [row["label"] for row in report["rows"]][:3]
    ['generated', 'Floor', 'All zero']
    >>> auc = {row["key"]: row["values"]["auc"]["value"] for row in report["rows"]}
    >>> auc["model"] > auc["floor"]
    True
    """
    if n < 30:
        raise UserError(f"Expected n of 30 or more; found {n}.")
    with quiet_environment(), shown_progress(progress, "comparing", "report"):
        from qdiffgui.evaluation.samples.report import compare_samples
        from qdiffgui.evaluation.samples.source import read_samples
        from qdiffgui.evaluation.shown_report import Report

        report = Report(
            compare_samples(
                read_samples(generated, name="generated"),
                read_samples(reference, name="reference"),
                None if train is None else read_samples(train, name="training"),
                n=n,
                label=label,
                seed=seed,
                emd_radius=emd_radius,
                thorough=thorough,
            )
        )
    if html is not None:
        from qdiffgui.exports.comparison_report import comparison_page
        from qdiffgui.exports.write import write_text

        write_text(html, comparison_page(report))
    return report
