"""The attack partitions: attacks/NAME.c, what each declares in its head, and how one is judged.

A system has the attacker, a victim that the attacker's slots lie around, and an observer. Whatever
the attacker does, the boot has to end by itself and well, the victim's memory, registers, lines and
slots have to be what they are without an attack, and what is charged to the attacker is exactly
what the attack's head says. The keys, in the head's last paragraph:

    ends: ready | stopped | suspended | idle | finished RESULT | any    the attacker's state at the end
    faults: 3 #PF, 1 #GP      what it is charged with; left out: nothing; `any #UD`: at least one
    restarts: 3               of the attacker (0)
    area: name="..." ...      a further area of the attacker; repeatable
    ports: first="0x2F8" ...  its I/O ports; repeatable
    line: number="12" ...     an interrupt line of its own; repeatable
    page-tables: 16           (4)
    attributes: spaces="2"    further attributes of the partition
    shared: name="..." ...    a shared block of the system; repeatable
    frames: 24                how long the boot is (8)
    late: 9000                what the victim's slots may be late by, in instructions (LATE)
    emulators: qemu bochs     (qemu); qemu<10: only versions before 10 do as a processor does
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import releases
from .systems import Partition, System
from .machines import Meaning, Outcome, last_line
from .probe import Probe
from .tree import Tree

ATTACKS = Path(__file__).resolve().parents[1] / "attacks"
OTHERS = ("victim", "observer")  # in the same directory, and no attacks
KEYS = {
    *("ends", "faults", "restarts", "area", "ports", "line", "page-tables", "frames", "late"),
    "emulators", "attributes", "shared",
}

PATTERN, PATTERN_WORDS = 0x01000000, 4096  # the victim's area, physical
SCALE = {"qemu": 1, "bochs": 10}  # Bochs does 50 instructions in a microsecond, QEMU 1000
TICK = {"qemu": 1, "bochs": 20}  # ns
LATE = 3000  # instructions: the longest hypercall, and the switch behind it


@dataclass(frozen=True)
class Attack:
    """An attack, as its head declares it."""

    name: str
    ends: str
    faults: Counter[str]  # by name: "#PF"
    any_faults: frozenset[str]
    restarts: int
    areas: tuple[str, ...]
    ports: tuple[str, ...]
    lines: tuple[str, ...]
    page_tables: int
    frames: int
    late: int
    emulators: tuple[str, ...]
    attributes: str = ""
    shared: tuple[str, ...] = ()

    def system(self, emulator: str) -> System:
        """The attacker's slots surround the victim's; then the observer; the rest is idle."""
        k = SCALE[emulator]
        pattern = f'name="pattern" size="{PATTERN_WORDS * 4 // 1024}KiB" rights="rw"'
        pattern += f' physical="{PATTERN:#010x}" virtual="0x00800000"'
        attacker = Partition(
            "attacker",
            self.name,
            ((0, 1000 * k), (1500 * k, 500 * k)),
            self.areas,
            self.ports,
            self.restarts,
            self.page_tables,
            children=tuple(f"<line {line}/>" for line in self.lines),
            attributes=self.attributes,
        )
        victim = Partition("victim", "victim", ((1000 * k, 500 * k),), (pattern,))
        observer = Partition("observer", "observer", ((2000 * k, 500 * k),))
        comment = f"made for tests/attacks/{self.name}.c"
        blocks = tuple(f"<shared {block}/>" for block in self.shared)
        return System(
            (attacker, victim, observer), 4000 * k, self.frames, comment, shared=blocks
        )


class HeadError(Exception):
    """The head of an attack is not understood."""


def _fault(text: str, path: Path) -> tuple[str, str]:
    found = re.fullmatch(r"(\d+|any) (#[A-Z]{2})", text.strip())
    if not found:
        raise HeadError(f"{path}: faults: {text!r}; wanted such as `3 #PF, 1 #GP`")
    return found[1], found[2]


def _emulators(words: Sequence[str]) -> tuple[str, ...]:
    """`qemu`, or `qemu<10` where the one that is here is older."""
    found = []
    for word in words:
        name, limited, below = word.partition("<")
        if not limited or int(releases.version(name).split(".")[0] or 0) < int(below):
            found.append(name)
    return tuple(found)


def parse_attack(path: Path) -> Attack:
    head = path.read_text().partition("*/")[0].rpartition("\n *\n")[2]
    found = re.findall(r"^ \* ([a-z-]+): +(.+)$", head, re.MULTILINE)
    unknown = {key for key, _ in found} - KEYS
    values = dict(found)
    if unknown or not re.fullmatch(r"ready|stopped|suspended|idle|any|finished \d+", values.get("ends", "")):
        raise HeadError(f"{path}: unknown {sorted(unknown)}, or no `ends:` that is known")
    faults = [_fault(text, path) for text in values.get("faults", "").split(",") if text]
    return Attack(
        name=path.stem,
        ends=values["ends"],
        faults=Counter({name: int(count) for count, name in faults if count != "any"}),
        any_faults=frozenset(name for count, name in faults if count == "any"),
        restarts=int(values.get("restarts", 0)),
        areas=tuple(value for key, value in found if key == "area"),
        ports=tuple(value for key, value in found if key == "ports"),
        lines=tuple(value for key, value in found if key == "line"),
        page_tables=int(values.get("page-tables", 4)),
        frames=int(values.get("frames", 8)),
        late=int(values.get("late", LATE)),
        emulators=_emulators(values.get("emulators", "qemu").split()),
        attributes=values.get("attributes", ""),
        shared=tuple(value for key, value in found if key == "shared"),
    )


def load_attacks() -> list[Attack]:
    paths = sorted(ATTACKS.glob("*.c"))
    return [parse_attack(path) for path in paths if path.stem not in OTHERS]


# What a boot printed


@dataclass(frozen=True)
class SlotLine:
    """A line of the plan that is printed at the end."""

    partition: str
    runs: int
    least: int  # ns
    most: int  # ns


@dataclass(frozen=True)
class PartitionLine:
    """A line of the partitions' table."""

    state: str
    starts: int
    faults: int
    result: int


