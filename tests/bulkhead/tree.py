"""A chapter's directory: ours, or a reader's own."""

from __future__ import annotations

import bisect
import fcntl
import functools
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import process

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / ".cache" / "tests"
USUAL_SYSTEM = "systems/demo.xml"  # of final: what tests boot that ask for no other
ALREADY_BUILT = "BULKHEAD_TESTS_BUILT"  # set by tests/run, so that no test builds again


class BuildError(Exception):
    """A tree does not build; the text is what make said."""


@dataclass(frozen=True)
class Module:
    """A file that the loader passes, and the name under which it passes it."""

    path: Path
    name: str


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds a lock file against other processes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@functools.total_ordering
@dataclass(frozen=True)
class Tree:
    """A directory with the conventions of a chapter, judged as the chapter `chapter`."""

    chapter: str  # "ch01", ..., "final"
    directory: Path

    def __str__(self) -> str:
        return self.chapter

    def __lt__(self, other: Tree) -> bool:
        return chapter_rank(self.chapter) < chapter_rank(other.chapter)

    @property
    def is_ours(self) -> bool:
        return self.directory.parent == REPOSITORY

    @property
    def build(self) -> Path:
        """Our own build directory, so that the tree's build/ stays the reader's."""
        name = self.chapter
        if not self.is_ours:
            name += "-" + hashlib.sha256(bytes(self.directory)).hexdigest()[:12]
        return CACHE / "build" / name

    @property
    def elf(self) -> Path:
        return self.build / "bulkhead.elf"

    def make(self, *words: str, seconds: float = 300) -> str:
        """Runs make in the tree with our build directory; returns what it printed."""
        if (self.directory / USUAL_SYSTEM).exists():  # unless another one is named
            words = (f"SYSTEM={Path(USUAL_SYSTEM).stem}", *words)
        with locked(self.build.with_suffix(".lock")):
            done = process.run(
                ["make", "-s", "-C", self.directory, f"BUILD={self.build}", *words],
                seconds=seconds,
            )
        if done.returncode != 0:
            raise BuildError(
                f"make {' '.join(words)} in {self.directory} ended with status "
                f"{done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    def forget_build(self) -> None:
        """For a directory whose files may have been replaced by older ones, which make misses."""
        with locked(self.build.with_suffix(".lock")):
            shutil.rmtree(self.build, ignore_errors=True)

    def ensure_built(self) -> None:
        if self.elf.exists() and os.environ.get(ALREADY_BUILT):
            return
        self.make(f"-j{os.cpu_count() or 1}")

    def modules(self, variables: Mapping[str, str] | None = None) -> list[Module]:
        """What `make -s modules` lists; the variables go to make, such as SYSTEM=flight."""
        changed = (self.directory / "Makefile").stat().st_mtime_ns
        return list(_modules(self, tuple(sorted((variables or {}).items())), changed))

    @property
    def symbols(self) -> Symbols:
        return _symbols(self.elf, self.elf.stat().st_mtime_ns)


@functools.cache
def _modules(
    tree: Tree, variables: tuple[tuple[str, str], ...], _changed: int
) -> tuple[Module, ...]:
    listing = tree.make("modules", *(f"{key}={value}" for key, value in variables)).strip()
    found = []
    for entry in filter(None, listing.split(",")):
        path, _, name = entry.strip().partition(" ")
        found.append(Module(tree.directory / path, name or Path(path).name))
    return tuple(found)


def copy_build(source: Tree, build: Path, target: Path, target_build: Path) -> None:
    """Copies a tree's build for a copy of its sources, so that make finds nothing to do there: what
    make compares names the directories, and gets the new names without a new date."""
    shutil.copytree(source.build, build)
    names = ((source.build, target_build), (source.directory, target))
    for path in [*build.rglob("*.d"), *build.rglob("flags")]:
        times, text = path.stat(), path.read_text()
        for old, new in names:
            text = text.replace(str(old), str(new))
        path.write_text(text)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


class Symbols:
    """An ELF's symbols, by name and by address (from nm)."""

    def __init__(self, elf: Path) -> None:
        done = process.run(["nm", "-n", elf])
        if done.returncode != 0:
            raise BuildError(f"nm {elf}: {done.stderr}")
        self.address: dict[str, int] = {}
        self._functions: list[tuple[int, str]] = []
        for line in done.stdout.splitlines():
            fields = line.split()
            if len(fields) != 3:
                continue
            value, kind, name = int(fields[0], 16), fields[1], fields[2]
            self.address.setdefault(name, value)
            if kind in "Tt":
                self._functions.append((value, name))

    def __getitem__(self, name: str) -> int:
        return self.address[name]

    def __contains__(self, name: str) -> bool:
        return name in self.address

    def function_at(self, address: int) -> str | None:
        """The function that an address lies in, or behind whose start it lies."""
        place = bisect.bisect_right(self._functions, address, key=lambda entry: entry[0])
        return self._functions[place - 1][1] if place else None


@functools.cache
def _symbols(elf: Path, _modified: int) -> Symbols:
    return Symbols(elf)


def chapter_rank(chapter: str) -> int:
    """The place on the ladder: ch01 is 1, final stands behind all."""
    if chapter == "final":
        return 1000
    match = re.fullmatch(r"ch(\d\d)", chapter)
    if not match:
        raise ValueError(f"{chapter}: a chapter is named ch01, ch02, ... or final")
    return int(match[1])


def chapter_of(directory_name: str) -> str:
    """ch03-idt → ch03."""
    return directory_name.partition("-")[0]


def find_trees() -> dict[str, Tree]:
    """The repository's own chapters, in the ladder's order."""
    makefiles = [*REPOSITORY.glob("ch[0-9][0-9]-*/Makefile"), *REPOSITORY.glob("final/Makefile")]
    trees = (Tree(chapter_of(path.parent.name), path.parent) for path in makefiles)
    return {tree.chapter: tree for tree in sorted(trees)}


def parse_tree(option: str) -> Tree:
    """`--tree ch03=/path/to/mine`."""
    chapter, equals, path = option.partition("=")
    chapter_rank(chapter)
    directory = Path(path).resolve()
    if not equals or not (directory / "Makefile").exists():
        raise ValueError(f"--tree {option}: wanted CHAPTER=DIRECTORY, a directory with a Makefile")
    return Tree(chapter, directory)


def select_trees(options: list[str]) -> dict[str, Tree]:
    """The trees to judge: those named, or all of ours."""
    if not options:
        return find_trees()
    return {tree.chapter: tree for tree in sorted(map(parse_tree, options))}
