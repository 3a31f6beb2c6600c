"""Judges a tree against an exercise: boots it, reads the machine, says what fits and what does not."""

from __future__ import annotations

import os
import re
import runpy
import sys
from collections.abc import Sequence
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


@dataclass
class Grader:
    """What was looked at, and what came of it."""

    exercise: Exercise
    tree: Tree
    results: list[tuple[str, str]] = field(default_factory=list)
    consoles: list[str] = field(default_factory=list)
    grub: bool = True  # Bochs boots it as the reader does; the tests have a loader that is sooner done

    @property
    def passed(self) -> bool:
        return bool(self.results) and all(kind == MATCHED for kind, _text in self.results)

    def say(self, kind: str, text: str) -> bool:
        self.results.append((kind, text))
        return kind == MATCHED

    def judge(self, condition: bool, wanted: str, found: str = "") -> bool:
        """One thing that has to hold; `found` says what was there instead."""
        if condition:
            return self.say(MATCHED, wanted)
        return self.say(MISSING, f"{wanted}; found {found}" if found else wanted)

    def refuse(self, condition: bool, unwanted: str) -> bool:
        """One thing that must not be there."""
        return self.say(UNEXPECTED if condition else MATCHED,
                        unwanted if condition else f"no {unwanted}")

    def source(self, name: str) -> str:
        path = self.tree.directory / name
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    def boot(self, args: str = "", *, emulator: str = "qemu", memory: int = 64,
             seconds: float = 30, variables: dict[str, str] | None = None) -> Outcome:
        modules = self.tree.modules(variables)
        how = {"grub": self.grub} if emulator == "bochs" else {}
        outcome = machines.MACHINES[emulator](self.tree).boot(
            args, modules, memory=memory, seconds=seconds, **how)
        self.consoles.append(outcome.console)
        return outcome

    def probe(self, args: str = "", **options: Any) -> Probe:
        """A machine stopped at its beginning, for `with`."""
        return Probe(self.tree, args, **options)


def named(value: Any) -> str:
    return f"{value:#x}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _console(grader: Grader, check: Check, outcome: Outcome) -> None:
    lines = outcome.console.splitlines()
    end = check.expect or "success"
    if check.expect is not None or outcome.meaning.value != end:
        grader.judge(outcome.meaning.value == end, f"ends with {end}", outcome.meaning.value)
    wanted = LAST_LINES.get(outcome.meaning)
    if wanted and outcome.meaning.value == end and machines.last_line(outcome.console) != wanted:
        grader.say(MISSING, f"{wanted!r} as the last line")
    for pattern in check.contains:
        hit = next((line for line in lines if re.search(pattern, line)), None)
        grader.judge(hit is not None, f"a line like {pattern}")
    for pattern in check.lacks:
        hit = next((line for line in lines if re.search(pattern, line)), None)
        grader.say(MATCHED if hit is None else UNEXPECTED,
                   f"no line like {pattern}" if hit is None else f"the line {hit!r}")
    _order(grader, check.order, lines)


def _order(grader: Grader, patterns: Sequence[str], lines: Sequence[str]) -> None:
    at = 0
    for pattern in patterns:
        hit = next((i for i in range(at, len(lines)) if re.search(pattern, lines[i])), None)
        if hit is not None:
            grader.say(MATCHED, f"then a line like {pattern}" if at else f"a line like {pattern}")
            at = hit + 1
        else:
            before = any(re.search(pattern, line) for line in lines)
            grader.say(MISSING, f"a line like {pattern}" + (", but later: it comes too early" if before
                                                            else ""))


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

    def report(title: str, first: int) -> None:
        say(title)
        for kind, line in grader.results[first:]:
            say(f"  {kind:10} {line}")

    try:
        tree.make(f"-j{os.cpu_count() or 1}")
    except BuildError as error:
        grader.say(MISSING, "a tree that builds")
        say(str(error))
        return grader
    for check in exercise.checks:
        first = len(grader.results)
        run_check(grader, check)
        report(check.title, first)
        if first_only and not grader.passed:
            return grader
    if exercise.script.exists():
        first = len(grader.results)
        try:
            runpy.run_path(str(exercise.script))["grade"](grader)
        except ProbeError as error:
            grader.say(MISSING, str(error).splitlines()[0])
        report("the machine's state", first)
    return grader
