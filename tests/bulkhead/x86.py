"""Descriptors, task state segments and page tables by the Intel SDM's layouts (volume 3A)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

# Control registers (2.5)
CR0_PE, CR0_MP, CR0_EM, CR0_TS, CR0_NE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 5
CR0_WP, CR0_AM, CR0_NW, CR0_CD, CR0_PG = 1 << 16, 1 << 18, 1 << 29, 1 << 30, 1 << 31
CR4_TSD, CR4_DE, CR4_PSE, CR4_PAE, CR4_MCE, CR4_PGE = 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 7
CR4_OSFXSR, CR4_OSXMMEXCPT, CR4_SMEP, CR4_SMAP = 1 << 9, 1 << 10, 1 << 20, 1 << 21
EFLAGS_IF, EFLAGS_NT = 1 << 9, 1 << 14

# System descriptor types (table 3-2)
LDT, TASK_GATE, TSS_AVAILABLE, TSS_BUSY, INTERRUPT_GATE, TRAP_GATE = 0x2, 0x5, 0x9, 0xB, 0xE, 0xF

# Page table entries (tables 4-4 to 4-6)
PRESENT, WRITE, USER, WRITE_THROUGH, CACHE_DISABLE = 0x001, 0x002, 0x004, 0x008, 0x010
ACCESSED, DIRTY, LARGE, GLOBAL = 0x020, 0x040, 0x080, 0x100
PAGE, LARGE_PAGE = 0x1000, 0x400000


@dataclass(frozen=True)
class Segment:
    """A segment descriptor (3.4.5, figure 3-8)."""

    base: int
    limit: int  # the offset of its last byte, with the granularity worked in
    type: int
    code_or_data: bool  # S; clear: a system descriptor, and `type` one of LDT, TSS_*, ...
    dpl: int
    present: bool
    long_mode: bool
    default_32bit: bool  # D/B
    granularity: bool

    @property
    def is_code(self) -> bool:
        return self.code_or_data and bool(self.type & 0x8)

    @property
    def is_data(self) -> bool:
        return self.code_or_data and not self.type & 0x8

    @property
    def is_flat(self) -> bool:
        return self.base == 0 and self.limit == 0xFFFFFFFF

    @property
    def readable(self) -> bool:
        return self.is_data or bool(self.type & 0x2)

    @property
    def writable(self) -> bool:
        return self.is_data and bool(self.type & 0x2)

    @property
    def conforming(self) -> bool:
        return self.is_code and bool(self.type & 0x4)

    @property
    def expands_down(self) -> bool:
        return self.is_data and bool(self.type & 0x4)


def decode_segment(raw: bytes) -> Segment:
    low, high = struct.unpack("<II", raw)
    granularity = bool(high >> 23 & 1)
    limit = low & 0xFFFF | high & 0xF0000
    if granularity:
        limit = limit << 12 | 0xFFF
    return Segment(
        base=low >> 16 | (high & 0xFF) << 16 | high & 0xFF000000,
        limit=limit,
        type=high >> 8 & 0xF,
        code_or_data=bool(high >> 12 & 1),
        dpl=high >> 13 & 3,
        present=bool(high >> 15 & 1),
        long_mode=bool(high >> 21 & 1),
        default_32bit=bool(high >> 22 & 1),
        granularity=granularity,
    )


@dataclass(frozen=True)
class Gate:
    """A gate descriptor of the IDT (6.11, figure 6-2)."""

    offset: int
    selector: int
    type: int  # INTERRUPT_GATE, TRAP_GATE or TASK_GATE (whose offset means nothing)
    dpl: int
    present: bool
    reserved: int  # what has to be zero: S and the bits 5 to 7 of the fifth byte


def decode_gate(raw: bytes) -> Gate:
    low, high = struct.unpack("<II", raw)
    return Gate(
        offset=low & 0xFFFF | high & 0xFFFF0000,
        selector=low >> 16,
        type=high >> 8 & 0xF,
        dpl=high >> 13 & 3,
        present=bool(high >> 15 & 1),
        reserved=high >> 12 & 1 | high >> 5 & 7,
    )


TSS_FIELDS = (
    "link esp0 ss0 esp1 ss1 esp2 ss2 cr3 eip eflags eax ecx edx ebx esp ebp esi edi "
    "es cs ss ds fs gs ldt"
).split()
TSS_SIZE = 104


@dataclass(frozen=True)
class Tss:
    """A 32-bit task state segment (7.2.1, figure 7-2): its fields by the manual's names."""

    field: dict[str, int]
    debug_trap: bool
    io_map_base: int

    def __getitem__(self, name: str) -> int:
        return self.field[name]


