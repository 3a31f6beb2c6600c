"""The health monitor: each event with each kind of action, what the log says of it, and that the log
tells what it lost. The partitions of health.d/ do wrong; a system partition reads the log."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from bulkhead import process
from bulkhead.machines import MACHINES, Meaning, Outcome, qemu_command, read_console
from bulkhead.probe import Probe, ProbeError
from bulkhead.systems import Partition, System, build_guests, modules
from bulkhead.transcript import TESTS
from bulkhead.tree import Symbols, Tree

EMULATORS = pytest.mark.parametrize("emulator", ["qemu", "bochs"])
pytestmark = pytest.mark.chapter("final")

SLOT = 4000  # microseconds: long enough for the watcher under Bochs
KEPT = 'name="kept" size="4KiB" rights="rw" virtual="0x00800000"'
EVENTS = {
    "ud": "illegal",
    "pf": "memory",
    "bp": "debug",
    "gp": "protection",
    "de": "divide",
    "app": "application",
    "late": "deadline",
    "fin": "finished",
    "double": "double",
}


def on(event: str, action: str) -> str:
    return f'<on event="{event}" action="{action}"/>'


def table(*lines: str) -> tuple[str, ...]:
    return ("<health>" + "".join(lines) + "</health>",)


def culprit(name: str, action: str, number: int, restarts: int = 1) -> Partition:
    """A partition whose name says what it does, with that action for it."""
    event = EVENTS[name.partition("-")[0]]
    slots = ((SLOT * (number + 1), SLOT),)
    children = table(on(event, action)) if action else ()
    return Partition(name, "culprit", slots, (KEPT,), restarts=restarts, children=children)


def boot(tree: Tree, emulator: str, system: System, work: Path) -> Outcome:
    images = build_guests(tree, TESTS / "health.d")
    return MACHINES[emulator](tree).boot(modules=modules(tree, system, images, work))


def watcher() -> Partition:
    return Partition("watcher", "watcher", ((0, SLOT),), attributes='system="yes"', main="48KiB")


def ends(outcome: Outcome) -> dict[str, tuple[str, int, int, int]]:
    """State, starts, faults and result of each partition."""
    found = re.findall(
        r"^  (\S+) +([a-z]+) +starts (\d+), faults (\d+), result (-?\d+)$", outcome.console, re.M
    )
    return {name: (state, *map(int, numbers)) for name, state, *numbers in found}


def log(outcome: Outcome) -> dict[str, list[tuple[str, ...]]]:
    """What the watcher read: event, action, code, vector, error, address of each partition."""
    found = re.findall(
        r"^\[watcher\] (\d+) (\S+) (\S+) (\S+) code (-?\d+) vector (\d+) error (\d+)"
        r" address (\S+) cpl 3$",
        outcome.console,
        re.M,
    )
    assert [int(line[0]) for line in found] == list(range(len(found)))  # none lost, none twice
    records: dict[str, list[tuple[str, ...]]] = {}
    for _, name, *rest in found:
        records.setdefault(name, []).append(tuple(rest))
    return records


# name, action of its event ("" = none is said), the records, how it ends, what it says
UD = ("0", "6", "0", "0x0")
CULPRITS = [
    ("ud-halt", "halt", [("illegal", "halt", *UD)], ("stopped", 1, 1, 0), ""),
    (
        "ud-cold",
        "cold-reset",
        [("illegal", "cold-reset", *UD)],
        ("finished", 2, 1, 0),
        "start 1: health, cold start, kept 0",
    ),
    (
        "ud-warm",
        "warm-reset",
        [("illegal", "warm-reset", *UD)],
        ("finished", 2, 1, 0),
        "start 1: health, warm start, kept 4711",
    ),
    (
        "ud-suspend",
        "suspend",
        [("illegal", "suspend", *UD)] * 2,
        ("finished", 2, 2, 0),
        "start 1: control, cold start, kept 0",
    ),
    (
        "de-loop",
        "warm-reset",
        [("divide", "warm-reset", "0", "0", "0", "0x0")] * 3
        + [("reset-loop", "halt", "2", "0", "0", "0x0")],
        ("stopped", 3, 3, 0),
        "start 2: health, warm start, kept 4711",
    ),
    (
        "ud-told",
        "propagate",
        [("illegal", "propagate", *UD)],
        ("finished", 1, 1, 0),
        "told of illegal, event 1 of mine, code 0, vector 6, address 0x00000000",
    ),
    (
        "pf-told",
        "propagate",
        [("memory", "propagate", "0", "14", "6", "0x30000000")],
        ("finished", 1, 1, 0),
        "told of memory, event 1 of mine, code 0, vector 14, address 0x30000000",
    ),
    (
        "gp-untold",
        "propagate",
        [("protection", "cold-reset", "0", "13", "0", "0x0")],
        ("finished", 2, 1, 0),
        "start 1: health, cold start, kept 0",
    ),
    (
        "bp-log",
        "log",
        [("debug", "log", "0", "3", "0", "0x0")],
        ("finished", 1, 1, 0),
        "went on, told 0 times",
    ),
    ("bp-ignore", "ignore", [], ("finished", 1, 0, 0), "went on, told 0 times"),
    (
        "app-told",
        "propagate",
        [("application", "propagate", "-77", "0", "0", "0x0")],
        ("finished", 1, 0, 0),
        "told of application, event 1 of mine, code -77, vector 0, address 0x00000000",
    ),
    (
        "late-usual",
        "",
        [("deadline", "log", "1500", "0", "0", "0x0")],
        ("finished", 1, 0, 0),
        "went on, told 0 times",
    ),
    (
        "app-cold",
        "cold-reset",
        [("application", "cold-reset", "-77", "0", "0", "0x0")],
        ("finished", 2, 0, 0),
        "start 1: health, cold start, kept 0",
    ),
    (
        "fin-cold",
        "cold-reset",
        [("finished", "cold-reset", "-5", "0", "0", "0x0")],
        ("finished", 2, 0, 0),
        "start 1: health, cold start, kept 0",
    ),
    ("double-halt", "halt", [("double", "halt", *UD)], ("stopped", 1, 1, 0), ""),
]


@EMULATORS
def test_each_action(tree: Tree, emulator: str, tmp_path: Path) -> None:
    """Fifteen partitions that each do one thing wrong, and each get what their table says."""
    culprits = tuple(
        culprit(name, action, number, restarts=2 if name == "de-loop" else 1)
        for number, (name, action, *_) in enumerate(CULPRITS)
    )
    system = System((watcher(), *culprits), 20 * SLOT, 14)
    outcome = boot(tree, emulator, system, tmp_path)
    records, states = log(outcome), ends(outcome)
    for name, _, wanted, end, says in CULPRITS:
        well = [r for r in records.get(name, []) if r[:3] == ("finished", "log", "0")]
        rest = [r for r in records.get(name, []) if r not in well]
        assert rest == wanted, (name, outcome.describe())
        assert len(well) == (end[0] == "finished"), (name, outcome.describe())
        assert states[name] == end, (name, outcome.describe())
        assert not says or f"[{name}] {says}\n" in outcome.console, (name, outcome.describe())
    assert outcome.console.count("[watcher] ud-suspend is suspended\n") == 2
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()


@EMULATORS
def test_what_is_lost_is_told(tree: Tree, emulator: str, tmp_path: Path) -> None:
    """A flood of events: of the one who raises them the last ones stay, and both who read the log
    learn how many went; what is known of another is not pushed out."""
    other = culprit("ud-halt", "halt", 0)
    flooder = Partition("flooder", "flooder", ((2 * SLOT, 15 * SLOT),))
    outcome = boot(tree, emulator, System((watcher(), other, flooder), 20 * SLOT, 12), tmp_path)
    read = re.findall(r"^\[watcher\] (\d+ of .*) lost$", outcome.console, re.M)
    assert read == [
        "0 of 1, code 0, illegal; 137 of 202",
        "138 of 2, code 137, application; 137 of 202",
    ], outcome.describe()
    assert outcome.console.count("(137 events before the next one were written over)\n") == 1
    assert outcome.console.count("Partition ud-halt is stopped: #UD") == 1
    assert re.findall(r"^Partition flooder raises event (\d+)", outcome.console, re.M) == [
        str(number) for number in range(137, 200)
    ]
    before, _, behind = outcome.console.partition("[flooder] all raised\n")
    assert before.count("Partition flooder raises event") <= 1, "its line waited for its events"
    assert behind.count("Partition flooder raises event") >= 62
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()


@EMULATORS
def test_the_whole_system_is_reset(tree: Tree, emulator: str, tmp_path: Path) -> None:
    """By a partition's fault; one that does not stop faulting ends the run after some resets."""
    always = culprit("ud-loop", "reset-system", 0)
    outcome = boot(tree, emulator, System((watcher(), always), 20 * SLOT, 60), tmp_path)
    assert outcome.console.count("is the reason for a reset of the system: #UD") == 9
    assert ends(outcome)["ud-loop"] == ("ready", 9, 9, 0), outcome.describe()
    assert ends(outcome)["watcher"][:2] == ("ready", 9), outcome.describe()
    assert "[ud-loop] start 8: system, cold start, kept 0\n" in outcome.console
    assert outcome.console.endswith("Power off: failure.\n"), outcome.describe()


