"""Control registers, flags and where we are."""

import os
import re

import gdb

from bh.command import command
from bh import machine

# Bit, name, what it means when set (Intel SDM vol. 3A, 2.3 and 2.5; hw/cpu.h has the same names).
CR0_BITS = (
    (0, "PE", "protected mode"),
    (1, "MP", "`wait` honours TS"),
    (2, "EM", "FPU instructions raise #NM"),
    (3, "TS", "the next FPU instruction raises #NM"),
    (4, "ET", "always one"),
    (5, "NE", "FPU errors raise #MF"),
    (16, "WP", "read-only pages bind CPL 0 as well"),
    (18, "AM", "EFLAGS.AC may raise #AC"),
    (29, "NW", "not write-through"),
    (30, "CD", "caches disabled"),
    (31, "PG", "paging"),
)
CR4_BITS = (
    (0, "VME", "virtual-8086 extensions"),
    (1, "PVI", "virtual interrupts in protected mode"),
    (2, "TSD", "rdtsc only at CPL 0"),
    (3, "DE", "debugging extensions"),
    (4, "PSE", "4 MiB pages"),
    (5, "PAE", "64-bit page table entries"),
    (6, "MCE", "machine-check exceptions"),
    (7, "PGE", "global pages stay in the TLB"),
    (8, "PCE", "rdpmc at every CPL"),
    (9, "OSFXSR", "SSE instructions and fxsave"),
    (10, "OSXMMEXCPT", "SSE errors raise #XM"),
    (11, "UMIP", "sgdt and its like only at CPL 0"),
    (20, "SMEP", "CPL 0 may not execute user pages"),
    (21, "SMAP", "CPL 0 may not touch user pages"),
)
EFLAGS_BITS = (
    (0, "CF", "carry"),
    (2, "PF", "parity"),
    (4, "AF", "auxiliary carry"),
    (6, "ZF", "zero"),
    (7, "SF", "sign"),
    (8, "TF", "#DB after each instruction"),
    (9, "IF", "interrupts are let in"),
    (10, "DF", "string instructions count down"),
    (11, "OF", "overflow"),
    (14, "NT", "nested task"),
    (16, "RF", "resume: no breakpoint at the next instruction"),
    (17, "VM", "virtual-8086 mode"),
    (18, "AC", "alignment check"),
    (21, "ID", "the CPU has CPUID"),
)


def bit_names(value, bits):
    """The names of the bits that are set."""
    return " ".join(name for bit, name, _ in bits if value >> bit & 1) or "none"


def eflags_text(value):
    return f"0x{value:08x}: {bit_names(value, EFLAGS_BITS)}, IOPL {value >> 12 & 3}"


def _print_bits(name, value, bits):
    print(f"{name} = 0x{value:08x}")
    for bit, short, meaning in bits:
        if value >> bit & 1:
            print(f"  {short:<10} bit {bit:<2}  {meaning}")


@command("cr")
def control_registers(argument):
    """bh cr: CR0, CR2, CR3, CR4 and EFLAGS of the stopped CPU, bit by bit.
Only bits that are set are listed, so what you miss in the list is off."""
    _print_bits("CR0", machine.register("cr0"), CR0_BITS)
    print(f"CR2 = 0x{machine.register('cr2'):08x}  the address of the last page fault")
    cr3 = machine.register("cr3")
    use = "the page directory's physical address" if machine.paging_is_on() else "paging is off"
    print(f"CR3 = 0x{cr3:08x}  {use}")
    _print_bits("CR4", machine.register("cr4"), CR4_BITS)
    flags = machine.register("eflags")
    _print_bits("EFLAGS", flags, EFLAGS_BITS)
    print(f"  IOPL {flags >> 12 & 3}; the CPU runs at CPL {machine.cpl()}")


def _decoded(count):
    """The next instructions as QEMU decodes them, a line each. Its `x` takes an address as signed
    from version 10 on: it cannot read the reset vector then, and puts f's before what it can read.
    Without paging the linear address is the physical one, which `xp` takes as it is."""
    if machine.paging_is_on():
        text = machine.monitor(f"x/{count}i $pc")
    else:
        linear = machine.info_registers()["CS"][1] + machine.register("eip") & 0xFFFFFFFF
        text = machine.monitor(f"xp/{count}i 0x{linear:x}")
    lines = [re.sub("^0xffffffff(?=[0-9a-f]{8}:)", "0x", line.rstrip())
             for line in text.splitlines() if line.strip()]
    if not lines or "unable to read" in lines[0]:
        raise gdb.GdbError(f"QEMU cannot read the code at EIP: {text.strip()}")
    return [line for line in lines if "unable to read" not in line]


def next_instruction():
    """The text of the instruction at EIP, without its address and bytes."""
    text = " ".join(_decoded(1)[0].split(":", 1)[-1].split())
    return re.sub(r"^(?:[0-9a-f]{2} )+", "", text)


@command("code")
def code(argument):
    """bh code [COUNT]: the next instructions, decoded as the CPU will decode them.
In real mode that is 16-bit code at CS.base + EIP. GDB's own `x/i $pc` knows neither."""
    count = machine.parse_number(argument) if argument else 5
    size = 32 if machine.info_registers()["CS"][3] >> 22 & 1 else 16
    base = machine.info_registers()["CS"][1]
    print(f"{size}-bit code, CS.base 0x{base:08x}, EIP 0x{machine.register('eip'):08x}")
    for line in _decoded(count):
        print("  " + line)


@command("console")
def console(argument):
    """bh console: all that the machine has printed so far."""
    from bh import tour

    text = tour.console_text()
    print(text, end="" if text.endswith("\n") else "\n")


STEPS_AT_MOST = 5000


@command("until")
def until(argument):
    """bh until PATTERN: steps from instruction to instruction, and stops before one that matches.
PATTERN is a regular expression for the instruction's text, such as `iret`, `out` or `%cr3`. Also
in 16-bit code. While QEMU steps, no interrupt comes. At least one step is made, at most 5000."""
    if not argument:
        raise gdb.GdbError("wants a pattern, such as `bh until iret`")
    pattern = re.compile(argument)
    for count in range(1, STEPS_AT_MOST + 1):
        gdb.execute("with suppress-cli-notifications on -- stepi", to_string=True)
        code = next_instruction()
        if pattern.search(code):
            eip = machine.register("eip")
            symbol = machine.symbol_at(eip)
            print(f"{count} step{'s' * (count > 1)} to 0x{eip:08x}"
                  f"{' <' + symbol + '>' if symbol else ''}: {code}")
            return
    raise gdb.GdbError(f"no such instruction within {STEPS_AT_MOST} steps")


@command("where")
def where(argument):
    """bh where: in a line, who is running: hypervisor or partition, at which CPL, at which line."""
    from bh import partitions

    level, eip = machine.cpl(), machine.register("eip")
    partition = partitions.by_directory(machine.register("cr3")) if machine.paging_is_on() else None
    name = partitions.name_of(partition) if partition is not None else ""
    space = "without paging"
    if machine.paging_is_on():
        space = f"in {name}'s address space" if name else "in the hypervisor's own address space"
    who = "the hypervisor" if level == 0 else f"partition {name}" if name else "somebody"
    guests = [os.path.basename(objfile.filename) for objfile in partitions.loaded_guests()]
    known = level == 0 or (name and os.path.basename(partitions.guest_file(partition)) in guests)
    symbol = machine.symbol_at(eip) if known else ""
    print(f"{who} at CPL {level}, eip 0x{eip:08x}{' ' + symbol if symbol else ''}, {space}")
