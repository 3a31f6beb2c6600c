"""System descriptions made here (bulkhead/blob.py) for the hypervisor to judge: checksums against
zlib, each refusal by name, the same verdict from the code on the host and in the machine, and areas
whose fixed place cannot be had."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from bulkhead import process, x86
from bulkhead.blob import (
    ACTIONS,
    CHANNELS_AT,
    DEVICE,
    EVENTS,
    PLANS_AT,
    SHARED_AREA,
    SHARED_AT,
    SIGNALS_AT,
    TAIL_AT,
    UNCACHED,
    UNMAPPED,
    Area,
    Channel,
    Partition,
    Plan,
    Shared,
    Signal,
    System,
    decode_system,
    seal,
)
from bulkhead.guest import guest
from bulkhead.host import build_host_test, load_host_tests
from bulkhead.machines import MACHINES, Meaning, Outcome
from bulkhead.probe import Probe
from bulkhead.tree import Module, Tree
from bulkhead.watch import Watch

pytestmark = pytest.mark.chapter("final")

Change = Callable[[System], object]
PAGE, LINEAR_MAP, CONTROL_PAGE = 0x1000, 0x3F000000, 0xBFFFF000


def good() -> System:
    areas = [Area(), Area("more", 0x00800000, 0x4000, 0x01000000)]
    partitions = [
        Partition("a", "halter", areas=areas, ports=[(0x2F8, 0x2FF)]),
        Partition("b", "halter", areas=[Area(), Area("spare", UNMAPPED, PAGE, rights=1)]),
    ]
    slots = [(0, 0, 500), (1, 500, 500)]
    return System(partitions, [Plan("one", 1000, slots), Plan("two", 2000, slots)], frames=3)


def changed(change: Change) -> bytes:
    system = good()
    change(system)
    return system.blob()


def patched(offset: int, value: int) -> bytes:
    """A word of the system overwritten, with a right checksum."""
    raw = bytearray(good().encode())
    raw[offset : offset + 4] = value.to_bytes(4, "little")
    return seal(bytes(raw))


def first(system: System) -> Area:
    return system.partitions[0].areas[0]


def second(system: System) -> Area:
    return system.partitions[0].areas[1]


NAME = "a partition's or an image's name is empty or does not end"
VIRTUAL, PHYSICAL = "an area's virtual address is out", "an area's physical address is out"
SLOT, PORTS = "a slot overlaps another or passes", "a port range holds one of the hypervisor's own"
OWN_PORTS = (0x20, 0x21, 0x40, 0x43, 0x61, 0xA0, 0xA1, 0xF4, 0x4D0, 0x4D1, 0x8900)
PARTITION_1, PLANS = 4, PLANS_AT  # offsets in the system
COUNT_OF_AREAS, COUNT_OF_RANGES = PARTITION_1 + 116, PARTITION_1 + 568

TABLES, RIGHTS, SIZE = "a partition's page-table pool", "an area's rights", "an area's size"
NO_TIME, OVERLAP = "a plan has no slot, or too many, or no time", "two areas of a partition overlap"


def area(**values: object) -> bytes:
    """The good system, with the first partition's second area changed."""
    return changed(lambda s: vars(second(s)).update(values))


def first_area(**values: object) -> bytes:
    return changed(lambda s: vars(first(s)).update(values))


def partition(number: int, **values: object) -> bytes:
    return changed(lambda s: vars(s.partitions[number]).update(values))


def ports(*ranges: tuple[int, int]) -> bytes:
    return partition(0, ports=list(ranges))


def plan(number: int, *slots: tuple[int, int, int]) -> bytes:
    return changed(lambda s: vars(s.plans[number]).update(slots=list(slots)))


def other_area(physical: int) -> bytes:
    """The second partition's, at a fixed place."""
    return changed(lambda s: vars(s.partitions[1].areas[1]).update(physical=physical))


def shared_area(*blocks: Shared, **values: object) -> bytes:
    """The first partition's second area in one of some shared blocks."""

    def change(system: System) -> None:
        system.shared = list(blocks) or [Shared("block", 0x8000)]
        vars(second(system)).update({"kind": SHARED_AREA, "physical": UNMAPPED} | values)

    return changed(change)


def mixed_caches(system: System) -> None:
    system.shared = [Shared("block", 0x8000)]
    for p, cache in ((0, 0), (1, UNCACHED)):
        vars(system.partitions[p].areas[1]).update(
            kind=SHARED_AREA, physical=UNMAPPED, cache=cache, virtual=UNMAPPED
        )


def device(physical: int, size: int = PAGE) -> bytes:
    return area(kind=DEVICE, physical=physical, size=size)


