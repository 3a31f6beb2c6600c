"""The tables that the CPU reads: GDT, IDT and the task state segment."""

import struct

import gdb

from bh import machine
from bh.command import command, has

SYSTEM_TYPES = {
    0x1: "16-bit TSS, available",
    0x2: "LDT",
    0x3: "16-bit TSS, busy",
    0x4: "16-bit call gate",
    0x5: "task gate",
    0x9: "TSS, available",
    0xB: "TSS, busy",
    0xC: "call gate",
    0xE: "interrupt gate",
    0xF: "trap gate",
}


class Descriptor:
    """A segment descriptor (Intel SDM vol. 3A, figure 3-8)."""

    def __init__(self, raw):
        low, high = struct.unpack("<II", raw)
        self.empty = not low and not high
        self.base = low >> 16 | (high & 0xFF) << 16 | high & 0xFF000000
        self.limit = low & 0xFFFF | high & 0xF0000
        if high >> 23 & 1:
            self.limit = self.limit << 12 | 0xFFF
        self.type = high >> 8 & 15
        self.is_system = not high >> 12 & 1
        self.dpl = high >> 13 & 3
        self.present = bool(high >> 15 & 1)
        self.is_32bit = bool(high >> 22 & 1)

    def kind(self):
        if self.is_system:
            return SYSTEM_TYPES.get(self.type, f"reserved type {self.type}")
        if self.type & 8:
            words = "code, execute" + ("/read" if self.type & 2 else "")
            return words + (", conforming" if self.type & 4 else "")
        words = "data, read" + ("/write" if self.type & 2 else "")
        return words + (", expands down" if self.type & 4 else "")


def table(name, wanted=lambda base: True):
    """Base and limit of GDTR or IDTR, and the bytes that they point to, if the base is wanted."""
    base, limit = machine.info_registers()[name]
    if not machine.register("cr0") & machine.CR0_PE:
        raise gdb.GdbError(f"real mode: the CPU uses no {name} yet")
    if limit == 0:
        raise gdb.GdbError(f"no {name} is loaded yet: the limit in {name}R is 0")
    return base, limit, machine.read(base, (limit + 1) & ~7) if wanted(base) else b""


def _users(registers, selector):
    names = [name for name in ("CS", "DS", "ES", "FS", "GS", "SS", "TR") if name in registers]
    users = [name for name in names if registers[name][0] & ~3 == selector and selector]
    return "  <- " + " ".join(users) if users else ""


@command("gdt")
def gdt(argument):
    """bh gdt: the global descriptor table that GDTR points to, decoded.
The arrow shows which segment registers hold that selector now."""
    base, limit, raw = table("GDT")
    registers = machine.info_registers()
    symbol = machine.symbol_at(base) or "not ours: the loader's"
    print(f"GDT at 0x{base:08x} ({symbol}), limit 0x{limit:x}: {len(raw) // 8} descriptors")
    for at in range(0, len(raw), 8):
        d = Descriptor(raw[at : at + 8])
        if d.empty:
            print(f"  0x{at:02x}  {'null' if at == 0 else 'unused'}")
            continue
        note = "" if d.is_system else ", 32-bit" if d.is_32bit else ", 16-bit"
        absent = "" if d.present else ", NOT PRESENT"
        name = machine.symbol_at(d.base) if d.base else ""
        print(
            f"  0x{at:02x}  base {d.base:08x} limit {d.limit:08x} DPL {d.dpl}  {d.kind()}{note}"
            f"{absent}{'  ' + name if name else ''}{_users(registers, at)}"
        )


def vector_name(vector):
    """The program's own name for a vector (trap_name()'s tables), or ''."""
    for array, first in (("exception_names", 0), ("irq_names", 32)):
        try:
            names = gdb.parse_and_eval(array)
            last = names.type.range()[1]
            if first <= vector <= first + last:
                pointer = names[vector - first]
                return pointer.string() if int(pointer) else "reserved exception"
        except (gdb.error, gdb.MemoryError):
            continue
    return ""


class Gate:
    """A gate descriptor (Intel SDM vol. 3A, figure 6-2)."""

    def __init__(self, raw):
        low, high = struct.unpack("<II", raw)
        self.offset = low & 0xFFFF | high & 0xFFFF0000
        self.selector = low >> 16
        self.type, self.dpl, self.present = high >> 8 & 15, high >> 13 & 3, high >> 15 & 1

    def text(self):
        if not self.present:
            return "not present"
        if self.type == 5:
            return f"task gate      DPL {self.dpl}  TSS selector 0x{self.selector:02x}"
        kind = SYSTEM_TYPES.get(self.type, f"type {self.type}?")
        return f"{kind:<14} DPL {self.dpl}  {self.selector:04x}:{self.offset:08x}"

    def alike(self, other):
        return (self.present, self.type, self.dpl, self.selector) == (
            (other.present, other.type, other.dpl, other.selector)
        )


