"""What a reader does with the book: its steps, exercises, labs and commands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bulkhead.tree import REPOSITORY, Tree, copy_build, find_trees

sys.path.insert(0, str(REPOSITORY / "book" / "tools"))

from bookkit import text as places_text  # noqa: E402
from bookkit import console, exercises, grading, labs, places, robot, stages, steps, tries  # noqa: E402

SNAP = REPOSITORY / "tools" / "snap"
CHAPTERS = places.chapters()
STEPPED = [name for name in CHAPTERS if (steps.STEPS / name / "steps.toml").exists()]
EXERCISED = [name for name in CHAPTERS if exercises.numbers(name)]
LABS = labs.every()


# Steps


@pytest.mark.parametrize("chapter", STEPPED)
def test_steps_boot_and_add_up_to_the_chapter(chapter: str) -> None:
    done = subprocess.run([SNAP, "steps", chapter], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


@pytest.mark.parametrize("chapter", STEPPED)
def test_a_chapter_has_four_to_twelve_steps(chapter: str) -> None:
    assert 4 <= len(steps.load(chapter)) <= 12


@pytest.mark.parametrize("chapter", STEPPED)
def test_a_step_is_of_a_size_to_type(chapter: str) -> None:
    """Some 200 lines of code; at most 290."""
    for step in range(1, len(stages.trees(chapter))):
        count = 0
        for name in stages.touched(chapter, step):
            file = stages.trees(chapter)[step].get(name)
            mask = stages.code_mask(file.lines, name) if file else []
            count += sum(mask[row.number - 1] for row in stages.rows(chapter, step, name) if row.kind == "a")
        assert count <= 290, f"{chapter} step {step} has {count} new lines of code"


# Exercises: one tree for a chapter, so that each patch builds only what it touches


def write_over(tree: Path, chapter: str, patch: Path | None) -> None:
    """Makes the tree the chapter with a patch; files that are so already keep their times."""
    for line in steps.differences(tree, chapter):
        name, _, what = line.partition(": ")
        if what.startswith("not in"):
            (tree / name).unlink()
            continue
        source = coverage_files(chapter)[name]
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(source.read_bytes())
        (tree / name).chmod(source.stat().st_mode)
    if patch is not None:
        problem = steps.apply(tree, patch)
        assert problem is None, problem


def coverage_files(chapter: str) -> dict[str, Path]:
    return steps.coverage.files(chapter)


def graded(exercise: exercises.Exercise, tree: Tree, patch: Path | None) -> tuple[bool, str]:
    write_over(tree.directory, exercise.chapter, patch)
    said: list[str] = []
    grader = grading.grade(exercise, tree, said.append, first_only=True, grub=False)
    return grader.passed, "\n".join(said)


def judged(exercise: exercises.Exercise) -> list[tuple[Path | None, bool]]:
    """The untouched chapter, each answer and each wrong one, and whether they pass."""
    found: list[tuple[Path | None, bool]] = [(None, False)]
    for kind, passes in (("answer", True), ("wrong", False)):
        found += [(patch, passes) for patch in sorted(exercise.directory.glob(f"{kind}*.patch"))]
    return found


@pytest.mark.parametrize("chapter", EXERCISED)
def test_answers_pass_and_nothing_else_does(
    chapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BULKHEAD_TESTS_BUILT", raising=False)
    work = tmp_path / chapter
    steps.copy_tree(chapter, work)
    tree = Tree(chapter, work)
    wrong = []
    original = find_trees()[chapter]
    original.ensure_built()
    try:
        copy_build(original, tree.build, work, tree.build)
        for number in exercises.numbers(chapter):
            exercise = exercises.load(chapter, number)
            for patch, expected in judged(exercise):
                name = patch.stem if patch else None
                passed, said = graded(exercise, tree, patch)
                if passed != expected:
                    wrong.append(f"{exercise}: {name or 'the untouched chapter'} "
                                 f"{'passes' if passed else 'fails'}:\n{said}")
                if "a tree that builds" in said or "ended with status" in said:
                    wrong.append(f"{exercise}: {name}: does not build:\n{said}")
    finally:
        tree.forget_build()
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.mark.parametrize("chapter", CHAPTERS[2:])
def test_what_is_left_to_the_reader_is_judged(chapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours passes on the step's tree; the stub and a plausible wrong one do not, though they build. And the page
    asks before it shows ours."""
    monkeypatch.delenv("BULKHEAD_TESTS_BUILT", raising=False)
    one = tries.load(chapter)
    page = (places.BOOK / f"{chapter}.md").read_text()
    section = page[page.index(f"@@step {one.step}\n"):]
    before = section[:section.index("@@try")]
    name, _stub = tries.shown(one)
    shown = [row for kind, *words in (places_text.split(line[2:]) for line in before.splitlines()
                                      if line.startswith(("@@listing", "@@change")))
             for piece in stages.open_pieces(chapter, one.step, kind, words) if piece.name == name
             for row in piece.rows]
    assert not [row for row in shown if f"{one.function}(" in row.text and row.text[:1] != " "]
    assert subprocess.run([SNAP, "steps", chapter, "--upto", str(one.step), tmp_path / "tree"],
                          capture_output=True, check=False).returncode == 0
    tree = Tree(chapter, tmp_path / "tree")
    try:
        for body, wanted in ((None, True), (one.stub, False), (one.wrong, False)):
            if body is not None:
                tries.replace(one, tree.directory, body)
            said: list[str] = []
            grader = grading.grade(one.exercise, tree, said.append, first_only=True, grub=False)
            assert grader.passed == wanted, f"{body}:\n" + "\n".join(said)
            assert "a tree that builds" not in "\n".join(said), "\n".join(said)
    finally:
        tree.forget_build()