def on_both(**values: object) -> Change:
    return lambda s: [vars(p).update(values) for p in s.partitions]


def signals(*made: Signal) -> bytes:
    return changed(lambda s: setattr(s, "signals", list(made)))


def channels(*made: Channel) -> bytes:
    return changed(lambda s: setattr(s, "channels", list(made)))


def health(event: str, action: str, system_wide: bool = False) -> bytes:
    target: Callable[[System], object] = lambda s: s if system_wide else s.partitions[0]
    return changed(lambda s: vars(target(s)).update(actions={event: action}))


KIND, CACHE, BLOCK = "an area is of an unknown kind", "an area's cache", "an area belongs to no"
OUT_OF_BLOCK, OWN_DEVICE = "an area reaches out of its shared block", "a device area holds"
SHARED_PLACE, PASSES = "a shared block's physical", "a health table has an action that"
LINE, LEVEL = "an interrupt line does not exist, or is", "a level-triggered line is not"
SIGNAL_END, SIGNAL_VIRQ = "a signal's end is no partition", "a signal raises a virtual interrupt"
SAME_PORT, ACTION = "two ports of a partition", "a health table has an action that is unknown"
OTHER_TABLE = "a health table has an event that belongs into another"
BLOCK_SIZE, MASK = "a shared block's size", "a trace mask has unknown kinds"
STOPS = "divide overflow illegal fpu protection stack memory alignment double state".split()

