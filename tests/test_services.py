"""Interrupt lines, signals, clocks and timers, as partitions find them (services.d/): each checks
what it gets, and ends with less than 0 when something is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bulkhead.attacks import partition_lines, slot_lines
from bulkhead.machines import MACHINES, Meaning
from bulkhead.systems import Partition, System, build_guests, modules
from bulkhead.transcript import TESTS
from bulkhead.tree import Tree

EMULATORS = pytest.mark.parametrize("emulator", ["qemu", "bochs"])
pytestmark = pytest.mark.chapter("final")

LATE_NS = {"qemu": 4_000, "bochs": 60_000}  # a slot's start: the longest hypercall and the switch
KEYBOARD = ('first="0x60" last="0x60"', 'first="0x64" last="0x64"')


def run(tree: Tree, emulator: str, system: System, work: Path) -> str:
    images = build_guests(tree, TESTS / "services.d")
    outcome = MACHINES[emulator](tree).boot(modules=modules(tree, system, images, work))
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    assert not re.search(r"line \d+: not", outcome.console), outcome.console
    return outcome.console


def ended_well(console: str, *names: str) -> None:
    for name in names:
        line = partition_lines(console)[name]
        assert (line.state, line.result, line.faults) == ("finished", 0, 0), console


@EMULATORS
def test_lines_and_signals(tree: Tree, emulator: str, tmp_path: Path) -> None:
    """An edge and a level of the keyboard controller, a neighbour that must not notice, and signals
    in both directions."""
    lines = ('<line number="1"/>', '<line number="12" trigger="level"/>')
    system = System(
        (
            Partition("owner", "owner", ((0, 10_000),), ports=KEYBOARD, children=lines),
            Partition("other", "other", ((10_000, 10_000),)),
            Partition("sender", "sender", ((20_000, 1_000),)),
            Partition("receiver", "receiver", ((21_000, 3_000),)),
        ),
        25_000,
        20,
        signals=(
            '<signal name="answer" from="receiver" to="sender" virq="15"/>',
            '<signal name="poke" from="sender" to="receiver" virq="9"/>',
        ),
    )
    console = run(tree, emulator, system, tmp_path)
    ended_well(console, "owner", "other", "sender", "receiver")
    assert all(slot.most < LATE_NS[emulator] for slot in slot_lines(console)), console
    interrupted = re.search(r"^\[other\].* interrupted for (\d+) ticks", console, re.MULTILINE)
    assert interrupted and int(interrupted[1]) < 60, console


@EMULATORS
def test_clocks_and_timers(tree: Tree, emulator: str, tmp_path: Path) -> None:
    clocks = Partition("clocks", "clocks", ((0, 10_000),), attributes='flush-cache="yes"')
    neighbour = Partition("neighbour", "spin", ((10_000, 2_500),))
    console = run(tree, emulator, System((clocks, neighbour), 12_500, 30), tmp_path)
    ended_well(console, "clocks")
