"""Guided tours: a file of GDB commands, with the guide's words in comments that begin with `##`.

`make tour` runs one with no typing. Inside GDB, `bh tour FILE` does the same, and `source FILE`
runs its commands without a word.

A line `#? EXPRESSION` says what has to be true at that place, in GDB's language, whatever compiler
built the program. If it is not true, the guide would speak of something else than one sees, and the
tour ends with an error.
"""

import os
import re
import select
import sys

import gdb

from bh import control, machine
from bh.command import command

WIDTH = 96


class _Console:
    """The file that the machine's serial port writes to, and how much of it was shown."""

    def __init__(self):
        self.path, self.shown = os.environ.get("BH_CONSOLE", ""), 0

    def text(self):
        if not self.path or not os.path.exists(self.path):
            raise gdb.GdbError("this machine's console is not in a file (BH_CONSOLE)")
        with open(self.path, "rb") as file:
            return file.read().decode("latin-1").replace("\r\n", "\n")

    def fresh(self):
        """Whole lines that were printed since the last call."""
        if not self.path or not os.path.exists(self.path):
            return ""
        text = self.text()
        end = text.rfind("\n") + 1
        part, self.shown = text[self.shown : end], max(self.shown, end)
        return part


_console = _Console()


def console_text():
    return _console.text()


def print_fresh_console(_event=None):
    for line in _console.fresh().splitlines():
        print(f"console| {line}")


gdb.events.stop.connect(print_fresh_console)


def _wrap(text):
    words, lines, line = text.split(), [], ""
    for word in words:
        if line and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else word
    return "\n".join(lines + [line])


def parse(lines):
    """('say', text), ('do', command) and ('check', expression) of a tour, and where each stands. A
    `##` line that is empty starts a new paragraph; other comments are for readers of the file."""
    speech = []
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\n")
        if line.startswith("##"):
            words = line[2:].strip()
            if words:
                speech.append(words)
                continue
        if speech:
            yield "say", " ".join(speech), number
            speech = []
        if line.startswith("#?"):
            yield "check", line[2:].strip(), number
        elif line.strip() and not line.lstrip().startswith("#"):
            yield "do", line.strip(), number
    if speech:
        yield "say", " ".join(speech), len(lines)


def _wait_for_enter():
    """In short steps: GDB takes Ctrl-C, and tells Python of it between two of them."""
    print("\n[Enter] ", end="")
    _flush()
    while not select.select([0], [], [], 0.1)[0]:
        pass
    os.read(0, 4096)


def _flush():
    gdb.flush()
    sys.stdout.flush()


class At(gdb.Function):
    """$at("NAME"): whether the next instruction lies in that function, or behind that label."""

    def __init__(self):
        super().__init__("at")

    def invoke(self, name):
        return machine.symbol_at(machine.register("eip")).partition("+")[0] == name.string()


class Next(gdb.Function):
    """$next("PATTERN"): whether the next instruction's text matches."""

    def __init__(self):
        super().__init__("next")

    def invoke(self, pattern):
        return bool(re.search(pattern.string(), control.next_instruction()))


class Answers(gdb.Function):
    """$answers("COMMAND", "PATTERN"): whether a line of a command's answer matches."""

    def __init__(self):
        super().__init__("answers")

    def invoke(self, words, pattern):
        text = gdb.execute(words.string(), False, True)
        return bool(re.search(pattern.string(), text, re.MULTILINE))


for _function in (At, Next, Answers):
    _function()


def _check(expression):
    """Raises gdb.error where an expression is not true."""
    if not gdb.parse_and_eval(expression):
        raise gdb.error(f"what the guide says does not fit this program: {expression} is not true")


@command("tour")
def tour(argument):
    """bh tour FILE: a guided tour, with each command as you would type it and what it shows.
With BH_PAUSE=1 in the environment it waits for Enter before each stop."""
    try:
        with open(argument or "tour.gdb", encoding="utf-8") as file:
            lines = file.readlines()
    except OSError as error:
        raise gdb.GdbError(str(error)) from None
    pause = os.environ.get("BH_PAUSE") == "1"
    for kind, text, number in parse(lines):
        if kind == "say":
            if pause:
                _wait_for_enter()
            print(f"\n{_wrap(text)}")
            _flush()
            continue
        if kind == "do":
            print(f"(gdb) {text}")
            _flush()
        try:
            gdb.execute(text, False, False) if kind == "do" else _check(text)
        except gdb.error as error:
            print(f"The tour stops at line {number}: {error}")
            _flush()
            if gdb.selected_inferior().pid:
                end()
            gdb.execute("quit 1")
            return
        _flush()
    print_fresh_console()
    _tell_the_end()


def _tell_the_end():
    """For scripts/gdb, which cannot trust GDB's own status: GDB ends with 0 after an interrupted
    tour, and with what it likes when QEMU is gone before it."""
    if "BH_TOUR_ENDED" in os.environ:
        with open(os.environ["BH_TOUR_ENDED"], "w", encoding="utf-8"):
            pass


def end():
    """Ends the machine. QEMU may be gone before GDB has read its answer: that is an end as well."""
    try:
        gdb.execute("kill")
    except gdb.error:
        print("[Inferior 1 (process 1) killed]")
    _flush()
