"""A machine under QEMU's debugger stub, stopped where a test wants it, and read from outside."""

from __future__ import annotations

import re
import shutil
import socket
import struct
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from . import coverage, process, x86
from .machines import MEMORY, Outcome, qemu_command, qemu_meaning, read_console
from .rsp import Client, MachineEnded, StillRunning
from .tree import Module, Tree

SECONDS = 60.0  # the host's, for one command to the stub
GROWTH = 10 * SECONDS  # for a whole probe


GENERAL_REGISTERS = ("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip", "eflags")


def words64(value: int) -> tuple[int, int]:
    """A 64-bit argument as the i386 ABI passes it."""
    return value & 0xFFFFFFFF, value >> 32 & 0xFFFFFFFF


class ProbeError(AssertionError):
    """The machine did not do what the probe asked for; the text says what it did."""


class Probe:
    """Starts QEMU stopped before its first instruction.

    with Probe(tree, args="...") as probe:
        probe.run_to("kmain")
        assert probe.register("cr0") & x86.CR0_WP
        assert probe.finish().meaning is Meaning.SUCCESS
    """

    def __init__(
        self,
        tree: Tree,
        args: str = "",
        modules: Sequence[Module] | None = None,
        *,
        memory: int = MEMORY,
        extra: Sequence[str] = (),
        seconds: float = SECONDS,
    ) -> None:
        self.tree = tree
        self.symbols = tree.symbols
        self.memory = memory
        self.modules = tree.modules() if modules is None else list(modules)
        self._seconds = seconds
        self._work = Path(tempfile.mkdtemp(prefix="bulkhead-"))
        self._stack = ExitStack()
        self._stack.callback(shutil.rmtree, self._work)
        try:
            self._start(args, self.modules, extra)
        except BaseException:
            self._stack.close()
            raise

    def _start(self, args: str, modules: Sequence[Module], extra: Sequence[str]) -> None:
        """QEMU connects to a socket that listens already: nobody has to wait and try again."""
        listener = self._stack.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(str(self._work / "gdb"))
        listener.listen(1)
        listener.settimeout(self._seconds)
        command = qemu_command(self.tree.elf, args, modules, memory=self.memory)
        command += coverage.options()
        self._stack.callback(coverage.gather, self._work, self.tree.elf, self.tree.directory)
        command += ["-S", "-chardev", "socket,id=gdb,path=gdb", "-gdb", "chardev:gdb", *extra]
        self._child = self._stack.enter_context(
            process.child(command, seconds=GROWTH, cwd=self._work, output=self._work / "output")
        )
        try:
            connection, _ = listener.accept()
        except TimeoutError as error:
            raise ProbeError(f"QEMU did not start: {self._emulator_output()}") from error
        self.client = Client(self._stack.enter_context(connection), self._seconds)

    def __enter__(self) -> Probe:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    # Where things are

    def address(self, place: str | int) -> int:
        """An address, or a symbol's: `kmain`, or `kmain+4`."""
        if isinstance(place, int):
            return place
        name, _, offset = place.partition("+")
        if name not in self.symbols:
            raise ProbeError(f"{self.tree.directory} has no symbol {name}")
        return self.symbols[name] + int(offset or "0", 0)

    def where(self) -> str:
        eip = self.register("eip")
        return f"{eip:#010x} ({self.symbols.function_at(eip)})"

    def console(self) -> str:
        """What the machine has printed so far."""
        return read_console(self._work / "console")

    def _emulator_output(self) -> str:
        return (self._work / "output").read_text(errors="backslashreplace")

    # Running

    def resume(self, wanted: str = "a breakpoint") -> None:
        try:
            self.client.resume()
        except StillRunning as error:
            raise ProbeError(
                f"{wanted} not reached after {self._seconds:g} s; running at {self.where()}\n"
                f"console:\n{self.console()}"
            ) from error
        except MachineEnded as error:
            raise ProbeError(
                f"the machine ended before {wanted} was reached; console:\n{self.console()}"
            ) from error

    def run_to(self, place: str | int, *, times: int = 1) -> None:
        """Runs until the place's `times`-th execution from here, and stops before it."""
        address = self.address(place)
        self.client.set_breakpoint(address)
        try:
            for _ in range(times):
                self.resume(f"{place if isinstance(place, str) else hex(place)}")
                if self.register("eip") != address:
                    raise ProbeError(f"stopped at {self.where()}, not at {place}")
        finally:
            if self._child.poll() is None:
                self._forget(address)

    def _forget(self, address: int) -> None:
        try:
            self.client.clear_breakpoint(address)
        except MachineEnded:
            pass

    def run_past(self, function: str) -> None:
        """Runs to a function that is called once, and to its return. Past the calibration, say: QEMU
        steps through a page of code that has a breakpoint, and there that takes seconds."""
        self.run_to(function)
        self.run_to_return()

    def run_to_return(self) -> None:
        """From a function's first instruction to its caller's next one."""
        stack = self.register("esp")
        target = self.read_u32(stack)
        while True:
            self.run_to(target)
            if self.register("esp") > stack:  # not a deeper call of the same caller
                return

    def step(self, count: int = 1, *, interrupts: bool = False) -> None:
        for _ in range(count):
            self.client.step(interrupts=interrupts)

    def finish(self) -> Outcome:
        """Runs to the machine's end."""
        try:
            self.client.resume()
        except StillRunning as error:
            raise ProbeError(
                f"no end after {self._seconds:g} s; running at {self.where()}\n"
                f"console:\n{self.console()}"
            ) from error
        except MachineEnded:
            status = self._child.wait(self._seconds)
            meaning = qemu_meaning(status)
            return Outcome("qemu", self.console(), status, meaning, self._emulator_output())
        raise ProbeError(f"stopped at {self.where()} instead of ending")

    def call(self, function: str | int, *arguments: int | bytes) -> int:
        """Calls a C function in the machine, on its current stack, and returns its EAX.

        Arguments are 32-bit words (words64() makes two of a longer one), or bytes, of which the
        function gets the address of a copy. Afterwards every register is as before.
        """
        saved = {name: self.register(name) for name in GENERAL_REGISTERS}
        stack = saved["esp"] - 64
        words = []
        for argument in arguments:
            if isinstance(argument, bytes):
                stack = (stack - len(argument)) & ~0xF
                self.write(stack, argument)
                argument = stack
            words.append(argument & 0xFFFFFFFF)
        frame = struct.pack(f"<{len(words) + 1}I", saved["eip"], *words)
        stack = (stack - len(frame)) & ~0xF
        self.write(stack, frame)
        self.set_register("esp", stack)
        self.set_register("eip", self.address(function))
        self.run_to_return()
        result = self.register("eax")
        for name, value in saved.items():
            self.set_register(name, value)
        return result

    # Registers

    def register(self, name: str) -> int:
        return self.client.read_register(name)

    def set_register(self, name: str, value: int) -> None:
        self.client.write_register(name, value)

    def monitor(self, command: str) -> str:
        return self.client.monitor(command)

    def _table_register(self, name: str) -> tuple[int, int]:
        found = re.search(
            rf"^{name} *= *(?:[0-9a-f]{{4}} )?([0-9a-f]{{8}}) ([0-9a-f]{{8}})",
            self.monitor("info registers"),
            re.MULTILINE,
        )
        assert found, f"QEMU's monitor shows no {name}"
        return int(found[1], 16), int(found[2], 16)

    def task_register(self) -> int:
        """The selector in TR."""
        found = re.search(r"^TR *=([0-9a-f]{4})", self.monitor("info registers"), re.MULTILINE)
        assert found, "QEMU's monitor shows no TR"
        return int(found[1], 16)

    @property
    def cpl(self) -> int:
        return self.register("cs") & 3

    # Memory

    def read(self, place: str | int, size: int) -> bytes:
        return self.client.read_memory(self.address(place), size)

    def write(self, place: str | int, data: bytes) -> None:
        self.client.write_memory(self.address(place), data)

    def read_physical(self, address: int, size: int) -> bytes:
        return self.client.read_memory(address, size, physical=True)

    def write_physical(self, address: int, data: bytes) -> None:
        self.client.write_memory(address, data, physical=True)

    def read_u32(self, place: str | int) -> int:
        return int.from_bytes(self.read(place, 4), "little")

    def argument(self, index: int) -> int:
        """An argument of the function at whose first instruction we are stopped."""
        return self.read_u32(self.register("esp") + 4 + 4 * index)

    def port8(self, port: int) -> int:
        """What a byte read of an I/O port gives."""
        found = re.search(r"= (0x[0-9a-f]+)", self.monitor(f"i/b {port:#x}"))
        assert found, f"QEMU's monitor did not read port {port:#x}"
        return int(found[1], 16)

    # Tables

    def gdt(self) -> list[x86.Segment]:
        base, limit = self._table_register("GDT")
        raw = self.read(base, limit + 1)
        return [x86.decode_segment(raw[at : at + 8]) for at in range(0, len(raw) - 7, 8)]

    def idt(self) -> list[x86.Gate]:
        base, limit = self._table_register("IDT")
        raw = self.read(base, limit + 1)
        return [x86.decode_gate(raw[at : at + 8]) for at in range(0, len(raw) - 7, 8)]

    def gdt_register(self) -> tuple[int, int]:
        """Base and limit."""
        return self._table_register("GDT")

    def idt_register(self) -> tuple[int, int]:
        """Base and limit."""
        return self._table_register("IDT")

    def segment(self, selector: int) -> x86.Segment:
        return self.gdt()[selector >> 3]

    def tss(self, selector: int | None = None) -> x86.Tss:
        """The task state segment behind a selector, or behind TR."""
        descriptor = self.segment(self.task_register() if selector is None else selector)
        return x86.decode_tss(self.read(descriptor.base, x86.TSS_SIZE))

    def io_bitmap(self, selector: int | None = None) -> bytes:
        """The TSS's I/O permission bitmap as far as the limit lets the CPU see it."""
        descriptor = self.segment(self.task_register() if selector is None else selector)
        start = self.tss(selector).io_map_base
        return self.read(descriptor.base + start, max(0, descriptor.limit + 1 - start))

    def mappings(self, cr3: int | None = None) -> list[x86.Mapping]:
        """Every page of an address space, the current one if none is named."""
        directory = self.register("cr3") if cr3 is None else cr3
        return list(x86.walk(self.read_physical, directory, self.register("cr4")))
