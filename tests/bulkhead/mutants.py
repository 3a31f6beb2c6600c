"""Mutants: single bugs, planted in copies of the chapters, that the tests have to find.

mutants.toml declares them. A mutant's copy is built from the chapter's own build, so that only what
changed is compiled, and judged by the tests that it names, as a reader's tree would be.
"""

from __future__ import annotations

import enum
import json
import os
import shutil
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import process
from .tree import ALREADY_BUILT, CACHE, BuildError, Tree, copy_build, find_trees

TESTS = Path(__file__).resolve().parents[1]
MUTANTS = TESTS / "mutants.toml"
HOME = CACHE / "mutants"
SECONDS = 300.0  # for the tests of one mutant
RESULT = "BULKHEAD_TESTS_RESULT"  # conftest.py writes the counts there


class Verdict(enum.Enum):
    CAUGHT = "caught"
    SURVIVED = "SURVIVED"
    NO_MATCH = "NO MATCH"  # the text to replace is not there, or is there more than once
    NO_BUILD = "NO BUILD"
    NO_TEST = "NO TEST"  # nothing ran, or it could not run


@dataclass(frozen=True)
class Mutant:
    """A bug."""

    id: str
    chapter: str
    file: str
    old: str
    new: str
    why: str  # what is wrong then, in a few words
    tests: tuple[str, ...]  # which have to see it: pytest's names, without --tree
    quick: bool = False  # part of `make test`

    def apply(self, directory: Path) -> bool:
        """Plants the bug; False when the text is not there exactly once."""
        path = directory / self.file
        text = path.read_text() if path.exists() else ""
        if text.count(self.old) != 1 or self.old == self.new:
            return False
        path.write_text(text.replace(self.old, self.new))
        return True


@dataclass(frozen=True)
class Judgement:
    mutant: Mutant
    verdict: Verdict
    details: str = ""


class MutantsError(Exception):
    """mutants.toml says something that we do not understand."""


def load_mutants(path: Path = MUTANTS) -> list[Mutant]:
    mutants = []
    for entry in tomllib.loads(path.read_text()).get("mutant", []):
        try:
            mutants.append(Mutant(**{**entry, "tests": tuple(entry["tests"])}))
        except (KeyError, TypeError) as error:
            raise MutantsError(f"{path}: {entry.get('id')}: {error}") from error
    names = [mutant.id for mutant in mutants]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise MutantsError(f"{path}: twice: {', '.join(doubles)}")
    return mutants


def _pytest(
    tree: Tree, tests: Sequence[str], work: Path, *options: str
) -> tuple[dict[str, int], str]:
    """Counts by outcome, and what pytest said."""
    result = work / "counts.json"
    result.unlink(missing_ok=True)
    command = [
        *(sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:xdist", "--tb=short"),
        *("-o", f"cache_dir={work / 'cache'}", "--basetemp", work / "temporary", *options),
        *("--tree", f"{tree.chapter}={tree.directory}", *tests),
    ]
    environment = {RESULT: str(result), ALREADY_BUILT: "1", "PYTEST_ADDOPTS": ""}
    done = process.run(command, seconds=SECONDS, cwd=TESTS, environment=environment)
    counts = json.loads(result.read_text()) if result.exists() else {}
    return counts, done.stdout + done.stderr


def baseline(tree: Tree, tests: Sequence[str]) -> str | None:
    """Runs tests on a tree without a bug: what is wrong, or None. All have to pass."""
    work = HOME / f"{tree.chapter}-as-it-is"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        counts, said = _pytest(tree, tests, work)
        good = counts.get("passed") and not counts.get("failed") and not counts.get("error")
        return None if good else said
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _is_built(_directory: str, names: list[str]) -> set[str]:
    return {"build", "__pycache__"} & set(names)


def _judge_copy(mutant: Mutant, original: Tree, copy: Tree, work: Path) -> Judgement:
    shutil.copytree(original.directory, copy.directory, ignore=_is_built)
    if not mutant.apply(copy.directory):
        return Judgement(mutant, Verdict.NO_MATCH, f"{mutant.chapter} {mutant.file}")
    copy_build(original, copy.build, copy.directory, copy.build)
    try:
        copy.make()
    except BuildError as error:
        return Judgement(mutant, Verdict.NO_BUILD, str(error))
    counts, said = _pytest(copy, mutant.tests, work, "-x")
    if counts.get("failed"):
        return Judgement(mutant, Verdict.CAUGHT, said)
    if counts.get("passed") and not counts.get("error"):
        return Judgement(mutant, Verdict.SURVIVED, said)
    return Judgement(mutant, Verdict.NO_TEST, said)


def judge(mutant: Mutant) -> Judgement:
    """Plants the bug in a copy of its chapter, and runs the tests that have to see it."""
    original = find_trees()[mutant.chapter]
    original.ensure_built()
    work = HOME / f"{mutant.id}-{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    copy = Tree(mutant.chapter, work / original.directory.name)
    shutil.rmtree(copy.build, ignore_errors=True)
    try:
        return _judge_copy(mutant, original, copy, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(copy.build, ignore_errors=True)
        copy.build.with_suffix(".lock").unlink(missing_ok=True)