def slot_lines(console: str) -> list[SlotLine]:
    pattern = r"^ +\d+ us +\d+ us  (\S+) +(?:(\d+) +(\d+) ns +(\d+) ns|never ran)$"
    return [
        SlotLine(m[1], int(m[2] or 0), int(m[3] or 0), int(m[4] or 0))
        for m in re.finditer(pattern, console, re.MULTILINE)
    ]


def partition_lines(console: str) -> dict[str, PartitionLine]:
    pattern = r"^  (\S+) +(\w+) +starts (\d+), faults (\d+), result (-?\d+)$"
    return {
        m[1]: PartitionLine(m[2], int(m[3]), int(m[4]), int(m[5]))
        for m in re.finditer(pattern, console, re.MULTILINE)
    }


def charges(console: str) -> Counter[tuple[str, str]]:
    """(partition, exception) of every report."""
    pattern = r"^Partition (\S+) is stopped: (#[A-Z]{2}|.+?) "
    return Counter((m[1], m[2]) for m in re.finditer(pattern, console, re.MULTILINE))


# The judge


def _victim(attack: Attack, emulator: str, console: str) -> Iterator[str]:
    """The neighbours: state, slots, lines."""
    lines, slots = partition_lines(console), slot_lines(console)
    for name in OTHERS:
        if lines.get(name) != PartitionLine("ready", 1, 0, 0):
            yield f"{name}: {lines.get(name)}, wanted ready, one start, no fault, result 0"
        for slot in (slot for slot in slots if slot.partition == name):
            if slot.runs != attack.frames:
                yield f"{name} ran {slot.runs} times in {attack.frames} frames"
            if slot.most > attack.late * TICK[emulator]:
                yield f"{name} started {slot.most} ns late, allowed are {attack.late} instructions"
    if [slot.partition for slot in slots if slot.partition in OTHERS] != [*OTHERS]:
        yield "the plan's table is not complete"
    said = re.findall(r"^\[victim\] (.*)$", console, re.MULTILINE)
    wanted = [f"slot {i}: all well" for i in range(1, attack.frames + 1)]
    if said != wanted:
        yield f"the victim's lines are {said}"
    seen = re.findall(r"^\[observer\] (.*)$", console, re.MULTILINE)
    if seen != [f"saw slot {i}" for i in range(1, attack.frames + 1)]:
        yield f"the observer's lines are {seen}"


