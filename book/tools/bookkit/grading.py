"""Judges a tree against an exercise: boots it, reads the machine, says what fits and what does not."""

from __future__ import annotations

import os
import re
import runpy
import struct
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .exercises import Check, Exercise
from .places import ROOT

sys.path.insert(0, str(ROOT / "tests"))

from bulkhead import machines, x86  # noqa: E402
from bulkhead.boots import LAST_LINES  # noqa: E402
from bulkhead.machines import Outcome  # noqa: E402
from bulkhead.probe import Probe, ProbeError  # noqa: E402
from bulkhead.tree import BuildError, Tree  # noqa: E402

MATCHED, MISSING, UNEXPECTED = "matched", "missing", "unexpected"
CONSOLE_TAIL = 30
LOAD = 1  # PT_LOAD


@dataclass(frozen=True)
class Planted(Tree):
    """A tree whose program is another one than make built: a grader has put code of its own into it."""

    image: Path = Path()

    @property
    def elf(self) -> Path:
        return self.image


def file_offset(image: bytes, address: int) -> tuple[int, int]:
    """Where in an ELF file a virtual address is, and how many bytes of its segment are left."""
    (headers,) = struct.unpack_from("<I", image, 28)
    size, count = struct.unpack_from("<HH", image, 42)
    for i in range(count):
        kind, at, virtual, _, in_file, _ = struct.unpack_from("<6I", image, headers + i * size)
        if kind == LOAD and virtual <= address < virtual + in_file:
            return at + address - virtual, virtual + in_file - address
    raise ProbeError(f"no bytes of the program at {address:#x}")


def plant(image: bytes, code: Mapping[int, bytes]) -> bytes:
    """An ELF file with other bytes at some virtual addresses."""
    planted = bytearray(image)
    for address, data in code.items():
        offset, left = file_offset(image, address)
        if left < len(data):
            raise ProbeError(f"no {len(data)} bytes of the program at {address:#x}")
        planted[offset : offset + len(data)] = data
    return bytes(planted)


# What a failure is about. A hint is about the exercise, so it helps with the last kind alone.
BUILD = "It does not build, so nothing was judged. What the compiler says stands above."
END = "The machine did not end as it should. That comes first: its console says how it ended."
BLANKS = "The words are right. Only blanks or capitals differ, and they count."
ANSWER = ""


@dataclass(frozen=True)
class Failed:
    """What failed first: its check's title, and the console of the check's boot, if it had one."""

    title: str
    console: str = ""


@dataclass
class Grader:
    """What was looked at, and what came of it."""

    exercise: Exercise
    tree: Tree
    results: list[tuple[str, str]] = field(default_factory=list)
    title: str = ""  # of the check that is under way
    consoles: list[str] = field(default_factory=list)  # of that check's boots
    failed: Failed | None = None
    causes: set[str] = field(default_factory=set)
    own_hint: str = ""  # of the first judgement that failed and has one
    grub: bool = True  # Bochs boots it as the reader does; the tests have a loader that is sooner done

    @property
    def passed(self) -> bool:
        return bool(self.results) and all(kind == MATCHED for kind, _text in self.results)

    def say(self, kind: str, text: str, cause: str = ANSWER, hint: str = "") -> bool:
        self.results.append((kind, text))
        if kind != MATCHED:
            self.causes.add(cause)
            self.failed = self.failed or Failed(self.title, self.consoles[-1] if self.consoles else "")
            self.own_hint = self.own_hint or hint
        return kind == MATCHED

    def judge(self, condition: bool, wanted: str, found: str = "", *, cause: str = ANSWER,
              hint: str = "") -> bool:
        """One thing that has to hold; `found` says what was there instead, `hint` what helps where
        the exercise's hint does not."""
        if condition:
            return self.say(MATCHED, wanted)
        return self.say(MISSING, f"{wanted}; found {found}" if found else wanted, cause, hint)

    def advice(self) -> list[str]:
        """What to do next, a paragraph each. The hint only where it is about what went wrong."""
        words = [cause for cause in (BUILD, END, BLANKS) if cause in self.causes]
        if ANSWER in self.causes:
            words.append("A hint: " + " ".join((self.own_hint or self.exercise.hint).split()))
        return words

    def refuse(self, condition: bool, unwanted: str) -> bool:
        """One thing that must not be there."""
        return self.say(UNEXPECTED if condition else MATCHED,
                        unwanted if condition else f"no {unwanted}")

    def source(self, name: str) -> str:
        path = self.tree.directory / name
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    def boot(self, args: str = "", *, emulator: str = "qemu", memory: int = 64,
             seconds: float = 30, variables: dict[str, str] | None = None,
             tree: Tree | None = None) -> Outcome:
        modules = self.tree.modules(variables)
        how = {"grub": self.grub and tree is None} if emulator == "bochs" else {}
        outcome = machines.MACHINES[emulator](tree or self.tree).boot(
            args, modules, memory=memory, seconds=seconds, **how)
        self.consoles.append(outcome.console)
        return outcome

    def program(self, address: int, size: int) -> bytes:
        """Bytes of the program as make built it, fewer where its segment ends."""
        image = self.tree.elf.read_bytes()
        offset, left = file_offset(image, address)
        return image[offset : offset + min(size, left)]

    def boot_planted(self, code: Mapping[int, bytes], **options: Any) -> Outcome:
        """Boots the program with other bytes at some of its addresses."""
        with tempfile.TemporaryDirectory(prefix="bulkhead-") as work:
            image = Path(work) / "bulkhead.elf"
            image.write_bytes(plant(self.tree.elf.read_bytes(), code))
            planted = Planted(self.tree.chapter, self.tree.directory, image)
            return self.boot(tree=planted, **options)

    def line(self, outcome: Outcome, pattern: str) -> re.Match[str] | None:
        """A line that has to be on a console, of a boot that has to end well."""
        found = re.search(pattern, outcome.console, re.MULTILINE)
        if found:
            self.say(MATCHED, f"a line like {pattern}")
        else:
            ended = outcome.meaning.value == "success"
            self.judge(ended, "ends with success", outcome.meaning.value, cause=END)
            _miss(self, pattern, outcome.console.splitlines(), ended, "")
        return found

    def probe(self, args: str = "", **options: Any) -> Probe:
        """A machine stopped at its beginning, for `with`."""
        return Probe(self.tree, args, **options)


