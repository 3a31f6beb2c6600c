"""Partitions watched from outside: each way into the hypervisor and out of it, and the time.

Where the hypervisor is entered is read from its IDT, where it is left from its machine code; which
partition runs is told by CR3. Time is that of the machine's HPET, which the hypervisor does not
use: 10 ns are its step. With `-icount sleep=off` QEMU moves the time on to the next timer event
whenever the machine stops at a breakpoint: what has to be measured undisturbed is measured by the
partitions of guests/.
"""

from __future__ import annotations

import functools
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import process, x86
from .probe import Probe
from .tree import Symbols

HPET = 0xFED00000  # IA-PC HPET specification, 2.3
HPET_CONFIGURATION, HPET_COUNTER, HPET_STEP_NS = 0x10, 0xF0, 10
ERROR_CODE = frozenset((8, 10, 11, 12, 13, 14, 17, 21, 30))  # SDM vol. 3A, table 6-1; 30: AMD
USER_CODE, USER_DATA = 0x1B, 0x23
CONTROL_PAGE = 0xBFFFF000


@functools.cache
def _leaving(elf: Path, _modified: int) -> tuple[int, ...]:
    listing = process.run(["objdump", "-d", "--no-show-raw-insn", elf]).stdout
    found = re.findall(r"^ *([0-9a-f]+):\t(?:iret|sysexit)", listing, re.MULTILINE)
    return tuple(int(address, 16) for address in found)


@dataclass(frozen=True)
class Partition:
    """A partition, as the hypervisor's start-up lines describe it."""

    name: str
    size: int  # bytes of its first area
    physical: int
    directory: int


def partitions(console: str) -> dict[str, Partition]:
    found = re.findall(
        r"^Partition (\S+) +(\d+) KiB at physical 0x([0-9a-f]+), page directory at 0x([0-9a-f]+)$",
        console,
        re.MULTILINE,
    )
    return {
        name: Partition(name, int(kib) * 1024, int(physical, 16), int(directory, 16))
        for name, kib, physical, directory in found
    }


@dataclass(frozen=True)
class Frame:
    """What the CPU pushed when it entered the hypervisor, or will pop when it leaves."""

    eip: int
    cs: int
    eflags: int
    esp: int
    ss: int

    @property
    def cpl(self) -> int:
        return self.cs & 3


@dataclass(frozen=True)
class Entry:
    """The hypervisor's entry from a partition; nothing but the pushes has happened yet."""

    partition: str
    vector: int
    error: int | None
    frame: Frame
    ns: int


class Watch:
    """Follows a probe's partitions. Start it before the first one runs."""

    def __init__(self, machine: Probe, start_at: str = "sched_start") -> None:
        self.machine = machine
        machine.run_to("kmain")
        self.modules = self._modules()
        machine.write_physical(HPET + HPET_CONFIGURATION, struct.pack("<I", 1))
        machine.run_to(start_at)
        self.partitions = partitions(machine.console())
        self._names = {p.directory: p.name for p in self.partitions.values()}
        elf = machine.tree.elf
        self._out = frozenset(_leaving(elf, elf.stat().st_mtime_ns))
        self._set: set[int] = set()

    @functools.cached_property
    def _in(self) -> dict[int, int]:
        gates = enumerate(self.machine.idt())
        return {gate.offset: n for n, gate in gates if gate.type != x86.TASK_GATE}

    def _modules(self) -> list[range]:
        """Where the loader put the boot modules (Multiboot 3.3): kmain's argument leads there."""
        info = self.machine.argument(1)
        count, place = struct.unpack("<II", self.machine.read_physical(info + 20, 8))
        raw = self.machine.read_physical(place, 16 * count)
        return [range(start, end) for start, end, _, _ in struct.iter_unpack("<IIII", raw)]

    # Time

    def ns(self) -> int:
        """The machine's time, in steps of 10 ns."""
        raw = self.machine.read_physical(HPET + HPET_COUNTER, 4)
        return int.from_bytes(raw, "little") * HPET_STEP_NS

    # Who

    def running(self) -> str:
        """The partition whose address space is loaded."""
        return self._names.get(self.machine.register("cr3") & ~0xFFF, "")

    # Where

    def _watch_only(self, wanted: set[int]) -> None:
        client = self.machine.client
        for address in self._set - wanted:
            client.clear_breakpoint(address)
        for address in wanted - self._set:
            client.set_breakpoint(address)
        self._set = wanted

    def _frame(self, skip: int = 0) -> Frame:
        words = struct.unpack("<5I", self.machine.read(self.machine.register("esp") + skip, 20))
        return Frame(*words)

    def forget(self) -> None:
        """Removes our breakpoints: before Probe.finish()."""
        self._watch_only(set())

    def to_partition(self) -> str:
        """To a partition's next first instruction: from a hypervisor that returns to it."""
        machine = self.machine
        self._watch_only(set(self._out))
        while True:
            machine.resume("a return to a partition")
            leaving = self._frame().cpl == 3
            machine.step()  # a breakpoint where we stand would stop us again
            if leaving and machine.cpl == 3:
                return self.running()

    def to_hypervisor(self) -> Entry:
        """From a partition to the hypervisor's first instruction."""
        machine = self.machine
        self._watch_only(set(self._in))
        machine.resume("an entry of the hypervisor")
        vector = self._in[machine.register("eip")]
        error = machine.read_u32(machine.register("esp")) if vector in ERROR_CODE else None
        frame = self._frame(0 if error is None else 4)
        return Entry(self.running(), vector, error, frame, self.ns())

    def to_start_of(self, name: str) -> None:
        """To the next start of a partition: the first instruction of its image."""
        entry = image(self.machine, name).entry
        self._watch_only({entry})
        while True:
            self.machine.resume(f"a start of {name}")
            if self.machine.cpl == 3 and self.running() == name:
                return
            self.machine.step()


