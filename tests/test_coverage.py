"""What ran is what is counted: lines that a boot is known to run, and not to run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bulkhead import coverage
from bulkhead.machines import Meaning, Qemu
from bulkhead.tree import Tree


def lines_of(tree: Tree, file: str, pattern: str) -> list[int]:
    """Numbers of the lines that match."""
    text = (tree.directory / file).read_text().splitlines()
    return [number for number, line in enumerate(text, 1) if re.search(pattern, line)]


def lines_that_ran(tree: Tree, work: Path, args: str) -> dict[str, coverage.FileCoverage]:
    meaning = Qemu(tree).boot(args).meaning
    assert meaning is (Meaning.PANIC if args else Meaning.SUCCESS)
    addresses = coverage.executed(work, tree.elf)
    return coverage.measure(coverage.line_table(tree.elf, tree.directory), addresses)


@pytest.mark.chapter("ch01")
def test_a_line_counts_when_it_ran(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The panic's words and report: not in a boot that goes well, and in one that panics; both boots
    together have all that either has."""
    monkeypatch.setenv(coverage.VARIABLE, str(tmp_path))
    (asked,) = lines_of(tree, "core/main.c", r"panic\(.asked for")
    (paging,) = lines_of(tree, "hw/boot.S", r"movl +%eax, %cr0")
    (banner,) = lines_of(tree, "core/main.c", r"^ +printf\(.Bulkhead")
    plain = lines_that_ran(tree, tmp_path, "")
    assert asked in plain["core/main.c"].missing
    assert paging in plain["hw/boot.S"].ran and banner in plain["core/main.c"].ran
    assert len(plain["hw/panic.c"].ran) < 4 < len(plain["hw/panic.c"].lines)
    both = lines_that_ran(tree, tmp_path, "panic")
    assert asked in both["core/main.c"].ran
    assert len(both["hw/panic.c"].ran) > 20
    assert all(plain[file].ran <= both[file].ran for file in plain)
    assert not [file for file in both if "/" not in file]
    assert re.search(r"^\d+ of \d+ lines ran: \d+\.\d%$", coverage.report(both), re.MULTILINE)


def test_ranges() -> None:
    assert coverage.ranges([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"
