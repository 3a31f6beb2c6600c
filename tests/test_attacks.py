"""Attack partitions (attacks/NAME.c): each tries one thing beside a victim and an observer."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkhead.attacks import ATTACKS, Attack, boot_watched, complaints, load_attacks
from bulkhead.systems import build_guests, modules
from bulkhead.machines import Bochs, Outcome
from bulkhead.probe import Probe
from bulkhead.tree import Symbols, Tree

SECONDS = 30.0  # the host's; a boot takes one, and one that never ends is a failure

CASES = [(attack, emulator) for attack in load_attacks() for emulator in attack.emulators]


def boot(attack: Attack, tree: Tree, emulator: str, work: Path) -> tuple[Outcome, list[str]]:
    passed = modules(tree, attack.system(emulator), build_guests(tree, ATTACKS), work)
    if emulator == "bochs":
        return Bochs(tree).boot("", passed), []
    with Probe(tree, "", passed, seconds=SECONDS) as machine:
        return boot_watched(tree, machine)


@pytest.mark.chapter("final")
@pytest.mark.parametrize(
    ("attack", "emulator"), CASES, ids=[f"{attack.name}-{name}" for attack, name in CASES]
)
def test_attack(tree: Tree, attack: Attack, emulator: str, tmp_path: Path) -> None:
    outcome, wrong = boot(attack, tree, emulator, tmp_path)
    wrong += complaints(attack, emulator, outcome)
    if wrong:
        pytest.fail(
            "\n".join([f"tests/attacks/{attack.name}.c:", *wrong, "", outcome.describe()]),
            pytrace=False,
        )


@pytest.mark.chapter("final")
def test_registers_at_each_start(tree: Tree, tmp_path: Path) -> None:
    """A new partition's registers tell it how often it was started, and nothing else."""
    attack = next(attack for attack in load_attacks() if attack.name == "write_charged")
    images = build_guests(tree, ATTACKS)
    passed = modules(tree, attack.system("qemu"), images, tmp_path)
    first = Symbols(images / "write_charged.elf")["_start"]
    zero = ("ebx", "ecx", "edx", "esi", "edi", "ebp")
    with Probe(tree, "", passed) as machine:
        machine.run_to(first)
        attacker = machine.register("cr3")
        for starts in range(attack.restarts + 1):
            while machine.register("cr3") != attacker or machine.register("eip") != first:
                machine.run_to(first)
            registers = {name: machine.register(name) for name in ("eax", *zero)}
            assert registers == {"eax": starts, **dict.fromkeys(zero, 0)}
            assert machine.register("eflags") == 0x202
            assert machine.register("esp") == 0x00400000 + 0x10000
            assert machine.register("cs") == 0x1B
            assert {machine.register(name) for name in ("ss", "ds", "es", "fs", "gs")} == {0x23}
            machine.step()
