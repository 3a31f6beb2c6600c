"""A function that a chapter leaves to the reader before it shows its own.

book/exercises/ch03/0/try.toml names a step and a function. The reader has the step's tree with a stub in
place of the function, writes it, and lets it be judged like an exercise; then the page shows ours.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import exercises, stages
from .places import BOOK, Unresolved

KEYS = {"step", "function", "task", "hint", "stub", "wrong"}


@dataclass(frozen=True)
class Try:
    chapter: str
    step: int
    function: str
    stub: str
    wrong: str
    exercise: exercises.Exercise

    @property
    def command(self) -> str:
        return f"make grade CH={self.chapter} EX=try TREE=path"


def chapters() -> list[str]:
    return sorted(path.parent.parent.name for path in exercises.EXERCISES.glob("ch[0-9][0-9]/0/try.toml"))


def load(chapter: str) -> Try:
    source = exercises.EXERCISES / chapter / "0" / "try.toml"
    place = str(source.relative_to(BOOK.parent))
    try:
        table = tomllib.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Unresolved(f"{chapter} leaves no function to the reader: no {place}") from None
    except tomllib.TOMLDecodeError as error:
        raise Unresolved(f"{place}: {error}") from None
    if set(table) - {"check"} != KEYS:
        raise Unresolved(f"{place}: wants {', '.join(sorted(KEYS))}")
    checks = exercises.checks(table.get("check", []), place)
    exercise = exercises.Exercise(chapter, 0, f"write `{table['function']}`", 2, table["hint"].strip(),
                                  table["task"].strip(), checks)
    if not checks and not exercise.script.exists():
        raise Unresolved(f"{place}: no [[check]] and no grade.py: nothing judges it")
    return Try(chapter, table["step"], table["function"], table["stub"].strip("\n"),
               table["wrong"].strip("\n"), exercise)


def definition(lines: list[str] | tuple[str, ...], function: str) -> tuple[int, int] | None:
    """The lines (from 0) of a function's opening brace and its closing one."""
    for at, line in enumerate(lines):
        if not re.match(rf"[A-Za-z_][\w \*]*\b{function}\(", line) or line.rstrip().endswith(";"):
            continue
        start = next((i for i in range(at, len(lines)) if lines[i] == "{"), None)
        if start is not None:
            return start, next(i for i in range(start, len(lines)) if lines[i] == "}")
    return None


def sources(tree: Path) -> Iterator[Path]:
    yield from sorted(path for path in tree.rglob("*.c") if "build" not in path.relative_to(tree).parts)


def replace(one: Try, tree: Path, body: str) -> Path:
    """Puts another body into the function; the file that it was in."""
    for path in sources(tree):
        lines = path.read_text(encoding="utf-8").split("\n")
        span = definition(lines, one.function)
        if span:
            lines[span[0] + 1 : span[1]] = body.split("\n")
            path.write_text("\n".join(lines), encoding="utf-8")
            return path
    raise Unresolved(f"no function {one.function}() in {tree}: it comes with step {one.step}")


def shown(one: Try) -> tuple[str, list[str]]:
    """The file after the step, and the function's head with the stub as its body."""
    for name, file in stages.trees(one.chapter)[one.step].items():
        span = definition(file.lines, one.function) if name.endswith(".c") else None
        if span:
            head = next(i for i in range(span[0], -1, -1) if re.match(rf".*\b{one.function}\(", file.lines[i]))
            return name, [*file.lines[head : span[0] + 1], *one.stub.split("\n"), "}"]
    raise Unresolved(f"{one.chapter}: no function {one.function} after step {one.step}")


def promise(one: Try) -> list[str]:
    """The comment before its declaration in a header, if it has one."""
    for name, file in stages.trees(one.chapter)[one.step].items():
        for at, line in enumerate(file.lines if name.endswith(".h") else ()):
            if re.match(rf"[A-Za-z_][\w \*]*\b{one.function}\(", line):
                start = at
                while start and file.lines[start - 1].strip():
                    start -= 1
                end = next(i for i in range(at, len(file.lines)) if file.lines[i].rstrip().endswith(";"))
                return list(file.lines[start : end + 1])
    return []
