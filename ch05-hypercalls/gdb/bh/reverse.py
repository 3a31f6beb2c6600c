"""GDB's own commands that go backwards, on a recorded run (`make replay`).

QEMU 7.2 offers them to GDB, with a snapshot at the run's beginning; but with a breakpoint set, its
reverse-continue hangs as soon as an interrupt comes by. So these take their place while a recorded
run is looked at: the same names, the same places to stop at, by replaying from the beginning.
"""

import os

import gdb

from bh import machine, replay

WINDOW = 1 << 17  # instructions: how far back the first search for a breakpoint begins
WATCHES = (gdb.BP_WATCHPOINT, gdb.BP_HARDWARE_WATCHPOINT, gdb.BP_ACCESS_WATCHPOINT)


class _Numbers:
    """Which breakpoints GDB stopped at last."""

    def __init__(self):
        self.last = []

    def __call__(self, event):
        self.last = [b.number for b in getattr(event, "breakpoints", ()) if b.number > 0]


def _hits(start, end):
    """The last stop at a breakpoint between two moments: (instruction count, numbers), or None."""
    numbers, found = _Numbers(), None
    replay.go_to(start)
    machine.monitor(f"replay_break {end}")
    gdb.events.stop.connect(numbers)
    try:
        while True:
            replay.resume()
            moment = replay.now()
            if moment >= end:
                return found
            found = moment, numbers.last
    finally:
        gdb.events.stop.disconnect(numbers)


class _Only:
    """The breakpoints that a search may stop at; the others are off for a while. Watchpoints are
    looked at in another way, and one that is deleted when it is hit could be hit only once."""

    def __enter__(self):
        self.all = [b for b in gdb.breakpoints() or () if b.enabled]
        self.wanted = [b for b in self.all if b.type not in WATCHES and not b.temporary]
        for breakpoint in self.all:
            breakpoint.enabled = breakpoint in self.wanted
        return self.wanted

    def __exit__(self, *_):
        for breakpoint in self.all:
            breakpoint.enabled = True


def _last_breakpoint(end):
    with _Only() as wanted:
        width = WINDOW
        while wanted:
            start = max(0, end - width)
            found = _hits(start, end)
            if found or start == 0:
                return found
            width *= 16
    return None


_places = {}  # of watchpoints, by number: an expression has no meaning any more in another frame


def _place(watchpoint):
    if watchpoint.number not in _places:
        expression = watchpoint.expression.removeprefix("-location ")
        _places[watchpoint.number] = replay.place_of(expression)
    return _places[watchpoint.number]


def _last_watch(end):
    """The last change of anything that is watched: (instruction count, numbers), or None."""
    watches = [b for b in gdb.breakpoints() or () if b.enabled and b.type in WATCHES]
    found = None
    for number, (address, size) in [(b.number, _place(b)) for b in watches]:
        moment = replay.last_change(address, size, end)
        if moment is not None and (found is None or moment > found[0]):
            found = moment, [number]
        replay.go_to(end)
    return found


class ReverseContinue(gdb.Command):
    """Goes back to where a breakpoint was last hit, or a watched place last changed.
The run is replayed from its beginning. You are put before the instruction that has the breakpoint,
or that wrote to the watched place. Temporary breakpoints do not count."""

    def invoke(self, argument, from_tty):
        del argument, from_tty
        end = replay.now()
        watch = _last_watch(end)
        hit = _last_breakpoint(end)
        if watch is None and hit is None:
            replay.go_to(0)
            print("No more history: the recorded run begins here.")
            return
        moment, numbers = max((x for x in (watch, hit) if x), key=lambda x: x[0])
        replay.go_to(moment)
        kind = "Watchpoint" if hit is None or moment != hit[0] else "Breakpoint"
        words = ", ".join(map(str, numbers))
        print(f"{kind} {words}, {end - moment} instructions ago:")
        replay.show_here()


class ReverseStepi(gdb.Command):
    """Goes back one instruction, or as many as you say. The run is replayed up to there."""

    def invoke(self, argument, from_tty):
        del from_tty
        end = replay.now()
        count = machine.parse_number(argument) if argument.strip() else 1
        if count > end:
            raise gdb.GdbError(f"the run began {end} instructions ago")
        replay.go_to(end - count)
        replay.show_here()


class NotHere(gdb.Command):
    """Not on this machine: reverse-stepi, and reverse-continue to a breakpoint, go backwards."""

    def invoke(self, argument, from_tty):
        raise gdb.GdbError("use reverse-stepi [COUNT], or reverse-continue to a breakpoint")


def on_load():
    """Only for a recorded run; GDB keeps its own commands for all else."""
    if not os.environ.get("BH_AGAIN"):
        return
    for names, kind in (
        (("reverse-continue", "rc"), ReverseContinue),
        (("reverse-stepi", "rsi"), ReverseStepi),
        (("reverse-step", "reverse-next", "reverse-nexti", "reverse-finish", "rs", "rn"), NotHere),
    ):
        for name in names:
            kind(name, gdb.COMMAND_RUNNING)
