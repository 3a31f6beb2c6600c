"""The plan, measured: by the hypervisor's own report, and by partitions that read the TSC all the
time (guests/recorder.S), beside neighbours of every kind.

The TSC counts instructions: 1 ns each in QEMU, 20 ns in Bochs. The bounds below are what a slot's
start may come late by; the one for a flood holds the hypercall that takes longest.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bulkhead.blob import Area, Partition, Plan, System
from bulkhead.guest import guest, replaced
from bulkhead.machines import MACHINES, Meaning, Outcome
from bulkhead.tree import Module, Tree

EMULATORS = pytest.mark.parametrize("emulator", ["qemu", "bochs"])
NS_PER_TICK = {"qemu": 1, "bochs": 20}
LATE_NS = {"qemu": 1_000, "bochs": 25_000}  # by the hypervisor's report
SPREAD_NS = {"qemu": 150, "bochs": 8_000}  # earliest to latest start of a victim
LONGEST_NS = 3_000  # of flood's hypercalls: BH_CONSOLE_WRITE, 2 761 instructions in final
FLOODED_SPREAD_NS = {name: LONGEST_NS * tick + SPREAD_NS[name] for name, tick in NS_PER_TICK.items()}
SHORT_NS = {"qemu": 5_000, "bochs": 80_000}  # of a slot: the timer fires early, and waits

# Chapter 6's plan: partition, start and duration in us, how often it runs in 20 major frames.
CH06 = [("control", 0, 2000, 15), ("spinner", 2000, 3000, 20), ("control", 5000, 1000, 15),
        ("flooder", 6000, 2000, 20), (None, 8000, 2000, 0)]  # fmt: skip
FINAL = [("control", 0, 3000, 6), ("logger", 3000, 2000, 6), ("hostile", 5000, 3000, 1),
         (None, 8000, 2000, 0)]  # fmt: skip

ROW = re.compile(
    r"^ +(\d+) us +(\d+) us  (?:\(nobody\)|(\w+) +(\d+) +(\d+) ns +(\d+) ns)$", re.MULTILINE
)


@pytest.mark.chapter("final")
@pytest.mark.parametrize(
    ("cpu", "timer"), [("qemu32", "local APIC, one shot"), ("qemu32,-apic", "PIT, one shot")]
)
def test_timer_is_chosen_by_what_the_processor_has(tree: Tree, cpu: str, timer: str) -> None:
    """And the plan is kept with either: no slot starts later than a microsecond."""
    outcome = MACHINES["qemu"](tree).boot(extra=["-cpu", cpu])
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    assert f"\nTimer: {timer}.\n" in outcome.console
    latest = [int(row[5]) for row in ROW.findall(outcome.console) if row[2]]
    assert latest and max(latest) < LATE_NS["qemu"], outcome.console


@EMULATORS
@pytest.mark.since("ch06")
def test_report_of_the_demonstration(tree: Tree, emulator: str) -> None:
    """Each slot in its place, runs exact, no start later than the bound."""
    console = MACHINES[emulator](tree).boot().console
    rows = [match.groups() for match in ROW.finditer(console)]
    wanted = FINAL if tree.chapter == "final" else CH06
    assert len(rows) == len(wanted), console
    for (start, duration, name, runs, least, most), expected in zip(rows, wanted):
        assert (name, int(start), int(duration), int(runs or 0)) == expected
        if name:
            assert 0 < int(least) <= int(most) < LATE_NS[emulator], console


def gaps(console: str, name: str) -> list[tuple[int, int]]:
    """What guests/recorder.S printed: the TSC's low half before and behind each gap."""
    lines = re.findall(rf"^\[{name}\] ([0-9a-f]{{8}}) ([0-9a-f]{{8}})$", console, re.MULTILINE)
    return [(int(before, 16), int(behind, 16)) for before, behind in lines]


def unwrapped(values: list[int]) -> list[int]:
    """Differences to the first, across the wrap of 32 bits."""
    total, result = 0, [0]
    for earlier, later in zip(values, values[1:]):
        total += (later - earlier) & 0xFFFFFFFF
        result.append(total)
    return result


