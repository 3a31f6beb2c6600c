"""The machine, asked directly: QEMU's monitor for what GDB's registers lack, and memory."""

import re
import struct
from contextlib import contextmanager

import gdb

CR0_PE, CR0_WP, CR0_PG = 1 << 0, 1 << 16, 1 << 31
CR4_PSE = 1 << 4
SEGMENT_REGISTERS = ("cs", "ds", "es", "fs", "gs", "ss")


def monitor(command):
    """What QEMU's monitor answers."""
    try:
        return gdb.execute(f"monitor {command}", to_string=True).replace("\r", "")
    except gdb.error as error:
        if "not supported by this target" in str(error) or "no process" in str(error).lower():
            raise gdb.GdbError("no machine is connected; `make debug` starts one") from None
        raise


def register(name):
    """A register of the stopped CPU, as an unsigned number. Not the selected frame's: the CPU's."""
    if not gdb.selected_inferior().threads():
        raise gdb.GdbError("no machine is connected; `make debug` starts one")
    return int(gdb.newest_frame().read_register(name)) & 0xFFFFFFFF


def info_registers():
    """`info registers` of QEMU's monitor, by name.

    GDT and IDT are (base, limit); a segment register is (selector, base, limit, descriptor's high
    word); the rest are numbers.
    """
    text = monitor("info registers")
    found = {}
    for name, numbers in re.findall(r"^(GDT|IDT)= *([0-9a-f ]+)$", text, re.M):
        found[name] = tuple(int(word, 16) for word in numbers.split())
    for name, numbers in re.findall(r"^([C-GS]S|LDT|TR) *=([0-9a-f ]+)", text, re.M):
        found[name] = tuple(int(word, 16) for word in numbers.split()[:4])
    for name, number in re.findall(r"\b(CR[0-4]|EFL|EIP|CPL)=([0-9a-f]+)", text):
        found[name] = int(number, 16)
    if "GDT" not in found or "TR" not in found:
        raise gdb.GdbError("QEMU's monitor does not show the registers as it used to")
    return found


def read(address, size):
    """Memory as the CPU would reach it now."""
    try:
        return bytes(gdb.selected_inferior().read_memory(address & 0xFFFFFFFF, size))
    except gdb.MemoryError:
        raise gdb.GdbError(f"nothing is mapped at 0x{address:08x}") from None


def read_word(address):
    return struct.unpack("<I", read(address, 4))[0]


@contextmanager
def _physical_mode():
    """QEMU's stub reads physical memory while its PhyMemMode is on."""
    gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    try:
        yield
    finally:
        gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)


def read_physical(address, size):
    """Physical memory, whatever the page tables say."""
    register("eip")
    with _physical_mode():
        try:
            return bytes(gdb.selected_inferior().read_memory(address & 0xFFFFFFFF, size))
        except gdb.MemoryError:
            raise gdb.GdbError(f"the machine has no memory at physical 0x{address:08x}") from None


def paging_is_on():
    return bool(register("cr0") & CR0_PG)


def cpl():
    """The current privilege level. In real mode there is none, and all is allowed."""
    return register("cs") & 3 if register("cr0") & CR0_PE else 0


def parse_number(text):
    """A number or an expression, as GDB evaluates it."""
    value = gdb.parse_and_eval(text)
    if value.type.strip_typedefs().code in (
        (gdb.TYPE_CODE_FUNC, gdb.TYPE_CODE_ARRAY, gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)
    ):
        value = value.address
    return int(value) & 0xFFFFFFFF


def symbol_at(address):
    """`name` or `name+offset` for an address of the program, or ''."""
    text = gdb.execute(f"info symbol 0x{address:x}", to_string=True)
    found = re.match(r"(\S+)(?: \+ (\d+))? in section", text)
    if not found:
        return ""
    return found[1] + (f"+{found[2]}" if found[2] else "")
