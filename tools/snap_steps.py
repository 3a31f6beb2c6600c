"""tools/snap steps: each chapter as patches from the chapter before, built and booted one by one."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "book" / "tools"), str(ROOT / "tests")]
sys.dont_write_bytecode = True

from bookkit import steps  # noqa: E402
from bookkit.places import Unresolved, chapters  # noqa: E402
from bulkhead import machines, tree as trees  # noqa: E402

SECONDS = 30.0


def judge(step: steps.Step, tree: trees.Tree) -> list[str]:
    """What is wrong with the tree after a step."""
    try:
        tree.make(f"-j{os.cpu_count() or 1}")
    except trees.BuildError as error:
        return [f"does not build: {error}"]
    outcome = machines.Qemu(tree).boot(step.args, memory=step.memory, seconds=SECONDS)
    wrong = []
    if outcome.meaning.value != step.expect:
        wrong.append(f"ends with {outcome.meaning.value}, not {step.expect}")
    if not any(step.line in line for line in outcome.console.splitlines()):
        wrong.append(f"no console line holds {step.line!r}")
    return [*wrong, outcome.describe()] if wrong else []


def walk(chapter: str, work: Path, upto: int | None = None) -> bool:
    """Applies, builds and boots the chapter's steps in `work`; says how each went."""
    found = steps.load(chapter)
    steps.begin(chapter, work)
    tree = trees.Tree(chapter, work)
    tree.forget_build()
    try:
        for step in found:
            wrong = [problem] if (problem := steps.apply(work, step.patch)) else judge(step, tree)
            print(f"  {'FAIL' if wrong else 'ok  '} {chapter} step {step.number}: {step.title}")
            if wrong:
                print(*wrong, sep="\n")
                return False
            if step.number == upto:
                return True
    finally:
        tree.forget_build()
        tree.build.with_suffix(".lock").unlink(missing_ok=True)
    wrong = steps.differences(work, chapter)
    print(f"  {'FAIL' if wrong else 'ok  '} {chapter}: the sum of {len(found)} steps")
    if wrong:
        print(*(f"    {line}" for line in wrong), sep="\n")
    return not wrong


def leave(chapter: str, upto: int, target: Path) -> int:
    """Writes the tree after a step, without building it; 0 is the tree before the first."""
    if target.exists() and any(target.iterdir()):
        raise Unresolved(f"{target} is there already")
    steps.begin(chapter, target)
    for step in steps.load(chapter)[:upto] if upto else []:
        problem = steps.apply(target, step.patch)
        if problem:
            raise Unresolved(problem)
    print(f"{target}: {chapter} after step {upto}")
    return 0


def command_steps(options: argparse.Namespace) -> int:
    os.environ.pop(trees.ALREADY_BUILT, None)
    try:
        if options.upto is not None:
            number, target = options.upto
            if not options.chapter or not number.isdecimal():
                raise Unresolved("usage: tools/snap steps chNN --upto N DIR")
            return leave(options.chapter, int(number), Path(target))
        wanted = [options.chapter] if options.chapter else \
            [name for name in chapters() if (steps.STEPS / name / "steps.toml").exists()]
        good = True
        for chapter in wanted:
            with tempfile.TemporaryDirectory(prefix="bulkhead-steps-") as work:
                good &= walk(chapter, Path(work) / chapter)
    except Unresolved as error:
        print(f"snap: {error}", file=sys.stderr)
        return 2
    print(f"snap steps: {len(wanted)} chapter{'s' * (len(wanted) != 1)}"
          f"{', all well' if good else ', see above'}")
    return 0 if good else 1