def _attacker(attack: Attack, console: str) -> Iterator[str]:
    """What was charged, and to whom."""
    line = partition_lines(console).get("attacker")
    if line is None:
        yield "the attacker is not in the table"
        return
    ended = f"finished {line.result}" if line.state == "finished" else line.state
    if attack.ends not in (ended, "any"):
        yield f"the attacker is {ended}, wanted {attack.ends}"
    reported = charges(console)
    others = {who for who, _ in reported} - {"attacker"}
    if others:
        yield f"charged with a fault: {sorted(others)}"
    got = Counter({what: count for (_, what), count in reported.items()})
    if attack.any_faults:
        if set(got) != attack.any_faults:
            yield f"charged with {dict(got)}, wanted some {sorted(attack.any_faults)}"
    elif got != attack.faults:
        yield f"charged with {dict(got)}, wanted {dict(attack.faults)}"
    if line.faults != got.total():
        yield f"{line.faults} faults counted, {got.total()} reported"


def complaints(attack: Attack, emulator: str, outcome: Outcome) -> list[str]:
    """What is wrong with a boot, as far as its console tells."""
    console = outcome.console
    wrong = []
    if outcome.meaning is not Meaning.SUCCESS or last_line(console) != "Power off: success.":
        wrong.append(f"the boot ended with {outcome.meaning.value}")
    wrong += re.findall(r"^.*BROKEN.*$", console, re.MULTILINE)
    wrong += re.findall(r"^.*(?:PANIC|unhandled|nobody handles).*$", console, re.MULTILINE)
    return [*wrong, *_victim(attack, emulator, console), *_attacker(attack, console)]


# Seen from outside


def pattern_bytes() -> bytes:
    """What the victim keeps in its area (victim.c has the same formula)."""
    words = ((i * 2654435761 & 0xFFFFFFFF) ^ 0x5EED5EED for i in range(PATTERN_WORDS))
    return struct.pack(f"<{PATTERN_WORDS}I", *words)


def read_only_segments(elf: Path) -> list[tuple[int, bytes]]:
    """Physical address and contents of each segment that the ELF file says is not written to."""
    image = elf.read_bytes()
    offset, size, count = struct.unpack_from("<I10xHH", image, 28)
    found = []
    for i in range(count):
        kind, start, _, physical, length, _, flags = struct.unpack_from(
            "<7I", image, offset + i * size
        )
        if kind == 1 and not flags & 2:
            found.append((physical, image[start : start + length]))
    return found


@dataclass(frozen=True)
class Tables:
    """The machine's tables, except the descriptor that each partition switch exchanges."""

    gdt: tuple[bytes, ...]
    idt: bytes
    cr0: int
    cr4: int

    @staticmethod
    def of(machine: Probe) -> Tables:
        gdt, gdt_limit = machine.gdt_register()
        idt, idt_limit = machine.idt_register()
        raw = machine.read(gdt, gdt_limit + 1)
        exchanged = machine.task_register() & ~7
        return Tables(
            tuple(raw[i : i + 8] for i in range(0, len(raw), 8) if i != exchanged),
            machine.read(idt, idt_limit + 1),
            machine.register("cr0"),
            machine.register("cr4"),
        )



def boot_watched(tree: Tree, machine: Probe) -> tuple[Outcome, list[str]]:
    """Runs to the end under QEMU's debugger. The machine is looked at before and afterwards."""
    wrong = []
    machine.run_to("sched_start")
    before = Tables.of(machine)
    machine.run_to("power_off")
    if Tables.of(machine) != before:
        wrong.append("GDT, IDT, CR0 or CR4 are not as they were")
    if machine.read_physical(PATTERN, PATTERN_WORDS * 4) != pattern_bytes():
        wrong.append("the victim's memory is not as it left it")
    for address, contents in read_only_segments(tree.elf):
        if machine.read_physical(address, len(contents)) != contents:
            wrong.append(f"the hypervisor's code at {address:#010x} is not what was loaded")
    return machine.finish(), wrong
