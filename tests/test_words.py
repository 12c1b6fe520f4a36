"""The glossary holds: no retired word in the package, its documents, or the README."""

from __future__ import annotations

from tests import words


def test_no_retired_word_is_left() -> None:
    found = words.hits()
    assert not found, "\n".join(map(str, found))


def test_a_retired_word_is_found_in_prose_but_not_in_a_key(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(words, "ROOT", tmp_path)
    (tmp_path / "module.py").write_text(
        '# a figure of merit\nNAMES = {"figures": f"figures/{1}"}\nTEXT = "AUC .5 towards it"\n'
    )
    found = [hit.word for hit in words.hits(("module.py",))]
    assert sorted(found) == [".5", "figure", "figure of merit", "of merit", "towards"]
