"""Hypercalls: the table, and a live trace."""

import os
import re

import gdb

from bh import machine, partitions
from bh.command import command

NEEDS = ("hypercall_init",)


def api_text():
    """The text of api/bulkhead.h, the one place that names the numbers (debug information holds no
    #define); empty where it is not."""
    symtab = gdb.lookup_global_symbol("hypercall_init").symtab
    root = os.path.dirname(symtab.fullname())
    while not os.path.exists(os.path.join(root, "api", "bulkhead.h")):  # it lies in some room
        root, below = os.path.dirname(root), root
        if root == below:
            return ""
    with open(os.path.join(root, "api", "bulkhead.h"), encoding="utf-8") as header:
        return header.read().replace("\\\n", " ")


def api():
    """Hypercalls by number, as (name, arguments)."""
    known = {0: ("BH_NULL", "")}
    wanted = re.compile(r"^#define (BH_\w+)\s+(\d+)\s*/\*\*<\s*(?:\(S\)\s*)?\(([^)]*)\):?", re.M)
    known |= {int(number): (name, words) for name, number, words in wanted.findall(api_text())}
    return known


def error_name(value):
    """A result in words: a number, or an error's name from enum bh_error."""
    signed = value - (1 << 32) if value >> 31 else value
    if signed >= 0:
        return str(signed)
    for field in gdb.lookup_type("enum bh_error").fields():
        if field.enumval == signed:
            return field.name
    return str(signed)


def _address(label):
    """A label of entry.S, or None in a chapter where hypercalls have no way of their own."""
    try:
        return int(gdb.parse_and_eval(f"(unsigned)&{label}"))
    except gdb.error:
        return None


def _table():
    own_way = gdb.lookup_global_symbol("hypercall_table")
    return own_way.value() if own_way else gdb.parse_and_eval("'virt/call/hypercall.c'::handlers")


def call_text(number, registers):
    """A hypercall with its arguments, as far as the API's header says how many it has."""
    name, words = api().get(number, (f"hypercall {number}", "a, b, c, d, e"))
    names = [word.strip() for word in words.split(",")] if words.strip() else []
    pairs = zip(names, registers)
    texts = [f"{re.findall('[a-z_0-9]+', word)[-1]} 0x{value:x}" for word, value in pairs]
    return f"{name}({', '.join(texts)})"


def _arguments(frame):
    return [int(frame[name]) for name in ("ebx", "ecx", "edx", "esi", "edi")]


class _Entry(gdb.Breakpoint):
    def __init__(self, label):
        self.begin = _address(label)
        place = f"*0x{self.begin:x}" if self.begin else "*hypercall_dispatch"
        super().__init__(place, internal=True)

    def stop(self):
        if self.begin:
            vcpu = machine.register("ebx") - _offset_of("struct entry_state", "frame")
        else:
            vcpu = machine.read_word(machine.register("esp") + 4)
        vcpu = gdb.Value(vcpu).cast(gdb.lookup_type("struct vcpu").pointer())
        frame = vcpu["entry"]["frame"]
        name = partitions.name_of(vcpu["partition"])
        trace.open = f"{name}: {call_text(int(frame['eax']), _arguments(frame))}"
        trace.frame = int(frame.address)
        return False


class _Exit(gdb.Breakpoint):
    def __init__(self, address):
        super().__init__(f"*0x{address:x}", internal=True)

    def stop(self):
        offset = _offset_of("struct trap_frame", "eax")
        if trace.open and trace.frame:
            if _address("hypercall_done"): # the result is still in the register
                result = error_name(machine.register("eax"))
            else:
                result = error_name(machine.read_word(trace.frame + offset))
            print(f"hypercall  {trace.open} = {result}")
        trace.open = ""
        return False


def _offset_of(type_name, name):
    fields = gdb.lookup_type(type_name).fields()
    return next(field.bitpos // 8 for field in fields if field.name == name)


def _return_address():
    """Where a handler's result is known: entry.S has a label, or else behind the one call of
    hypercall_dispatch(), in guest_trap()."""
    done = _address("hypercall_done")
    if done:
        return done
    target = int(gdb.parse_and_eval("(unsigned)&hypercall_dispatch"))
    start = int(gdb.parse_and_eval("(unsigned)&guest_trap"))
    end = gdb.block_for_pc(start).end
    arch = gdb.selected_inferior().architecture()
    for instruction in arch.disassemble(start, end - 1):
        found = re.match(r"call\s+0x([0-9a-f]+)", instruction["asm"])
        if found and int(found[1], 16) == target:
            return instruction["addr"] + instruction["length"]
    raise gdb.GdbError("no call of hypercall_dispatch() in guest_trap()")


class _Trace:
    """The live trace: two breakpoints that never stop."""

    def __init__(self):
        self.breakpoints, self.open, self.frame = [], "", 0

    def on(self):
        if not self.breakpoints:
            self.breakpoints = [_Entry("hypercall_begin"), _Exit(_return_address())]
            if _address("sysenter_begin"): # the other way in, with labels of its own
                self.breakpoints += [_Entry("sysenter_begin"), _Exit(_address("sysenter_done"))]

    def off(self):
        for breakpoint in self.breakpoints:
            breakpoint.delete()
        self.breakpoints = []


trace = _Trace()


@command("hypercalls", completes=lambda: ["on", "off"])
def hypercalls(argument):
    """bh hypercalls [on | off]: the table of hypercalls; `on` prints each as it happens.
The trace shows who called, the arguments by the names that api/bulkhead.h gives them, and the
result or the error's name. The machine does not stop for it."""
    if argument == "on":
        trace.on()
        print("From now on every hypercall is printed; `bh hypercalls off` ends that")
    elif argument == "off":
        trace.off()
        print("Hypercalls are not printed any more")
    elif argument:
        raise gdb.GdbError("takes on, off or nothing")
    else:
        table, known = _table(), api()
        print(f"int 0x82 leads to {table.type.range()[1] + 1} handlers:")
        for number in range(table.type.range()[1] + 1):
            name, words = known.get(number, ("?", ""))
            handler = int(table[number])
            print(f"  {number:>2}  {name + '(' + words + ')':<46}"
                  f" {machine.symbol_at(handler) if handler else 'nobody'}")
