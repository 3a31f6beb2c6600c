"""Which changed hunks between two chapters the later one's page shows.

A hunk is what `git diff -U0 --histogram` makes; a new file is cut into pieces at its blank lines
before column 0. It is shown if listings, changes or mechanical declarations of the page cover all
its lines that are not blank.
"""

from __future__ import annotations

import fnmatch
import functools
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from . import text
from .places import BOOK, ROOT, Unresolved, before, directory

SKIPPED = ("build", ".git", "__pycache__")
NEUTRAL = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_DIFF_OPTS": ""}
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True)
class Hunk:
    """Changed lines, counted from 1; a count of 0 with the line before them."""

    file: str  # within the chapter
    old: tuple[int, int]  # start, count
    new: tuple[int, int]

    @property
    def place(self) -> str:
        return f"{self.file}:{self.new[0] if self.new[1] else self.old[0]}"


@dataclass
class Shown:
    """What a page shows, by file name from the root."""

    lines: dict[str, set[int]] = field(default_factory=dict)
    mechanical: list[tuple[str, str, int]] = field(default_factory=list)  # file, reason, lines

    def add(self, name: str, first: int, last: int) -> None:
        self.lines.setdefault(name, set()).update(range(first, last + 1))


def files(chapter: str | None) -> dict[str, Path]:
    """Every file of a chapter, by its name within it."""
    if chapter is None:
        return {}
    top = directory(chapter)
    found = {}
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in SKIPPED]
        for name in names:
            path = Path(folder, name)
            found[path.relative_to(top).as_posix()] = path
    return dict(sorted(found.items()))


def git_diff(old: Path | None, new: Path | None, context: int, name: str = "") -> list[str]:
    """The lines of git's difference of two files, from its first `@@`."""
    command = ["git", "diff", "--no-index", f"-U{context}", "--histogram", "--no-renames",
               "--no-color", "--no-ext-diff", "--no-textconv", "--",
               str(old or "/dev/null"), str(new or "/dev/null")]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(command, capture_output=True, check=False, env=clean | NEUTRAL)
    if done.returncode > 1:
        raise Unresolved(f"git diff fails on {name}: {done.stderr.decode(errors='replace')}")
    lines = done.stdout.decode(errors="replace").split("\n")[:-1]
    start = next((i for i, line in enumerate(lines) if line.startswith("@@")), len(lines))
    return lines[start:]


def pieces(path: Path) -> list[tuple[int, int]]:
    """A new file's pieces: (start, count), cut where a blank line stands before column 0."""
    lines = text.read(path)
    starts = [0] + [i + 1 for i in range(len(lines) - 1)
                    if not lines[i].strip() and re.match(r"[^\s}]", lines[i + 1])]
    ends = starts[1:] + [len(lines)]
    return [(start + 1, end - start) for start, end in zip(starts, ends) if end > start]


def hunks_of(name: str, old: Path | None, new: Path | None) -> list[Hunk]:
    if old is None and new is not None:
        return [Hunk(name, (0, 0), piece) for piece in pieces(new)]
    if new is None and old is not None:
        return [Hunk(name, (1, len(text.read(old))), (0, 0))]
    found = []
    for line in git_diff(old, new, 0, name):
        match = HUNK.match(line)
        if match:
            numbers = [int(value) if value is not None else 1 for value in match.groups()]
            found.append(Hunk(name, (numbers[0], numbers[1]), (numbers[2], numbers[3])))
    return found


@functools.cache
def hunks(chapter: str) -> tuple[Hunk, ...]:
    """Everything that a chapter changed."""
    old, new = files(before(chapter)), files(chapter)
    found: list[Hunk] = []
    for name in sorted({*old, *new}):
        if name in old and name in new and old[name].read_bytes() == new[name].read_bytes():
            continue
        found += hunks_of(name, old.get(name), new.get(name))
    return tuple(found)


def directives(page: Path) -> list[tuple[int, list[str]]]:
    """The page's directives, split; those outside fences. A bad one is reported elsewhere."""
    found = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("@@"):
            found.append((number, text.split(line[2:])))
    return found


def expand_pattern(name: str, chapter: str) -> list[str]:
    """The files that a name or a pattern means, in this chapter or, dropped, in the one before."""
    earlier = before(chapter)
    known = {f"{directory(chapter).name}/{name}" for name in files(chapter)}
    if earlier:
        known |= {f"{directory(earlier).name}/{name}" for name in files(earlier)}
    return sorted(fnmatch.filter(known, name))


def mechanical(words: list[str], chapter: str) -> list[tuple[str, str, int, int]]:
    """@@mechanical FILE "reason" from= to=: (file, reason, first, last) from line 1."""
    plain, keyed = text.options(words, ("from", "to"))
    if len(plain) != 2:
        raise Unresolved('@@mechanical takes a file and a reason, such as "new source files"')
    names = expand_pattern(plain[0], chapter)
    if not names:
        raise Unresolved(f"no file {plain[0]} in {chapter} or the chapter before")
    if keyed and len(names) > 1:
        raise Unresolved("from= and to= are for one file")
    made = []
    for name in names:
        lines = text.read(ROOT / name)
        first, last = text.span(lines, name, keyed)
        made.append((name, plain[1], first + 1, last + 1))
    return made


def shown_by(page: Path, chapter: str) -> Shown:
    shown = Shown()
    for _number, (kind, *words) in directives(page):
        try:
            if kind in ("listing", "change"):
                path, _title, first, last, _lines = text.listing(words)
                shown.add(path.relative_to(ROOT).as_posix(), first + 1, last + 1)
            elif kind == "mechanical":
                for name, reason, first, last in mechanical(words, chapter):
                    shown.add(name, first, last)
                    shown.mechanical.append((name, reason, last - first + 1))
        except Unresolved:
            continue
    return shown


def is_shown(hunk: Hunk, chapter: str, shown: Shown) -> bool:
    new = directory(chapter)
    lines = shown.lines.get(f"{new.name}/{hunk.file}", set())
    if hunk.new[1]:
        content = text.read(new / hunk.file)
        wanted = range(hunk.new[0], hunk.new[0] + hunk.new[1])
        return all(number in lines for number in wanted if content[number - 1].strip())
    if {hunk.new[0], hunk.new[0] + 1} & lines:  # taken away: the lines around it are shown
        return True
    earlier = before(chapter)
    assert earlier is not None
    gone = shown.lines.get(f"{directory(earlier).name}/{hunk.file}", set())
    return all(number in gone for number in range(hunk.old[0], hunk.old[0] + hunk.old[1]))


@dataclass(frozen=True)
class Coverage:
    chapter: str
    total: int
    missing: tuple[Hunk, ...]
    mechanical: tuple[tuple[str, str, int], ...]

    @property
    def percent(self) -> int:
        """Rounded down: 100 is all."""
        return 100 if not self.total else 100 * (self.total - len(self.missing)) // self.total


def coverage(chapter: str, page: Path | None = None) -> Coverage:
    shown = shown_by(page or BOOK / f"{chapter}.md", chapter)
    every = hunks(chapter)
    missing = tuple(hunk for hunk in every if not is_shown(hunk, chapter, shown))
    return Coverage(chapter, len(every), missing, tuple(shown.mechanical))
