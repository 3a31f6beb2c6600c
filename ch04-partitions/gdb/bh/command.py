"""What a `bh` command is: a function whose answer to trouble is one line, never a traceback.

A file of commands names in NEEDS a symbol of the program without which its commands make no sense:
chapter 1 has no `bh idt`.
"""

import importlib

import gdb

MODULES = (
    "control tables memory boot traps timer apic partitions hypercalls plan services replay reverse tour".split()
)


class BhPrefix(gdb.Command):
    """Commands that speak the chapter's language.
Each reads the stopped machine, or the program's own structures. `help bh NAME` tells more."""

    def __init__(self):
        super().__init__("bh", gdb.COMMAND_USER, gdb.COMPLETE_COMMAND, True)


class _Command(gdb.Command):
    def __init__(self, name, function, completes):
        self.__doc__ = function.__doc__
        self._name, self._function, self._completes = name, function, completes
        super().__init__(f"bh {name}", gdb.COMMAND_USER)

    def complete(self, text, word):
        words = self._completes() if self._completes else []
        return [entry for entry in words if entry.startswith(word or "")]

    def invoke(self, argument, from_tty):
        try:
            self._function(argument.strip())
        except gdb.GdbError as error:
            raise gdb.GdbError(f"bh {self._name}: {one_line(error)}") from None
        except KeyboardInterrupt:
            raise
        except gdb.MemoryError as error:
            raise gdb.GdbError(f"bh {self._name}: {one_line(error)} (is it mapped?)") from None
        except Exception as error:  # a structure that is not there, or not yet filled
            raise gdb.GdbError(f"bh {self._name}: {one_line(error)}") from None


def one_line(error):
    """An error's text, on one line."""
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


def command(name, completes=None):
    """Makes a function the command `bh NAME`; its docstring is the help."""

    def register(function):
        _pending.append((name, function, completes))
        return function

    return register


_pending = []


def has(symbol):
    """Does the program have this symbol, global or static?"""
    try:
        gdb.parse_and_eval(f"&{symbol}")
        return True
    except gdb.error:
        return False


def load_all():
    """Registers the commands for which the program has the symbols."""
    BhPrefix()
    for name in MODULES:
        module = importlib.import_module(f"bh.{name}")
        if all(has(symbol) for symbol in getattr(module, "NEEDS", ())):
            for entry in _pending:
                _Command(*entry)
            getattr(module, "on_load", lambda: None)()
        _pending.clear()
