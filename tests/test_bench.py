"""tests/bench: it runs, repeats to the instruction, and its figures can be true."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bulkhead import process

BENCH = Path(__file__).parent / "bench"
# Below the first figure no such path can be; above the second something is badly wrong.
SANE = {
    "null": (12, 200),
    "clock-page": (5, 200),
    "clock-call": (30, 600),
    "switch": (60, 1000),
    "virq": (40, 1000),
    "jitter": (1, 4000),
    "sample-write": (40, 1000),
    "queue-receive": (40, 1000),
    "write-4k": (1024, 3000),
    "console-128": (128, 4000),
    "map-32": (32, 6000),
    "image": (10_000, 70_000),  # 65 536 is the budget; CAVEATS says what is above it
    "first-instruction": (1000, 1_000_000),
}


def figures(work: Path) -> dict[str, int]:
    file = work / "bench.json"
    done = process.run([BENCH, "--no-bochs", "--slots", "40", "--json", file], seconds=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(file.read_text())["instructions"]["qemu"])


@pytest.mark.chapter("final")
def test_bench_repeats_and_is_sane(tmp_path: Path) -> None:
    first = figures(tmp_path)
    assert figures(tmp_path) == first
    for name, (least, most) in SANE.items():
        assert least <= first[name] <= most, name
