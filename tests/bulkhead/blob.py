"""System descriptions as bytes: what bhc writes and the hypervisor reads, by Python's struct."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


MAGIC, VERSION = 0x44484B42, 3
ANYWHERE = UNMAPPED = 0xFFFFFFFF
PARTITIONS, AREAS, RANGES, PLANS, SLOTS = 16, 8, 8, 4, 64
CHANNELS, READERS, SHARED, SIGNALS, HEALTH_EVENTS = 16, 4, 8, 16, 32
READ, WRITE = 1, 2
RAM, SHARED_AREA, DEVICE = 0, 1, 2  # kinds of areas
WRITE_BACK, WRITE_THROUGH, UNCACHED = 0, 1, 2  # their caches
NAME = 24
# Of each structure in core/system.h: its size in bytes.
AREA_SIZE, PARTITION_SIZE, PLAN_SIZE, CHANNEL_SIZE = 56, 604, 800, 184
SHARED_SIZE, SIGNAL_SIZE = 32, 36
PLANS_AT = 4 + PARTITIONS * PARTITION_SIZE  # offsets in the system
FRAMES_AT = PLANS_AT + 4 + PLANS * PLAN_SIZE
CHANNELS_AT = FRAMES_AT + 4
SHARED_AT = CHANNELS_AT + 4 + CHANNELS * CHANNEL_SIZE
SIGNALS_AT = SHARED_AT + 4 + SHARED * SHARED_SIZE
TAIL_AT = SIGNALS_AT + 4 + SIGNALS * SIGNAL_SIZE
ACTIONS = (
    "usual ignore log propagate suspend halt warm-reset cold-reset switch-plan reset-system "
    "halt-system"
).split()
EVENTS = (
    "divide debug overflow illegal fpu protection stack memory alignment double state application "
    "deadline finished reset-loop slot-late spurious nmi machine-check hypervisor"
).split()


def _name(text: str) -> bytes:
    return text.encode().ljust(NAME, b"\0")


def _table(items: list, size: int, count: int) -> bytes:
    """How many there are, and all of them; the rest is 0."""
    encoded = b"".join(item.encode() for item in items)
    return struct.pack("<I", len(items)) + encoded.ljust(count * size, b"\0")


def _actions(actions: dict[str, str]) -> bytes:
    """By the names that a description has for events and actions."""
    table = bytearray(HEALTH_EVENTS)
    for event, action in actions.items():
        table[EVENTS.index(event)] = ACTIONS.index(action)
    return bytes(table)


@dataclass
class Area:
    name: str = "main"
    virtual: int = 0x00400000
    size: int = 0x10000
    physical: int = ANYWHERE
    rights: int = READ | WRITE
    kind: int = RAM
    cache: int = WRITE_BACK
    shared: int = 0
    offset: int = 0

    @property
    def mapped(self) -> bool:
        return self.virtual != UNMAPPED

    @property
    def writable(self) -> bool:
        return bool(self.rights & WRITE)

    def encode(self) -> bytes:
        numbers = (self.physical, self.virtual, self.size, self.rights)
        return _name(self.name) + struct.pack(
            "<8I", *numbers, self.kind, self.cache, self.shared, self.offset
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
    system: bool = False
    flush_cache: bool = False
    spaces: int = 0
    background: int = 0
    lines: int = 0
    level_lines: int = 0
    trace_mask: int = 0
    health_plan: int = 0
    actions: dict[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        flags = self.console | self.system << 1 | self.flush_cache << 2
        head = _name(self.name) + _name(self.image)
        head += struct.pack("<5I", flags, self.page_tables, self.restarts, self.spaces,
                            self.background)  # fmt: skip
        head += struct.pack("<4I", self.lines, self.level_lines, self.trace_mask, self.health_plan)
        ports = b"".join(struct.pack("<HH", *ends) for ends in self.ports).ljust(RANGES * 4, b"\0")
        areas = _table(self.areas, AREA_SIZE, AREAS)
        return head + _actions(self.actions) + areas + struct.pack("<I", len(self.ports)) + ports


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
    """A channel; where the ports have no names of their own, they have the channel's."""

    name: str
    writer: int
    readers: list[int]
    queuing: bool = False
    message_size: int = 64
    depth: int = 1
    valid_us: int = 0
    writer_port: str | None = None
    reader_ports: list[str] | None = None

    def encode(self) -> bytes:
        own = self.reader_ports or [self.name] * len(self.readers)
        writer = self.name if self.writer_port is None else self.writer_port
        ports = _name(writer) + b"".join(map(_name, own)).ljust(READERS * NAME, b"\0")
        readers = struct.pack(f"<{len(self.readers)}I", *self.readers).ljust(READERS * 4, b"\0")
        numbers = (int(self.queuing), self.message_size, self.depth, self.valid_us, self.writer)
        return (
            _name(self.name) + ports + struct.pack("<6I", *numbers, len(self.readers)) + readers
        )


