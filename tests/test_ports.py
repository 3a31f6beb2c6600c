"""Channels between partitions: what their two ends see (ports.d/), what bhc refuses, and what the
hypervisor refuses again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bulkhead import blob, process
from bulkhead.machines import MACHINES, Meaning
from bulkhead.systems import Partition, System, build_guests, modules
from bulkhead.transcript import TESTS
from bulkhead.tree import Module, Tree

EMULATORS = pytest.mark.parametrize("emulator", ["qemu", "bochs"])
pytestmark = pytest.mark.chapter("final")

SAMPLES = (
    '<channel name="samples" kind="sampling" message-bytes="4096" valid="15ms" partition="writer">'
    '<reader partition="reader"/></channel>'
)
ITEMS = (
    '<channel name="items" kind="queuing" message-bytes="64" depth="2" partition="writer">'
    '<reader partition="reader"/></channel>'
)
FOREIGN = (
    '<channel name="foreign" kind="sampling" message-bytes="8" partition="reader">'
    '<reader partition="other"/></channel>'
)


def run(tree: Tree, emulator: str, ends: tuple[str, str], work: Path) -> str:
    """A run with these two images, with slots that are long enough for Bochs."""
    writer, reader = ends
    partitions = (
        Partition("writer", writer, ((0, 10_000),)),
        Partition("reader", reader, ((10_000, 10_000),), restarts=1),
        Partition("other", "restarted", ()),
    )
    system = System(partitions, 25_000, 25, channels=(SAMPLES, ITEMS, FOREIGN))
    images = build_guests(tree, TESTS / "ports.d")
    outcome = MACHINES[emulator](tree).boot(modules=modules(tree, system, images, work))
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    return outcome.console


@EMULATORS
def test_messages_arrive(tree: Tree, emulator: str, tmp_path: Path) -> None:
    """Each byte of each message, in order, once or as often as it is read, valid and not; every
    wrong argument gets its error. The partitions check that themselves, and end with it."""
    console = run(tree, emulator, ("writer", "reader"), tmp_path)
    assert "[writer] sent 40 items, 0 failures\n" in console
    assert "[reader] read 20 rounds, 0 failures\n" in console
    assert not re.search(r"line \d+: not", console), console


@EMULATORS
def test_a_reader_that_starts_again_finds_an_empty_queue(
    tree: Tree, emulator: str, tmp_path: Path
) -> None:
    console = run(tree, emulator, ("feeder", "restarted"), tmp_path)
    assert "[reader] started again, 0 failures\n" in console, console
    assert console.count("Partition reader is stopped: #UD") == 1


def test_a_sample_grows_old(tree: Tree, tmp_path: Path) -> None:
    """6 s and more, which are not 32 bits of nanoseconds; the partition checks it."""
    partitions = (
        Partition("writer", "once", ((0, 10_000),)),
        Partition("reader", "patient", ((10_000, 10_000),)),
        Partition("other", "restarted", ()),
    )
    system = System(partitions, 2_000_000, 5, channels=(SAMPLES, FOREIGN))
    images = build_guests(tree, TESTS / "ports.d")
    outcome = MACHINES["qemu"](tree).boot(modules=modules(tree, system, images, tmp_path))
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    assert "[reader] 5 s, 0 failures\n" in outcome.console, outcome.console


REFUSED = [
    (SAMPLES.replace("4096", "4097"), 'message-bytes="4097"'),
    (SAMPLES.replace("4096", "0"), 'message-bytes="0"'),
    (SAMPLES.replace('"sampling"', '"mailbox"'), "write sampling or queuing"),
    (SAMPLES.replace('valid="15ms"', 'depth="2"'), "a sampling one holds one message"),
    (ITEMS.replace('depth="2"', 'depth="65"'), 'depth="65"'),
    (ITEMS.replace('depth="2"', 'valid="1ms"'), "a queue's messages stay"),
    (ITEMS.replace('reader partition="reader"', 'reader partition="writer"'), "writes itself"),
    (ITEMS.replace("</channel>", '<reader partition="other"/></channel>'), "has one reader"),
    (SAMPLES.replace("</channel>", '<reader partition="reader"/></channel>'), "already"),
    (SAMPLES.replace('"reader"', '"nobody"'), "names no partition"),
    (SAMPLES + SAMPLES, "samples"),
]


@pytest.mark.parametrize(("channels", "words"), REFUSED)
def test_bhc_refuses(tree: Tree, tmp_path: Path, channels: str, words: str) -> None:
    """With the line, and what to change."""
    names = (("writer", 0), ("reader", 1000), ("other", 2000))
    partitions = tuple(Partition(name, "reader", ((start, 500),)) for name, start in names)
    text = System(partitions, 5000, 1, channels=(channels,)).xml()
    path = tmp_path / "system.xml"
    path.write_text(text)
    done = process.run([tree.build / "bhc" / "bhc", path])
    line = text[: text.index(channels)].count("\n") + 1
    assert done.returncode != 0
    assert re.search(rf"system\.xml:{line}:.*{re.escape(words)}", done.stderr), done.stderr


GOOD = {"name": "data", "writer": 0, "readers": [1]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"message_size": 0}, "empty or too long"),
        ({"message_size": 4097}, "empty or too long"),
        ({"depth": 2}, "holds no message, or too many"),
        ({"depth": 65, "queuing": True}, "holds no message, or too many"),
        ({"depth": 0, "queuing": True}, "holds no message, or too many"),
        ({"writer": 2}, "writer is no partition"),
        ({"readers": [2]}, "reader is no partition"),
        ({"readers": [0]}, "at two of its ends"),
        ({"readers": []}, "has no reader"),
        ({"name": ""}, "name is empty"),
        ({}, None),
    ],
)
def test_the_hypervisor_refuses_again(tree: Tree, change: dict, words: str | None) -> None:
    """A description that bhc would never write."""
    partitions = [blob.Partition(name, "control") for name in ("one", "two")]
    plans = [blob.Plan("only", 10_000, [(0, 0, 1000)])]
    system = blob.System(partitions, plans, channels=[blob.Channel(**(GOOD | change))])
    control = next(module for module in tree.modules() if module.name == "control")
    path = tree.build / f"channel-{abs(hash(str(change)))}.blob"
    path.write_bytes(system.blob())
    try:
        outcome = MACHINES["qemu"](tree).boot(modules=[Module(path, "system"), control])
    finally:
        path.unlink()
    if words is None:
        assert "PANIC" not in outcome.console and "Power off" in outcome.console
    else:
        assert re.search(rf"PANIC: .*no usable system description: .*{words}", outcome.console)
