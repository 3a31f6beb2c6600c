"""The tests can fail: some bugs of mutants.toml, planted. tests/mutants plants all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkhead import process
from bulkhead.mutants import TESTS, Mutant, Verdict, judge, load_mutants
from bulkhead.tree import find_trees

ALL = load_mutants()
QUICK = [mutant for mutant in ALL if mutant.quick]


@pytest.mark.parametrize("mutant", QUICK, ids=[mutant.id for mutant in QUICK])
def test_quick_mutant_is_caught(mutant: Mutant) -> None:
    judgement = judge(mutant)
    assert judgement.verdict is Verdict.CAUGHT, f"{judgement.verdict.value}\n{judgement.details}"


@pytest.mark.parametrize("mutant", ALL, ids=[mutant.id for mutant in ALL])
def test_mutant_fits_its_chapter(mutant: Mutant, tmp_path: Path) -> None:
    """The text that it replaces is in the source, exactly once, and its tests are there."""
    source = find_trees()[mutant.chapter].directory / mutant.file
    copy = tmp_path / mutant.file
    copy.parent.mkdir(parents=True)
    copy.write_text(source.read_text())
    assert mutant.apply(tmp_path), "the text to replace is not there exactly once"
    assert copy.read_text() != source.read_text()
    assert mutant.tests
    for name in mutant.tests:
        file, _, rest = name.partition("::")
        assert f"def {rest.partition('[')[0]}(" in (TESTS / file).read_text(), name


def test_there_are_mutants_of_every_chapter() -> None:
    assert {mutant.chapter for mutant in ALL} == set(find_trees())
    assert len(QUICK) >= 3


@pytest.mark.parametrize("words", [["--only", "no-such"], ["--no-such"]])
def test_wrong_words_are_refused(words: list[str]) -> None:
    done = process.run([TESTS / "mutants", *words])
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) <= 5 and "mutants:" in done.stderr


def test_list_names_all() -> None:
    done = process.run([TESTS / "mutants", "--list"])
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [m.id for m in ALL]
