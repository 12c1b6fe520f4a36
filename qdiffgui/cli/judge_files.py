"""``qdiffgui evaluate FILE --against FILE``: samples made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qdiffgui.cli import output
from qdiffgui.cli.options import folders_exist
from qdiffgui.cli.show_tests import show_tests


def judge_files(
    files: Sequence[str],
    against: str,
    train: str,
    *,
    label: str,
    n: int,
    emd_radius: float,
    thorough: bool,
    html: Path | None,
    as_json: bool,
) -> None:
    """Compare each file with the reference and print tables and verdicts."""
    from qdiffgui.errors import UserError

    folders_exist(html)
    if html is not None and len(files) > 1:
        raise UserError(f"Expected one file with --html; found {len(files)}.")
    from qdiffgui.sample_api import compare

    reports = [
        compare(
            file,
            against,
            train=train or None,
            n=n,
            label=label,
            emd_radius=emd_radius,
            thorough=thorough,
            progress=False,
        )
        for file in files
    ]
    if html is not None:
        from qdiffgui.exports.comparison_report import comparison_page
        from qdiffgui.exports.write import write_text

        write_text(html, comparison_page(reports[0]))
        output.note(f"Report: {html}")
    if as_json:
        return output.document(reports)
    for report in reports:
        _show(report)


def _show(report: Mapping[str, Any]) -> None:
    from qdiffgui.evaluation.number_format import format_with_error

    for name in report["classes"]:
        rows = [row for row in report["rows"] if row["class"] == name]
        shown = [
            column
            for column in report["columns"]
            if not column["key"].startswith("w1-relative") and rows[0]["values"].get(column["key"])
        ]
        output.table(
            (name, *(row["label"] for row in rows)),
            [
                (
                    f"{c['label']} [{c['unit']}]" if c["unit"] else c["label"],
                    *(
                        format_with_error(row["values"][c["key"]])
                        if row["values"].get(c["key"])
                        else "—"
                        for row in rows
                    ),
                )
                for c in shown
            ],
            title=f"{report['generated']} against {report['reference']}, class {name}: "
            f"{rows[0]['n']} samples on each side",
            right=range(1, len(rows) + 1),
        )
    show_tests(report, report["generated"])
    print(f"{report['generated']}:")
    for sentence in [*report["verdict"], *report["findings"]]:
        print(f"  {sentence}")
    for sentence in report["notes"]:
        print(f"Note: {sentence}")
