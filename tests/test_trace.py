"""The trace: rings that partitions read (trace.d/), the export at the end of a run, and what
final/scripts/trace makes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bulkhead.machines import MACHINES, Meaning
from bulkhead.systems import Partition, System, build_guests, modules
from bulkhead.transcript import TESTS
from bulkhead.tree import Tree

EMULATORS = pytest.mark.parametrize("emulator", ["qemu", "bochs"])
pytestmark = pytest.mark.chapter("final")


@EMULATORS
def test_rings(tree: Tree, emulator: str, tmp_path: Path) -> None:
    """Each event is there once, in order, with its values; what is lost is counted, what is masked
    is not there; and nobody sees or changes what is not theirs."""
    system = System(
        (
            Partition("speaker", "speaker", ((0, 6_000),), attributes='trace="application traps"'),
            Partition("keeper", "keeper", ((6_000, 12_000),), attributes='system="yes"'),
        ),
        20_000,
        8,
        attributes='trace="slots plan"',
    )
    images = build_guests(tree, TESTS / "trace.d")
    outcome = MACHINES[emulator](tree).boot(modules=modules(tree, system, images, tmp_path))
    assert not re.search(r"line \d+: not", outcome.console), outcome.describe()
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    for name in ("speaker", "keeper"):
        assert f"[{name}] {name}: 0 failures\n" in outcome.console