# What version 3 of the format added.
SERVICES: list[tuple[str, bytes, str]] = [
    ("all flags", partition(0, system=True, flush_cache=True), "good"),
    ("7 more spaces", partition(0, spaces=7), "good"),
    ("8 more spaces", partition(0, spaces=8), "a partition has too many address spaces"),
    ("background 255", partition(0, background=255), "good"),
    ("background 256", partition(0, background=256), "a partition's background priority"),
    ("lines", partition(0, lines=0xDFFA, level_lines=0xDEF8), "good"),
    *((f"line {n}", partition(0, lines=1 << n), LINE) for n in (0, 2, 13, 16, 31)),
    ("a level line of nobody", partition(0, lines=8, level_lines=16), LEVEL),
    ("level at line 1", partition(0, lines=2, level_lines=2), LEVEL),
    ("level at line 8", partition(0, lines=0x100, level_lines=0x100), LEVEL),
    ("a line of two", changed(on_both(lines=8)), "an interrupt line has two owners"),
    ("a port of two", changed(on_both(ports=[(0x2F8, 0x2F8)])), "a port has two owners"),
    ("trace of all", partition(0, trace_mask=0xFF), "good"),
    ("trace of more", partition(0, trace_mask=0x100), MASK),
    ("the system's trace of more", patched(TAIL_AT, 0x100), MASK),
    ("the last plan", partition(1, health_plan=1), "good"),
    ("no such plan", partition(1, health_plan=2), "a health table switches to no plan"),
    ("nor the system's", patched(TAIL_AT + 4, 2), "a health table switches to no plan"),
    ("an unknown action", patched(PARTITION_1 + 84, len(ACTIONS)), ACTION),
    ("an unknown event", patched(PARTITION_1 + 84 + len(EVENTS), 2), ACTION),
    ("an unknown event at the end", patched(TAIL_AT + 8 + 28, 1 << 24), ACTION),
    *((f"ignore {event}", health(event, "ignore"), PASSES) for event in STOPS),
    *((f"log {event}", health(event, "log"), PASSES) for event in STOPS),
    ("log a reset loop", health("reset-loop", "log", True), PASSES),
    ("log a machine check", health("machine-check", "log", True), PASSES),
    ("ignore oneself", health("hypervisor", "ignore", True), PASSES),
    ("log an NMI", health("nmi", "log", True), "good"),
    ("ignore a late slot", health("slot-late", "ignore", True), "good"),
    ("no reset in a reset loop", health("reset-loop", "cold-reset", True), PASSES),
    ("a late slot of a partition", health("slot-late", "log"), OTHER_TABLE),
    ("a memory fault of the system", health("memory", "halt", True), OTHER_TABLE),
    ("unknown kind", area(kind=3), KIND),
    ("unknown cache", area(cache=3), CACHE),
    ("uncached", area(cache=UNCACHED), "good"),
    ("shared", shared_area(), "good"),
    ("shared to the end", shared_area(offset=0x4000), "good"),
    ("shared over the end", shared_area(offset=0x5000), OUT_OF_BLOCK),
    ("shared behind the end", shared_area(offset=0x8000), OUT_OF_BLOCK),
    ("shared inside a page", shared_area(offset=0x800), OUT_OF_BLOCK),
    ("shared and wraps", shared_area(offset=0xFFFFF000), OUT_OF_BLOCK),
    ("no such block", shared_area(shared=1), BLOCK),
    ("shared with a place", shared_area(physical=0x01000000), PHYSICAL),
    ("a block for nobody", area(shared=1), "an area that is not shared has"),
    ("an offset for nothing", area(offset=PAGE), "an area that is not shared has"),
    ("first area shared", first_area(kind=DEVICE, physical=0xB8000), "a partition's first area"),
    ("two caches", changed(mixed_caches), "areas of one shared block have different"),
    ("9 blocks", patched(SHARED_AT, 9), "it has too many shared blocks"),
    ("a block without name", shared_area(Shared("")), "a shared block's name"),
    ("a block of nothing", shared_area(Shared("b", 0)), BLOCK_SIZE),
    ("a block of half a page", shared_area(Shared("b", 0x800)), BLOCK_SIZE),
    ("a block inside a page", shared_area(Shared("b", PAGE, 0x01000800)), SHARED_PLACE),
    ("a block behind the map", shared_area(Shared("b", PAGE, LINEAR_MAP)), SHARED_PLACE),
    ("a block in an area", changed(lambda s: setattr(s, "shared", [Shared("b", PAGE, 0x01003000)])),
     "an area and a shared block"),
    ("two blocks in one place", changed(lambda s: setattr(s, "shared", [
        Shared("b", 0x2000, 0x02000000), Shared("c", PAGE, 0x02001000)])), "two shared blocks"),
    ("video memory", device(0xB8000), "good"),
    ("a device on top", device(0xFFFFF000), "good"),
    ("a device that wraps", device(0xFFFFF000, 0x2000), PHYSICAL),
    ("a device nowhere", device(UNMAPPED), PHYSICAL),
    ("a device in low memory", device(0x9F000), OWN_DEVICE),
    ("a device over the hypervisor", device(0x00100000), OWN_DEVICE),
    ("the local APIC", device(0xFEE00000), OWN_DEVICE),
    ("the I/O APIC", device(0xFEBFF000, 0x2000), OWN_DEVICE),
    ("17 signals", patched(SIGNALS_AT, 17), "it has too many signals"),
    ("a signal", signals(Signal("s", 0, 1), Signal("t", 0, 1, 15)), "good"),
    ("a signal without name", signals(Signal("", 0, 1)), "a signal's name"),
    ("a signal to oneself", signals(Signal("s", 1, 1)), SIGNAL_END),
    ("a signal of nobody", signals(Signal("s", 2, 1)), SIGNAL_END),
    ("a signal to nobody", signals(Signal("s", 0, 2)), SIGNAL_END),
    ("a signal as a port", signals(Signal("s", 0, 1, 2)), SIGNAL_VIRQ),
    ("a signal as line 0", signals(Signal("s", 0, 1, 16)), SIGNAL_VIRQ),
    ("two signals of a name", signals(Signal("s", 0, 1), Signal("s", 0, 1, 9)), "two signals of"),
    ("17 channels", patched(CHANNELS_AT, 17), "it has too many channels"),
    ("two ports", channels(Channel("c", 0, [1]), Channel("d", 0, [1])), "good"),
    ("a port without name", channels(Channel("c", 0, [1], writer_port="")), "a port's name"),
    ("a reader's without name", channels(Channel("c", 0, [1], reader_ports=[""])), "a port's name"),
    ("two ports of a name", channels(Channel("c", 0, [1]), Channel("d", 0, [1], reader_ports=["c"])),
     SAME_PORT),
    ("in and out of a name", channels(Channel("c", 0, [1]), Channel("d", 1, [0], writer_port="c")),
     SAME_PORT),
    ("a name for each", channels(Channel("c", 0, [1]), Channel("d", 1, [0], writer_port="e")), "good"),
]  # fmt: skip

