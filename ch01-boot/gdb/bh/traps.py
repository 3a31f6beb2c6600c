"""Trap frames, and the 8259s that interrupts come through."""

import re

import gdb
from gdb.unwinder import Unwinder, register_unwinder

from bh import machine, tables
from bh.command import command, has
from bh.control import eflags_text

NEEDS = ("trap_entry",)

ERROR_VECTORS = 0x40227D00  # hw/trap.h: at these the CPU pushes an error code
PAGE_FAULT = 14


SYSENTER = 256  # what the entry behind `sysenter` writes: no vector that the CPU has


def vector_text(vector):
    if vector == SYSENTER:
        return "no vector: it came by `sysenter`"
    name = tables.vector_name(vector)
    return f"vector {vector} (0x{vector:x})" + (f", {name}" if name else "")


def page_fault_text(error):
    """A page fault's error code in words (Intel SDM vol. 3A, 4.7)."""
    return ", ".join(
        (
            "the page forbids it" if error & 1 else "no page is there",
            "a write" if error & 2 else "a read or a fetch",
            "at CPL 3" if error & 4 else "at CPL 0 to 2",
        )
        + (("a reserved bit is set",) if error & 8 else ())
    )


def selector_error_text(error):
    """An error code that names a selector (6.13)."""
    if not error:
        return "no selector is to blame"
    where = "IDT vector" if error & 2 else "LDT index" if error & 4 else "GDT index"
    return f"{where} {(error & 0xFFFF) >> 3}" + (", an external event" if error & 1 else "")


def error_text(vector, error):
    if vector >= 32 or not ERROR_VECTORS >> vector & 1:
        return ""
    if vector == PAGE_FAULT:
        return page_fault_text(error)
    return selector_error_text(error)


def _symbol(name):
    return int(gdb.parse_and_eval(f"(unsigned)&{name}"))


def _called_from_entry(pc):
    """Is that the place behind a call in entry.S?"""
    end = _symbol("trap_return" if has("trap_return") else "return_to_frame")
    return _symbol("trap_entry") < pc <= end and machine.read(pc - 5, 1) == b"\xe8"


def _handled_frame(pc, sp):
    """The frame that a handler was called with; pc and sp are entry.S's, behind the call.

    On the hypervisor's stack the frame lies just above the argument. A partition's lies in its
    vCPU, and the argument tells; but a compiler may use the argument's place for something else.
    """
    from bh import partitions

    target = (pc + machine.read_word(pc - 4)) & 0xFFFFFFFF
    if not has("guest_trap") or target != _symbol("guest_trap"):
        return sp + 4
    address = machine.read_word(sp)
    if partitions.owner_of_frame(address) is not None:
        return address
    return partitions.current_frame()


def frame_from_stack():
    """The frame of the innermost trap that is being handled, or None."""
    frame = gdb.newest_frame()
    for _ in range(32):
        if frame is None:
            return None
        try:
            pc = int(frame.pc()) & 0xFFFFFFFF
            if frame.level() and _called_from_entry(pc):
                return _handled_frame(pc, int(frame.read_register("esp")) & 0xFFFFFFFF)
            frame = frame.older()
        except gdb.error:
            return None
    return None


def _find(argument):
    """The frame that the argument means, and a sentence about where it lies."""
    from bh import partitions

    if argument in partitions.names():
        return partitions.frame_of(argument), f"in the vCPU of partition {argument}"
    if argument:
        return machine.parse_number(argument), "as you say"
    if machine.cpl() == 3:
        raise gdb.GdbError(
            "a partition is running, so its registers are in the CPU; `bh frame NAME` shows the"
            " frame of a partition's last trap"
        )
    if not machine.paging_is_on():
        raise gdb.GdbError("paging is off: no trap has been taken by this program yet")
    current = partitions.current_frame()
    on_stack = frame_from_stack()
    if on_stack and on_stack != current:
        return on_stack, "on the hypervisor's stack: the hypervisor itself was interrupted"
    if on_stack or current:
        return on_stack or current, "in the current vCPU: a partition was interrupted"
    raise gdb.GdbError(
        "no trap is being handled: stop in a handler (`break trap_dispatch`), or give an address"
    )


