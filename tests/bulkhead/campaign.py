"""Bugs by rule (rules.py), judged: planted in copies one by one, and the tests run on each copy.

Before a chapter's first bug, its tests are measured: each runs once on a copy in which every function
begins with an instruction that does nothing. Tests that fail there hang on addresses or on counts of
instructions and would condemn any change, so they judge nothing. The others leave how long they take
and which lines they ran. A bug is then judged by the tests that run its line, those first that run
most of its file in the least time, and after them by all others.

What is found is written down at once, a line of JSON each, so that a campaign can be stopped and
taken up again.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import shutil
import sys
import time
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from . import process, rules
from .host import load_host_tests
from .rules import Bug
from .tree import ALREADY_BUILT, CACHE, BuildError, Tree, copy_build, find_trees

TESTS = Path(__file__).resolve().parents[1]
EQUIVALENTS = TESTS / "equivalents.toml"
HOME = CACHE / "mutants"
STATE = HOME / "by-rule.jsonl"
OUTCOMES = "BULKHEAD_TESTS_OUTCOMES"  # conftest.py adds each test's there
LINES = "BULKHEAD_TESTS_LINES"  # coverage.py leaves what each test ran there
BHC_TREE = "BHC_TREE"  # test_bhc.py's
OF_TEXT = ("builds", "debug", "snap", "coverage", "bench")  # judge the text or its addresses
BHC_OF_TEXT = "without_a_warning or only_what_changed"
BHC_SLOW = "sanitizers or same_bytes or damaged_blob or hostile or corpus or survives"  # want another build
TIMED_OUT = (*process.TIMED_OUT, 143)

CAUGHT, SURVIVED, STILLBORN = "caught", "survived", "refused"


class CampaignError(Exception):
    """Something that is not a bug's fault."""


@dataclass(frozen=True)
class Equivalent:
    """A bug that changes nothing that anybody can see, and why."""

    file: str
    function: str
    old: str
    new: str
    reason: str
    chapter: str = ""  # all

    def matches(self, bug: Bug) -> bool:
        return (
            (self.function, self.old, self.new) == (bug.function, bug.old, bug.new)
            and self.is_of(bug.file)
            and self.chapter in ("", bug.chapter)
        )

    def is_of(self, file: str) -> bool:
        return file == self.file or file.endswith(f"/{self.file}")


def load_equivalents(path: Path = EQUIVALENTS) -> list[Equivalent]:
    found = []
    for entry in tomllib.loads(path.read_text()).get("equivalent", []):
        try:
            known = Equivalent(**entry)
        except TypeError as error:
            raise CampaignError(f"{path}: {entry}: {error}") from error
        if not known.reason.strip():
            raise CampaignError(f"{path}: {known.file}: {known.old}: no reason")
        found.append(known)
    return found


@dataclass
class Verdict:
    """What is known of a bug. `scope`: which tests have judged it, `line` or `all`."""

    id: str
    verdict: str
    scope: str
    by: str  # the first test that failed, or what else refused it
    seconds: float
    where: dict[str, str] = field(default_factory=dict)


