"""tools/snap steps: each chapter as patches from the chapter before, built and booted one by one."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "book" / "tools"), str(ROOT / "tests")]
sys.dont_write_bytecode = True

from bookkit import coverage, steps  # noqa: E402
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


Snapshot = dict[str, tuple[bool, bytes]]  # executable?, contents, by name


def snapshot(tree: Path) -> Snapshot:
    found = {}
    for path in sorted(tree.rglob("*")):
        name = path.relative_to(tree)
        if path.is_file() and name.parts[0] not in coverage.SKIPPED:
            found[name.as_posix()] = (bool(path.stat().st_mode & 0o100), path.read_bytes())
    return found


def delta(old: Snapshot, new: Snapshot) -> dict[str, tuple[object, object]]:
    return {name: (old.get(name), new.get(name)) for name in {*old, *new}
            if old.get(name) != new.get(name)}


def patch_of(old: Snapshot, new: Snapshot) -> bytes:
    """git's difference of two trees, without the ids of their blobs."""
    with tempfile.TemporaryDirectory(prefix="bulkhead-steps-") as work:
        for side, tree in (("a", old), ("b", new)):
            for name in set(tree) & set(delta(old, new)):
                path = Path(work, side, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(tree[name][1])
                path.chmod(0o755 if tree[name][0] else 0o644)
            Path(work, side).mkdir(exist_ok=True)
        made = subprocess.run(["git", "diff", "--no-index", "--no-renames", "--no-prefix",
                               "--no-color", "a", "b"], cwd=work, capture_output=True, check=False,
                              env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull})
    return re.sub(rb"(?m)^index [0-9a-f]+\.\.[0-9a-f]+( \d+)?\n", b"", made.stdout)


def refresh(chapter: str) -> int:
    """Brings the patches up to the chapter after files of it changed: each such file gets its new
    contents in the last step that touches it, a new one in the first that touches its directory.
    Walk the steps afterwards: a step in the middle may have wanted the old ones."""
    plan = steps.load(chapter)
    with tempfile.TemporaryDirectory(prefix="bulkhead-steps-") as work:
        tree = Path(work)
        steps.begin(chapter, tree)
        trees = [snapshot(tree)]
        for step in plan:
            problem = steps.apply(tree, step.patch)
            if problem:
                raise Unresolved(f"{chapter}: {problem}; mend that patch by hand")
            trees.append(snapshot(tree))
        steps.copy_tree(chapter, tree / "wanted")
        wanted = snapshot(tree / "wanted")
    before = [dict(one) for one in trees]
    changed = sorted(name for name in {*wanted, *trees[-1]} if wanted.get(name) != trees[-1].get(name))
    for name in changed:
        touched = [i for i in range(1, len(trees)) if trees[i].get(name) != trees[i - 1].get(name)]
        if touched:
            first = touched[-1]
        else:
            beside = [i for i in range(1, len(trees)) for other in {*trees[i], *trees[i - 1]}
                      if Path(other).parent == Path(name).parent
                      and trees[i].get(other) != trees[i - 1].get(other)]
            first = min(beside, default=len(plan))
        for later in trees[first:]:
            later.pop(name, None)
            if name in wanted:
                later[name] = wanted[name]
        print(f"  {chapter} step {first}: {name}")
    for i, step in enumerate(plan):
        if delta(trees[i], trees[i + 1]) != delta(before[i], before[i + 1]):
            step.patch.write_bytes(patch_of(trees[i], trees[i + 1]))
    print(f"{chapter}: {len(changed)} file{'s' * (len(changed) != 1)} brought up to date")
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
        if options.refresh:
            return max(refresh(chapter) for chapter in wanted)
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
