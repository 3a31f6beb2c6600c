"""Host unit tests: a chapter's pure sources, compiled for the host with sanitizers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from . import process
from .tree import CACHE, Tree, chapter_rank, locked

HOST = Path(__file__).resolve().parents[1] / "host"
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
COMMON = ["gcc", "-std=gnu11", "-g", "-O1", "-fno-omit-frame-pointer", *SANITIZERS]
OF_TESTS = ["-Wall", "-Wextra", "-Wno-format", "-Wno-attributes", "-Wno-unused-function"]
OF_CHAPTERS = ["-w", "-include", "rename.h"]  # 32-bit code warns on 64 bits: judged elsewhere


class CompileError(Exception):
    """A test or a source does not compile for the host."""


@dataclass(frozen=True)
class HostTest:
    """A file of tests/host/, as its head declares it."""

    path: Path
    since: str
    until: str
    sources: tuple[str, ...]
    flags: tuple[str, ...]

    def __str__(self) -> str:
        return self.path.stem

    def judges(self, tree: Tree) -> bool:
        return chapter_rank(self.since) <= chapter_rank(tree.chapter) <= chapter_rank(self.until)


def _words(head: str, key: str, default: str = "") -> tuple[str, ...]:
    """`key: words`, where the words may go on in lines that are indented further."""
    found = re.search(rf"^ \* {key}:((?:.*)(?:\n \*  +.*)*)", head, re.MULTILINE)
    return tuple((found[1] if found else default).replace("\n *", " ").split())


def load_host_tests() -> list[HostTest]:
    tests = []
    for path in sorted(HOST.glob("*.c")):
        head = path.read_text().partition("*/")[0]
        since = _words(head, "since")
        if len(since) != 1:
            raise CompileError(f"{path}: the head comment wants a line `since: chNN`")
        until = _words(head, "until", "final")
        flags = _words(head, "flags")
        tests.append(HostTest(path, since[0], until[0], _words(head, "sources"), flags))
    return tests


def _commands(test: HostTest, tree: Tree) -> list[tuple[list[str], Path]]:
    """How each file is compiled, without -c and -o; our own directories come first."""
    includes = [f"-I{HOST / 'stub'}", f"-I{HOST}", "-isystem", str(tree.directory)]
    common = [*COMMON, f"-ffile-prefix-map={tree.directory}=.", *includes, *test.flags]
    commands = [([*common, *OF_TESTS], test.path)]
    commands += [([*common, *OF_CHAPTERS], tree.directory / name) for name in test.sources]
    return commands


def _checked(command: list[str | Path]) -> str:
    done = process.run(command)
    if done.returncode != 0 or done.stderr:
        raise CompileError(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def build_host_test(test: HostTest, tree: Tree) -> Path:
    """The program. Chapters that share their sources share it: it is named by what is in it."""
    commands = _commands(test, tree)
    digest = hashlib.sha256()
    for flags, path in commands:
        digest.update(_checked([*flags, "-E", "-P", path]).encode())
        digest.update(repr([word for word in flags if str(tree.directory) not in word]).encode())
    program = CACHE / "host" / f"{test}-{digest.hexdigest()[:24]}"
    with locked(program.with_suffix(".lock")):
        if not program.exists():
            _link(commands, program)
    return program


def _link(commands: list[tuple[list[str], Path]], program: Path) -> None:
    objects = []
    for number, (flags, path) in enumerate(commands):
        objects.append(program.with_suffix(f".{number}.o"))
        _checked([*flags, "-c", "-o", objects[-1], path])
    unfinished = program.with_suffix(".new")
    _checked(["gcc", *SANITIZERS, "-o", unfinished, *objects])
    for path in objects:
        path.unlink()
    unfinished.rename(program)