# Images


@dataclass(frozen=True)
class Segment:
    address: int
    size: int
    data: bytes
    writable: bool


@dataclass(frozen=True)
class Image:
    """An ELF file as the System V ABI describes it: no more than a correct one needs."""

    entry: int
    segments: tuple[Segment, ...]

    def memory(self, base: int, size: int) -> bytes:
        """An area that this image was loaded into: zeros where no segment is."""
        result = bytearray(size)
        for segment in self.segments:
            start = segment.address - base
            result[start : start + len(segment.data)] = segment.data
        return bytes(result)

    def writable(self, address: int) -> bool:
        """Whether the page at an address may be written: not in a read-only segment."""
        return all(
            s.writable or not s.address <= address < (s.address + s.size + 0xFFF) & ~0xFFF
            for s in self.segments
        )


@functools.cache
def parse_image(path: Path) -> Image:
    data = path.read_bytes()
    entry, header_offset = struct.unpack_from("<II", data, 24)
    (count,) = struct.unpack_from("<H", data, 44)
    segments = []
    for i in range(count):
        kind, offset, address, _, in_file, in_memory, flags, _ = struct.unpack_from(
            "<8I", data, header_offset + 32 * i
        )
        if kind == 1 and in_memory:
            content = data[offset : offset + in_file]
            segments.append(Segment(address, in_memory, content, bool(flags & 2)))
    return Image(entry, tuple(segments))


def image(machine: Probe, name: str) -> Image:
    """A partition's image; in our systems it has the partition's name."""
    return parse_image(image_path(machine, name))


def image_path(machine: Probe, name: str) -> Path:
    return next(module.path for module in machine.modules if module.name == name)


def image_symbols(machine: Probe, name: str) -> Symbols:
    return Symbols(image_path(machine, name))


# All registers at once

CORE = "eax ecx edx ebx esp ebp esi edi eip eflags cs ss ds es fs gs".split()
FLOATING = [f"st{i}" for i in range(8)] + "fctrl fstat ftag".split()
SSE = [f"xmm{i}" for i in range(8)] + ["mxcsr"]


def registers(machine: Probe, names: Sequence[str] = (*CORE, *FLOATING, *SSE)) -> dict[str, int]:
    """Registers from one packet: it holds them in the order of their numbers."""
    raw = bytes.fromhex(machine.client.ask("g"))
    wanted, found, at = set(names), {}, 0
    ordered = sorted(machine.client.registers.items(), key=lambda item: item[1].number)
    for name, register in ordered:
        size = register.bits // 8
        if at + size > len(raw):
            break
        if name in wanted:
            found[name] = int.from_bytes(raw[at : at + size], "little")
        at += size
    return found


def flat(machine: Probe, directory: int) -> dict[int, x86.Mapping]:
    """An address space's pages below the hypervisor, by address."""
    return {m.virtual: m for m in machine.mappings(directory) if m.virtual < 0xC0000000}
