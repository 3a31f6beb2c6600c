"""Back in time, on a recorded run (`make replay`).

A replayed machine does the same each time, down to the instruction. So to go back is to start it
anew and run to a smaller instruction count; and to find who wrote something last is to look at it
again and again on the way. bh/reverse.py gives GDB's own backward commands these means.
"""

import atexit
import os
import re
import signal
import subprocess
import time
from contextlib import contextmanager

import gdb

from bh import machine
from bh.command import command

_children = []


def now():
    """How many instructions the machine has executed."""
    found = re.search(r"instruction count = (\d+)", machine.monitor("info replay"))
    if not found:
        raise gdb.GdbError("this run is not recorded; `make replay` records one")
    return int(found[1])


def _end_children():
    for child in _children:
        try:
            os.killpg(child.pid, signal.SIGKILL)  # timeout and QEMU
        except ProcessLookupError:
            pass
        child.wait()
    _children.clear()


atexit.register(_end_children)


def _restart():
    """The same machine, before its first instruction."""
    script = os.environ.get("BH_AGAIN", "")
    if not script:
        raise gdb.GdbError("this run is not recorded; `make replay` records one")
    path = os.path.join(os.path.dirname(script), f"gdb{len(_children)}-{time.monotonic_ns()}")
    gdb.execute("disconnect", to_string=True)
    _end_children()
    child = subprocess.Popen(["sh", script, path], start_new_session=True)
    _children.append(child)
    with open(os.path.join(os.path.dirname(script), "pids"), "a", encoding="ascii") as pids:
        pids.write(f"{child.pid}\n")
    _connect(path)


def _connect(path):
    """As soon as somebody listens there: the socket may be there before."""
    for _ in range(400):
        try:
            with _silence():
                gdb.execute(f"target remote {path}", to_string=True)
            return
        except gdb.error as error:
            message = error
            time.sleep(0.05)
    raise gdb.GdbError(f"the recorded run does not start again: {message}")


class AllDisabled:
    """The user's breakpoints, off for a while."""

    def __enter__(self):
        self.off = [b for b in gdb.breakpoints() or () if b.enabled]
        for breakpoint in self.off:
            breakpoint.enabled = False

    def __exit__(self, *_):
        for breakpoint in self.off:
            if breakpoint.is_valid():
                breakpoint.enabled = True


@contextmanager
def _silence():
    """GDB's words about stops go nowhere; no setting of GDB keeps it from telling of signals."""
    gdb.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        gdb.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def resume():
    with _silence():
        gdb.execute("continue", to_string=True)


def go_to(count):
    """The moment at which so many instructions were executed."""
    with AllDisabled():
        _restart()
        if count:
            machine.monitor(f"replay_break {count}")
            resume()


def show_here():
    print(f"At instruction {now()}:")
    gdb.execute("frame")


@command("back")
def back(argument):
    """bh back [COUNT]: goes COUNT instructions back in a recorded run, one without COUNT.
The run is replayed from its beginning up to there. Breakpoints do not stop it on the way."""
    target = now() - (machine.parse_number(argument) if argument else 1)
    if target < 0:
        raise gdb.GdbError(f"the run began {now()} instructions ago")
    go_to(target)
    show_here()


SAMPLES = 40  # in a pass of the search


def _value(address, size):
    try:
        return machine.read(address, size)
    except gdb.GdbError:
        return None  # paging is off, or it is not mapped yet


def _pass(low, high, final, address, size):
    """Samples the place between two moments; the last interval in which it got its final value."""
    step = max(1, (high - low) // SAMPLES)
    _restart()
    equal_since = None
    for moment in range(low, high, step):
        if moment:
            machine.monitor(f"replay_break {moment}")
            resume()
        if _value(address, size) != final:
            low, equal_since = moment, None
        elif equal_since is None:
            equal_since = moment
    return low, equal_since if equal_since is not None else high


def place_of(expression):
    """Address and size of something that lies in memory."""
    value = gdb.parse_and_eval(expression)
    if value.address is None:
        raise gdb.GdbError(f"{expression} lies in no memory")
    return int(value.address) & 0xFFFFFFFF, value.type.sizeof


def last_change(address, size, end):
    """The instruction count before the instruction that gave a place the value that it has now, or
    None when it had it all the time. Leaves the machine at some moment before `end`."""
    final = _value(address, size)
    if final is None:
        raise gdb.GdbError(f"nothing is mapped at 0x{address:08x}")
    low, high = 0, end
    with AllDisabled():
        while high - low > 1:
            before = (low, high)
            low, high = _pass(low, high, final, address, size)
            if (low, high) == before:
                break
    go_to(low)
    return None if _value(address, size) == final else low


@command("last-write")
def last_write(argument):
    """bh last-write EXPRESSION: goes back to the instruction that gave a variable its value.
EXPRESSION is anything that lies in memory. The run is replayed a few times, the place is looked at
more and more closely, and you are put before the instruction that wrote. What changed and changed
back between two looks can be missed. (A watchpoint would miss nothing, but QEMU loses an interrupt
whose own push is watched.)"""
    if not argument:
        raise gdb.GdbError("wants something that lies in memory, such as `bh last-write ticks`")
    address, size = place_of(argument)
    end = now()
    moment = last_change(address, size, end)
    if moment is None:
        go_to(end)
        raise gdb.GdbError(f"{argument} did not change from the beginning up to here")
    print(f"0x{address:08x} got its value {end - moment} instructions ago, by the next instruction.")
    show_here()
