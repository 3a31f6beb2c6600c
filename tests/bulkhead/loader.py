"""A boot loader for Bochs that costs next to nothing: an expansion ROM (loader/rom.S) copies a disk
to memory, and that is what a Multiboot loader leaves there.

GRUB takes four fifths of a short boot's time. Some boots of every chapter still go through it, as
the reader's do (Bochs.boot(grub=True)); what GRUB does is the same for all the others.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Sequence
from pathlib import Path

from . import process
from .tree import CACHE, Module, Symbols, locked

START = 0x00100000
MAP = 0x8000  # rom.S has the same
ROM_ADDRESS = 0xD0000
INFO_SIZE = 116
FLAGS = 1 << 0 | 1 << 2 | 1 << 3 | 1 << 6 | 1 << 9  # memory, words, modules, map, loader's name
DIRT_BEHIND = 2 << 20  # bytes: memory that nobody initialised is not zero
SECTOR = 512
CYLINDER = 16 * 63 * SECTOR  # a disk has whole ones
LOAD = 1  # PT_LOAD
SOURCE = Path(__file__).with_name("loader") / "rom.S"


class LoaderError(Exception):
    """The image is none that this loader can place."""


def _aligned(size: int) -> int:
    return (size + 0xFFF) & ~0xFFF


@functools.cache
def _rom() -> tuple[bytes, int]:
    """The ROM, and where in it the four words go."""
    target = CACHE / "loader" / "rom"
    elf = target.with_suffix(".elf")
    with locked(target.with_suffix(".lock")):
        if not target.exists() or target.stat().st_mtime < SOURCE.stat().st_mtime:
            for command in (
                ["as", "--32", "-o", elf, SOURCE],
                ["objcopy", "-O", "binary", "-j", ".text", elf, target],
            ):
                done = process.run([str(word) for word in command])
                if done.returncode != 0:
                    raise LoaderError(done.stderr)
        symbols = Symbols(elf)
        return target.read_bytes(), symbols["info"]


def rom(info: int, entry: int, size: int) -> bytes:
    """With its words, and the sum that makes a BIOS call it."""
    template, place = _rom()
    image = bytearray(template)
    struct.pack_into("<4I", image, place, info, entry, size // SECTOR, DIRT_BEHIND // 4)
    image[-1] = -sum(image[:-1]) & 0xFF
    return bytes(image)


def _place(memory: bytearray, address: int, data: bytes) -> None:
    end = address - START + len(data)
    if address < START:
        raise LoaderError(f"a segment at {address:#x}, below {START:#x}")
    memory.extend(bytes(max(0, end - len(memory))))
    memory[address - START : end] = data


def _kernel(memory: bytearray, image: bytes) -> int:
    """Places the segments; returns the entry."""
    entry, headers = struct.unpack_from("<II", image, 24)
    size, count = struct.unpack_from("<HH", image, 42)
    for i in range(count):
        kind, offset, _, physical, in_file, in_memory = struct.unpack_from(
            "<6I", image, headers + i * size
        )
        if kind == LOAD:
            data = image[offset : offset + in_file]
            _place(memory, physical, data + bytes(in_memory - in_file))
    return int(entry)


def load(elf: Path, words: str, modules: Sequence[Module]) -> tuple[bytes, bytes]:
    """A disk with what has to lie in memory from START on, and the ROM that copies it."""
    memory = bytearray()
    entry = _kernel(memory, elf.read_bytes())
    entries = []
    strings = b""
    for module in modules:
        start = START + _aligned(len(memory))
        contents = module.path.read_bytes()
        _place(memory, start, contents)
        entries.append((start, start + len(contents), len(strings)))
        strings += module.name.encode() + b"\0"
    words_at = len(strings)
    strings += " ".join(words.split()).encode() + b"\0"
    name_at = len(strings)
    strings += b"the tests' own loader\0"

    info = START + _aligned(len(memory))
    table = info + INFO_SIZE
    texts = table + 16 * len(entries)
    header = struct.pack(
        "<11I",
        *(FLAGS, 0, 0, 0, texts + words_at, len(entries), table),  # rom.S fills in the memory
        *(0, 0, 0, 0),
    )
    header += struct.pack("<5I", 0, MAP, 0, 0, 0) + struct.pack("<I", texts + name_at)
    rows = b"".join(struct.pack("<4I", a, b, texts + name, 0) for a, b, name in entries)
    _place(memory, info, header.ljust(INFO_SIZE, b"\0") + rows + strings)
    size = _aligned(len(memory))
    memory.extend(bytes(-len(memory) % CYLINDER))
    return bytes(memory), rom(info, entry, size)
