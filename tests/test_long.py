"""A long run: 100 000 major frames, without drift, loss or leak."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bulkhead.attacks import partition_lines, slot_lines
from bulkhead.machines import MACHINES, Meaning
from bulkhead.systems import Partition, System, build_guests, modules
from bulkhead.transcript import TESTS
from bulkhead.tree import Tree

FRAMES = 100_000
EARLY_NS, LATE_NS = 2_000, 300  # than the first slot, which began behind the partition's start
LINES = re.compile(
    r"slots (\d+) late (-?\d+) (-?\d+) sent (\d+) read (\d+)\n"
    r"lost (\d+) full (\d+) ticks (\d+) missed (\d+) ran (\d+)$",
    re.MULTILINE,
)


def channel(writer: str, reader: str) -> str:
    return (
        f'<channel name="{writer}" kind="queuing" message-bytes="4" depth="4"'
        f' partition="{writer}" port="out"><reader partition="{reader}" port="in"/></channel>'
    )


@pytest.mark.chapter("final")
def test_100_000_major_frames(tree: Tree, tmp_path: Path) -> None:
    """Each slot where the plan has it, counted from the first; each message once and in order; a
    timer's tick in each frame; the hypervisor's own frames as many as at the start."""
    system = System(
        (
            Partition("a", "tick", ((0, 200),)),
            Partition("b", "tick", ((400, 200),)),
        ),
        1_000,
        FRAMES,
        channels=(channel("a", "b"), channel("b", "a")),
    )
    images = build_guests(tree, TESTS / "long.d")
    passed = modules(tree, system, images, tmp_path)
    outcome = MACHINES["qemu"](tree).boot(modules=passed, seconds=300)
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    console = outcome.console
    for name in ("a", "b"):
        assert partition_lines(console)[name].state == "ready", console
        said = "\n".join(re.findall(rf"^\[{name}\] (.*)$", console, re.MULTILINE))
        numbers = [[int(n) for n in found] for found in LINES.findall(said)]
        assert len(numbers) == FRAMES // 10_000, console
        for number, (slots, *_) in enumerate(numbers, 1):
            assert slots == 10_000 * number, console
        slots, early, late, sent, read, lost, full, ticks, missed, ran = numbers[-1]
        assert (lost, full, missed) == (0, 0, 0) and sent == FRAMES and read >= FRAMES - 1, console
        assert ticks in ((FRAMES - 1, FRAMES) if name == "a" else (0,)), console
        assert -EARLY_NS <= early <= late <= LATE_NS and late - early < 200, console
        assert ran < FRAMES * 20_000, console  # asleep most of the time
    assert all(slot.runs == FRAMES for slot in slot_lines(console)), console
    assert all(slot.most - slot.least < 1_000 for slot in slot_lines(console)), console
