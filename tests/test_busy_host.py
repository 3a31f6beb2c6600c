"""A machine whose host takes its processor away, and a clock that is wrong: the first is said and is
no failure, the second is one."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bulkhead import process
from bulkhead.machines import Meaning, Outcome, link_near, qemu_command, qemu_meaning, read_console
from bulkhead.probe import Probe
from bulkhead.tree import Tree

StartProbe = Callable[..., Probe]

UNEVEN = re.compile(r"^They came unevenly, (\d+) to (\d+) us apart", re.MULTILINE)
STOOD_STILL = re.compile(r"^Slots began up to (\d+) us late, .* this machine stood still\.$", re.MULTILINE)


def set_tick(machine: Probe, count: int) -> None:
    """Channel 0's count, as the hypervisor's own two writes set it."""
    machine.monitor(f"o /1b 0x40 {count & 0xFF:#x}")
    machine.monitor(f"o /1b 0x40 {count >> 8:#x}")


def wait_for_ticks(machine: Probe, count: int) -> None:
    """To the beginning of the `count`-th call from here."""
    for _ in range(count):
        machine.step()  # a breakpoint at EIP would stop at once
        machine.run_to("next_tick")


@pytest.mark.chapter("ch03")
def test_uneven_ticks_are_no_panic(probe: StartProbe) -> None:
    """One tick of the ten comes after 50 ms instead of 10."""
    machine = probe()
    wait_for_ticks(machine, 4)
    set_tick(machine, 60000)
    wait_for_ticks(machine, 1)
    set_tick(machine, 11932)
    outcome = machine.finish()
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    found = UNEVEN.search(outcome.console)
    assert found and int(found[1]) < 11_000 and int(found[2]) > 40_000, outcome.console


@pytest.mark.chapter("ch03")
@pytest.mark.parametrize("count", [11920, 11945])
def test_a_wrong_clock_is_a_panic(probe: StartProbe, count: int) -> None:
    """All ticks come a thousandth too early, or too late."""
    machine = probe()
    machine.run_to("next_tick")
    set_tick(machine, count)
    outcome = machine.finish()
    assert outcome.meaning is Meaning.PANIC
    assert "PANIC: the ticks and the clock disagree" in outcome.console
    assert not UNEVEN.search(outcome.console)


def boot_stopped(tree: Tree, work: Path, begins: str, stops: int) -> Outcome:
    """Boots without -icount; from the line that holds `begins` on, QEMU is stopped for 40 ms several
    times, as a busy host would do."""
    elf, modules = link_near(work, tree.elf, tree.modules())
    command = qemu_command(elf, "", modules)
    at = command.index("-icount")
    del command[at : at + 2]
    output, console = work / "output", work / "console"
    with process.child(command, seconds=60, cwd=work, output=output) as child:
        while child.poll() is None and begins not in read_console(console):
            time.sleep(0.002)
        for _ in range(stops):
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGSTOP)
                time.sleep(0.04)
                os.killpg(child.pid, signal.SIGCONT)
                time.sleep(0.02)
        status = child.wait()
    return Outcome("qemu", read_console(console), status, qemu_meaning(status), output.read_text())


@pytest.mark.chapter("ch03")
def test_chapter_3_with_a_busy_host(tree: Tree, tmp_path: Path) -> None:
    outcome = boot_stopped(tree, tmp_path, "and on we go", 3)
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()


@pytest.mark.chapter("ch05")
def test_chapter_5_with_a_busy_host(tree: Tree, tmp_path: Path) -> None:
    outcome = boot_stopped(tree, tmp_path, "Partition", 3)
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    assert "less than 10 us apart" in outcome.console


@pytest.mark.chapter("ch06", "final")
def test_plans_with_a_busy_host(tree: Tree, tmp_path: Path) -> None:
    """Slots that begin late are told as the machine's doing, and what partitions say of it is no
    failure."""
    outcome = boot_stopped(tree, tmp_path, "Partition", 8 if tree.chapter == "final" else 3)
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    found = STOOD_STILL.search(outcome.console)
    assert found and int(found[1]) >= 500, outcome.console


@pytest.mark.since("ch06")
def test_nothing_of_that_without_a_cause(tree: Tree, probe: StartProbe) -> None:
    outcome = probe().finish()
    assert outcome.meaning is Meaning.SUCCESS
    assert not STOOD_STILL.search(outcome.console)
