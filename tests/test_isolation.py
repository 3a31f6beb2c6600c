"""After every hypercall, trap and timer interrupt, what each partition can reach is compared with
the description: by a judge inside the hypervisor (judges/isolation.c), while attacks run."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bulkhead.attacks import ATTACKS, Attack, load_attacks
from bulkhead.judges import JudgedTree, judged
from bulkhead.machines import Meaning, Qemu
from bulkhead.systems import build_guests, modules
from bulkhead.tree import REPOSITORY, Tree

WRAPPED = ("hypercall_table", "guest_trap", "timer_trap", "partition_init", "power_off")
MEMORY = re.compile(r"map|space|protect|fuzz|restarts:|ports:|shared|device|reset", re.IGNORECASE)
LONGER = 8  # times, for the fuzzer to get to its end: the judge's walk takes its time


def is_quick(attack: Attack) -> bool:
    """The judge sees all pages each time: with thousands of them no slot would be kept."""
    return attack.page_tables <= 64 and "MiB" not in "".join(attack.areas)


CASES = [
    attack
    for attack in load_attacks()
    if MEMORY.search((ATTACKS / f"{attack.name}.c").read_text()) and is_quick(attack)
]


def judge_of(tree: Tree) -> JudgedTree:
    return judged(tree, "isolation", WRAPPED)


def checks(console: str) -> tuple[int, int, int]:
    """How often it looked, how often behind a hypercall, and how many pages it saw."""
    found = re.search(r"^Isolation: (\d+) checks, (\d+) behind hypercalls, (\d+) pages\.$", console,
                      re.MULTILINE)
    assert found, console
    return int(found[1]), int(found[2]), int(found[3])


@pytest.mark.chapter("final")
@pytest.mark.parametrize("attack", CASES, ids=[attack.name for attack in CASES])
def test_nobody_reaches_beyond_its_description(
    tree: Tree, attack: Attack, tmp_path: Path
) -> None:
    """And the attacker gets as far as it does without the judge."""
    system = attack.system("qemu")
    longer = replace(system, frames=system.frames * (LONGER if attack.name == "fuzz" else 1))
    passed = modules(tree, longer, build_guests(tree, ATTACKS), tmp_path)
    outcome = Qemu(judge_of(tree)).boot("", passed)
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    assert "ISOLATION" not in outcome.console and "BROKEN" not in outcome.console
    times, calls, pages = checks(outcome.console)
    assert times >= calls > 0 and pages > times * 3 * 16, outcome.console
    if attack.name == "fuzz":
        assert calls > 8000, outcome.console


@pytest.mark.chapter("final")
def test_nobody_reaches_beyond_its_description_in_the_demonstration(tree: Tree) -> None:
    outcome = Qemu(judge_of(tree)).boot()
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    assert "ISOLATION" not in outcome.console
    assert min(checks(outcome.console)) > 50


# Those that come with final, with address spaces, shared blocks, resets and lines of their own. What
# they say of time is not judged here.
SYSTEMS = sorted(path.stem for path in (REPOSITORY / "final" / "systems").glob("*.xml"))


@pytest.mark.chapter("final")
@pytest.mark.parametrize("system", [name for name in SYSTEMS if name not in ("demo", "template")])
def test_nobody_reaches_beyond_its_description_in(tree: Tree, system: str) -> None:
    outcome = Qemu(judge_of(tree)).boot(modules=tree.modules({"SYSTEM": system}))
    assert outcome.meaning in (Meaning.SUCCESS, Meaning.PANIC), outcome.describe()
    assert "ISOLATION" not in outcome.console
    assert min(checks(outcome.console)) > 5
