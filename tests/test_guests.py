"""Partitions of the tests' own (guests/*.S) in place of a chapter's: what they find out from
inside, in both emulators. Each ends with 0 or more when all was as it should be."""

from __future__ import annotations

import re

import pytest

from bulkhead.guest import GUESTS, replaced
from bulkhead.machines import MACHINES, Meaning
from bulkhead.tree import Tree

EMULATORS = pytest.mark.parametrize("emulator", ["qemu", "bochs"])
STEP = re.compile(r"^    (?:hypercall|faults|equal) ", re.MULTILINE)  # of guests/mappings.S


def result(tree: Tree, emulator: str, name: str, guests: dict[str, str]) -> int:
    """What a partition ended with."""
    modules = replaced(tree.modules(), guests)
    outcome = MACHINES[emulator](tree).boot(modules=modules)
    found = re.search(rf"^Partition {name} finished with (-?\d+)\.$", outcome.console, re.MULTILINE)
    assert found, outcome.describe()
    assert "PANIC" not in outcome.console
    assert (outcome.meaning is Meaning.SUCCESS) == (int(found[1]) >= 0), outcome.describe()
    return int(found[1])


@EMULATORS
@pytest.mark.since("ch06")
def test_registers_survive_interruptions(tree: Tree, emulator: str) -> None:
    """General registers, flags, segments, x87 and SSE, under slots of others and its own timer."""
    noisy = "hostile" if tree.chapter == "final" else "spinner"
    guests = {"control": "registers", noisy: "noise"}
    assert result(tree, emulator, "control", guests) == 0


@EMULATORS
@pytest.mark.since("ch05")
def test_mappings_are_what_was_asked_for(tree: Tree, emulator: str) -> None:
    """The tables and the TLB agree after each map, protect and unmap."""
    name = "hello" if tree.chapter == "ch05" else "control"
    steps = len(STEP.findall((GUESTS / "mappings.S").read_text()))
    assert steps > 30
    assert result(tree, emulator, name, {name: "mappings"}) == steps
