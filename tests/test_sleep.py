"""Sleeping until an interrupt: none may come between the test and `hlt`, or nothing wakes us."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bulkhead import process
from bulkhead.machines import Meaning
from bulkhead.probe import Probe
from bulkhead.tree import Tree

StartProbe = Callable[..., Probe]

LINKED_HIGH = 0xC0000000  # below: the first instructions, which stop for good if the CPU is too old
IF = 0x200


def sleeps(tree: Tree) -> list[tuple[int, str]]:
    """Each `hlt` of the program, and the instruction in front of it."""
    done = process.run(["objdump", "-d", "--no-show-raw-insn", tree.elf])
    assert done.returncode == 0, done.stderr
    code = re.findall(r"^ *([0-9a-f]+):\t(\w+)", done.stdout, re.MULTILINE)
    return [(int(at, 16), before) for (_, before), (at, name) in zip(code, code[1:]) if name == "hlt"
            and int(at, 16) >= LINKED_HIGH]


def sleep_in(machine: Probe) -> tuple[int, int]:
    """Where a loop that tested something goes to sleep, its `sti`, or its `hlt` if it has none; and
    the instruction behind the sleep."""
    found = [(at - (before == "sti"), at + 1) for at, before in sleeps(machine.tree) if before != "cli"]
    assert len(found) == 1, f"{len(found)} places that sleep"
    return found[0]


@pytest.mark.since("ch01")
def test_every_hlt_has_its_companion(tree: Tree) -> None:
    """`sti; hlt` sleeps until an interrupt, `cli; hlt` for ever. In front of any other `hlt` there is a
    place where an interrupt can slip in."""
    found = sleeps(tree)
    assert found, "where does power_off() stop?"
    assert {before for _at, before in found} <= {"sti", "cli"}, found
    forever = {tree.symbols.function_at(at) for at, before in found if before == "cli"}
    assert forever <= {"power_off", "restart"}, forever


def let_time_pass(machine: Probe, clocks: int) -> None:
    """Held where it is, the machine measures so many clocks of the PIT's other channel."""
    assert machine.call("pit_measure", clocks, 0, 0) > 0


@pytest.mark.chapter("ch03")
def test_a_tick_before_the_sleep_is_not_lost(probe: StartProbe) -> None:
    """The tick becomes due between the test and `hlt`. It has to end the sleep; a sleep that missed it
    lasts until the next tick, and then two have come."""
    machine = probe()
    place, awake = sleep_in(machine)
    machine.run_to(place, times=3)
    ticks = machine.read_u32("ticks")
    let_time_pass(machine, 25000)  # 20 ms: a tick is due, whenever the last one was
    machine.run_to(awake)
    assert machine.read_u32("ticks") == ticks + 1


@pytest.mark.since("ch06")
def test_a_slot_that_is_due_before_the_sleep_is_not_lost(probe: StartProbe) -> None:
    """Nobody runs, and the timer's one shot comes between the test and `hlt`. A sleep that missed it
    would never end: nobody arms the timer again."""
    machine = probe()
    place, _awake = sleep_in(machine)
    machine.run_to(place)
    assert not machine.register("eflags") & IF
    for _ in range(2):
        let_time_pass(machine, 60000)  # 50 ms each: longer than any slot
    outcome = machine.finish()
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
