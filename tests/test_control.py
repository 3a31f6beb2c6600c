"""Control of partitions: a system partition takes another through every state (control.d/), while a
third, which has no such right, is refused everything and loses no slot."""

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

KEPT = 'name="kept" size="16KiB" rights="rw" virtual="0x00800000"'
SAYS = (
    '<channel name="subject-says" kind="sampling" message-bytes="64" valid="18ms"'
    ' partition="subject" port="says"><reader partition="director"/></channel>'
)
ORDERS = (
    '<channel name="orders" kind="queuing" message-bytes="4" depth="2" partition="director">'
    '<reader partition="subject"/></channel>'
)


@EMULATORS
def test_every_state_and_every_way(tree: Tree, emulator: str, tmp_path: Path) -> None:
    """Suspended, resumed, reset and halted while it runs, starts, waits and has ended; by itself
    and by another; and then the system partition itself, and the whole system."""
    system = System(
        (
            Partition("director", "director", ((0, 5_000),), (KEPT,), attributes='system="yes"'),
            Partition("subject", "subject", ((5_000, 7_000),), (KEPT,)),
            Partition("outsider", "outsider", ((12_000, 1_000),)),
        ),
        20_000,
        200,
        channels=(SAYS, ORDERS),
    )
    images = build_guests(tree, TESTS / "control.d")
    outcome = MACHINES[emulator](tree).boot(modules=modules(tree, system, images, tmp_path))
    assert not re.search(r"line \d+: not|BROKEN", outcome.console), outcome.describe()
    for life in ("first", "second", "third"):
        assert outcome.console.count(f"[director] the {life} life: 0 failures\n") == 1
    assert re.search(r"^  subject +ready +starts 16, faults 0, result 7$", outcome.console, re.M)
    assert re.search(r"^  outsider +ready +starts 2, faults 0, result 0$", outcome.console, re.M)
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