class State:
    """The file of verdicts; a later one of the same bug counts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, Verdict] = {}
        if path.exists():
            for line in path.read_text().splitlines():
                try:
                    verdict = Verdict(**json.loads(line))
                except (ValueError, TypeError):
                    continue  # cut off when somebody stopped it
                self.known[verdict.id] = verdict

    def add(self, verdict: Verdict) -> None:
        self.known[verdict.id] = verdict
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as file:
            file.write(json.dumps(asdict(verdict)) + "\n")

    def is_judged(self, bug: Bug, quick: bool) -> bool:
        verdict = self.known.get(bug.id)
        if not verdict:
            return False
        return verdict.verdict != SURVIVED or quick or verdict.scope == "all"


def draw(bugs: Iterable[Bug], count: int | None, seed: int) -> list[Bug]:
    """So many at random. With more bugs, or less, the same seed still draws the others."""
    listed = sorted(bugs, key=lambda bug: hashlib.sha256(f"{seed} {bug.id}".encode()).digest())
    return listed if count is None else listed[:count]


# Measuring.


def _pytest(
    words: Sequence[str], work: Path, environment: dict[str, str], seconds: float, jobs: int = 1
) -> tuple[list[dict[str, object]], int, str]:
    """What became of each test, pytest's status, and what it said."""
    outcomes = work / "outcomes.jsonl"
    outcomes.unlink(missing_ok=True)
    side = ["-n", str(jobs)] if jobs > 1 else ["-p", "no:xdist"]
    command = [
        *(sys.executable, "-B", "-m", "pytest", "-q", *side, "--tb=line", "-p", "no:cacheprovider"),
        *("--basetemp", str(work / "temporary"), *words),
    ]
    variables = {OUTCOMES: str(outcomes), ALREADY_BUILT: "1", "PYTEST_ADDOPTS": "", **environment}
    variables["PYTEST_XDIST_WORKER"] = ""  # we may be one, the tests that we start are not
    done = process.run(command, seconds=seconds, cwd=TESTS, environment=variables)
    text = outcomes.read_text() if outcomes.exists() else ""
    return (
        [json.loads(line) for line in text.splitlines()],
        done.returncode,
        done.stdout + done.stderr,
    )


def _left_out() -> list[str]:
    return [word for name in OF_TEXT for word in ("--ignore", f"test_{name}.py")]


def _is_built(_directory: str, names: list[str]) -> set[str]:
    return {"build", "__pycache__"} & set(names)


def plant_nothing(directory: Path) -> None:
    """Every function of the hypervisor's sources begins with an instruction that does nothing, on
    a line that is there already."""
    for file in rules.sources(directory):
        if not file.endswith(".c") or file.startswith(("bhc/", "lib/")):
            continue
        path = directory / file
        source = path.read_bytes()
        for place in reversed(rules.bodies(directory, file, source)):
            source = source[:place] + b' __asm__ volatile("nop");' + source[place:]
        path.write_bytes(source)


@dataclass(frozen=True)
class Measured:
    """What a test takes, and which lines it runs."""

    seconds: float
    lines: dict[str, frozenset[int]]


def _digest(tree: Tree) -> str:
    digest = hashlib.sha256()
    for file in [*rules.sources(tree.directory), "Makefile"]:
        digest.update(file.encode() + (tree.directory / file).read_bytes())
    return digest.hexdigest()


class Measurement:
    """A chapter's tests, as far as they have been measured."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.home = HOME / "measured" / tree.chapter
        self.copy = Tree(tree.chapter, self.home / tree.directory.name)
        self.outcomes = self.home / "known.jsonl"
        self.lines = self.home / "lines"

    def prepare(self) -> None:
        """The copy, unless it is there and of the same sources."""
        mark, digest = self.home / "digest", _digest(self.tree)
        if mark.exists() and mark.read_text() == digest and self.copy.elf.exists():
            return
        shutil.rmtree(self.home, ignore_errors=True)
        self.copy.forget_build()
        self.lines.mkdir(parents=True)
        shutil.copytree(self.tree.directory, self.copy.directory, ignore=_is_built)
        plant_nothing(self.copy.directory)
        self.copy.ensure_built()
        mark.write_text(digest)

    def _known(self) -> dict[str, dict[str, object]]:
        if not self.outcomes.exists():
            return {}
        entries = [json.loads(line) for line in self.outcomes.read_text().splitlines()]
        return {str(entry["test"]): entry for entry in entries}

    def missing(self, expression: str) -> list[str]:
        words = ["--tree", f"{self.tree.chapter}={self.copy.directory}", *_left_out()]
        command = [sys.executable, "-B", "-m", "pytest", "-q", "--collect-only", *words]
        command += ["-k", expression] if expression else []
        listed = process.run(command, cwd=TESTS, environment={"PYTEST_ADDOPTS": ""}).stdout
        known = self._known()
        return [line for line in listed.splitlines() if "::" in line and line not in known]

    def measure(self, tests: list[str], jobs: int) -> None:
        """A file's tests at a time, so that what is stopped loses little."""
        by_file: dict[str, list[str]] = {}
        for test in tests:
            by_file.setdefault(test.partition("::")[0], []).append(test)
        for file, some in by_file.items():
            print(f"  measuring {self.tree.chapter}, {file}: {len(some)} tests", flush=True)
            words = ["--tree", f"{self.tree.chapter}={self.copy.directory}", *some]
            environment = {LINES: str(self.lines)}
            found, _, said = _pytest(words, self.home, environment, 3600, jobs)
            if not found:
                raise CampaignError(f"{file} judged nothing:\n{said}")
            with self.outcomes.open("a") as known:
                known.writelines(json.dumps(entry) + "\n" for entry in found)

    def useful(self) -> dict[str, Measured]:
        """The tests that passed."""
        found = {}
        for test, entry in self._known().items():
            if entry["outcome"] == "passed":
                path = self.lines / f"{name_of_test(test)}.json"
                ran = json.loads(path.read_text()) if path.exists() else {}
                lines = {file: frozenset(numbers) for file, numbers in ran.items()}
                found[test] = Measured(float(str(entry["seconds"])), lines)
        return found


