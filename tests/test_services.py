"""Interrupt lines, signals, clocks and timers, as partitions find them (services.d/): each checks
what it gets, and ends with less than 0 when something is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bulkhead import process
from bulkhead.attacks import partition_lines, slot_lines
from bulkhead.machines import MACHINES, Meaning
from bulkhead.probe import Probe, ProbeError
from bulkhead.systems import Partition, System, build_guests, modules
from bulkhead.transcript import TESTS
from bulkhead.tree import Tree

EMULATORS = pytest.mark.parametrize("emulator", ["qemu", "bochs"])
pytestmark = pytest.mark.chapter("final")

StartProbe = Callable[..., Probe]
LATE_NS = {"qemu": 4_000, "bochs": 60_000}  # a slot's start: the longest hypercall and the switch
KEYBOARD = ('first="0x60" last="0x60"', 'first="0x64" last="0x64"')


def run(
    tree: Tree, emulator: str, system: System, work: Path, extra: tuple[str, ...] = ()
) -> str:
    images = build_guests(tree, TESTS / "services.d")
    passed = modules(tree, system, images, work)
    outcome = MACHINES[emulator](tree).boot(modules=passed, extra=extra)
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
def test_a_line_that_comes_while_its_owner_is_away(
    tree: Tree, emulator: str, tmp_path: Path
) -> None:
    """The real-time clock's, and a neighbour that must not be interrupted by it."""
    system = System(
        (
            Partition("clockwork", "clockwork", ((0, 5_000),), ports=('first="0x70" count="2"',),
                      children=('<line number="8"/>',)),
            Partition("other", "other", ((5_000, 5_000),)),
        ),
        10_000,
        16,
    )
    # Without it, QEMU's real-time clock follows the host's.
    extra = ("-rtc", "clock=vm") if emulator == "qemu" else ()
    console = run(tree, emulator, system, tmp_path, extra)
    ended_well(console, "clockwork", "other")
    interrupted = re.search(r"^\[other\].* interrupted for (\d+) ticks", console, re.MULTILINE)
    assert interrupted and int(interrupted[1]) < 60, console


DEADLINE = "cpu: model=corei7_sandy_bridge_2600k, count=1, ips=50000000, reset_on_triple_fault=0"
TIMERS = {
    "qemu": ("qemu", (), "local APIC, one shot"),
    "bochs": ("bochs", (), "local APIC, one shot"),
    "pit": ("qemu", ("-cpu", "qemu32,-apic"), "PIT, one shot"),
    "deadline": ("bochs", (DEADLINE,), "local APIC, TSC deadline"),
}


@pytest.mark.parametrize("machine", list(TIMERS))
def test_clocks_and_timers(tree: Tree, machine: str, tmp_path: Path) -> None:
    """With each kind of timer that the hypervisor may find."""
    emulator, extra, timer = TIMERS[machine]
    clocks = Partition("clocks", "clocks", ((0, 10_000),), attributes='flush-cache="yes"')
    neighbour = Partition("neighbour", "spin", ((10_000, 2_500),))
    console = run(tree, emulator, System((clocks, neighbour), 12_500, 30), tmp_path, extra)
    assert f"\nTimer: {timer}.\n" in console
    ended_well(console, "clocks")


def plan(name: str, frame: int, *slots: tuple[str, int, int]) -> str:
    rows = "".join(f'<slot partition="{who}" start="{start}us" duration="{duration}us"/>'
                   for who, start, duration in slots)
    return f'<plan name="{name}" major-frame="{frame}us">{rows}</plan>'


@EMULATORS
def test_plans_change_at_the_end_of_the_major_frame(
    tree: Tree, emulator: str, tmp_path: Path
) -> None:
    """Asked for twice, taken back, unknown, in the last moment, by one who may not. The report has
    every plan that was in force."""
    system = System(
        (
            Partition("chief", "chief", ((0, 2_000), (8_000, 2_000)), attributes='system="yes"'),
            Partition("worker", "worker", ((2_000, 4_000),)),
        ),
        10_000,
        60,
        plans=(
            plan("maintenance", 8_000, ("chief", 0, 2_000), ("worker", 3_000, 1_000),
                 ("chief", 6_000, 2_000)),
            plan("third", 5_000, ("chief", 0, 3_000), ("worker", 3_000, 2_000)),
        ),
    )
    console = run(tree, emulator, system, tmp_path)
    ended_well(console, "chief", "worker")
    report = re.findall(
        r"^Plan (\w+), major frame (\d+) us;.*\n(?:.*\n)+?  in force for (\d+) major frames$",
        console, re.MULTILINE,
    )
    assert [name for name, _, _ in report] == ["test", "maintenance", "third"], console
    assert [int(us) for _, us, _ in report] == [10_000, 8_000, 5_000]
    assert sum(int(frames) for _, _, frames in report) == 60
    assert all(slot.most < LATE_NS[emulator] for slot in slot_lines(console)), console


