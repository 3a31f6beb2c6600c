"""The systems that final ships: each boots in both emulators and ends well. In the numbered
examples every partition has to come to its end, so that none passes by never having run."""

from __future__ import annotations

import re

import pytest

from bulkhead import process
from bulkhead.machines import MACHINES, Meaning
from bulkhead.tree import REPOSITORY, Tree

pytestmark = pytest.mark.chapter("final")

SYSTEMS = sorted(path.stem for path in (REPOSITORY / "final" / "systems").glob("*.xml"))
EXAMPLES = [name for name in SYSTEMS if re.match(r"\d\d-", name)]
ENDS = re.compile(r"^  (\S+) +([a-z]+) +starts (\d+), faults \d+, result (-?\d+)$", re.MULTILINE)


@pytest.mark.parametrize("emulator", ["qemu", "bochs"])
@pytest.mark.parametrize("name", SYSTEMS)
def test_system(tree: Tree, name: str, emulator: str) -> None:
    outcome = MACHINES[emulator](tree).boot(modules=tree.modules({"SYSTEM": name}))
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    ends = ENDS.findall(outcome.console)
    assert ends, outcome.describe()
    if name in EXAMPLES:
        assert re.search(r"^\[\w+\] \w", outcome.console, re.MULTILINE), outcome.describe()
        assert all(state == "finished" and result == "0" for _, state, _, result in ends), (
            outcome.describe()
        )


def test_the_flight_is_what_its_script_makes(tree: Tree) -> None:
    done = process.run([tree.directory / "scripts" / "flight-record"])
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout == (tree.directory / "guests" / "flight_record.h").read_text()