@command("idt")
def idt(argument):
    """bh idt [VECTOR]: the interrupt descriptor table that IDTR points to, decoded.
Without a vector: 0 to 47 one by one, and then ranges of gates that are alike. An interrupt gate
clears IF on the way in, a trap gate leaves it, a task gate switches to another TSS and stack."""
    base, limit, raw = table("IDT", machine.symbol_at)
    if not raw:
        print(f"IDT at 0x{base:08x}, limit 0x{limit:x}: not ours, but the firmware's, which is of"
              " no use here:\n  any exception now is a triple fault, and the machine resets")
        return
    gates = [Gate(raw[at : at + 8]) for at in range(0, len(raw), 8)]
    if argument:
        vector = machine.parse_number(argument)
        if vector >= len(gates):
            raise gdb.GdbError(f"vector {vector} is behind the table's end ({len(gates)} gates)")
        print(f"  0x{vector:02x}  {gates[vector].text()}  {vector_name(vector)}".rstrip())
        return
    symbol = machine.symbol_at(base) or "not ours: the loader's"
    print(f"IDT at 0x{base:08x} ({symbol}), limit 0x{limit:x}: {len(gates)} gates")
    vector = 0
    while vector < len(gates):
        last = vector
        while vector >= 48 and last + 1 < len(gates) and gates[last + 1].alike(gates[vector]):
            last += 1
        text, name = gates[vector].text(), vector_name(vector)
        if last > vector:
            text = text.split(":")[0] if ":" in text else text
            print(f"  0x{vector:02x} to 0x{last:02x}: {text}, a stub each")
        else:
            print(f"  0x{vector:02x}  {text}  {name}".rstrip())
        vector = last + 1


def _port_ranges(bitmap):
    ranges = []
    for port in range(min(len(bitmap), 8192) * 8):
        if not bitmap[port >> 3] >> (port & 7) & 1:
            if ranges and ranges[-1][1] == port - 1:
                ranges[-1][1] = port
            else:
                ranges.append([port, port])
    return ranges


def _owner_of(address):
    """Says which structure ends just below an address: esp0 points behind a frame."""
    from bh import partitions

    return partitions.frame_ending_at(address) or machine.symbol_at(address)


@command("tss")
def tss(argument):
    """bh tss [SELECTOR]: the task state segment that TR selects, or another one.
Shows the stack that the CPU takes when a trap comes from an outer ring (ss0:esp0), and which I/O
ports the bitmap allows at a CPL above IOPL."""
    registers = machine.info_registers()
    _, _, raw = table("GDT")
    selector = machine.parse_number(argument) if argument else registers["TR"][0]
    if not selector & ~7:
        raise gdb.GdbError("TR is 0: no task state segment is loaded yet")
    at = selector & ~7
    if at + 8 > len(raw):
        raise gdb.GdbError(f"selector 0x{selector:02x} is behind the GDT's end")
    d = Descriptor(raw[at : at + 8])
    if not d.is_system or d.type not in (9, 11):
        raise gdb.GdbError(f"selector 0x{selector:02x} is no 32-bit TSS, but: {d.kind()}")
    words = struct.unpack("<26I", machine.read(d.base, 104))
    state = "busy" if d.type == 11 else "available"
    symbol = machine.symbol_at(d.base)
    print(f"TSS 0x{at:02x} at 0x{d.base:08x}{' (' + symbol + ')' if symbol else ''}, {state},"
          f" limit 0x{d.limit:x}")
    owner = _owner_of(words[1])
    print(f"  a trap from an outer ring gets ss0:esp0 = {words[2]:04x}:{words[1]:08x}"
          f"{', ' + owner if owner else ''}")
    if words[8]:
        print(f"  a task switch loads eip {words[8]:08x} ({machine.symbol_at(words[8])}),"
              f" esp {words[14]:08x}, cr3 {words[7]:08x}, eflags {words[9]:08x}")
    if words[0] & 0xFFFF:
        print(f"  back link 0x{words[0] & 0xFFFF:02x}: the task that was interrupted")
    offset = words[25] >> 16
    if offset > d.limit:
        print("  I/O bitmap: none within the limit, so no port is allowed")
        return
    ranges = _port_ranges(machine.read(d.base + offset, d.limit - offset))
    names = ", ".join(f"0x{a:x} to 0x{b:x}" if b > a else f"0x{a:x}" for a, b in ranges)
    print(f"  I/O bitmap at offset {offset}: allowed ports: {names or 'none'}")