def test_the_whole_system_is_halted(tree: Tree, tmp_path: Path) -> None:
    """By a partition's table, and by the system's for one that was reset too often."""
    outcome = boot(
        tree, "qemu", System((watcher(), culprit("ud-halt", "halt-system", 0)), 20 * SLOT, 60), tmp_path
    )
    assert "ud-halt is the reason for a halt of the system: #UD" in outcome.console
    assert "After 0 major frames:" in outcome.console, outcome.describe()
    assert outcome.console.endswith("Power off: failure.\n"), outcome.describe()
    looping = culprit("ud-loop", "cold-reset", 0, restarts=3)
    system = System((watcher(), looping), 20 * SLOT, 60, health=table(on("reset-loop", "halt-system"))[0])
    outcome = boot(tree, "qemu", system, tmp_path)
    assert ends(outcome)["ud-loop"][1:3] == (4, 4), outcome.describe()
    assert "ud-loop has had all its restarts, 3: it is the reason for a halt" in outcome.console
    assert outcome.console.endswith("Power off: failure.\n"), outcome.describe()


@EMULATORS
def test_the_plan_is_switched_at_once(tree: Tree, emulator: str, tmp_path: Path) -> None:
    """Not at the end of the major frame: the culprit's slot is the last thing of the first one."""
    switching = Partition(
        "ud-switch",
        "culprit",
        ((SLOT, SLOT),),
        (KEPT,),
        restarts=1,
        children=table(on("illegal", "switch-plan")),
    )
    children = (switching.children[0].replace("<health>", '<health plan="safe">'),)
    switching = dataclasses.replace(switching, children=children)
    late = Partition("ud-never", "culprit", ((10 * SLOT, SLOT),), (KEPT,))
    safe = f"""    <plan name="safe" major-frame="{2 * SLOT}us">
      <slot partition="watcher" start="0us" duration="{SLOT}us"/>
    </plan>"""
    system = System((watcher(), switching, late), 20 * SLOT, 8, plans=(safe,))
    outcome = boot(tree, emulator, system, tmp_path)
    assert log(outcome)["ud-switch"] == [("illegal", "switch-plan", *UD)]
    assert "ud-switch is stopped, and the plan switched: #UD" in outcome.console
    assert ends(outcome)["ud-switch"] == ("stopped", 1, 1, 0), outcome.describe()
    assert re.search(r"ud-never +never ran", outcome.console), outcome.describe()
    assert "Plan safe, major frame" in outcome.console
    assert "  in force for 1 major frames\n" in outcome.console
    assert "  in force for 7 major frames\n" in outcome.console
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()


