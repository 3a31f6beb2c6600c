"""Debugger sessions: a chapter's tours, and commands given to GDB at places of a run."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import process, releases
from .machines import Bochs, make_iso
from .transcript import TESTS, Rule, load_rules
from .tree import Module, Tree

RULES = TESTS / "debug" / "normalise.toml"
RECORDINGS = TESTS / "debug"
SECONDS = 150.0


@dataclass(frozen=True)
class Tour:
    """A tour file of a chapter: tour.gdb, tour-ring1.bochs, ..."""

    tree: Tree
    name: str

    @property
    def debugger(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def recording(self) -> Path:
        """The one for these tools."""
        return releases.recording(RECORDINGS / self.tree.chapter / f"{self.name}.txt")

    @property
    def modules(self) -> list[Module]:
        """The tree's own; a line `# system: NAME` in the file's head says of which system."""
        text = (self.tree.directory / self.name).read_text()
        found = re.search(r"^# system: (\S+)$", text, re.MULTILINE)
        return self.tree.modules({"SYSTEM": found[1]} if found else None)

    def __str__(self) -> str:
        return f"{self.tree.chapter}-{self.name}"


def tours(tree: Tree, debugger: str) -> list[Tour]:
    """tour*.gdb or tour*.bochs, and bugs/*.gdb, which are about a build with a planted bug."""
    places = [f"tour*.{debugger}", f"bugs/*.{debugger}"]
    paths = [path for place in places for path in sorted(tree.directory.glob(place))]
    return [Tour(tree, str(path.relative_to(tree.directory))) for path in paths]


def near(tree: Tree, path: Path) -> str:
    """The path as seen from the tree: loaders pass it on, and it shows in recordings."""
    return os.path.relpath(path, tree.directory)


def environment(
    tree: Tree, work: Path, modules: Sequence[Module] | None = None
) -> dict[str, str]:
    """What the Makefile exports to the scripts, with the files that they write in `work`."""
    passed = tree.modules() if modules is None else modules
    words = " ".join(f"{near(tree, module.path)}={module.name}" for module in passed)
    return {
        "BUILD": str(work),
        "ELF": near(tree, tree.elf),
        "MODULES": words,
        "ARGS": "",
        "NAME": tree.chapter,
    }


@dataclass(frozen=True)
class Session:
    """What a debugger printed, and how it ended."""

    status: int
    output: str
    errors: str

    def describe(self) -> str:
        return f"status {self.status}\n{self.output}\n{self.errors}"


def run_script(
    tree: Tree,
    command: Sequence[str],
    modules: Sequence[Module] | None = None,
    **variables: str,
) -> Session:
    """Runs one of a chapter's scripts, with no input and files of its own."""
    with tempfile.TemporaryDirectory(prefix="bulkhead-") as name:
        given = environment(tree, Path(name), modules)
        given |= {"TIMEOUT": f"{SECONDS - 10:g}"} | variables
        done = process.run(command, cwd=tree.directory, environment=given, seconds=SECONDS)
    return Session(done.returncode, done.stdout, done.stderr)


def run_tour(tour: Tour) -> Session:
    if tour.name.startswith("bugs/"):
        elf = tour.tree.build / "bugs" / "bulkhead.elf"
        tour.tree.make(str(elf))
        return run_script(tour.tree, ["scripts/gdb", tour.name], ELF=near(tour.tree, elf))
    if tour.debugger == "gdb":
        return run_script(tour.tree, ["scripts/gdb", tour.name], tour.modules)
    iso = make_iso(tour.tree, "", tour.modules)
    names = Bochs._names(iso)
    return run_script(
        tour.tree,
        ["scripts/bochs-debug", tour.name],
        tour.modules,
        BH_ISO=str(iso),
        TERM=names["TERM"],
    )


def normalise(text: str, tour: Tour, rules: Sequence[Rule] | None = None) -> str:
    """A session's text without what moves with each change to the code."""
    for rule in load_rules(RULES) if rules is None else rules:
        if rule.applies(tour.tree.chapter, tour.debugger):
            text = rule.apply(text, None)
    return text


MARK, AFTER = "@@@", "-"


def ask(
    tree: Tree,
    places: Sequence[tuple[str, Sequence[str]]],
    args: str = "",
    modules: Sequence[Module] | None = None,
    live: bool = True,
) -> dict[tuple[str, str], str]:
    """Runs to each place in turn and gives GDB the commands; their answers by (place, command).

    A place is a GDB location; "reset" is where the machine begins. The machine is a recorded one if
    it is not to be live.
    """
    with tempfile.TemporaryDirectory(prefix="bulkhead-") as name:
        script = Path(name) / "session.gdb"
        lines = [*(["# live"] if live else []), *([f"# args: {args}"] if args else [])]
        lines.append(f"source {RECORDINGS / 'try.py'}")
        for place, commands in places:
            if place != "reset":
                lines += [f"tbreak {place}", "continue"]
            for command in commands:
                lines += [f"echo {MARK}{place}{MARK}{command}\\n", f"try {command}"]
            lines.append(f"echo {MARK}{place}{MARK}{AFTER}\\n")
        lines.append(f"echo {MARK}end{MARK}end\\n")
        script.write_text("\n".join(lines) + "\n")
        given = environment(tree, Path(name), modules) | {"TIMEOUT": "100"}
        done = process.run(
            ["scripts/gdb", str(script)], cwd=tree.directory, environment=given, seconds=120
        )
    text = re.sub(r"^\(gdb\) (echo|try) .*\n", "", done.stdout, flags=re.MULTILINE)
    parts = re.split(rf"^{MARK}(.*?){MARK}(.*)\n", text, flags=re.MULTILINE)
    found = [(parts[i], parts[i + 1], parts[i + 2]) for i in range(1, len(parts) - 2, 3)]
    if not found or found[-1][0] != "end":
        raise AssertionError(f"GDB did not get to the end:\n{done.stdout}\n{done.stderr}")
    return {(place, command): text for place, command, text in found[:-1] if command != AFTER}