def decode_tss(raw: bytes) -> Tss:
    words = struct.unpack("<26I", raw[:TSS_SIZE])
    return Tss(dict(zip(TSS_FIELDS, words)), bool(words[25] & 1), words[25] >> 16)


def allowed_ports(bitmap: bytes) -> list[range]:
    """The ranges of ports whose bits are clear (vol. 1, 19.5.2)."""
    ranges: list[range] = []
    for port in range(len(bitmap) * 8):
        if bitmap[port // 8] >> port % 8 & 1:
            continue
        if ranges and ranges[-1].stop == port:
            ranges[-1] = range(ranges[-1].start, port + 1)
        else:
            ranges.append(range(port, port + 1))
    return ranges


@dataclass(frozen=True)
class Mapping:
    """A page, or neighbouring ones with the same rights (see coalesce)."""

    virtual: int
    size: int
    physical: int
    flags: int  # of the entry that maps it; WRITE and USER also need the directory's

    @property
    def end(self) -> int:
        return self.virtual + self.size

    @property
    def user(self) -> bool:
        return bool(self.flags & USER)

    @property
    def writable(self) -> bool:
        return bool(self.flags & WRITE)

    @property
    def is_global(self) -> bool:
        return bool(self.flags & GLOBAL)

    @property
    def large(self) -> bool:
        return bool(self.flags & LARGE)

    def __str__(self) -> str:
        rights = ("u" if self.user else "-") + ("w" if self.writable else "-")
        rights += "g" if self.is_global else "-"
        return f"{self.virtual:08x}-{self.end - 1:08x} -> {self.physical:08x} {rights}"


ReadPhysical = Callable[[int, int], bytes]


def _entries(read: ReadPhysical, table: int) -> Iterator[tuple[int, int]]:
    """The present entries of a directory or a table, with their places."""
    for index, entry in enumerate(struct.unpack("<1024I", read(table, PAGE))):
        if entry & PRESENT:
            yield index, entry


def walk(read: ReadPhysical, cr3: int, cr4: int) -> Iterator[Mapping]:
    """Every page that a directory maps: two levels, no PAE (4.3)."""
    assert not cr4 & CR4_PAE, "the walk knows 32-bit paging only"
    for index, directory_entry in _entries(read, cr3 & ~0xFFF):
        base = index * LARGE_PAGE
        if directory_entry & LARGE and cr4 & CR4_PSE:
            yield Mapping(
                base, LARGE_PAGE, directory_entry & ~(LARGE_PAGE - 1), directory_entry & 0xFFF
            )
            continue
        both = directory_entry & (WRITE | USER)  # a right needs both levels (4.6)
        for place, entry in _entries(read, directory_entry & ~0xFFF):
            flags = entry & 0xFFF & ~LARGE & (~(WRITE | USER) | both)
            yield Mapping(base + place * PAGE, PAGE, entry & ~0xFFF, flags)


def coalesce(mappings: Iterable[Mapping], ignore: int = ACCESSED | DIRTY) -> list[Mapping]:
    """Neighbours joined where address and rights continue."""
    joined: list[Mapping] = []
    for mapping in mappings:
        mapping = replace(mapping, flags=mapping.flags & ~ignore)
        last = joined[-1] if joined else None
        if (
            last
            and last.end == mapping.virtual
            and last.physical + last.size == mapping.physical
            and last.flags == mapping.flags
        ):
            joined[-1] = replace(last, size=last.size + mapping.size)
        else:
            joined.append(mapping)
    return joined
