"""The tests' own partitions: guests/NAME.S, assembled and linked once."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import process
from .tree import CACHE, Module, locked

GUESTS = Path(__file__).resolve().parents[1] / "guests"


def _checked(*command: str | Path) -> None:
    done = process.run(command)
    if done.returncode != 0 or done.stderr:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stderr}")


@functools.cache
def guest(name: str) -> Path:
    """The ELF file of guests/NAME.S."""
    digest = hashlib.sha256()
    for path in (GUESTS / f"{name}.S", GUESTS / "abi.h", GUESTS / "guest.ld"):
        digest.update(path.read_bytes())
    elf = CACHE / "guests" / f"{name}-{digest.hexdigest()[:16]}.elf"
    with locked(elf.with_suffix(".lock")):
        if not elf.exists():
            built, new = elf.with_suffix(".o"), elf.with_suffix(".new")
            _checked("gcc", "-m32", "-c", "-o", built, GUESTS / f"{name}.S")
            _checked("ld", "-m", "elf_i386", "-z", "noexecstack", "-T", GUESTS / "guest.ld",
                     "-o", new, built)  # fmt: skip
            built.unlink()
            new.rename(elf)
    return elf


def replaced(modules: Sequence[Module], guests: Mapping[str, str]) -> list[Module]:
    """Boot modules with some of the images replaced: {"control": "registers"}."""
    missing = set(guests) - {module.name for module in modules}
    assert not missing, f"no module {missing}"
    return [
        Module(guest(guests[module.name]), module.name) if module.name in guests else module
        for module in modules
    ]
