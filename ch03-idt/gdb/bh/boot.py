"""What the loader handed over."""

import gdb

from bh import machine
from bh.command import command

MULTIBOOT_LOADED = 0x2BADB002  # hw/multiboot.h: a #define, which debug information does not hold
NO_LONGER = (
    "the loader's pointer is not on the boot stack: before higher_half it is in EBX, and a chapter"
    " with partitions reuses the stack"
)


def _handed_over():
    """Magic number and the structure's physical address, from where they are now."""
    pc = machine.register("eip")
    if not machine.register("cr0") & machine.CR0_PE:
        raise gdb.GdbError("real mode: the firmware runs, and no loader has handed over anything")
    start = int(gdb.parse_and_eval("&_start")) & 0xFFFFFFFF
    if pc == start:
        return machine.register("eax"), machine.register("ebx")
    if machine.paging_is_on():
        top = int(gdb.parse_and_eval("(unsigned)&boot_stack_top"))
        magic, info = machine.read_word(top - 8), machine.read_word(top - 4)
        if magic == MULTIBOOT_LOADED:
            return magic, info
    elif machine.register("esi") == MULTIBOOT_LOADED:
        return machine.register("esi"), machine.register("edi")
    elif machine.register("eax") == MULTIBOOT_LOADED:
        return machine.register("eax"), machine.register("ebx")
    raise gdb.GdbError(NO_LONGER)


def _structure(type_name, physical):
    """A structure in physical memory, through the program's debug information."""
    structure = gdb.lookup_type(type_name)
    return gdb.Value(machine.read_physical(physical, structure.sizeof), structure)


def _text(physical):
    raw = machine.read_physical(physical, 256)
    return raw.split(b"\0")[0].decode("latin-1")


def _modules(info):
    if not int(info["mods_count"]):
        return
    size = gdb.lookup_type("struct multiboot_module").sizeof
    for i in range(min(int(info["mods_count"]), 64)):
        module = _structure("struct multiboot_module", int(info["mods_addr"]) + i * size)
        print(f"  module 0x{int(module['start']):08x} to 0x{int(module['end']) - 1:08x}"
              f"  '{_text(int(module['string']))}'")


def _memory(info):
    at, end = int(info["mmap_addr"]), int(info["mmap_addr"]) + min(int(info["mmap_length"]), 4096)
    while at < end:
        entry = _structure("struct multiboot_memory", at)
        base, length, kind = int(entry["base"]), int(entry["length"]), int(entry["type"])
        print(f"  memory 0x{base:012x} to 0x{base + length - 1:012x}"
              f"  {'RAM' if kind == 1 else f'reserved (type {kind})'}")
        at += int(entry["size"]) + 4


@command("multiboot")
def multiboot(argument):
    """bh multiboot [ADDRESS]: what the loader passed: command line, modules, memory map.
Found in EAX and EBX at _start, and later at the top of the boot stack, where higher_half put
them. ADDRESS: read the structure at this physical address instead."""
    if argument:
        magic, address = None, machine.parse_number(argument)
    else:
        magic, address = _handed_over()
        verdict = "a Multiboot 1 loader" if magic == MULTIBOOT_LOADED else "no Multiboot 1 loader"
        print(f"magic 0x{magic:08x}: {verdict}")
        if magic != MULTIBOOT_LOADED:
            return
    info = _structure("struct multiboot_info", address)
    flags = int(info["flags"])
    print(f"struct multiboot_info at physical 0x{address:08x}, flags 0x{flags:x}")
    if flags & 0x200:
        print(f"  loader '{_text(int(info['boot_loader_name']))}'")
    if flags & 0x4:
        print(f"  command line '{_text(int(info['cmdline']))}'")
    if flags & 0x8:
        _modules(info)
    if flags & 0x40:
        _memory(info)