@pytest.mark.parametrize("chapter", EXERCISED)
def test_a_chapter_has_three_exercises_from_one_star(chapter: str) -> None:
    found = [exercises.load(chapter, number) for number in exercises.numbers(chapter)]
    assert len(found) >= 3
    assert {exercise.stars for exercise in found} >= {1}


def grade(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([REPOSITORY / "book" / "tools" / "grade", *words], capture_output=True,
                          text=True, check=False)


@pytest.mark.skipif(not EXERCISED, reason="no exercises yet")
def test_the_grader_says_what_is_missing_and_gives_the_hint() -> None:
    chapter = EXERCISED[0]
    exercise = exercises.load(chapter, exercises.numbers(chapter)[0])
    done = grade(chapter, str(exercise.number), str(places.directory(chapter)))
    assert done.returncode == 1, done.stdout + done.stderr
    assert " missing" in done.stdout or " unexpected" in done.stdout
    assert exercise.hint.split()[0] in done.stdout.partition("A hint:")[2]


@pytest.mark.parametrize("words, why", [
    (("ch99", "1", "."), "no chapter ch99"),
    (("ch01", "99", "ch01-boot"), "no book/exercises/ch01/99/exercise.toml"),
    (("ch01", "1", "/nowhere"), "has no Makefile"),
    ((), "usage:"),
])
def test_the_grader_refuses_what_it_cannot_judge(words: tuple[str, ...], why: str) -> None:
    words = tuple(str(REPOSITORY / word) if word == "ch01-boot" else word for word in words)
    done = grade(*words)
    assert done.returncode == 2
    assert why in done.stderr


# Labs


@pytest.mark.parametrize("lab", LABS, ids=str)
def test_lab_as_recorded(lab: labs.Lab, tmp_path: Path) -> None:
    wrong = [f"{lab} {part.part} differs from its recording (make transcripts):\n"
             + "\n".join(part.listing)
             for part in labs.results(lab, tmp_path / str(lab)) if part.listing is not None]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.mark.parametrize("lab", LABS, ids=str)
def test_lab_is_diagnosed_in_both_debuggers(lab: labs.Lab) -> None:
    assert lab.sessions == ["gdb", "bochs"]


@pytest.mark.parametrize("chapter", sorted({lab.chapter for lab in LABS}))
def test_a_chapter_has_two_labs(chapter: str) -> None:
    assert len(labs.numbers(chapter)) >= 2


# The robot reader


def test_every_command_of_the_book_prints_what_it_says() -> None:
    wrong = [f"{reading.block.page}.md:{reading.block.line}: {reading.block.commands[0]}\n"
             + "\n".join(reading.wrong) for reading in robot.readings() if reading.wrong]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def test_no_recording_is_left_over() -> None:
    assert robot.stale() == []


def test_the_robot_sees_what_differs(tmp_path: Path) -> None:
    """Another output, and another end, are found; what varies is not."""
    block = console.parse("page", 1, "echo one; date +%N", ["varies: /^[0-9]+$/"], set())
    home = tmp_path / "home"
    (home / "bulkhead").mkdir(parents=True)
    reading = robot.read(block, robot.Desk(home / "bulkhead", home))
    text = f"$ {block.commands[0]}\none\n12345\n"
    assert robot.comparable(block, reading.text) == robot.comparable(block, text)
    assert robot.comparable(block, reading.text) != robot.comparable(block, text.replace("one", "1"))
    assert reading.status == 0
    failing = console.parse("page", 1, "exit 3", [], set())
    assert robot.read(failing, robot.Desk(home / "bulkhead", home)).status == 3


def test_typed_lines_reach_the_program(tmp_path: Path) -> None:
    block = console.parse("page", 1, "cat", ["< one", "$ read x; echo \"[$x]\"", "< two"], set())
    home = tmp_path / "home"
    (home / "bulkhead").mkdir(parents=True)
    reading = robot.read(block, robot.Desk(home / "bulkhead", home))
    assert reading.text == '$ cat\none\n$ read x; echo "[$x]"\n[two]\n'
    assert os.listdir(home / "bulkhead") == []
