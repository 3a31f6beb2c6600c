"""The robot reader: types every command of the book, in order, in a clean copy of the repository."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import console
from .console import Block
from .places import ROOT, Unresolved, source_pages

sys.path.insert(0, str(ROOT / "tests"))

from bulkhead import debugging, process, releases, transcript  # noqa: E402
from bulkhead import tree as trees  # noqa: E402

SECONDS = 300.0  # for a block
MARK = "\x1e"
# How a debugger's session ends depends on who is first to notice: QEMU or GDB.
ENDINGS = re.compile(r"^(\[Inferior 1 \(process 1\) (killed|exited .*)\]|Remote (communication error|"
                     r"connection closed).*|\(gdb\) )\n", re.MULTILINE)
END = "BULKHEAD_TYPED"


@dataclass(frozen=True)
class Desk:
    """Where the robot sits: a clean copy of the repository, and a home of its own."""

    repository: Path
    home: Path


def tracked() -> list[str]:
    done = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"],
                          capture_output=True, check=False)
    if done.returncode:
        raise Unresolved("the robot needs a git checkout to copy from")
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


@contextmanager
def desk() -> Iterator[Desk]:
    """A clean copy, as `git clone` would make it, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bulkhead-robot-") as work:
        home = Path(work) / "home"
        copy = home / "bulkhead"
        for name in tracked():
            source, target = ROOT / name, copy / name
            if source.is_file() or source.is_symlink():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)
        quiet = {"cwd": copy, "check": True, "capture_output": True,
                 "env": environment(Desk(copy, home))}
        subprocess.run(["git", "init", "-q", "-b", "main"], **quiet)
        subprocess.run(["git", "add", "-A"], **quiet)
        subprocess.run(["git", "-c", "user.name=reader", "-c", "user.email=reader@localhost",
                        "commit", "-q", "-m", "a copy"], **quiet)
        yield Desk(copy, home)


def environment(where: Desk) -> dict[str, str]:
    kept = {key: value for key, value in process.clean_environment().items()
            if not key.startswith(("GIT_", "BULKHEAD_", "PYTEST")) and key != "DISPLAY"}
    return {**kept, "HOME": str(where.home), "TERM": "dumb", "COLUMNS": "100"}


def script(block: Block) -> str:
    """The block for bash: each command behind a mark, with what is typed to it."""
    lines = []
    for number, command in enumerate(block.commands):
        lines.append(f"printf '{MARK}{number}\\n'")
        typed = block.typed.get(number)
        if typed:
            lines += [f"{{ {command}", f"}} <<'{END}'", *typed, END]
        else:
            lines.append(command)
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Reading:
    """What a block printed, as a recording."""

    block: Block
    text: str
    status: int
    seconds: float

    @property
    def wrong(self) -> list[str]:
        """What differs from the recording, or from the status that was promised."""
        found = []
        if self.status != self.block.status:
            found.append(f"ended with status {self.status}, not {self.block.status}:\n{self.text}")
        path = releases.recording(self.block.recording)
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        listing = transcript.compare(comparable(self.block, old), comparable(self.block, self.text))
        return found + (listing or [])


def read(block: Block, where: Desk) -> Reading:
    """Types one block."""
    started = time.monotonic()
    file = where.home / ".block"
    file.write_text(script(block), encoding="utf-8")
    child = subprocess.Popen(
        ["timeout", "-k", "2", f"{SECONDS:g}", "bash", str(file)], cwd=where.repository,
        env=environment(where), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="backslashreplace", start_new_session=True)
    try:
        output, _ = child.communicate()
    finally:
        process.end_group(child)
    seconds = time.monotonic() - started
    output = re.sub(r"/tmp/bulkhead\.\w{6}/", "/tmp/bulkhead/", output)
    output = output.replace(str(where.repository), "~/bulkhead").replace(str(where.home), "~")
    parts = re.split(rf"^{MARK}\d+\n|{MARK}\d+\n", output)
    rows = []
    for number, command in enumerate(block.commands):
        said = console.clean(parts[number + 1]) if number + 1 < len(parts) else ""
        said = re.sub(r"\n{3,}", "\n\n", said)
        if block.typed.get(number):
            said = re.sub(r"\n*\(gdb\) \n*\Z", "\n", console.answered(said, block.typed[number]))
        rows.append(f"$ {command}\n{said}")
    return Reading(block, "".join(rows), child.returncode, seconds)


def chapter_of(block: Block) -> str:
    """Whose rules apply: the chapter that the commands name, or the page's."""
    for words in (*block.commands, block.page):
        found = re.search(r"\bch\d\d\b", words)
        if found:
            return found[0]
    return "final"


def by_name(text: str) -> str:
    """A backtrace's addresses as the functions that the text itself names below, which it was built
    with: the program that is here now may have them elsewhere."""
    names = dict(re.findall(r"^  (0x[0-9a-f]{8})  (\w+) at \S+$", text, re.MULTILINE))
    return re.sub(r"^  (0x[0-9a-f]{8})$",
                  lambda found: f"  <in {names[found[1]]}>" if found[1] in names else found[0],
                  text, flags=re.MULTILINE)


def comparable(block: Block, text: str) -> str:
    """Without what may differ from run to run."""
    chapter = chapter_of(block)
    tree = trees.find_trees().get(chapter)
    symbols = tree.symbols if tree and tree.elf.exists() else None
    lines = [line for line in text.splitlines(keepends=True)
             if not any(one.search(line) for one in block.varies)]
    text = transcript.normalise(by_name("".join(lines)), chapter, "qemu", symbols, transcript.load_rules())
    text = re.sub(r"\b(Makefile|rules\.mk):\d+", r"\1:N", text)
    tour = debugging.Tour(trees.Tree(chapter, ROOT), "console.gdb")
    return debugging.normalise(ENDINGS.sub("", text), tour)


def readings(pages: list[str] | None = None, recording: bool = False) -> Iterator[Reading]:
    """Reads the book, or some of its pages, from the first command to the last."""
    with desk() as where:
        for page in source_pages():
            if pages and page.stem not in pages:
                continue
            for block in console.blocks(page):
                if not block.robot and (recording or not block.only_recorded):
                    yield read(block, where)


def note_minutes(seconds: dict[str, float]) -> None:
    """Keeps how long each page's commands took, in whole minutes."""
    for page, spent in seconds.items():
        path = console.CONSOLE / page / "minutes"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{max(1, math.ceil(spent / 60))}\n", encoding="utf-8")


def stale() -> list[Path]:
    """Recordings that no block has any more."""
    wanted = {block.recording for page in source_pages() for block in console.blocks(page)}
    return sorted(path for path in console.CONSOLE.glob("*/*.txt")
                  if releases.common(path) not in wanted)
