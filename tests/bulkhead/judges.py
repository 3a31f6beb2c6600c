"""Judges that are linked into the hypervisor: judges/NAME.c around functions of its own (--wrap).

The product has no line for them: its objects are the ones that were built anyway, and only the
linker is told to put the judge's functions in front.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import process
from .tree import CACHE, BuildError, Tree, locked

JUDGES = Path(__file__).resolve().parents[1] / "judges"
LINK = ("-m", "elf_i386", "-nostdlib", "-static", "-z", "noexecstack", "-z", "max-page-size=4096")


@dataclass(frozen=True)
class JudgedTree(Tree):
    """A tree whose ELF has a judge in it."""

    judged_elf: Path

    @property
    def elf(self) -> Path:
        return self.judged_elf


def objects(tree: Tree) -> list[str]:
    """The hypervisor's own, in the order of the tree's Makefile."""
    text = (tree.directory / "Makefile").read_text()
    found = re.search(r"^SOURCES := ((?:.*\\\n)*.*\n)", text, re.MULTILINE)
    assert found, f"{tree}: no SOURCES in its Makefile"
    names = re.findall(r"^ +(\S+)\.[cS]", found[1], re.MULTILINE)
    return [str(tree.build / f"{name}.o") for name in names]


def _run(tree: Tree, command: Sequence[str | Path]) -> None:
    done = process.run(command, cwd=tree.directory)
    if done.returncode != 0 or done.stderr:
        raise BuildError(f"{' '.join(map(str, command))}:\n{done.stdout}{done.stderr}")


def judged(tree: Tree, name: str, wrapped: Sequence[str]) -> JudgedTree:
    """The tree with judges/NAME.c around the symbols `wrapped`."""
    tree.ensure_built()
    source = JUDGES / f"{name}.c"
    elf = CACHE / "judges" / f"{name}-{tree.build.name}.elf"
    with locked(elf.with_suffix(".lock")):
        newest = max(source.stat().st_mtime, tree.elf.stat().st_mtime)
        if not elf.exists() or elf.stat().st_mtime < newest:
            compiler = shlex.split((tree.build / "flags").read_text())
            part = elf.with_suffix(".o")
            _run(tree, [*compiler, "-O2", "-c", "-o", part, source])
            wraps = [f"--wrap={symbol}" for symbol in wrapped]
            new = elf.with_suffix(".new")
            _run(tree, ["ld", *LINK, *wraps, "-T", "link.ld", "-o", new, *objects(tree), part])
            new.rename(elf)
    return JudgedTree(tree.chapter, tree.directory, elf)
