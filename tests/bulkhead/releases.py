"""Which release's tools are here. What a compiler and a debugger show differs between versions, so a
recording may exist once for each release: NAME.txt is the first one's, NAME.debian13.txt another's."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "tools" / "releases"
# What tells its version, and how; the tools that have a part in recordings.
ASK = {
    "gcc": (["gcc", "-dumpfullversion"], r"([\d.]+)"),
    "qemu": (["qemu-system-i386", "--version"], r"version ([\d.]+)"),
    "bochs": (["bochs", "--help"], r"Emulator ([\d.]+)"),
    "gdb": (["gdb", "--version"], r"^GNU gdb .* ([\d.]+)\S*$"),
}


def table() -> dict[str, dict[str, str]]:
    """Release to tool to version, in the order of the columns."""
    rows = [line.split() for line in TABLE.read_text().splitlines()
            if line.strip() and not line.startswith("#")]
    head, *rest = rows
    return {name: {row[0]: row[column] for row in rest} for column, name in enumerate(head) if column}


def version(tool: str) -> str:
    """As the tool says it; empty where it is not there."""
    command, pattern = ASK[tool]
    try:
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              check=False)
    except OSError:
        return ""
    found = re.search(pattern, done.stdout + done.stderr, re.MULTILINE)
    return found[1] if found else ""


def nearest(versions: dict[str, str]) -> str:
    """The release most of whose major versions these are; of two, the later one."""

    def alike(name: str) -> int:
        wanted = table()[name]
        return sum(versions[tool].split(".")[0] == wanted[tool].split(".")[0] for tool in versions)

    return max(reversed(table()), key=alike)


@cache
def here() -> str:
    return nearest({tool: version(tool) for tool in ASK})


def own(path: Path, release: str | None = None) -> Path:
    """Where a release's own recording of `path` is, if it has one."""
    name = release or here()
    if name == next(iter(table())):
        return path
    return path.with_name(f"{path.stem}.{name}{path.suffix}")


def recording(path: Path, release: str | None = None) -> Path:
    """What a run is compared with here: the release's own recording, or the one for all."""
    mine = own(path, release)
    return mine if mine.exists() else path


def common(path: Path) -> Path:
    """The recording's name without a release."""
    stem, dot, release = path.stem.rpartition(".")
    return path.with_name(stem + path.suffix) if dot and release in table() else path
