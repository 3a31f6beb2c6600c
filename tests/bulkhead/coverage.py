"""Which lines of the hypervisor ran: asked of QEMU, about the product as it is built.

QEMU translates code when it first comes to it, and tells what (`-d in_asm`). So a translated
instruction is one that ran, but for what lies behind a fault in the same block. No counters are
compiled in: what is measured is what is shipped, and its times are its own. The debug information
says which lines the instructions belong to. With BULKHEAD_TESTS_COVERAGE=DIR every QEMU that the
tests start adds the instructions that ran to DIR/NAME.txt, where NAME stands for the ELF file.
"""

from __future__ import annotations

import bisect
import functools
import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import process
from .tree import locked

VARIABLE = "BULKHEAD_TESTS_COVERAGE"
BY_TEST = "BULKHEAD_TESTS_LINES"  # the directory that takes, by test, the lines that ran
ROOMS = ("klib", "hw", "core", "virt")
LOG = "translated"  # in a boot's work directory
RUNS_AT = "0xc0100000+0x100000,0x100000+0x1000"  # the image, and its first steps before paging


def name_of(elf: Path) -> str:
    return hashlib.sha256(elf.read_bytes()).hexdigest()[:16]


def wanted() -> Path | None:
    """The directory that takes what ran, if anybody asks."""
    directory = os.environ.get(VARIABLE)
    return Path(directory) if directory else None


def options() -> list[str]:
    """QEMU's, for a boot in a work directory."""
    if not wanted() and not os.environ.get(BY_TEST):
        return []
    return ["-d", "in_asm", "-dfilter", RUNS_AT, "-D", LOG]


def gather(work: Path, elf: Path, sources: Path) -> None:
    """Adds what a boot's log says to what is known of the ELF file."""
    directory, log = wanted(), work / LOG
    by_test, test = os.environ.get(BY_TEST), os.environ.get("PYTEST_CURRENT_TEST")
    if not (directory or by_test) or not log.exists():
        return
    text = log.read_text()
    found = {int(a, 16) for a in re.findall(r"^0x((?:c|0)01[0-9a-f]{5}):", text, re.MULTILINE)}
    log.unlink()
    if by_test and test:
        gather_lines(Path(by_test), test.rpartition(" (")[0], elf, sources, found)
    if not directory:
        return
    place = directory / f"{name_of(elf)}.txt"
    with locked(place.with_suffix(".lock")):
        before = executed(directory, elf)
        if found - before:
            place.write_text("".join(f"{a:x}\n" for a in sorted(before | found)))


@functools.cache
def _rows(elf: Path, sources: Path, _changed: int) -> list[Row]:
    return line_table(elf, sources)


def gather_lines(
    directory: Path, test: str, elf: Path, sources: Path, addresses: set[int]
) -> None:
    """Adds to what is known of a test: the lines that it ran, by file."""
    place = directory / f"{hashlib.sha256(test.encode()).hexdigest()[:20]}.json"
    known = json.loads(place.read_text()) if place.exists() else {}
    rows = _rows(elf, sources, elf.stat().st_mtime_ns)
    for file, entry in measure(rows, addresses).items():
        if entry.ran:
            known[file] = sorted(entry.ran.union(known.get(file, ())))
    place.write_text(json.dumps(known))


def executed(directory: Path, elf: Path) -> set[int]:
    """Addresses of the instructions that ran."""
    place = directory / f"{name_of(elf)}.txt"
    return {int(line, 16) for line in place.read_text().split()} if place.exists() else set()


@dataclass(frozen=True)
class Row:
    """A row of the line table: from this address on, up to the next row's, code of this line."""

    address: int
    file: str
    line: int


def line_table(elf: Path, directory: Path) -> list[Row]:
    """From `objdump -WL`, whose headings name files, the first one of each unit without directory."""
    listing = process.run(["objdump", "-WL", elf]).stdout
    rooms = [path for room in ROOMS for path in sorted((directory / room).rglob("*.[cS]"))]
    sources = [str(path.relative_to(directory)) for path in rooms]
    return parse_line_table(listing, sources)


def _resolve(bare: str, unit: str, sources: list[str]) -> str:
    """A heading without directory is the unit's own file; a later heading may name it whole, and if
    not, only one source has that name."""
    found = re.search(rf"^(?:\./)?(\S+/{re.escape(bare)}):", unit, re.MULTILINE)
    named = [source for source in sources if source.rpartition("/")[2] == bare]
    return found[1] if found else named[0] if named else bare


def parse_line_table(listing: str, sources: list[str]) -> list[Row]:
    rows = []
    for unit in re.split(r"^(?=[\w.-]+:$)", listing, flags=re.MULTILINE)[1:]:
        file = ""
        for text in unit.splitlines():
            heading = re.match(r"^(?:\./)?([\w./-]+):(?:\[\+\+\])?$", text)
            if heading:
                file = heading[1] if "/" in heading[1] else _resolve(heading[1], unit, sources)
                continue
            row = re.match(r"^\S+ +(\d+|-) +0x([0-9a-f]+)", text)
            if row:
                rows.append(Row(int(row[2], 16), file, 0 if row[1] == "-" else int(row[1])))
    return sorted(rows, key=lambda row: row.address)


@dataclass
class FileCoverage:
    """Lines of a file that have code, and those of them that ran."""

    lines: set[int]
    ran: set[int]

    @property
    def missing(self) -> list[int]:
        return sorted(self.lines - self.ran)


def measure(rows: list[Row], addresses: Iterable[int]) -> dict[str, FileCoverage]:
    """By file. A line has run when an instruction of it has."""
    starts = sorted({row.address for row in rows})
    ran_from = set()
    for address in addresses:
        place = bisect.bisect_right(starts, address)
        if place:
            ran_from.add(starts[place - 1])
    result: dict[str, FileCoverage] = {}
    for row in rows:
        if not row.line:
            continue
        entry = result.setdefault(row.file, FileCoverage(set(), set()))
        entry.lines.add(row.line)
        if row.address in ran_from:
            entry.ran.add(row.line)
    return dict(sorted(result.items()))


def ranges(numbers: list[int]) -> str:
    """1-3, 7"""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def report(found: dict[str, FileCoverage]) -> str:
    """A line for each file, and the sum."""
    lines = []
    total = ran = 0
    for file, entry in found.items():
        total, ran = total + len(entry.lines), ran + len(entry.ran)
        share = 100 * len(entry.ran) // len(entry.lines)
        missing = f"   not {ranges(entry.missing)}" if entry.missing else ""
        lines.append(f"  {file:28} {len(entry.ran):5} of {len(entry.lines):5} {share:4}%{missing}")
    share_of_all = f"{100 * ran / total:.1f}" if total else "0"
    lines.append(f"{ran} of {total} lines ran: {share_of_all}%")
    return "\n".join(lines)