@command("frame")
def trap_frame(argument):
    """bh frame [PARTITION | ADDRESS]: the trap frame that is being handled, decoded.
While a partition is interrupted its frame lies in its vCPU; when the hypervisor itself is, on its
stack. With a partition's name: the frame of that partition's last trap."""
    address, where = _find(argument)
    kind = gdb.lookup_type("struct trap_frame")
    frame = gdb.Value(machine.read(address, kind.sizeof), kind)
    field = {f.name: int(frame[f.name]) for f in kind.fields()}
    vector = field["vector"]
    if vector > SYSENTER:
        raise gdb.GdbError(f"0x{address:08x} holds no trap frame: its vector would be {vector}")
    print(f"Trap frame at 0x{address:08x}, {where}")
    print(f"  {vector_text(vector)}")
    words = error_text(vector, field["error"])
    if words:
        print(f"  error code 0x{field['error']:x}: {words}")
    if vector == PAGE_FAULT:
        print(f"  CR2 = 0x{machine.register('cr2'):08x}, the address, until the next page fault")
    print(f"  eax {field['eax']:08x}  ebx {field['ebx']:08x}  ecx {field['ecx']:08x}"
          f"  edx {field['edx']:08x}")
    print(f"  esi {field['esi']:08x}  edi {field['edi']:08x}  ebp {field['ebp']:08x}")
    print(f"  ds {field['ds'] & 0xFFFF:04x}  es {field['es'] & 0xFFFF:04x}"
          f"  fs {field['fs'] & 0xFFFF:04x}  gs {field['gs'] & 0xFFFF:04x}")
    level = field["cs"] & 3
    print(f"  returns to {field['cs'] & 0xFFFF:04x}:{field['eip']:08x} at CPL {level}"
          f"  {machine.symbol_at(field['eip']) if level == 0 else ''}".rstrip())
    print(f"  eflags {eflags_text(field['eflags'])}")
    if level:
        print(f"  and to the stack {field['ss'] & 0xFFFF:04x}:{field['esp']:08x}")
    else:
        print("  same CPL: the CPU pushed no SS:ESP, and iret will pop none")


@command("pic")
def pic(argument):
    """bh pic: both 8259 interrupt controllers: vectors, masks, requests, interrupts in service.
Read from QEMU's model of the chips, so looking changes nothing."""
    text = machine.monitor("info pic")
    chips = {
        int(number): {key: int(value, 16) for key, value in re.findall(r"(\w+)=([0-9a-f]+)", rest)}
        for number, rest in re.findall(r"^pic([01]): (.*)$", text, re.M)
    }
    if len(chips) != 2:
        raise gdb.GdbError("QEMU shows no 8259s (`monitor info pic`)")
    for number, first in ((0, 0), (1, 8)):
        chip = chips[number]
        base = chip["irq_base"]
        owner = tables.vector_name(base) if base else ""
        print(f"8259 number {number + 1}: IRQ {first} to {first + 7} arrive at vectors 0x{base:02x}"
              f" to 0x{base + 7:02x}{' (the first is ' + owner + ')' if owner else ''}")
        for key, what in (("irr", "requested"), ("isr", "in service"), ("imr", "masked")):
            irqs = [str(first + i) for i in range(8) if chip[key] >> i & 1]
            text = "all" if len(irqs) == 8 else ", ".join(irqs) or "none"
            print(f"  {what:<10} (0x{chip[key]:02x}): {text}")


class _FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


class TrapUnwinder(Unwinder):
    """Lets `backtrace` go on where a trap came from: the compiler cannot describe entry.S.

    It knows one place: behind the call of a handler, where ESP points to the address of the frame.
    """

    REGISTERS = "eip eax ebx ecx edx esi edi ebp eflags".split()

    def __init__(self):
        super().__init__("bulkhead traps")

    def __call__(self, pending):
        try:
            return self._unwind(pending)
        except (gdb.error, gdb.MemoryError, gdb.GdbError, ValueError):
            return None

    def _unwind(self, pending):
        pc = int(pending.read_register("eip")) & 0xFFFFFFFF
        if not _called_from_entry(pc):
            return None
        sp = int(pending.read_register("esp")) & 0xFFFFFFFF
        address = _handled_frame(pc, sp)
        if address is None:
            return None
        kind = gdb.lookup_type("struct trap_frame")
        frame = gdb.Value(machine.read(address, kind.sizeof), kind)
        here = _FrameId(pending.read_register("esp"), pending.read_register("eip"))
        info = pending.create_unwind_info(here)
        word = gdb.lookup_type("unsigned int")
        for name in self.REGISTERS:
            kept = pending.read_register(name)
            info.add_saved_register(name, frame[name].cast(word).cast(kept.type))
        if int(frame["cs"]) & 3:
            esp = frame["esp"].cast(word)
        else:  # the CPU pushed no stack pointer: what was there lies behind EFLAGS
            offset = next(f.bitpos // 8 for f in kind.fields() if f.name == "esp")
            esp = gdb.Value(address + offset).cast(word)
        info.add_saved_register("esp", esp.cast(pending.read_register("esp").type))
        return info


def on_load():
    register_unwinder(None, TrapUnwinder(), replace=True)