@dataclass
class Shared:
    name: str
    size: int = 0x1000
    physical: int = ANYWHERE

    def encode(self) -> bytes:
        return _name(self.name) + struct.pack("<2I", self.physical, self.size)


@dataclass
class Signal:
    name: str
    sender: int
    receiver: int
    virq: int = 8

    def encode(self) -> bytes:
        return _name(self.name) + struct.pack("<3I", self.sender, self.receiver, self.virq)


@dataclass
class System:
    partitions: list[Partition]
    plans: list[Plan]
    frames: int = 1
    channels: list[Channel] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    trace_mask: int = 0
    health_plan: int = 0
    actions: dict[str, str] = field(default_factory=dict)

    def partition(self, name: str) -> Partition:
        return next(p for p in self.partitions if p.name == name)

    def encode(self) -> bytes:
        return (
            _table(self.partitions, PARTITION_SIZE, PARTITIONS)
            + _table(self.plans, PLAN_SIZE, PLANS)
            + struct.pack("<I", self.frames)
            + _table(self.channels, CHANNEL_SIZE, CHANNELS)
            + _table(self.shared, SHARED_SIZE, SHARED)
            + _table(self.signals, SIGNAL_SIZE, SIGNALS)
            + struct.pack("<2I", self.trace_mask, self.health_plan)
            + _actions(self.actions)
        )

    def blob(self) -> bytes:
        return seal(self.encode())


def seal(system: bytes) -> bytes:
    """A header with the right length and checksum in front."""
    return struct.pack("<4I", MAGIC, VERSION, 16 + len(system), zlib.crc32(system)) + system


def _text(raw: bytes) -> str:
    return raw[:NAME].partition(b"\0")[0].decode()


def _items(raw: bytes, at: int, size: int, decode: Callable[[bytes], T]) -> list[T]:
    """A table that begins with how many there are."""
    (count,) = struct.unpack_from("<I", raw, at)
    return [decode(raw[at + 4 + size * i : at + 4 + size * (i + 1)]) for i in range(count)]


def _actions_of(raw: bytes) -> dict[str, str]:
    return {EVENTS[i]: ACTIONS[action] for i, action in enumerate(raw) if action}


def _area(raw: bytes) -> Area:
    physical, virtual, size, *more = struct.unpack_from("<8I", raw, NAME)
    return Area(_text(raw), virtual, size, physical, *more)


def _partition(raw: bytes) -> Partition:
    flags, tables, restarts, *more = struct.unpack_from("<9I", raw, 48)
    ports = _items(raw, 568, 4, lambda ends: struct.unpack("<HH", ends))
    bits = [bool(flags & bit) for bit in (1, 2, 4)]
    return Partition(_text(raw), _text(raw[24:]), bits[0], tables, restarts,
                     _items(raw, 116, AREA_SIZE, _area), ports, *bits[1:], *more,
                     _actions_of(raw[84:116]))  # fmt: skip


def _plan(raw: bytes) -> Plan:
    frame, count = struct.unpack_from("<II", raw, NAME)
    slots = [struct.unpack_from("<3I", raw, 32 + 12 * i) for i in range(count)]
    return Plan(_text(raw), frame, slots)


def _channel(raw: bytes) -> Channel:
    kind, size, depth, valid, writer, count = struct.unpack_from("<6I", raw, 144)
    readers = list(struct.unpack_from(f"<{count}I", raw, 168))
    ports = [_text(raw[NAME * i :]) for i in range(1, 2 + count)]
    return Channel(_text(raw), writer, readers, bool(kind), size, depth, valid, ports[0], ports[1:])


def _shared(raw: bytes) -> Shared:
    physical, size = struct.unpack_from("<2I", raw, NAME)
    return Shared(_text(raw), size, physical)


def _signal(raw: bytes) -> Signal:
    return Signal(_text(raw), *struct.unpack_from("<3I", raw, NAME))


def decode_system(blob: bytes) -> System:
    """A good blob's contents."""
    raw = blob[16:]
    (frames,) = struct.unpack_from("<I", raw, FRAMES_AT)
    return System(
        _items(raw, 0, PARTITION_SIZE, _partition),
        _items(raw, PLANS_AT, PLAN_SIZE, _plan),
        frames,
        _items(raw, CHANNELS_AT, CHANNEL_SIZE, _channel),
        _items(raw, SHARED_AT, SHARED_SIZE, _shared),
        _items(raw, SIGNALS_AT, SIGNAL_SIZE, _signal),
        *struct.unpack_from("<2I", raw, TAIL_AT),
        _actions_of(raw[TAIL_AT + 8 :]),
    )
