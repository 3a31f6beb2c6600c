"""Labs: faults to plant in a chapter, what one sees then, and the sessions that find the cause."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from . import steps
from .places import BOOK, ROOT, Unresolved, chapters, directory

sys.path.insert(0, str(ROOT / "tests"))

from bulkhead import debugging, releases, transcript  # noqa: E402
from bulkhead.process import clean_environment  # noqa: E402
from bulkhead.tree import Tree  # noqa: E402

LABS = BOOK / "labs"
ENDS = ("success", "panic", "triple fault", "time-out")
NEEDED = {"title", "symptom", "cause", "command"}
KEYS = NEEDED | {"args", "expect", "seconds", "memory"}


@dataclass(frozen=True)
class Lab:
    chapter: str
    number: int
    title: str
    symptom: str
    cause: str
    command: str
    args: str = ""
    expect: str = "success"
    seconds: float = 20
    memory: int = 64

    @property
    def directory(self) -> Path:
        return LABS / self.chapter / str(self.number)

    @property
    def patch(self) -> Path:
        return self.directory / "fault.patch"

    def recording(self, part: str) -> Path:
        """symptom, gdb or bochs; what the book shows."""
        return self.directory / f"{part}.txt"

    @property
    def sessions(self) -> list[str]:
        return [name for name in ("gdb", "bochs") if (self.directory / f"lab.{name}").exists()]

    @property
    def run(self) -> str:
        return f"make lab CH={self.chapter} LAB={self.number}"

    def __str__(self) -> str:
        return f"{self.chapter}-{self.number}"


def load(chapter: str, number: int | str) -> Lab:
    source = LABS / chapter / str(number) / "lab.toml"
    place = str(source.relative_to(ROOT))
    try:
        table = tomllib.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Unresolved(f"no {place}") from None
    except tomllib.TOMLDecodeError as error:
        raise Unresolved(f"{place}: {error}") from None
    unknown, missing = set(table) - KEYS, NEEDED - set(table)
    if unknown or missing:
        raise Unresolved(f"{place}: unknown {sorted(unknown)}, missing {sorted(missing)}")
    if table.get("expect", "success") not in ENDS:
        raise Unresolved(f"{place}: expect is one of {', '.join(ENDS)}")
    lab = Lab(chapter, int(number), **table)
    if not lab.patch.is_file():
        raise Unresolved(f"{place}: no fault.patch beside it")
    return lab


def numbers(chapter: str) -> list[int]:
    found = (LABS / chapter).glob("[0-9]*/lab.toml")
    return sorted(int(path.parent.name) for path in found)


def every() -> list[Lab]:
    return [load(chapter, number) for chapter in [*chapters(), "final"]
            for number in numbers(chapter)]


class Planted(Tree):
    """A broken chapter, built in its own directory: QEMU hands the hypervisor's file name on to it, and
    a session should not depend on where the repository lies."""

    @property
    def build(self) -> Path:
        return self.directory / "build"


def plant(lab: Lab, target: Path) -> Tree:
    """A copy of the chapter with the fault in it, not built."""
    shutil.rmtree(target, ignore_errors=True)
    steps.copy_tree(lab.chapter, target)
    problem = steps.apply(target, lab.patch)
    if problem:
        raise Unresolved(f"{lab}: {problem}")
    return Planted(lab.chapter, target.resolve())


MEASURED = re.compile("<(frequency|some|ns)>")  # rules for what a lab may be about
ENDED = {"": "success", "1": "panic", "3": "triple fault", "4": "time-out"}  # scripts/qemu's status


def symptom(lab: Lab, tree: Tree) -> str:
    """What `make lab` prints, the host's lines too. Addresses are replaced, since a compiler chooses
    them. What was measured stays: QEMU counts instructions, and a lab may be about the number."""
    words = [f"ARGS={lab.args}", f"MEMORY={lab.memory}"]
    words += [f"TIMEOUT={lab.seconds:g}"] if lab.expect == "time-out" else []
    done = subprocess.run(["make", "-s", "-C", tree.directory, "run", *words], text=True, errors="replace",
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, env=clean_environment())
    error = re.search(r"^make: \*\*\* .* Error (\d+)$", done.stdout, re.MULTILINE)
    ended = ENDED.get(error[1] if error else "", "no known end")
    if ended != lab.expect:
        raise Unresolved(f"{lab}: ends with {ended}, not {lab.expect}:\n{done.stdout}")
    text = re.sub(r"^make: \*\*\* .*\n", "", done.stdout.replace("\r", ""), flags=re.MULTILINE)
    text = text.replace(str(tree.directory), f"book/build/labs/{lab}")
    text = re.sub(r"^  0x[0-9a-f]{8}(?=  )", "  0x<address>", text, flags=re.MULTILINE)
    text = re.sub(r"from pid \d+", "from pid <pid>", text)
    rules = [rule for rule in transcript.load_rules() if not MEASURED.search(rule.replacement)]
    return transcript.normalise(text, lab.chapter, "qemu", tree.symbols, rules)


def script_text(lab: Lab, debugger: str) -> str:
    """The session's file, with the lab's words in its head, where the chapter's scripts look for
    them. A run that never ends cannot be recorded first, so it is looked at live."""
    text = (lab.directory / f"lab.{debugger}").read_text(encoding="utf-8")
    if lab.args and not re.search(r"^# args:", text, re.MULTILINE):
        text = f"# args: {lab.args}\n{text}"
    if lab.expect == "time-out" and not re.search(r"^# live$", text, re.MULTILINE):
        text = f"# live\n{text}"
    return text


def session(lab: Lab, tree: Tree, debugger: str) -> str:
    """What a debugger prints when lab.gdb or lab.bochs is given to it."""
    with tempfile.TemporaryDirectory(prefix="bulkhead-lab-") as work:
        script = Path(work) / f"lab.{debugger}"
        script.write_text(script_text(lab, debugger), encoding="utf-8")
        tour = debugging.Tour(tree, str(script))
        done = debugging.run_tour(tour)
    if done.status != 0:
        raise Unresolved(f"{lab}: the {debugger} session: {done.describe()}")
    return done.output.replace(str(script), script.name)


@dataclass(frozen=True)
class Recorded:
    """A part of a lab as it came out now, and what differs from its recording."""

    part: str
    text: str
    listing: list[str] | None  # None: as recorded


def results(lab: Lab, work: Path) -> list[Recorded]:
    """Builds the broken chapter, boots it, and runs its sessions."""
    tree = plant(lab, work)
    tree.make(f"-j{os.cpu_count() or 1}")
    made = [("symptom", symptom(lab, tree))]
    made += [(name, session(lab, tree, name)) for name in lab.sessions]
    found = []
    for part, text in made:
        path = releases.recording(lab.recording(part))
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        compared = [old, text]
        if part != "symptom":
            tour = debugging.Tour(tree, f"lab.{part}")
            compared = [debugging.normalise(one, tour) for one in compared]
        found.append(Recorded(part, text, transcript.compare(*compared)))
    return found


def known(chapter: str) -> bool:
    return directory(chapter).is_dir()
