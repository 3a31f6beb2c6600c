"""exercise.toml: what an exercise asks for, and how an answer is judged."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from .places import BOOK, Unresolved

EXERCISES = BOOK / "exercises"
ENDS = ("success", "panic", "triple fault", "time-out")
# What a probe looks at, and what it may want of it.
TARGETS = {
    "register": {"value", "mask"},
    "memory": {"value", "mask", "size"},
    "port": {"value", "mask"},
    "idt": {"type", "dpl", "selector", "present", "handler"},
    "gdt": {"base", "limit", "type", "dpl", "present"},
    "page": {"mapped", "write", "user", "physical"},
    "symbol": {"absent"},
}


@dataclass(frozen=True)
class Check:
    """One boot, what its console and its end have to show, and what is read while it runs."""

    what: str = ""
    args: str = ""
    expect: str | None = None
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    emulator: str = "qemu"
    memory: int = 64
    seconds: float = 30
    variables: dict[str, str] = field(default_factory=dict)
    probe: tuple[dict[str, Any], ...] = ()
    hint: str = ""  # instead of the exercise's, where this is what failed

    @property
    def title(self) -> str:
        return self.what or (f"a boot with `{self.args}`" if self.args else "a plain boot")


@dataclass(frozen=True)
class Exercise:
    chapter: str
    number: int
    title: str
    stars: int
    hint: str
    task: str
    checks: tuple[Check, ...]

    @property
    def directory(self) -> Path:
        return EXERCISES / self.chapter / str(self.number)

    @property
    def script(self) -> Path:
        return self.directory / "grade.py"

    def __str__(self) -> str:
        return f"{self.chapter}-{self.number}"


def _probe(entry: dict[str, Any], place: str) -> dict[str, Any]:
    targets = [name for name in TARGETS if name in entry]
    if len(targets) != 1:
        raise Unresolved(f"{place}: a probe looks at one of {', '.join(TARGETS)}")
    unknown = set(entry) - TARGETS[targets[0]] - {"at", "times", "what", targets[0]}
    if unknown:
        raise Unresolved(f"{place}: a probe of {targets[0]} has no {', '.join(sorted(unknown))}")
    return entry


def _check(entry: dict[str, Any], place: str) -> Check:
    unknown = set(entry) - {item.name for item in fields(Check)}
    if unknown:
        raise Unresolved(f"{place}: a check has no {', '.join(sorted(unknown))}")
    if entry.get("expect", "success") not in ENDS or \
            entry.get("emulator", "qemu") not in ("qemu", "bochs"):
        raise Unresolved(f"{place}: expect is one of {', '.join(ENDS)}, emulator qemu or bochs")
    values = {key: tuple(value) if isinstance(value, list) else value
              for key, value in entry.items()}
    values["probe"] = tuple(_probe(one, place) for one in entry.get("probe", []))
    for pattern in (*values.get("contains", ()), *values.get("lacks", ()),
                    *values.get("order", ())):
        try:
            re.compile(pattern)
        except re.error as error:
            raise Unresolved(f"{place}: {pattern!r}: {error}") from error
    check = Check(**values)
    if not (check.contains or check.lacks or check.order or check.probe or check.expect):
        raise Unresolved(f"{place}: a check wants something")
    return check


def checks(entries: list[dict[str, Any]], place: str) -> tuple[Check, ...]:
    return tuple(_check(entry, place) for entry in entries)


def load(chapter: str, number: int | str) -> Exercise:
    source = EXERCISES / chapter / str(number) / "exercise.toml"
    place = str(source.relative_to(BOOK.parent))
    try:
        table = tomllib.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Unresolved(f"no {place}") from None
    except tomllib.TOMLDecodeError as error:
        raise Unresolved(f"{place}: {error}") from None
    unknown = set(table) - {"title", "stars", "hint", "task", "check"}
    if unknown or not {"title", "stars", "hint"} <= set(table):
        raise Unresolved(f"{place}: wants title, stars, hint; unknown: {sorted(unknown)}")
    if table["stars"] not in (1, 2, 3):
        raise Unresolved(f"{place}: stars is 1, 2 or 3")
    exercise = Exercise(chapter, int(number), table["title"], table["stars"],
                        table["hint"].strip(), table.get("task", "").strip(),
                        checks(table.get("check", []), place))
    if not exercise.checks and not exercise.script.exists():
        raise Unresolved(f"{place}: no [[check]] and no grade.py: nothing judges it")
    for name in ("answer.patch", "wrong.patch"):
        if not (exercise.directory / name).is_file():
            raise Unresolved(f"{place}: no {name} beside it")
    return exercise


def numbers(chapter: str) -> list[int]:
    found = (EXERCISES / chapter).glob("[0-9]*/exercise.toml")
    return sorted(int(path.parent.name) for path in found)
