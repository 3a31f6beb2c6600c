"""The 8254 timer."""

import re

import gdb

from bh import machine
from bh.command import command

NEEDS = ("pit_measure",)

PORT_MODE, PORT_B = 0x43, 0x61
MODES = {
    0: "mode 0: one shot, output rises at the end",
    1: "mode 1: one shot by the gate",
    2: "mode 2: periodic, a low pulse each time",
    3: "mode 3: periodic square wave",
    4: "mode 4: strobe",
    5: "mode 5: strobe by the gate",
}
ACCESS = {0: "never", 1: "low byte", 2: "high byte", 3: "low then high byte"}


def _in(port):
    found = re.search(r"= 0x([0-9a-f]+)", machine.monitor(f"i /1b {port:#x}"))
    if not found:
        raise gdb.GdbError(f"QEMU's monitor did not read port 0x{port:x}")
    return int(found[1], 16)


def _status(channel):
    """The channel's status byte: read-back command, status only (8254 data sheet)."""
    machine.monitor(f"o /1b {PORT_MODE:#x} {0xE0 | 2 << channel:#x}")
    return _in(0x40 + channel)


def _count(channel, access):
    """The count. Two reads leave the chip's low/high flip-flop as it was, and no time passes."""
    if access != 3:
        return _in(0x40 + channel)
    low = _in(0x40 + channel)
    return low | _in(0x40 + channel) << 8


@command("pit")
def pit(argument):
    """bh pit: the 8254 timer's three channels: mode, output, and the count at this moment.
Read through the ports, in pairs, while the machine stands still: the program sees no difference
unless it is itself between two reads of a count. A channel's starting count cannot be read: the
chip has no way to tell it."""
    users = ("IRQ 0", "was DRAM refresh", "speaker, and ours to measure with")
    for channel, use in enumerate(users):
        status = _status(channel)
        mode = status >> 1 & 7
        mode = mode - 4 if mode > 5 else mode
        count = _count(channel, status >> 4 & 3)
        print(f"channel {channel} ({use}): {MODES[mode]}")
        print(f"  count {count} (0x{count:04x}), output {'high' if status & 0x80 else 'low'},"
              f" written {ACCESS[status >> 4 & 3]}{', BCD' if status & 1 else ''}")
    port_b = _in(PORT_B)
    _in(PORT_B)  # each read flips the refresh bit: flip it back
    print(f"port 0x61 = 0x{port_b:02x}: channel 2's gate {'open' if port_b & 1 else 'shut'},"
          f" speaker {'on' if port_b & 2 else 'off'},"
          f" output {'high' if port_b & 0x20 else 'low'}")
