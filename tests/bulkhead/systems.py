"""Partitions of the tests' own: built with a tree's library, run by a system made for them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import process, releases
from .tree import CACHE, BuildError, Module, Tree, locked

KEEP = 8  # built sets that stay in the cache
BUILT = {"build", "__pycache__"}


def _ingredients(tree: Tree) -> list[Path]:
    """What a guest is made of, and nothing of the hypervisor itself."""
    found = [tree.directory / "Makefile", *tree.directory.glob("*.mk")]
    for room in ("api", "lib", "klib"):
        found += [path for path in (tree.directory / room).rglob("*") if path.is_file()]
    return sorted(found)


def _digest(tree: Tree, sources: Path) -> str:
    digest = hashlib.sha256(releases.version("qemu").encode())
    for base, paths in ((tree.directory, _ingredients(tree)), (sources, sorted(sources.iterdir()))):
        for path in paths:
            digest.update(bytes(path.relative_to(base)) + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _build(tree: Tree, sources: Path, target: Path) -> None:
    """A copy of the tree with the sources among its guests; only the guests are built."""
    shutil.rmtree(target, ignore_errors=True)
    copy = target / "tree"
    shutil.copytree(tree.directory, copy, ignore=lambda _, names: BUILT & set(names))
    for path in sources.glob("*.[ch]"):
        shutil.copy(path, copy / "guests")
    wanted = [f"build/guests/{path.stem}.elf" for path in sorted(sources.glob("*.c"))]
    qemu = releases.version("qemu").split(".")[0] or "0"
    done = process.run(
        ["make", "-s", f"-j{os.cpu_count() or 1}", f"EXTRA_CFLAGS=-Iguests -DQEMU_VERSION={qemu}",
         *wanted],
        cwd=copy,
        seconds=300,
    )
    if done.returncode != 0:
        raise BuildError(f"{sources} with {tree.directory}:\n{done.stdout}{done.stderr}")


def build_guests(tree: Tree, sources: Path) -> Path:
    """The directory with NAME.elf for each NAME.c of `sources`."""
    home = CACHE / "guests"
    target = home / f"{sources.name}-{_digest(tree, sources)}"
    with locked(home / "lock"):
        if not (target / "done").exists():
            _build(tree, sources, target)
            (target / "done").touch()
            _prune(home)
        os.utime(target)
    return target / "tree" / "build" / "guests"


def _prune(home: Path) -> None:
    """Old sets go; one that a test might still read was used a moment ago."""
    sets = sorted(
        (path for path in home.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime
    )
    for path in sets[:-KEEP]:
        shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class Partition:
    """A partition of a system that a test makes up."""

    name: str
    image: str
    slots: tuple[tuple[int, int], ...]  # start and duration, in microseconds
    areas: tuple[str, ...] = ()  # further areas, as attributes
    ports: tuple[str, ...] = ()  # as attributes
    restarts: int = 0
    page_tables: int = 4
    main: str = "64KiB"
    attributes: str = ""  # further ones, such as 'system="yes" background="5"'
    children: tuple[str, ...] = ()  # further elements: lines, health


@dataclass(frozen=True)
class System:
    """A description, and what it is made of."""

    partitions: tuple[Partition, ...]
    major_frame: int  # microseconds
    frames: int
    comment: str = field(default="made by a test")
    channels: tuple[str, ...] = ()  # as elements, as all that follows
    shared: tuple[str, ...] = ()  # in <memory>
    signals: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()  # beside the one that is made of the partitions' slots
    health: str = ""  # the system's table
    attributes: str = ""  # of the system
    ram: str = '<ram base="0x00000000" size="64MiB"/>'

    def xml(self) -> str:
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f"<!-- {self.comment} -->",
            f'<system name="test" frames="{self.frames}" {self.attributes}>',
            "  <memory>",
            f"    {self.ram}",
            *(f"    {shared}" for shared in self.shared),
            "  </memory>",
            "  <partitions>",
        ]
        for p in self.partitions:
            lines += [
                f'    <partition name="{p.name}" image="{p.image}" console="yes"',
                f'               restarts="{p.restarts}" page-tables="{p.page_tables}"',
                f"               {p.attributes}>",
                f'      <area name="main" size="{p.main}" virtual="0x00400000" rights="rw"/>',
                *(f"      <area {area}/>" for area in p.areas),
                *(f"      <io-ports {ports}/>" for ports in p.ports),
                *(f"      {child}" for child in p.children),
                "    </partition>",
            ]
        lines += ["  </partitions>"]
        if self.channels:
            lines += ["  <channels>", *self.channels, "  </channels>"]
        if self.signals:
            lines += ["  <signals>", *self.signals, "  </signals>"]
        if self.health:
            lines += [self.health]
        lines += ["  <plans>"]
        lines += [f'    <plan name="test" major-frame="{self.major_frame}us">']
        slots = sorted((slot, p.name) for p in self.partitions for slot in p.slots)
        for (start, duration), name in slots:
            lines.append(
                f'      <slot partition="{name}" start="{start}us" duration="{duration}us"/>'
            )
        lines += ["    </plan>", *self.plans, "  </plans>", "</system>"]
        return "\n".join(lines) + "\n"


def modules(tree: Tree, system: System, images: Path, work: Path) -> list[Module]:
    """The description compiled by the tree's bhc, and the images that it names."""
    description, blob = work / "system.xml", work / "system.blob"
    description.write_text(system.xml())
    done = process.run([tree.build / "bhc" / "bhc", "--quiet", "-o", blob, description])
    if done.returncode != 0:
        raise BuildError(f"bhc: {done.stderr}\n{system.xml()}")
    names: Sequence[str] = sorted({partition.image for partition in system.partitions})
    return [Module(blob, "system"), *(Module(images / f"{name}.elf", name) for name in names)]