def name_of_test(test: str) -> str:
    return hashlib.sha256(test.encode()).hexdigest()[:20]


# Judging.


@functools.cache
def _hosted() -> dict[str, tuple[str, ...]]:
    """The names of the host tests that link a source."""
    found: dict[str, tuple[str, ...]] = {}
    for test in load_host_tests():
        for source in test.sources:
            found[source] = (*found.get(source, ()), str(test))
    return found


def choose(bug: Bug, last_line: int, useful: dict[str, Measured]) -> tuple[list[str], list[str]]:
    """The tests that run a bug's line, the best first, and the others, the quickest first. If nobody
    runs it, or it is nothing that runs, then those that run most of its file."""
    names = _hosted().get(bug.file, ())
    chapter = bug.chapter
    host = [f"test_host.py::test_host[{chapter}-{name}]" for name in names]
    if bug.file.endswith(".h"):
        host = [test for test in useful if test.startswith("test_host.py::")]
    first = [test for test in host if test in useful]
    wanted = set(range(bug.line, last_line + 1))
    in_file = [test for test, seen in useful.items() if seen.lines.get(bug.file)]
    of_line = [test for test in in_file if useful[test].lines[bug.file] & wanted]

    def price(test: str) -> float:
        return (0.2 + useful[test].seconds) / len(useful[test].lines[bug.file])

    first += sorted(set(of_line or in_file) - set(first), key=price)
    rest = sorted(set(useful) - set(first), key=lambda test: useful[test].seconds)
    return first, rest


