"""Address translation: one address in full, or the whole address space in ranges."""

import struct

import gdb

from bh import machine
from bh.command import command

PAGE, LARGE_PAGE = 0x1000, 0x400000
PRESENT, WRITE, USER, LARGE, GLOBAL = 0x1, 0x2, 0x4, 0x80, 0x100
FLAGS = (
    (0x001, "present"),
    (0x002, "writable"),
    (0x004, "user"),
    (0x008, "write-through"),
    (0x010, "cache disabled"),
    (0x020, "accessed"),
    (0x040, "dirty"),
    (0x080, "4 MiB"),
    (0x100, "global"),
)


def flag_words(entry):
    """An entry's flags in words; what is missing of R/W and U/S is said as well."""
    words = [word for bit, word in FLAGS if entry & bit]
    if entry & PRESENT and not entry & WRITE:
        words.insert(1, "read-only")
    if entry & PRESENT and not entry & USER:
        words.insert(2, "supervisor")
    available = entry >> 9 & 7
    return ", ".join(words) + (f", available bits {available}" if available else "")


def read_table(physical):
    return struct.unpack("<1024I", machine.read_physical(physical & ~0xFFF, PAGE))


def _verdict(who, entries, supervisor, wp):
    """What a CPL may do through these entries: each level must allow it (4.6)."""
    user = all(entry & USER for entry in entries)
    writable = all(entry & WRITE for entry in entries)
    if not supervisor and not user:
        return f"{who}: nothing, it is a supervisor page"
    if writable or (supervisor and not wp):
        return f"{who}: read, write, execute"
    return f"{who}: read and execute, not write"


def _directory(argument):
    """The directory to walk: CR3, or a partition's by name."""
    if not argument:
        return machine.register("cr3") & ~0xFFF
    from bh import partitions

    return partitions.directory_of(argument)


@command("pagewalk")
def pagewalk(argument):
    """bh pagewalk ADDRESS [PARTITION]: how the CPU translates an address, level by level.
Says what CPL 0 and CPL 3 may do there. ADDRESS is any expression: a symbol, $eip, $esp + 4. With a
partition's name the walk starts at that partition's directory instead of CR3."""
    if not argument:
        raise gdb.GdbError("wants an address, such as `bh pagewalk $eip`")
    words = argument.rsplit(None, 1)
    partition = ""
    if len(words) == 2:
        from bh import partitions

        if words[1] in partitions.names():
            argument, partition = words
    address = machine.parse_number(argument)
    if not machine.paging_is_on():
        print(f"0x{address:08x}: paging is off, so this is the physical address")
        return
    cr3 = _directory(partition)
    wp = machine.register("cr0") & machine.CR0_WP
    index, place = address >> 22, address >> 12 & 1023
    (entry,) = struct.unpack("<I", machine.read_physical(cr3 + 4 * index, 4))
    print(f"0x{address:08x} in the directory at 0x{cr3:08x}"
          f"{' (' + partition + ')' if partition else ' (CR3)'}")
    print(f"  directory entry {index} = 0x{entry:08x}: {flag_words(entry) or 'not present'}")
    if not entry & PRESENT:
        print("  nobody gets through: a page fault, error code bit 0 clear")
        return
    entries = [entry]
    if entry & LARGE and machine.register("cr4") & machine.CR4_PSE:
        physical = entry & 0xFFC00000 | address & 0x3FFFFF
    else:
        (leaf,) = struct.unpack("<I", machine.read_physical((entry & ~0xFFF) + 4 * place, 4))
        words = flag_words(leaf) or ("not present, software bits only" if leaf else "not present")
        print(f"  table entry {place} = 0x{leaf:08x}: {words}")
        if not leaf & PRESENT:
            print("  nobody gets through: a page fault, error code bit 0 clear")
            return
        entries.append(leaf)
        physical = leaf & ~0xFFF | address & 0xFFF
    print(f"  physical 0x{physical:08x}")
    print("  " + _verdict("CPL 0", entries, True, wp))
    print("  " + _verdict("CPL 3", entries, False, wp))


def mappings(cr3):
    """(virtual, physical, size, user, writable, global) of every page, in order."""
    pse = machine.register("cr4") & machine.CR4_PSE
    for index, entry in enumerate(read_table(cr3)):
        if not entry & PRESENT:
            continue
        base = index * LARGE_PAGE
        if entry & LARGE and pse:
            yield base, entry & 0xFFC00000, LARGE_PAGE, entry & USER, entry & WRITE, entry & GLOBAL
            continue
        for place, leaf in enumerate(read_table(entry)):
            if leaf & PRESENT:
                both = entry & leaf
                address = base + place * PAGE
                yield address, leaf & ~0xFFF, PAGE, both & USER, both & WRITE, leaf & GLOBAL


def ranges(cr3):
    """Neighbouring pages with the same rights, joined."""
    joined = []
    for virtual, physical, size, *rights in mappings(cr3):
        last = joined[-1] if joined else None
        if last and last[0] + last[2] == virtual and last[1] + last[2] == physical and (
            last[3:] == rights
        ):
            last[2] += size
        else:
            joined.append([virtual, physical, size, *rights])
    return joined


@command("map")
def memory_map(argument):
    """bh map [PARTITION]: what the current address space maps, in ranges with their rights.
With a partition's name: that partition's address space."""
    if not machine.paging_is_on():
        raise gdb.GdbError("paging is off: every address is a physical one")
    cr3 = _directory(argument)
    print(f"The directory at physical 0x{cr3:08x}{' (' + argument + ')' if argument else ''} maps:")
    for virtual, physical, size, user, writable, is_global in ranges(cr3):
        who = "user and supervisor" if user else "supervisor only"
        rights = "read, write" if writable else "read only"
        print(f"  {virtual:08x} to {virtual + size - 1:08x} -> {physical:08x}  {size >> 10:>7} KiB"
              f"  {who}, {rights}{', global' if is_global else ''}")