NOBODY = r"^\[watcher\] \d+ nobody (\S+) (\S+) code (\d+) vector 0 error 0 address 0x0 cpl 0$"


def with_machine_events(tree: Tree, table_of_system: str, work: Path) -> Outcome:
    """An NMI in a partition, two in the hypervisor, a spurious interrupt at line 7, a slot that
    begins 700 us late by what the scheduler is told."""
    images = build_guests(tree, TESTS / "health.d")
    spin = Partition("ud-none", "culprit", ((SLOT, SLOT),), (KEPT,), children=table(on("illegal", "halt")))
    system = System((watcher(), spin), 20 * SLOT, 8, health=table_of_system)
    with Probe(tree, "", modules(tree, system, images, work)) as machine:
        for place in ("wait_call", "wait_call+3"):  # the watcher waits: in the hypervisor
            machine.run_to(place)
            machine.monitor("nmi")
            machine.step()
        machine.run_to(Symbols(images / "watcher.elf")["bh_wait"])
        assert machine.cpl == 3
        machine.monitor("nmi")
        machine.run_to("wait_call")
        machine.call("irq_dispatch", 7)
        machine.run_to(Symbols(images / "watcher.elf")["bh_wait"])
        machine.run_to("wait_call")
        machine.call("raise_late", machine.argument(0), 700_000)  # its vCPU
        return machine.finish()


