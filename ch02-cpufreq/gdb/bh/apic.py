"""The local APIC: its timer, and what it holds back or has in service."""

import re

import gdb

from bh import machine
from bh.command import command

NEEDS = ("apic_init",)


def _registers():
    text = machine.monitor("info lapic")
    found = dict(re.findall(r"^(\w+)\s+(\S.*?)\s*$", text, re.MULTILINE))
    if "LVTT" not in found:
        raise gdb.GdbError("this machine has no local APIC")
    return found


@command("apic")
def apic(argument):
    """bh apic: the local APIC, its timer with what is left of the count, and which vectors wait.
Asked of QEMU: reading it changes nothing."""
    found = _registers()
    spurious = int(found["SPIV"].split()[0], 16)
    timer = int(found["LVTT"].split()[0], 16)
    print(f"local APIC {'enabled' if spurious & 0x100 else 'off'}, spurious vector"
          f" 0x{spurious & 0xFF:x}")
    mode = {0: "one shot", 1: "periodic", 2: "TSC deadline"}.get(timer >> 17 & 3, "mode 3")
    masked = ", masked" if timer & 0x10000 else ""
    print(f"timer: {mode}, vector 0x{timer & 0xFF:x}{masked}")
    count = re.search(r"(divide by \d+).*initial_count = (\d+) current_count = (\d+)",
                      found.get("Timer", ""))
    if count:
        print(f"  {count[1]}; count set to {count[2]}, {count[3]} left")
    print(f"  in service: {found.get('ISR', '?')}; requested: {found.get('IRR', '?')}")