def test_a_plan_is_chosen_on_the_command_line(tree: Tree, tmp_path: Path) -> None:
    system = System(
        (Partition("first", "spin", ((0, 4_000),)),), 10_000, 3,
        plans=(plan("other", 2_000, ("first", 500, 1_000)),),
    )  # fmt: skip
    passed = modules(tree, system, build_guests(tree, TESTS / "services.d"), tmp_path)
    for name, slot in (("test", "0 us    4000 us"), ("other", "500 us    1000 us")):
        console = MACHINES["qemu"](tree).boot(f"plan={name}", modules=passed).console
        assert f"Keeping plan {name}.\n" in console
        assert re.findall(r"^Plan (\w+),", console, re.MULTILINE) == [name]  # and no other
        assert re.search(rf"^ +{slot}  first +3 ", console, re.MULTILINE), console


def wbinvd(tree: Tree, function: str) -> list[int]:
    """Where a function empties the caches."""
    command = ["objdump", "-d", "--no-show-raw-insn", f"--disassemble={function}", tree.elf]
    return [int(line.split(":")[0], 16) for line in process.run(command).stdout.splitlines()
            if line.endswith("wbinvd") or "wbinvd " in line]  # fmt: skip


@pytest.mark.parametrize("flush", ["yes", "no"])
def test_caches_are_emptied_where_a_slot_wants_that(
    tree: Tree, probe: StartProbe, flush: str, tmp_path: Path
) -> None:
    """Neither emulator has caches to look at, so the instruction is watched: it is reached when a
    slot begins of the partition that asks for it, before that runs, and for no other slot."""
    system = System(
        (
            Partition("clean", "spin", ((0, 400),), attributes=f'flush-cache="{flush}"'),
            Partition("other", "spin", ((400, 300), (700, 300))),
        ),
        1_000,
        8,
    )
    passed = modules(tree, system, build_guests(tree, TESTS / "services.d"), tmp_path)
    machine = probe(modules=passed)
    (place,) = wbinvd(tree, "timer_trap")
    if flush == "yes":
        machine.run_to(place, times=3)
        assert machine.cpl == 0
        return
    with pytest.raises(ProbeError, match="the machine ended"):
        machine.run_to(place)


@EMULATORS
def test_the_health_monitor_changes_plans_at_once(
    tree: Tree, emulator: str, tmp_path: Path
) -> None:
    health = '<health plan="safe"><on event="memory" action="switch-plan"/></health>'
    system = System(
        (
            Partition("watcher", "watcher", ((0, 4_000),)),
            Partition("faulty", "faulty", ((4_000, 6_000),), children=(health,)),
        ),
        12_000,
        12,
        plans=(plan("safe", 3_000, ("watcher", 500, 2_000)),),
    )
    console = run(tree, emulator, system, tmp_path)
    fault = re.search(r"^\[faulty\] fault at (\d+)$", console, re.MULTILINE)
    seen = re.search(r"plan (\d) since (\d+), frame of (\d+), at (\d+)$", console, re.MULTILINE)
    assert fault and seen, console
    number, since, frame, first = map(int, seen.groups())
    assert number == 1 and frame == since, console
    assert 0 < since - int(fault[1]) < 10 * LATE_NS[emulator]  # it prints before it faults
    assert 0 <= first - since - 500_000 < 10 * LATE_NS[emulator]  # where its slot is in that plan
    assert partition_lines(console)["faulty"].state == "stopped", console


@EMULATORS
def test_unassigned_time_goes_by_priority(tree: Tree, emulator: str, tmp_path: Path) -> None:
    """The urgent one is woken in it on time, the lazy one has no slot and gets the rest, and the
    slots of those that have one stay where they are."""
    system = System(
        (
            Partition("slots", "spin", ((0, 2_000), (10_000, 1_000))),
            Partition("lazy", "lazy", (), attributes='background="1"'),
            Partition("urgent", "urgent", ((5_000, 1_000),), attributes='background="200"'),
        ),
        15_000,
        14,
    )
    console = run(tree, emulator, system, tmp_path)
    ended_well(console, "lazy", "urgent")
    late = re.search(r"at most (\d+) ns late, (\d+) in a slot$", console, re.MULTILINE)
    lazy = re.search(r"ran 60 ms in (\d+) pieces; slots 0$", console, re.MULTILINE)
    assert late and lazy, console
    assert int(late[1]) < LATE_NS[emulator] and 0 < int(late[2]) < 10, console
    assert re.search(r"urgent finished(?:.*\n)+.*lazy finished", console), console
    assert int(lazy[1]) > 12, console
    assert all(slot.most < LATE_NS[emulator] for slot in slot_lines(console)), console


@EMULATORS
def test_nobody_is_charged_with_anothers_start(tree: Tree, emulator: str, tmp_path: Path) -> None:
    """A partition that is loaded in the slot behind another one's takes that from nobody's clock."""
    charged = Partition("charged", "charged", ((0, 2_000),))
    restless = Partition("restless", "restless", ((2_000, 2_000),), main="8MiB")
    console = run(tree, emulator, System((charged, restless), 5_000, 200), tmp_path)
    ended_well(console, "charged", "restless")
