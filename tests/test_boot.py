"""Boots every chapter as boots.toml says, in QEMU and in Bochs, against its transcript."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkhead.boots import Boot, complaints, perform
from bulkhead.transcript import by_speaker, compare, load_rules, normalise, transcript_path
from bulkhead.tree import Tree


def transcript_complaints(boot: Boot, tree: Tree, emulator: str, console: str) -> list[str]:
    path = transcript_path(boot.chapter, boot.name)
    if not path.exists():
        return [f"no transcript; after a look: tests/run --record {boot.chapter}/{boot.name}"]
    text = normalise(console, boot.chapter, emulator, tree.symbols, load_rules())
    if boot.by_speaker:
        text = by_speaker(text)
    listing = compare(path.read_text(), text)
    if listing is None:
        return []
    return [
        f"differs from transcripts/{boot.chapter}/{boot.name}.txt"
        " (= as recorded, - missing, + unexpected):",
        *listing,
    ]


def test_boot(tree: Tree, boot: Boot, emulator: str, tmp_path: Path) -> None:
    outcome = perform(boot, tree, emulator, tmp_path)
    wrong = complaints(boot, emulator, outcome)
    if boot.transcript:
        wrong += transcript_complaints(boot, tree, emulator, outcome.console)
    if wrong:
        pytest.fail(
            "\n".join([*wrong, "", boot.reproduce(tree, emulator), outcome.describe()]),
            pytrace=False,
        )