def test_events_of_the_machine(tree: Tree, tmp_path: Path) -> None:
    """Each is written down once, whatever it interrupted, and can be taken as a reason to end."""
    outcome = with_machine_events(tree, "", tmp_path)
    found = re.findall(NOBODY, outcome.console, re.M)
    nmis = sum(int(code) for event, action, code in found if (event, action) == ("nmi", "log"))
    assert nmis == 3, outcome.describe()
    assert ("spurious", "log", "7") in found, outcome.describe()
    assert re.search(r"watcher slot-late log code (6999\d\d|7000\d\d) vector 0", outcome.console)
    assert "The hypervisor had a spurious interrupt, line 7.\n" in outcome.console
    assert "Partition watcher began its slot late, by ns: " in outcome.console
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()


@pytest.mark.parametrize("action", ["halt-system", "reset-system"])
def test_a_machine_check(tree: Tree, action: str, tmp_path: Path) -> None:
    """In the middle of a partition: the report says what the processor knows, and the table what is
    done. QEMU injects it: bank 1, with an address."""
    images = build_guests(tree, TESTS / "health.d")
    system = System((watcher(),), 20 * SLOT, 8, health=table(on("machine-check", action))[0])
    cpu = ["-cpu", "qemu32,+mce,+mca"]
    with Probe(tree, "", modules(tree, system, images, tmp_path), extra=cpu) as machine:
        machine.run_to(Symbols(images / "watcher.elf")["bh_wait"])
        machine.monitor("mce 0 1 0xbe00000000000135 0x5 0x1234560 0x0")
        outcome = machine.finish()
    assert "PANIC: #MC machine check at eip 0x004" in outcome.console, outcome.describe()
    assert "  bank 1: status 0xbe00000000000135, address 0x1234560\n" in outcome.console
    if action == "halt-system":
        assert re.search(r"The machine has failed at \d+ us: that is a reason to halt", outcome.console)
        assert outcome.console.endswith("Power off: failure.\n")
    else:
        assert "for the 1. time: that is a reason to reset the machine.\n" in outcome.console
        assert outcome.status == 0  # -no-reboot: a reset ends QEMU


@pytest.mark.parametrize(
    ("event", "action", "words"),
    [
        ("nmi", "halt-system", "had a non-maskable interrupt"),
        ("spurious", "halt-system", "had a spurious interrupt, line 7"),
        ("slot-late", "halt-system", "began its slot late"),
    ],
)
def test_the_machine_may_end_it(
    tree: Tree, event: str, action: str, words: str, tmp_path: Path
) -> None:
    try:
        outcome = with_machine_events(tree, table(on(event, action))[0], tmp_path)
    except ProbeError as error:  # it ended before it came to the last stop
        console = str(error)
    else:
        console = outcome.console
    assert re.search(rf"{words}.*: it is the reason for a halt of the system\.", console)
    assert "Power off: failure." in console


def test_the_hypervisors_own_failure(tree: Tree, tmp_path: Path) -> None:
    """Resets the machine where the description says so, but not for ever."""
    images = build_guests(tree, TESTS / "health.d")
    system = System((watcher(),), 20 * SLOT, 8, health=table(on("hypervisor", "reset-system"))[0])
    passed = modules(tree, system, images, tmp_path)
    command = qemu_command(tree.elf, "panic", passed)
    command.remove("-no-reboot")
    done = process.run(command, cwd=tmp_path, seconds=60)
    console = read_console(tmp_path / "console")
    again = re.findall(r"has failed at \d+ us, for the (\d)\. time: that is a reason to (\w+)", console)
    assert again == [(str(n), "reset") for n in range(1, 9)] + [("9", "halt")], console
    assert console.count("PANIC: asked for on the command line") == 9
    assert done.returncode == 35 and console.endswith("Power off: failure.\n")
