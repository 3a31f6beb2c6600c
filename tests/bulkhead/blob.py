"""System descriptions as bytes: what bhc writes and the hypervisor reads, by Python's struct."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

MAGIC, VERSION = 0x44484B42, 2
ANYWHERE = UNMAPPED = 0xFFFFFFFF
PARTITIONS, AREAS, RANGES, PLANS, SLOTS = 16, 8, 8, 4, 64
CHANNELS, READERS = 16, 4
READ, WRITE = 1, 2


def _name(text: str) -> bytes:
    return text.encode().ljust(24, b"\0")


@dataclass
class Area:
    name: str = "main"
    virtual: int = 0x00400000
    size: int = 0x10000
    physical: int = ANYWHERE
    rights: int = READ | WRITE

    @property
    def mapped(self) -> bool:
        return self.virtual != UNMAPPED

    @property
    def writable(self) -> bool:
        return bool(self.rights & WRITE)

    def encode(self) -> bytes:
        return _name(self.name) + struct.pack(
            "<4I", self.physical, self.virtual, self.size, self.rights
        )


@dataclass
class Partition:
    name: str
    image: str
    console: bool = True
    page_tables: int = 4
    restarts: int = 0
    areas: list[Area] = field(default_factory=lambda: [Area()])
    ports: list[tuple[int, int]] = field(default_factory=list)

    def encode(self) -> bytes:
        head = _name(self.name) + _name(self.image)
        head += struct.pack(
            "<4I", int(self.console), self.page_tables, self.restarts, len(self.areas)
        )
        areas = b"".join(area.encode() for area in self.areas).ljust(AREAS * 40, b"\0")
        ports = b"".join(struct.pack("<HH", *ends) for ends in self.ports).ljust(RANGES * 4, b"\0")
        return head + areas + struct.pack("<I", len(self.ports)) + ports


@dataclass
class Plan:
    name: str
    major_frame_us: int
    slots: list[tuple[int, int, int]]  # partition, start, duration

    def encode(self) -> bytes:
        slots = b"".join(struct.pack("<3I", *slot) for slot in self.slots)
        head = _name(self.name) + struct.pack("<II", self.major_frame_us, len(self.slots))
        return head + slots.ljust(SLOTS * 12, b"\0")


@dataclass
class Channel:
    name: str
    writer: int
    readers: list[int]
    queuing: bool = False
    message_size: int = 64
    depth: int = 1
    valid_us: int = 0

    def encode(self) -> bytes:
        readers = struct.pack(f"<{len(self.readers)}I", *self.readers).ljust(READERS * 4, b"\0")
        numbers = (int(self.queuing), self.message_size, self.depth, self.valid_us, self.writer)
        return _name(self.name) + struct.pack("<6I", *numbers, len(self.readers)) + readers


@dataclass
class System:
    partitions: list[Partition]
    plans: list[Plan]
    frames: int = 1
    channels: list[Channel] = field(default_factory=list)

    def partition(self, name: str) -> Partition:
        return next(p for p in self.partitions if p.name == name)

    def encode(self) -> bytes:
        partitions = b"".join(p.encode() for p in self.partitions).ljust(PARTITIONS * 420, b"\0")
        plans = b"".join(plan.encode() for plan in self.plans).ljust(PLANS * 800, b"\0")
        return (
            struct.pack("<I", len(self.partitions))
            + partitions
            + struct.pack("<I", len(self.plans))
            + plans
            + struct.pack("<II", self.frames, len(self.channels))
            + b"".join(c.encode() for c in self.channels).ljust(CHANNELS * 64, b"\0")
        )

    def blob(self) -> bytes:
        return seal(self.encode())


def seal(system: bytes) -> bytes:
    """A header with the right length and checksum in front."""
    return struct.pack("<4I", MAGIC, VERSION, 16 + len(system), zlib.crc32(system)) + system


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode()


def _area(raw: bytes) -> Area:
    physical, virtual, size, rights = struct.unpack_from("<4I", raw, 24)
    return Area(_text(raw[:24]), virtual, size, physical, rights)


def _partition(raw: bytes) -> Partition:
    flags, tables, restarts, count = struct.unpack_from("<4I", raw, 48)
    areas = [_area(raw[at : at + 40]) for at in range(64, 64 + 40 * count, 40)]
    (ranges,) = struct.unpack_from("<I", raw, 384)
    ports = [struct.unpack_from("<HH", raw, 388 + 4 * i) for i in range(ranges)]
    names = _text(raw[:24]), _text(raw[24:48])
    return Partition(*names, bool(flags & 1), tables, restarts, areas, ports)


def _plan(raw: bytes) -> Plan:
    frame, count = struct.unpack_from("<II", raw, 24)
    return Plan(
        _text(raw[:24]), frame, [struct.unpack_from("<3I", raw, 32 + 12 * i) for i in range(count)]
    )


def decode_system(blob: bytes) -> System:
    """A good blob's contents."""
    raw = blob[16:]
    (count,) = struct.unpack_from("<I", raw)
    plans_at = 4 + PARTITIONS * 420
    (plans,) = struct.unpack_from("<I", raw, plans_at)
    (frames,) = struct.unpack_from("<I", raw, plans_at + 4 + PLANS * 800)
    return System(
        [_partition(raw[4 + 420 * i : 4 + 420 * (i + 1)]) for i in range(count)],
        [_plan(raw[plans_at + 4 + 800 * i : plans_at + 804 + 800 * i]) for i in range(plans)],
        frames,
    )
