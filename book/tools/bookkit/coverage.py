"""A chapter's files, and git's difference of two of them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from .places import Unresolved, directory

SKIPPED = ("build", ".git", "__pycache__")
NEUTRAL = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_DIFF_OPTS": ""}
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def files(chapter: str | None) -> dict[str, Path]:
    """Every file of a chapter, by its name within it."""
    if chapter is None:
        return {}
    top = directory(chapter)
    found = {}
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in SKIPPED]
        for name in names:
            path = Path(folder, name)
            found[path.relative_to(top).as_posix()] = path
    return dict(sorted(found.items()))


def git_diff(old: Path | None, new: Path | None, context: int, name: str = "") -> list[str]:
    """The lines of git's difference of two files, from its first `@@`."""
    command = ["git", "diff", "--no-index", f"-U{context}", "--histogram", "--no-renames",
               "--no-color", "--no-ext-diff", "--no-textconv", "--",
               str(old or "/dev/null"), str(new or "/dev/null")]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(command, capture_output=True, check=False, env=clean | NEUTRAL)
    if done.returncode > 1:
        raise Unresolved(f"git diff fails on {name}: {done.stderr.decode(errors='replace')}")
    lines = done.stdout.decode(errors="replace").split("\n")[:-1]
    start = next((i for i, line in enumerate(lines) if line.startswith("@@")), len(lines))
    return lines[start:]
