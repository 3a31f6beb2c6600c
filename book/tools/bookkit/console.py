"""Commands that the reader types: `@@console` blocks, and what they printed when recorded."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import text
from .places import BOOK, Unresolved

CONSOLE = BOOK / "console"
# What the compiler's side of make says: it depends on what was built before.
BUILDING = re.compile(r"^  (CC|AS|LD|AR|HOSTCC|BHC|BLOB|GEN|EMBED|CP|OBJCOPY|HOSTLD|XSD) +\S")
PROMPT = re.compile(r"(\(gdb\) |<bochs:\d+> )")


@dataclass
class Block:
    page: str  # the page's stem
    line: int
    name: str  # its recording's
    commands: list[str]
    typed: dict[int, list[str]] = field(default_factory=dict)  # by the command's number
    show: str = "all"
    status: int = 0
    varies: list[re.Pattern[str]] = field(default_factory=list)
    only_recorded: bool = False  # typed for a recording, and not to compare
    robot: str = ""  # the reason why it is not typed by the robot

    @property
    def recording(self) -> Path:
        return CONSOLE / self.page / f"{self.name}.txt"


def slug(command: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", command.lower()).strip("-")[:40].strip("-") or "command"


def parse(page: str, number: int, command: str, body: Sequence[str], names: set[str]) -> Block:
    """A block whose first line is number `number`; names are those that the page has used."""
    if not command.strip():
        raise Unresolved("@@console COMMAND: which command?")
    name, count = slug(command), 1
    while name in names:
        count += 1
        name = f"{slug(command)}-{count}"
    names.add(name)
    block = Block(page, number, name, [command.strip()])
    for line in body:
        _line(block, line)
    return block


def _line(block: Block, line: str) -> None:
    key, colon, value = line.partition(":")
    value = value.strip()
    if line.startswith("$ "):
        block.commands.append(line[2:].strip())
    elif line.startswith("< ") or line == "<":
        block.typed.setdefault(len(block.commands) - 1, []).append(line[2:])
    elif not line.strip():
        return
    elif colon and key == "show":
        block.show = value
    elif colon and key == "status" and value.isdecimal():
        block.status = int(value)
    elif colon and key == "varies":
        block.varies.append(text.pattern(value))
    elif colon and key == "robot" and value == "when recording":
        block.only_recorded = True
    elif colon and key == "robot" and re.match(r"no, *\S", value):
        block.robot = value.partition(",")[2].strip()
    else:
        raise Unresolved(f"@@console: what is {line!r}?")


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order."""
    names: set[str] = set()
    lines = page.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith("@@console"):
            body = lines[number : end(lines, number)]
            yield parse(page.stem, number, line[len("@@console") :], body, names)


def end(lines: Sequence[str], start: int) -> int:
    """Where the block that begins before `start` has its @@end."""
    for number in range(start, len(lines)):
        if lines[number].strip() == "@@end":
            return number
        if lines[number].startswith("@@"):
            break
    raise Unresolved("@@console has no @@end")


def clean(output: str) -> str:
    """Without what was built before."""
    output = output.replace("\r\n", "\n")
    return "".join(f"{line}\n" for line in output.splitlines() if not BUILDING.match(line))


def answered(output: str, typed: Sequence[str]) -> str:
    """A debugger on a pipe does not echo: what was typed goes behind its prompts."""
    waiting = iter(typed)
    return PROMPT.sub(lambda prompt: prompt[0] + next(waiting, "") + "\n", output)


def split(recording: str) -> list[tuple[str, list[str]]]:
    """A recording as (command, output) pairs; each command's line begins with `$ `."""
    found: list[tuple[str, list[str]]] = []
    for line in recording.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return found


def _chosen(lines: list[str], block: Block) -> list[str]:
    if block.show == "all":
        return lines
    if block.show == "none":
        return []
    _plain, keyed = text.options(text.split(block.show), ("from", "to"))
    if not keyed:
        raise Unresolved(f"show: all, none, from=/regex/ or to=/regex/, not {block.show}")
    first, last = text.span(lines, str(block.recording.relative_to(BOOK.parent)), keyed)
    return lines[first : last + 1]


def rendered(block: Block) -> str:
    """The block as HTML: commands, and what was recorded."""
    if block.robot:
        parts = [(command, []) for command in block.commands]
    elif block.recording.exists():
        parts = split(block.recording.read_text(encoding="utf-8"))
        if [command for command, _ in parts] != block.commands:
            raise Unresolved(f"{block.recording.relative_to(BOOK.parent)} was recorded with other "
                             "commands: make transcripts")
    else:
        raise Unresolved(f"no recording {block.recording.relative_to(BOOK.parent)}: "
                         "make transcripts")
    rows = []
    for number, (command, lines) in enumerate(parts):
        rows.append(f'<kbd class="bh-typed">{html.escape(command, quote=False)}</kbd>')
        if number == len(parts) - 1 or block.show in ("all", "none"):
            lines = _chosen(lines, block)
        rows += [html.escape(line, quote=False) for line in lines]
    return '<pre class="bh-pre bh-console">' + "\n".join(rows) + "\n</pre>"


def minutes() -> dict[str, int]:
    """How long each page's commands took when they were recorded, in minutes, rounded up."""
    return {path.parent.name: int(path.read_text(encoding="utf-8"))
            for path in CONSOLE.glob("*/minutes")}