class Judge:
    """Judges bugs of one chapter."""

    def __init__(self, measurement: Measurement, quick: bool) -> None:
        self.original = measurement.tree
        self.useful = measurement.useful()
        self.quick = quick

    def judge(self, bug: Bug) -> Verdict:
        started = time.monotonic()
        where = {key: str(value) for key, value in asdict(bug).items() if key not in ("start", "end")}

        def verdict(what: str, scope: str, by: str) -> Verdict:
            return Verdict(bug.id, what, scope, by, round(time.monotonic() - started, 1), where)

        refused = rules.compiles(bug, self.original.directory)
        if refused:
            return verdict(STILLBORN, "all", re.sub(r"^.*error: ", "", refused))
        work = HOME / f"rule-{bug.id}-{os.getpid()}"
        shutil.rmtree(work, ignore_errors=True)
        copy = Tree(bug.chapter, work / self.original.directory.name)
        shutil.rmtree(copy.build, ignore_errors=True)
        try:
            work.mkdir(parents=True)
            return verdict(*self._judge_copy(bug, copy, work))
        finally:
            shutil.rmtree(work, ignore_errors=True)
            shutil.rmtree(copy.build, ignore_errors=True)
            copy.build.with_suffix(".lock").unlink(missing_ok=True)

    def _judge_copy(self, bug: Bug, copy: Tree, work: Path) -> tuple[str, str, str]:
        shutil.copytree(self.original.directory, copy.directory, ignore=_is_built)
        bug.apply(copy.directory)
        copy_build(self.original, copy.build, copy.directory, copy.build)
        try:
            copy.make()
        except BuildError as error:
            return CAUGHT, "line", f"the build: {str(error).strip().splitlines()[-1]}"
        if bug.file.startswith(("bhc/", "core/system_check")) and bug.chapter == "final":
            failed = self._run_bhc(copy, work)
            if failed:
                return CAUGHT, "line", failed
        source = (self.original.directory / bug.file).read_bytes()
        last_line = source.count(b"\n", 0, bug.end) + 1
        first, rest = choose(bug, last_line, self.useful)
        if bug.file.startswith("bhc/"):
            first, rest = [], [*first, *rest]
        failed = self._run(copy, first, work)
        if failed:
            return CAUGHT, "line", failed
        if self.quick:
            return SURVIVED, "line", "" if first else "no test is known to run it"
        failed = self._run(copy, rest, work)
        return (CAUGHT, "all", failed) if failed else (SURVIVED, "all", "")

    def _run(self, copy: Tree, tests: list[str], work: Path) -> str:
        """The first test that fails, or "" """
        if not tests:
            return ""
        seconds = 120 + 5 * sum(1 + self.useful[test].seconds for test in tests)
        words = ["-x", "--tree", f"{copy.chapter}={copy.directory}", *tests]
        return _first_failure(words, work, {}, seconds)

    def _run_bhc(self, copy: Tree, work: Path) -> str:
        quick, slow = f"not ({BHC_OF_TEXT} or {BHC_SLOW})", f"({BHC_SLOW}) and not ({BHC_OF_TEXT})"
        failed = ""
        for some in (quick,) if self.quick else (quick, slow):
            if not failed:
                words = ["-x", "test_bhc.py", "-k", some]
                failed = _first_failure(words, work, {BHC_TREE: str(copy.directory.parent)}, 900)
        return failed


def _first_failure(
    words: Sequence[str], work: Path, environment: dict[str, str], seconds: float
) -> str:
    found, status, said = _pytest(words, work, environment, seconds)
    for entry in found:
        if entry["outcome"] == "failed":
            return str(entry["test"])
    if status in TIMED_OUT:
        return "the time limit"
    if status not in (0, 5) or not found:
        raise CampaignError(f"pytest ended with status {status}:\n{said}")
    return ""


# Summing up.


def table(title: str, rows: dict[str, list[str]]) -> list[str]:
    """Counts by name: `rows` has the verdicts."""
    lines = [f"{title:18} {'judged':>7} {'caught':>7} {'survived':>9} {'of 100':>7}"]
    for name, verdicts in [*sorted(rows.items()), ("all", [v for r in rows.values() for v in r])]:
        caught, survived = verdicts.count(CAUGHT), verdicts.count(SURVIVED)
        share = f"{100 * caught / (caught + survived):.1f}" if caught + survived else "-"
        lines.append(f"{name:18} {caught + survived:7} {caught:7} {survived:9} {share:>7}")
    return lines


def summary(bugs: Iterable[Bug], state: State) -> str:
    rooms: dict[str, list[str]] = {}
    kinds: dict[str, list[str]] = {}
    refused = 0
    for bug in bugs:
        verdict = state.known.get(bug.id)
        if not verdict:
            continue
        refused += verdict.verdict == STILLBORN
        if verdict.verdict != STILLBORN:
            rooms.setdefault(bug.room, []).append(verdict.verdict)
            kinds.setdefault(bug.kind, []).append(verdict.verdict)
    lines = [*table("directory", rooms), "", *table("kind", kinds)]
    if refused:
        lines.append(f"{refused} more were refused by the compiler")
    return "\n".join(lines)


def trees() -> dict[str, Tree]:
    return find_trees()