VERDICTS: list[tuple[str, bytes, str]] = [
    ("good", good().blob(), "good"),
    ("no partition", patched(0, 0), "it has no partition, or too many"),
    ("17 partitions", patched(0, 17), "it has no partition, or too many"),
    ("no plan", patched(PLANS, 0), "it has no plan, or too many"),
    ("5 plans", patched(PLANS, 5), "it has no plan, or too many"),
    ("a name that does not end", partition(0, name="n" * 24), NAME),
    ("no name", partition(1, name=""), NAME),
    ("no image", partition(1, image=""), NAME),
    ("unknown flags", patched(PARTITION_1 + 48, 8), "a partition has unknown flags"),
    ("no page table", partition(0, page_tables=0), TABLES),
    ("769 page tables", partition(0, page_tables=769), TABLES),
    ("no area", patched(COUNT_OF_AREAS, 0), "a partition has no area, or too many"),
    ("9 areas", patched(COUNT_OF_AREAS, 9), "a partition has no area, or too many"),
    ("an area without name", area(name=""), "an area's name"),
    ("an area of nothing", area(size=0), SIZE),
    ("half a page", area(size=0x800), SIZE),
    ("an area of nearly 4 GiB", area(size=0xFFFFF000), SIZE),
    ("no rights", area(rights=0), RIGHTS),
    ("write only", area(rights=2), RIGHTS),
    ("unknown rights", area(rights=5), RIGHTS),
    ("physical inside a page", area(physical=0x01000800), PHYSICAL),
    ("physical behind the map", area(physical=LINEAR_MAP), PHYSICAL),
    ("physical to the map's end", area(physical=LINEAR_MAP - 0x4000), "good"),
    ("physical over the map's end", area(physical=LINEAR_MAP - 0x3000), PHYSICAL),
    ("physical wraps", area(physical=0xFFFFE000), PHYSICAL),
    ("virtual inside a page", area(virtual=0x00800001), VIRTUAL),
    ("null mapped", area(virtual=0), VIRTUAL),
    ("to the control page", area(virtual=CONTROL_PAGE - 0x4000), "good"),
    ("over the control page", area(virtual=CONTROL_PAGE - 0x3000), VIRTUAL),
    ("in the hypervisor", area(virtual=0xC0000000), VIRTUAL),
    ("virtual wraps", area(virtual=0xFFFFE000), VIRTUAL),
    ("side by side", area(virtual=0x00410000), "good"),
    ("overlap by a page", area(virtual=0x0040F000), OVERLAP),
    ("overlap from below", area(virtual=0x003FD000), OVERLAP),
    ("first area unmapped", first_area(virtual=UNMAPPED), "a partition's first area"),
    ("first area read-only", first_area(rights=1), "a partition's first area"),
    ("9 port ranges", patched(COUNT_OF_RANGES, 9), "a partition has too many port ranges"),
    ("ports reversed", ports((0x2FF, 0x2F8)), "a port range is reversed"),
    *((f"port {port:#x}", ports((port, port)), PORTS) for port in OWN_PORTS),
    ("all ports", ports((0, 0xFFFF)), PORTS),
    ("a plan without name", changed(lambda s: setattr(s.plans[1], "name", "")), "a plan's name"),
    ("no time", changed(lambda s: setattr(s.plans[0], "major_frame_us", 0)), NO_TIME),
    ("no slot", plan(0), NO_TIME),
    ("65 slots", patched(PLANS + 4 + 28, 65), NO_TIME),
    ("nobody's slot", plan(0, (2, 0, 1)), "a slot belongs to no partition"),
    ("a slot of nothing", plan(0, (0, 0, 0)), SLOT),
    ("a slot over the end", plan(0, (0, 500, 501)), SLOT),
    ("a slot behind the end", plan(0, (0, 1001, 1)), SLOT),
    ("a slot that wraps", plan(0, (0, 500, 0xFFFFFFFF)), SLOT),
    ("slots that overlap", plan(0, (0, 0, 501), (1, 500, 500)), SLOT),
    ("slots out of order", plan(0, (0, 500, 500), (1, 0, 500)), SLOT),
    ("the second plan", plan(1, (0, 0, 2001)), SLOT),
    ("shared memory", other_area(0x01003000), "two areas claim the same physical memory"),
    ("memory side by side", other_area(0x01004000), "good"),
]


ALL = VERDICTS + SERVICES


def verdicts(tree: Tree, blobs: list[bytes], work: Path) -> list[str]:
    """What core/blob.c says of each, with sanitizers: tests/host/blob.c with arguments."""
    (test,) = (test for test in load_host_tests() if str(test) == "blob")
    program, files = build_host_test(test, tree), []
    for number, blob in enumerate(blobs):
        files.append(work / f"{number:05}")
        files[-1].write_bytes(blob)
    done = process.run([program, *files])
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(blobs)
    for line, blob in zip(lines, blobs):
        if len(blob) >= 16:
            assert int(line[:8], 16) == zlib.crc32(blob[16:])
    return [line[9:] for line in lines]


def test_each_refusal(tree: Tree, tmp_path: Path) -> None:
    found = verdicts(tree, [blob for _, blob, _ in ALL], tmp_path)
    for verdict, (what, _, wanted) in zip(found, ALL):
        assert verdict.startswith(wanted), f"{what}: {verdict}"