def spread(measured: list[int], planned: list[int]) -> int:
    """How much later some start is than others: peak to peak."""
    errors = [a - b for a, b in zip(measured, planned)]
    return max(errors) - min(errors)


def boot(tree: Tree, emulator: str, modules: list[Module]) -> Outcome:
    outcome = MACHINES[emulator](tree).boot(modules=modules)
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    return outcome


@EMULATORS
@pytest.mark.parametrize("neighbour", ["noise", "flood", "yielder", "halter"])
@pytest.mark.chapter("ch06")
def test_slots_beside_a_neighbour(tree: Tree, emulator: str, neighbour: str) -> None:
    """The victim's slots, of 2 ms behind an idle stretch and of 1 ms behind its neighbour's slot,
    begin where the plan has them, whatever the neighbour does."""
    modules = replaced(tree.modules(), {"control": "recorder", "spinner": neighbour})
    recorded = gaps(boot(tree, emulator, modules).console, "control")
    assert len(recorded) == 20
    tick = NS_PER_TICK[emulator]
    starts = [ticks * tick for ticks in unwrapped([behind for _, behind in recorded])]
    planned = [5_000_000 * i for i in range(20)]  # at 0 and 5 ms of each 10
    bound = FLOODED_SPREAD_NS if neighbour == "flood" else SPREAD_NS
    assert spread(starts, planned) <= bound[emulator], recorded
    # Each slot lasts as long as planned: no later than the next one's start, and hardly earlier.
    for (_, begin), (end, _) in zip(recorded, recorded[1:]):
        lasted = ((end - begin) & 0xFFFFFFFF) * tick
        duration = 1_000_000 if lasted < 1_500_000 else 2_000_000
        assert duration - SHORT_NS[emulator] < lasted <= duration, recorded


def final_system(frame_us: int, slots: list[tuple[int, int, int]], frames: int) -> System:
    partitions = [
        Partition("victim", "victim", areas=[Area(size=0x20000)]),
        Partition("other", "other", areas=[Area(size=0x20000)], restarts=3),
    ]
    return System(partitions, [Plan("own", frame_us, slots)], frames)


PLANS = {
    "one-slot": (2_000, [(0, 0, 2_000)]),
    "back-to-back": (1_000, [(1, 0, 300), (0, 300, 700)]),
    "odd-numbers": (1_237, [(0, 13, 211), (1, 224, 389), (0, 613, 307), (1, 1_001, 17)]),
    "many-slots": (12_800, [(i % 2, 200 * i, 200) for i in range(64)]),
    "long-gap": (130_000, [(0, 125_000, 1_000), (1, 126_000, 3_999)]),
}


@pytest.mark.parametrize("plan", list(PLANS))
@pytest.mark.chapter("final")
def test_any_plan_is_kept(tree: Tree, plan: str, tmp_path: Path) -> None:
    """Plans made here, beside a flood: each start of the victim is where the plan has it."""
    frame, slots = PLANS[plan]
    system = final_system(frame, slots, 2 + 44 // sum(1 for slot in slots if slot[0] == 0))
    blob = tmp_path / "system"
    blob.write_bytes(system.blob())
    modules = [Module(blob, "system"), Module(guest("recorder"), "victim")]
    modules.append(Module(guest("flood"), "other"))
    outcome = boot(tree, "qemu", modules)
    if plan == "one-slot":  # the whole of time is the victim's: no gap, and it goes on for ever
        assert re.search(r"^  victim +ready ", outcome.console, re.MULTILINE)
        return
    starts = unwrapped([behind for _, behind in gaps(outcome.console, "victim")])
    assert len(starts) == 20, outcome.console
    own = [start for partition, start, _ in slots if partition == 0]
    candidates = []
    for shift in range(len(own)):
        moments = [1000 * (own[(i + shift) % len(own)] + frame * ((i + shift) // len(own)))
                   for i in range(20)]  # fmt: skip
        candidates.append(spread(starts, moments))
    assert min(candidates) <= LONGEST_NS, (candidates, starts)
