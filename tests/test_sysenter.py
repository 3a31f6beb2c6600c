"""`sysenter`: its registers, and what may interrupt its first and last instructions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bulkhead.attacks import ATTACKS
from bulkhead.machines import Meaning
from bulkhead.probe import Probe
from bulkhead.systems import Partition, System, build_guests, modules
from bulkhead.tree import Tree

StartProbe = Callable[..., Probe]

pytestmark = pytest.mark.chapter("final")

ENTRY, EXIT = 24, 7  # instructions to the handler's first one, and behind it


def test_an_nmi_at_each_instruction(tree: Tree, probe: StartProbe, tmp_path: Path) -> None:
    """It may come between any two: also where ESP is the CPU's stack still, or in the vCPU. The
    partition that checks its registers behind each `sysenter` does not notice; it is an event of the
    machine's. (Stops at breakpoints make the machine's time jump: slots are long.)"""
    system = System((Partition("odd", "sysenter_odd", ((0, 100_000),)),), 100_000, 40)
    machine = probe(modules=modules(tree, system, build_guests(tree, ATTACKS), tmp_path))
    for count in range(ENTRY):
        machine.run_to("sysenter_entry")
        machine.step(count)
        machine.monitor("nmi")
    for count in range(EXIT):
        machine.run_to("sysenter_done")
        machine.step(count)
        machine.monitor("nmi")
    outcome = machine.finish()
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    assert re.search(r"^  odd +finished +starts 1, faults 0, result 0$", outcome.console, re.M)
    times = re.findall(r"^The hypervisor had a non-maskable interrupt (\d+)\.$", outcome.console, re.M)
    assert sum(map(int, times)) == ENTRY + EXIT, outcome.console