def test_flipped_bytes(tree: Tree, tmp_path: Path) -> None:
    """No byte can be changed without being noticed."""
    source, blob = random.Random(1), good().blob()
    damaged = []
    for _ in range(400):
        copy = bytearray(blob)
        copy[source.randrange(len(copy))] ^= source.randrange(1, 256)
        damaged.append(bytes(copy))
    damaged += [blob[: source.randrange(len(blob))] for _ in range(50)]
    assert "good" not in verdicts(tree, damaged, tmp_path)


def test_our_encoder_and_bhc_agree(tree: Tree) -> None:
    """The demonstration's blob, decoded and encoded again here, is the same to the byte."""
    blob = next(module.path for module in tree.modules() if module.name == "system").read_bytes()
    assert decode_system(blob).blob() == blob


def modules_of(system: System, work: Path) -> list[Module]:
    (work / "blob").write_bytes(system.blob())
    return [Module(work / "blob", "system"), Module(guest("halter"), "halter")]


def boot(tree: Tree, system: System, work: Path, emulator: str) -> Outcome:
    return MACHINES[emulator](tree).boot(modules=modules_of(system, work))


def test_good_blob_boots(tree: Tree, tmp_path: Path) -> None:
    outcome = boot(tree, good(), tmp_path, "qemu")
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    assert outcome.console.count("finished with 0") == 2


PLACES = {
    "the hypervisor": 0x00100000,
    "low memory": 0x00001000,
    "the BIOS": 0x000F0000,
    "no RAM": 0x04000000,
    "the end of RAM": 0x03FFE000,
}


@pytest.mark.parametrize("place", list(PLACES))
def test_place_that_cannot_be_had(tree: Tree, tmp_path: Path, place: str) -> None:
    system = good()
    second(system).physical = PLACES[place]
    outcome = boot(tree, system, tmp_path, "qemu")
    assert outcome.meaning is Meaning.PANIC, outcome.describe()
    wanted = f"PANIC: partition a: area more at {PLACES[place]:#010x} is not free RAM"
    assert wanted in outcome.console


def test_place_of_a_boot_module(tree: Tree, tmp_path: Path) -> None:
    """An area where the loader put the image that is to be loaded into it."""
    system = good()
    with Probe(tree, modules=modules_of(system, tmp_path)) as machine:
        places = Watch(machine, "frame_init").modules
    second(system).physical = places[1].start & ~(PAGE - 1)
    outcome = boot(tree, system, tmp_path, "qemu")
    assert outcome.meaning is Meaning.PANIC, outcome.describe()
    assert f"area more at {second(system).physical:#010x} is not free RAM" in outcome.console


def test_more_memory_than_there_is(tree: Tree, tmp_path: Path) -> None:
    system = good()
    first(system).size = 0x04000000
    second(system).virtual = 0x10000000
    outcome = boot(tree, system, tmp_path, "qemu")
    assert outcome.meaning is Meaning.PANIC, outcome.describe()
    assert "PANIC: out of memory: no 65536 KiB of RAM in one piece are left" in outcome.console


def test_too_few_page_tables(tree: Tree, tmp_path: Path) -> None:
    system = good()
    system.partitions[0].page_tables = 2
    outcome = boot(tree, system, tmp_path, "qemu")
    assert outcome.meaning is Meaning.PANIC, outcome.describe()
    assert "PANIC: partition a: 2 page tables are too few" in outcome.console


def test_ports_of_the_description(tree: Tree, tmp_path: Path) -> None:
    """What a description grants is in the bitmap, to the bit."""
    system = good()
    ranges = [(0x00, 0x00), (0x22, 0x22), (0x2F8, 0x2FF), (0x3F0, 0x3F7), (0x3F8, 0x3F8),
              (0x8901, 0x8901), (0xFFFE, 0xFFFF)]  # fmt: skip
    system.partitions[0].ports = ranges
    with Probe(tree, modules=modules_of(system, tmp_path)) as machine:
        watch = Watch(machine)
        bitmaps = {}
        for _ in range(2):
            name = watch.to_partition()
            bitmaps[name] = machine.io_bitmap()[: 65536 // 8]
            watch.to_hypervisor()
    joined = [range(0, 1), range(0x22, 0x23), range(0x2F8, 0x300), range(0x3F0, 0x3F9),
              range(0x8901, 0x8902), range(0xFFFE, 0x10000)]  # fmt: skip
    assert x86.allowed_ports(bitmaps["a"]) == joined
    assert x86.allowed_ports(bitmaps["b"]) == []