def named(value: Any) -> str:
    return f"{value:#x}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _loose(pattern: str) -> re.Pattern[str] | None:
    """The pattern, but blanks may be any number of blanks, and capitals small."""
    loose = re.sub(r"(?:\\? )+[+*?]?", r"\\s*", pattern)
    loose = re.sub(r"^\^", r"^\\s*", re.sub(r"\$$", r"\\s*$", loose))
    try:
        return re.compile(loose, re.IGNORECASE)
    except re.error:  # a blank in brackets
        return None


def _near(pattern: str, lines: Sequence[str]) -> str:
    """A line that fits but for blanks or capitals, else nothing."""
    loose = _loose(pattern)
    return next((line for line in lines if loose and loose.search(line)), "")


def _miss(grader: Grader, pattern: str, lines: Sequence[str], ended: bool, hint: str) -> None:
    near = _near(pattern, lines)
    if near:
        grader.say(MISSING, f"a line like {pattern}; found {near!r}, where blanks or capitals differ",
                   BLANKS)
    else:
        grader.say(MISSING, f"a line like {pattern}", ANSWER if ended else END, hint)


def _console(grader: Grader, check: Check, outcome: Outcome) -> None:
    lines = outcome.console.splitlines()
    end = check.expect or "success"
    ended = outcome.meaning.value == end
    if check.expect is not None or not ended:
        grader.judge(ended, f"ends with {end}", outcome.meaning.value, cause=END)
    wanted = LAST_LINES.get(outcome.meaning)
    if wanted and ended and machines.last_line(outcome.console) != wanted:
        grader.say(MISSING, f"{wanted!r} as the last line", END)
    for pattern in check.contains:
        if any(re.search(pattern, line) for line in lines):
            grader.say(MATCHED, f"a line like {pattern}")
        else:
            _miss(grader, pattern, lines, ended, check.hint)
    for pattern in check.lacks:
        hit = next((line for line in lines if re.search(pattern, line)), None)
        grader.say(MATCHED if hit is None else UNEXPECTED,
                   f"no line like {pattern}" if hit is None else f"the line {hit!r}",
                   hint=check.hint)
    _order(grader, check, lines, ended)


def _order(grader: Grader, check: Check, lines: Sequence[str], ended: bool) -> None:
    at = 0
    for pattern in check.order:
        hit = next((i for i in range(at, len(lines)) if re.search(pattern, lines[i])), None)
        if hit is not None:
            grader.say(MATCHED, f"then a line like {pattern}" if at else f"a line like {pattern}")
            at = hit + 1
        elif any(re.search(pattern, line) for line in lines):
            grader.say(MISSING, f"a line like {pattern}, but later: it comes too early",
                       hint=check.hint)
        else:
            _miss(grader, pattern, lines, ended, check.hint)


def _compare(grader: Grader, name: str, found: dict[str, Any], wanted: dict[str, Any]) -> None:
    for key, value in wanted.items():
        grader.judge(found[key] == value, f"{name}: {key} is {named(value)}", named(found[key]))


