"""The trace: rings that partitions read (trace.d/), the export at the end of a run, and what
final/scripts/trace makes of it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bulkhead import process
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


def spinning() -> System:
    """Two partitions that use all of their slots, with a gap behind them."""
    return System(
        (
            Partition("first", "spin", ((0, 2_000), (5_000, 1_000))),
            Partition("second", "spin", ((2_000, 2_000),)),
        ),
        10_000,
        4,
    )


def convert(tree: Tree, log: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    return process.run([tree.directory / "scripts" / "trace", log, *options])


@pytest.fixture
def console(tree: Tree, emulator: str, tmp_path: Path) -> Path:
    """The console's log of a run of spinning() with `trace` on the command line."""
    images = build_guests(tree, TESTS / "bench.d")
    given = modules(tree, spinning(), images, tmp_path)
    outcome = MACHINES[emulator](tree).boot("trace", given)
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    log = tmp_path / "console.log"
    log.write_text(outcome.console)
    return log


def stretches(events: list[dict[str, Any]], pid: int) -> list[tuple[str, float, float]]:
    """(partition, start, end) in us, from the first major frame's start."""
    found = [(e["name"], e["ts"], e["ts"] + e["dur"]) for e in events if e["ph"] == "X" and e["pid"] == pid]
    zero = min(e["ts"] for e in events if e["ph"] == "X")
    return [(name, start - zero, end - zero) for name, start, end in found]


@EMULATORS
def test_plan_against_reality(tree: Tree, emulator: str, console: Path, tmp_path: Path) -> None:
    """The exported times are the description's, and the partitions had just those."""
    chrome, ctf, svg = tmp_path / "run.json", tmp_path / "run.ctf", tmp_path / "run.svg"
    done = convert(tree, console, "--chrome", chrome, "--ctf", ctf, "--svg", svg, "--frames", "3")
    assert done.returncode == 0, done.stderr
    events = json.loads(chrome.read_text())["traceEvents"]
    frame = [("first", 0, 2_000), ("second", 2_000, 4_000), ("first", 5_000, 6_000)]
    wanted = [(name, at + start, at + end) for at in range(0, 40_000, 10_000) for name, start, end in frame]
    plan, run = stretches(events, 1), stretches(events, 2)
    assert [name for name, _, _ in plan] == [name for name, _, _ in wanted]
    assert [name for name, _, _ in run] == [name for name, _, _ in wanted]
    late = 2 if emulator == "qemu" else 40  # us: 150 instructions take 0.15 us, and 3 us in Bochs
    for planned, happened, (_, start, end) in zip(plan, run, wanted):
        assert planned[1:] == pytest.approx((start, end), abs=1.0)
        assert start - 1 <= happened[1] <= start + late and end - 1 <= happened[2] <= end + late
    read = process.run(["babeltrace2", "--clock-seconds", ctf])
    assert read.returncode == 0, read.stderr
    begun = re.findall(r"^t \d+ \d+ 0 \d+ 0 (\d+) ", console.read_text(), re.MULTILINE)
    assert begun == [*"01234"] * 4, "gaps are slots too, and none begins behind the last frame"
    records = len(re.findall(r"^t \d", console.read_text(), re.MULTILINE))
    assert records == len(read.stdout.splitlines()) > 30
    assert len(re.findall(r" plan: .*code = 0,", read.stdout)) == 4
    drawn = ElementTree.parse(svg).getroot()
    boxes = [e.get("class") for e in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert (boxes.count("plan"), boxes.count("run")) == (9, 9)


def test_a_long_trace_is_exported_whole(tree: Tree, tmp_path: Path) -> None:
    """The demonstration fills the hypervisor's ring; the loss is counted, and the rest is there."""
    outcome = MACHINES["qemu"](tree).boot("trace", tree.modules({"SYSTEM": "flight"}))
    log = tmp_path / "console.log"
    log.write_text(outcome.console)
    done = convert(tree, log)
    assert done.returncode == 0, done.stderr
    head, lost = (int(n) for n in re.search(r"^trace ring - (\d+) (\d+)", outcome.console, re.M).groups())
    numbers = [int(n) for n in re.findall(r"^t (\d+) ", outcome.console.split("trace ring - ")[1], re.M)]
    assert numbers[:4096] == list(range(lost, head)) and head - lost == 4096
    assert "the hypervisor: 4096 records" in done.stdout and f"{lost} lost" in done.stdout


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Bulkhead\nPower off: success.\n", "boot with ARGS=trace"),
        ("trace begin 1\ntrace ring - 1 0\nt 0 5 0", "cut short"),
        ("trace begin 1\nt 0 x\ntrace end\n", "no line of a trace: t 0 x"),
        ("trace begin 1\ntrace slot 9 0 0 0\ntrace end\n", "no line of a trace: trace slot 9"),
    ],
)
def test_a_log_that_cannot_be_read(tree: Tree, tmp_path: Path, text: str, complaint: str) -> None:
    log = tmp_path / "console.log"
    log.write_text(text)
    done = convert(tree, log, "--chrome", tmp_path / "out.json")
    assert done.returncode == 1 and complaint in done.stderr
    assert not (tmp_path / "out.json").exists()


@EMULATORS
def test_interrupts_out_of_a_hypercall(tree: Tree, emulator: str, tmp_path: Path) -> None:
    """They take a shorter way into their handlers, and are in the trace all the same; and what a
    partition turned off in one life is on again in the next."""
    poller = Partition("poller", "poller", ((0, 8_000),), attributes='trace="virtual-interrupts"')
    system = System((poller,), 10_000, 4)
    given = modules(tree, system, build_guests(tree, TESTS / "trace.d"), tmp_path)
    outcome = MACHINES[emulator](tree).boot("trace", given)
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    ring = outcome.console.split("trace ring poller ")[1]
    timers = re.findall(r"^t \d+ \d+ 4 0 0 ", ring, re.MULTILINE)  # BH_TRACE_VIRQ, BH_VIRQ_TIMER
    assert len(timers) == 20, outcome.describe()
