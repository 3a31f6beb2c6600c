"""mini-os: an operating system in a partition (final/guests/mini-os), with a serial port of its own,
and without one. It judges itself; what it says there is judged here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bulkhead.machines import MACHINES, Meaning
from bulkhead.tree import Tree

EMULATORS = pytest.mark.parametrize("emulator", ["qemu", "bochs"])
pytestmark = pytest.mark.chapter("final")

COUNTER = [f"counter: round {i} of 4" for i in range(1, 5)]
STACK = ["stack: the sum is 780", "stack: and now for what is not mine"]


def said_by(name: str, lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith(f"{name}: ")]


def run(tree: Tree, emulator: str, extra: list[str]) -> str:
    passed = tree.modules({"SYSTEM": "mini-os"})
    outcome = MACHINES[emulator](tree).boot(modules=passed, extra=extra)
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    console = outcome.console
    assert "[mini-os] mini-os: all well\n" in console, console
    assert re.search(r"^  mini-os +finished +starts 1, faults 0, result 0$", console, re.M), console
    assert re.search(r"stack: killed by exception 14, address 0x004\w+\n", console), console
    assert re.search(r"counter: code 0, \d+ system calls, preempted often, 1 pages", console)
    assert re.search(r"stack: code -114, 2 system calls, preempted often, 6 pages", console)
    assert re.search(r"^\[control\] .*: all well$", console, re.M), console
    return console


@EMULATORS
def test_processes_with_a_serial_port(tree: Tree, emulator: str, tmp_path: Path) -> None:
    """Each process' lines, whole and in its order, come out of the port; the driver got interrupts."""
    sent = tmp_path / "com2"
    extra = (
        [f"com2: enabled=1, mode=file, dev={sent}"]
        if emulator == "bochs"
        else ["-serial", f"file:{sent}"]
    )
    console = run(tree, emulator, extra)
    lines = sent.read_text().replace("\r\n", "\n").splitlines()
    assert said_by("counter", lines) == COUNTER
    assert said_by("stack", lines) == STACK
    assert len(lines) == len(COUNTER) + len(STACK)
    assert f"serial port: {sent.stat().st_size} bytes, by interrupts\n" in console


@EMULATORS
def test_processes_without_one(tree: Tree, emulator: str) -> None:
    """Then the hypervisor's console has their lines."""
    console = run(tree, emulator, [])
    lines = re.findall(r"^\[mini-os\] (.*)$", console, re.M)
    assert said_by("counter", lines)[:4] == COUNTER
    assert said_by("stack", lines)[:2] == STACK
    assert "serial port: none\n" in console