def _value(probe: Probe, wanted: dict[str, Any]) -> tuple[str, int]:
    """A register, memory or a port: its name and what is there."""
    if "register" in wanted:
        return str(wanted["register"]).upper(), probe.register(wanted["register"])
    if "memory" in wanted:
        place, size = wanted["memory"], wanted.get("size", 4)
        return f"memory at {named(place)}", int.from_bytes(probe.read(place, size), "little")
    return f"port {wanted['port']:#x}", probe.port8(wanted["port"])


def _table(probe: Probe, wanted: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """An entry of a table or a page: its name and its fields."""
    if "idt" in wanted:
        gates, number = probe.idt(), wanted["idt"]
        if number >= len(gates):
            return f"gate {number}", dict.fromkeys(("type", "dpl", "selector", "handler"), "none") \
                | {"present": False}
        gate = gates[number]
        return f"gate {number}", {"type": gate.type, "dpl": gate.dpl, "selector": gate.selector,
                                  "present": gate.present,
                                  "handler": probe.symbols.function_at(gate.offset)}
    if "gdt" in wanted:
        segments, number = probe.gdt(), wanted["gdt"]
        if number >= len(segments):
            return f"descriptor {number}", dict.fromkeys(("base", "limit", "type", "dpl"), "none") \
                | {"present": False}
        segment = segments[number]
        return f"descriptor {number}", {key: getattr(segment, key) for key in
                                        ("base", "limit", "type", "dpl", "present")}
    address = probe.address(wanted["page"])
    page = next((page for page in probe.mappings() if page.virtual <= address < page.end), None)
    if page is None:
        return f"the page at {address:#x}", dict.fromkeys(("write", "user", "physical"), "none") \
            | {"mapped": False}
    return f"the page at {address:#x}", {
        "mapped": True, "write": bool(page.flags & x86.WRITE), "user": page.user,
        "physical": page.physical + ((address - page.virtual) & ~0xFFF)}


def _probe(grader: Grader, probe: Probe, wanted: dict[str, Any]) -> None:
    if "symbol" in wanted:
        there, absent = wanted["symbol"] in probe.symbols, wanted.get("absent", False)
        grader.judge(there != absent, f"{'no' if absent else 'a'} symbol {wanted['symbol']}")
        return
    if "at" in wanted:
        probe.run_to(wanted["at"], times=wanted.get("times", 1))
    place = wanted.get("what") or f"at {wanted.get('at', 'reset')}"
    if {"register", "memory", "port"} & set(wanted):
        name, value = _value(probe, wanted)
        mask = wanted.get("mask", 0xFFFFFFFF)
        found, right = value & mask, wanted["value"] & mask
        bits = f" (bits {mask:#x})" if "mask" in wanted else ""
        grader.judge(found == right, f"{place}: {name} is {right:#x}{bits}", f"{found:#x}")
        return
    name, fields = _table(probe, wanted)
    keys = set(fields) & set(wanted)
    _compare(grader, f"{place}: {name}", fields, {key: wanted[key] for key in sorted(keys)})


def run_check(grader: Grader, check: Check) -> None:
    if check.contains or check.lacks or check.order or check.expect or not check.probe:
        outcome = grader.boot(check.args, emulator=check.emulator, memory=check.memory,
                              seconds=check.seconds, variables=check.variables)
        _console(grader, check, outcome)
    if check.probe:
        modules = grader.tree.modules(check.variables)
        try:
            with Probe(grader.tree, check.args, modules, memory=check.memory,
                       seconds=check.seconds) as probe:
                for wanted in check.probe:
                    _probe(grader, probe, wanted)
        except ProbeError as error:
            grader.say(MISSING, str(error).splitlines()[0])


def grade(
    exercise: Exercise, tree: Tree, say: Any = None, *, first_only: bool = False, grub: bool = True
) -> Grader:
    """Builds the tree and judges it; `say` gets each line of the report.

    With first_only it ends with the first check that does not fit.
    """
    say = say or (lambda _line: None)
    grader = Grader(exercise, tree, grub=grub)

    def begin(title: str) -> int:
        grader.title = title
        grader.consoles.clear()
        say(title)
        return len(grader.results)

    def report(first: int) -> None:
        for kind, line in grader.results[first:]:
            say(f"  {kind:10} {line}")

    grader.title = "the build"
    try:
        tree.make(f"-j{os.cpu_count() or 1}")
    except BuildError as error:
        grader.say(MISSING, "a tree that builds", BUILD)
        say(str(error))
        return grader
    for check in exercise.checks:
        first = begin(check.title)
        run_check(grader, check)
        report(first)
        if first_only and not grader.passed:
            return grader
    if exercise.script.exists():
        first = begin("the machine's state")
        try:
            runpy.run_path(str(exercise.script))["grade"](grader)
        except ProbeError as error:
            grader.say(MISSING, str(error).splitlines()[0])
        report(first)
    return grader
