"""The suite can fail: some of the bugs of mutants.toml, planted; `make mutants` plants all."""

from __future__ import annotations

import re
from pathlib import Path

from bulkhead import process

MUTANTS = Path(__file__).parent / "mutants"


def test_quick_mutants_are_caught() -> None:
    done = process.run([MUTANTS, "--quick"], seconds=500)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^[3-9] caught, 0 survived$", done.stdout, re.MULTILINE), done.stdout


def test_every_mutant_still_fits_the_sources() -> None:
    done = process.run([MUTANTS, "--list"])
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) >= 20
