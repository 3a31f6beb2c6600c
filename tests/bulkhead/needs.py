"""Tools that a test needs. `make test` installs all of them on Debian, so there one that is missing is a
failure; on another system it is a reason not to judge."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


def missing(what: str) -> None:
    """Ends the test."""
    if Path("/etc/debian_version").exists():
        pytest.fail(f"{what} is not installed, though `make test` installs it: tools/setup test",
                    pytrace=False)
    pytest.skip(f"{what} is not installed")


def need(command: str) -> None:
    if not shutil.which(command):
        missing(command)
