"""What makes the book: each thing that it has to refuse, or to find, is given to it once."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path

import pytest

from bulkhead.machines import Meaning, Outcome
from bulkhead.tree import REPOSITORY, BuildError

sys.path[:0] = [str(REPOSITORY / "book" / "tools"), str(REPOSITORY / "tools")]

import snap_steps  # noqa: E402
from bookkit import (  # noqa: E402
    console, coverage, directives, exercises, figures, finish, grading, labs, marks, places, reference, stages, steps,
    symbols, terms, text, wrong,
)
from bookkit.places import Unresolved  # noqa: E402


def page(tmp_path: Path, *lines: str, name: str = "ch02.md") -> Path:
    path = tmp_path / name
    path.write_text(f"# A page {{#{name[:-3]}}}\n\n" + "\n".join(lines) + "\n")
    return path


def made(path: Path) -> str:
    """The page as Doxygen gets it."""
    parts = []
    for _number, piece in directives.expand(path):
        if isinstance(piece, Unresolved):
            raise piece
        parts.append(piece)
    return "\n".join(parts)


# The page holds the program


def own(tmp_path: Path, *lines: str) -> Path:
    """Chapter 2's page, with other lines in place of its first step's directives."""
    given = (REPOSITORY / "book" / "ch02.md").read_text().splitlines()
    start = given.index("@@step 1")
    end = given.index("@@step 2")
    path = tmp_path / "ch02.md"
    path.write_text("\n".join([*given[:start], "@@step 1", "", *lines, "", *given[end:]]) + "\n")
    return path


def missing(path: Path) -> set[str]:
    return {line.split(": ")[1].split(":")[0].split(" ")[0] for line in stages.held("ch02", path).missing}


def test_a_page_without_listings_holds_nothing(tmp_path: Path) -> None:
    found = stages.held("ch02", page(tmp_path))
    assert found.percent == found.percent_explained == 0 and found.lines > 400


@pytest.mark.parametrize("chapter", sorted(path.name[:4] for path in REPOSITORY.glob("ch[0-9][0-9]-*")))
def test_each_steps_tree_can_be_typed_from_its_page(chapter: str) -> None:
    """From the tree before the step and the expanded page, and from nothing else, byte for byte."""
    expanded = made(REPOSITORY / "book" / f"{chapter}.md")
    every = stages.trees(chapter)
    tree = every[0]
    for step in range(1, len(every)):
        tree = stages.retyped(expanded, step, tree)
        differing = [name for name in {*tree, *every[step]} if tree.get(name) != every[step].get(name)]
        assert differing == [], f"{chapter} step {step}"
    last = {name: tuple((places.directory(chapter) / name).read_text().split("\n")[:-1])
            for name in tree}
    assert {name: file.lines for name, file in tree.items()} == last


def test_what_a_page_leaves_out_is_found(tmp_path: Path) -> None:
    """One line too few in a listing, or a file that nothing folds."""
    every = ["@@listing ch02-cpufreq/hw/tsc.h", "@@change core/main.c", "@@change Makefile",
             '@@given core/demo_*.c "demonstrations"', '@@given core/demo_*.h "declarations"']
    assert missing(own(tmp_path, *every)) == set()
    assert missing(own(tmp_path, *every[1:])) == {"hw/tsc.h"}
    assert missing(own(tmp_path, *every[:-1])) == {"core/demo_boot.h", "core/demo_clock.h"}
    short = "@@listing ch02-cpufreq/hw/tsc.h to=/^#endif/"
    cut = "@@listing ch02-cpufreq/hw/tsc.h to=/rdtsc/"
    assert missing(own(tmp_path, short, *every[1:])) == set()
    assert missing(own(tmp_path, cut, *every[1:])) == {"hw/tsc.h"}


def test_a_tree_typed_from_a_page_with_a_hole_is_another(tmp_path: Path) -> None:
    expanded = made(REPOSITORY / "book" / "ch02.md")
    before, after = stages.trees("ch02")[:2]
    assert stages.retyped(expanded, 1, before) == after
    assert stages.retyped(expanded.replace("rdtsc", "rdtsk"), 1, before) != after
    with pytest.raises((Unresolved, KeyError)):
        stages.retyped(expanded.replace('data-file="core/main.c"', 'data-file="core/other.c"'), 1, before)


def test_a_listing_shows_the_tree_after_its_step(tmp_path: Path) -> None:
    shown = made(own(tmp_path, "@@listing ch02-cpufreq/core/main.c from=/^void kmain/ to=/^}/"))
    piece = next(one for one in stages.seen(shown) if one.name == "core/main.c")
    assert "    demo_clock();" in piece.lines and "    clock_init();" not in piece.lines
    assert {"a", "c", "d"} == set(piece.kinds)
    with pytest.raises(Unresolved, match="no file hw/pit.c after step 1"):
        made(own(tmp_path, "@@listing ch02-cpufreq/hw/pit.c"))


def test_a_place_is_named() -> None:
    lines = ["int one(void)", "{", "    return 1;", "}", "", "int two(int a,", "        int b)", "{",
             "    return a;", "}", "#define THREE 3", "x"]
    assert stages.place(lines, 1) == "at its beginning"
    assert stages.place(lines, 3) == "in <code>one()</code>"
    assert stages.place(lines, 6) == "behind <code>one()</code>"
    assert stages.place(lines, 9) == "in <code>two()</code>"
    assert stages.place(lines, 12) == "behind <code>THREE</code>"


def test_new_and_gone_lines_are_marked() -> None:
    head = '<p class="bh-head" data-step="1" data-file="x" data-line="3" data-rows="{}"></p>'
    lines = '<div class="line">a</div><div class="line">b</div><div class="line">c</div>'
    shown = marks.mark(head.format("c1d1a1") + lines)
    assert shown.count('class="line bh-del">b') == 1 and shown.count('class="line bh-add">c') == 1
    assert "bh-add" not in marks.mark(head.format("a3") + lines)


def test_change_shows_both_sides(tmp_path: Path) -> None:
    shown = made(page(tmp_path, "@@change ch02-cpufreq/core/main.c"))
    assert 'class="bh-del">-#include "core/demo_boot.h"' in shown
    assert 'class="bh-add">+#include "core/demo_clock.h"' in shown
    with pytest.raises(Unresolved, match="nothing changed"):
        made(page(tmp_path, "@@change ch02-cpufreq/hw/uart.c"))


# Directives


@pytest.mark.parametrize("line, why", [
    ("@@given Makefile", "belongs to a step"),
    ("@@step 1\n@@given Makefile", "a reason"),
    ('@@step 1\n@@given nothing* "reason"', "touches no file"),
    ("@@step 1\n@@change hw/uart.c", "changes nothing"),
    ("@@step 99", "no step 99"),
    ("@@exercise 99", "no book/exercises/ch02/99"),
    ("@@hint", "after @@exercise"),
    ("@@lab 99", "no book/labs/ch02/99"),
    ("@@lab 1 nonsense", "has no nonsense"),
    ("@@console make ch02", "no @@end"),
    ("See @ref no_such_name_here.", "has no such name"),
    ("A {{word that stands nowhere}}.", "no entry"),
    ("@@cheatsheet emacs", "gdb, or bochs"),
    ("@@machine", "@@machine ch03"),
    ("@@glance ch02 says=/x/", "no meaning here"),
])
def test_refused(tmp_path: Path, line: str, why: str) -> None:
    with pytest.raises(Unresolved, match=why):
        made(page(tmp_path, line))


def test_fences_keep_marks_as_they_are(tmp_path: Path) -> None:
    shown = made(page(tmp_path, "~~~", "{{not a term}} @ref nothing", "~~~", "`{{nor this}}`"))
    assert "{{not a term}} @ref nothing" in shown and "`{{nor this}}`" in shown


def test_names_lead_into_the_chapter() -> None:
    assert symbols.link("@ref ch03 and `@ref kmain`", "ch02") == "@ref ch03 and `@ref kmain`"
    assert "kmain" in symbols.link("see @ref kmain", "ch02")
    assert symbols.link("see @ref kmain", None) == "see @ref kmain"


def test_listings_lead_to_no_other_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbols, "table", lambda _chapter: {"kmain": "main_8c.html#a1"})
    line = '<a class="code hl_function" href="final.html#z">{}</a>'
    note = '<div class="ttc" id="x">about final</div>\n'
    assert finish.relink(line.format("kmain") + "\n" + note, "ch02") == \
        '<a class="code" href="ch02/main_8c.html#a1">kmain</a>\n'
    assert finish.relink(line.format("only_in_final"), "ch02") == "only_in_final"


def test_a_lab_begins_with_its_symptom_and_folds_its_fault(tmp_path: Path) -> None:
    shown = made(page(tmp_path, "@@lab 2"))
    places_ = [shown.index(words) for words in ("make lab CH=ch02", "What you see", "in GDB", "The cause",
                                                "as a patch")]
    assert places_ == sorted(places_)
    assert "<details><summary>The fault itself, as a patch</summary><pre" in shown.replace("\n", "")
    assert re.search(r"3\d{6} Hz", shown)  # the absurd number itself


@pytest.mark.parametrize("lab", labs.every(), ids=str)
def test_a_labs_symptom_is_whole(lab: labs.Lab) -> None:
    """Something to see, and none of the numbers that it may be about replaced."""
    said = lab.recording("symptom").read_text()
    assert said.strip() and not labs.MEASURED.search(said)


def test_minutes_count_what_is_read_and_done(tmp_path: Path) -> None:
    plain = directives.reading(page(tmp_path, *["one two three four five six seven eight"] * 100))
    more = directives.reading(page(
        tmp_path, *["one two three four five six seven eight"] * 100, "@@step 2",
        "@@listing ch02-cpufreq/hw/pit.c", "@@listing ch02-cpufreq/hw/pit.h", "@@lab 1", "@@exercise 1"))
    assert plain == (5, 0) and more[0] > plain[0] and more[1] >= 35


def test_an_excerpt_ends_before_the_next_question(tmp_path: Path) -> None:
    shown = made(page(tmp_path, '@@transcript tests/debug/ch03/tour.gdb.txt "x" '
                                "from=/^2\\. Why are the 8259s/ to=/^3\\. /"))
    assert "2. Why are the 8259s" in shown and "\n3. " not in shown


def test_a_recaps_answer_is_folded(tmp_path: Path) -> None:
    shown = made(page(tmp_path, '@@recap "Why `x`?" "Because of *y*."'))
    assert "<summary>Why <code>x</code>?</summary><p>Because of <em>y</em>.</p></details>" in shown


@pytest.mark.parametrize("chapter", sorted({path.name[:4] for path in (REPOSITORY / "book").glob("ch0[1-9].md")}))
def test_every_question_of_a_recap_has_an_answer(chapter: str) -> None:
    text_ = (REPOSITORY / "book" / f"{chapter}.md").read_text()
    recap = text_[text_.index("## Recap"):text_.index("## Further")]
    assert recap.count("@@recap") >= 5
    assert not [line for line in recap.splitlines() if "?" in line and line[:1] in "-123456789"]


# Figures


def test_a_figure_takes_the_themes_colours() -> None:
    svg = '<svg xmlns="x" viewBox="0 0 9 9" width="9"><rect id="a" fill="#dbe9ff" stroke="black"/></svg>'
    shown = figures.inline("name", svg)
    assert "var(--fig-blue, #dbe9ff)" in shown and "var(--fig-ink, #000000)" in shown
    assert 'id="fig-name-a"' in shown and "width=" not in shown


@pytest.mark.parametrize("svg, why", [
    ('<svg viewBox="0 0 9 9"><rect fill="#123456"/></svg>', "not one of the book's colours"),
    ('<svg viewBox="0 0 9 9"><rect style="stroke: salmon"/></svg>', "not one of the book's colours"),
    ('<svg width="9"><rect/></svg>', "no viewBox"),
    ("no picture", "no <svg>"),
])
def test_a_figure_is_refused(svg: str, why: str) -> None:
    with pytest.raises(Unresolved, match=why):
        figures.inline("name", svg)


def test_a_figure_needs_words() -> None:
    with pytest.raises(Unresolved, match="says too little"):
        figures.figure("boot-path", "A figure")


# Terms


def test_terms_are_introduced_once_and_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "glossary").mkdir()
    (tmp_path / "glossary" / "one.toml").write_text('gate = "A door."\nunused = "Nowhere."\n')
    first = page(tmp_path, "A {{gate}} and {{trap gates|trap gate}}.")
    monkeypatch.setattr(terms, "BOOK", tmp_path)
    monkeypatch.setattr(terms, "ROOT", tmp_path)
    monkeypatch.setattr(terms, "source_pages", lambda: [first])
    said = "\n".join(terms.complaints())
    assert "no entry for {{trap gate}}" in said and "unused is introduced nowhere" in said
    second = page(tmp_path, "Again {{Gate}}.", name="ch03.md")
    monkeypatch.setattr(terms, "source_pages", lambda: [first, second])
    with pytest.raises(Unresolved, match="introduced in ch02.md:3 already"):
        terms.introductions()


# Code that is wrong on purpose


def test_wrong_code_has_to_be_refused_as_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ch01").mkdir()
    (tmp_path / "ch01" / "bad.c").write_text("int f(void)\n{\n    return nothing;\n}\n")
    (tmp_path / "ch01" / "good.c").write_text("int f(void);\n\nint f(void)\n{\n    return 0;\n}\n")
    monkeypatch.setattr(wrong, "WRONG", tmp_path)
    shown = "\n".join(wrong.shown(["ch01/bad.c", "says=/undeclared/"]))
    assert "return nothing;" in shown and "undeclared" in shown.partition("refuses")[2]
    with pytest.raises(Unresolved, match="does not say"):
        wrong.shown(["ch01/bad.c", "says=/overflow/"])
    with pytest.raises(Unresolved, match="compiles, and should not"):
        wrong.shown(["ch01/good.c", "says=/undeclared/"])


# Consoles


def test_a_recording_of_other_commands_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "CONSOLE", tmp_path / "book" / "console")
    monkeypatch.setattr(console, "BOOK", tmp_path / "book")
    block = console.parse("ch02", 1, "make ch02", ["show: from=/b/ to=/c/"], set())
    with pytest.raises(Unresolved, match="no recording"):
        console.rendered(block)
    block.recording.parent.mkdir(parents=True)
    block.recording.write_text("$ make ch02\na\nb\nc\nd\n")
    assert "b\nc\n</pre>" in console.rendered(block) and "\na\n" not in console.rendered(block)
    block.recording.write_text("$ make ch03\nb\nc\n")
    with pytest.raises(Unresolved, match="recorded with other commands"):
        console.rendered(block)


def test_names_of_recordings_differ() -> None:
    names: set[str] = set()
    blocks = [console.parse("p", 1, "make  ch02", [], names) for _ in range(3)]
    assert [block.name for block in blocks] == ["make-ch02", "make-ch02-2", "make-ch02-3"]


@pytest.mark.parametrize("line", ["shw: all", "robot: no", "varies: x", "status: one"])
def test_a_console_line_that_means_nothing(line: str) -> None:
    with pytest.raises(Unresolved):
        console.parse("p", 1, "make", [line], set())


def test_compilers_lines_are_not_compared() -> None:
    assert console.clean("  CC    hw/uart.c\n  LD    x.elf\nBulkhead\n  text\n") == "Bulkhead\n  text\n"


def test_what_was_typed_stands_behind_the_prompt() -> None:
    said = "(gdb) eax 1\n(gdb) (gdb) "
    assert console.answered(said, ["info registers eax", "kill"]) == \
        "(gdb) info registers eax\neax 1\n(gdb) kill\n(gdb) \n"


# Steps, exercises, labs


@pytest.mark.parametrize("change, why", [
    (("LATCH", "Nobody prints this"), "no console line holds"),
    (("1-all.patch", "2-part.patch"), "the sum of 1 steps"),
])
def test_steps_that_do_not_hold_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    change: tuple[str, str], why: str
) -> None:
    """A line that is not printed, and a sum that is not the chapter."""
    monkeypatch.setattr(steps, "STEPS", tmp_path / "book" / "steps")
    monkeypatch.setattr(steps, "BOOK", tmp_path / "book")
    monkeypatch.delenv("BULKHEAD_TESTS_BUILT", raising=False)
    folder = tmp_path / "book" / "steps" / "ch02"
    folder.mkdir(parents=True)
    whole, rest = difference(tmp_path)
    (folder / "1-all.patch").write_text(whole)
    (folder / "2-part.patch").write_text(rest)
    entry = '[[step]]\npatch = "1-all.patch"\ntitle = "All"\nline = "LATCH"\n'
    (folder / "steps.toml").write_text(entry.replace(*change))
    assert snap_steps.command_steps(argparse.Namespace(chapter="ch02", upto=None, refresh=False)) == 1
    assert why in capsys.readouterr().out


def difference(tmp_path: Path) -> tuple[str, str]:
    """Chapter 2 as a patch of chapter 1, and all of it but a file that no build needs."""
    sides = []
    for chapter in ("ch01", "ch02"):
        side = tmp_path / "trees" / chapter
        steps.copy_tree(chapter, side)
        sides.append(side)
    parts = [f"diff --git a/{name} b/{name}\n" + "\n".join(head(sides, name)) + "\n"
             for name in sorted({*names(sides[0]), *names(sides[1])})
             if content(sides[0], name) != content(sides[1], name)]
    return "".join(parts), "".join(part for part in parts if "/tour.gdb" not in part)


def names(side: Path) -> set[str]:
    return {path.relative_to(side).as_posix() for path in side.rglob("*") if path.is_file()}


def content(side: Path, name: str) -> bytes | None:
    return (side / name).read_bytes() if (side / name).exists() else None


def head(sides: list[Path], name: str) -> list[str]:
    old, new = (side / name if (side / name).exists() else None for side in sides)
    kind = ["new file mode 100644"] if old is None else \
        ["deleted file mode 100644"] if new is None else []
    return [*kind, f"--- {f'a/{name}' if old else '/dev/null'}",
            f"+++ {f'b/{name}' if new else '/dev/null'}", *coverage.git_diff(old, new, 3)]


@pytest.mark.parametrize("body, why", [
    ('title = "x"\nstars = 4\nhint = "h"\n', "stars"),
    ('title = "x"\nstars = 1\n', "wants title, stars, hint"),
    ('title = "x"\nstars = 1\nhint = "h"\n', "nothing judges it"),
    ('title = "x"\nstars = 1\nhint = "h"\n[[check]]\n', "wants something"),
    ('title = "x"\nstars = 1\nhint = "h"\n[[check]]\ncontains = ["("]\n', "unterminated"),
    ('title = "x"\nstars = 1\nhint = "h"\n[[check]]\n[[check.probe]]\nidt = 3\nvalue = 1\n', "no value"),
])
def test_an_exercise_that_says_nonsense(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, why: str
) -> None:
    folder = tmp_path / "exercises" / "ch02" / "1"
    folder.mkdir(parents=True)
    (folder / "exercise.toml").write_text(body)
    for name in ("answer.patch", "wrong.patch"):
        (folder / name).touch()
    monkeypatch.setattr(exercises, "EXERCISES", tmp_path / "exercises")
    monkeypatch.setattr(exercises, "BOOK", tmp_path / "book")
    with pytest.raises((Unresolved, ValueError), match=why):
        exercises.load("ch02", 1)


# The grader


def ended(console: str, meaning: Meaning = Meaning.SUCCESS) -> Outcome:
    return Outcome("qemu", console, 0, meaning, "")


def judged(
    monkeypatch: pytest.MonkeyPatch, checks: list[exercises.Check], outcomes: list[Outcome]
) -> tuple[grading.Grader, str]:
    """A grader whose boots end as given, one a check, and its report."""
    found, said = iter(outcomes), []

    def boot(grader: grading.Grader, *_words: object, **_options: object) -> Outcome:
        outcome = next(found)
        grader.consoles.append(outcome.console)
        return outcome

    monkeypatch.setattr(grading.Grader, "boot", boot)
    monkeypatch.setattr(grading.Tree, "make", lambda *_words: "")
    exercise = exercises.Exercise("ch02", 99, "t", 1, "the exercise's hint", "", tuple(checks))
    tree = grading.Tree("ch02", REPOSITORY / "ch02-cpufreq")
    return grading.grade(exercise, tree, said.append), "\n".join(said)


GOOD = ended("right words\nPower off: success.\n")


def test_the_grader_shows_the_boot_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the last one, nor the first."""
    checks = [exercises.Check(what=name, contains=("^right words$",)) for name in ("a", "b", "c", "d")]
    bad = [ended(f"{name}\nPower off: success.\n") for name in ("wrong", "wrong too")]
    grader, _said = judged(monkeypatch, checks, [GOOD, *bad, GOOD])
    assert grader.failed == grading.Failed("b", bad[0].console)
    assert not grader.passed
    assert grader.advice() == ["A hint: the exercise's hint"]


@pytest.mark.parametrize("line", ["right  words", " right words", "Right words", "right words "])
@pytest.mark.parametrize("how", ["contains", "order"])
def test_the_grader_says_that_blanks_differ(
    monkeypatch: pytest.MonkeyPatch, line: str, how: str
) -> None:
    check = exercises.Check(**{how: ("^right words$",)})
    grader, said = judged(monkeypatch, [check], [ended(f"{line}\nPower off: success.\n")])
    assert not grader.passed
    assert f"found {line!r}, where blanks or capitals differ" in said
    assert grader.advice() == [grading.BLANKS]


@pytest.mark.parametrize("pattern, line", [
    ("^  N +finished +(\\d+) us$", "  N finished   17  us"),
    ("a\\ b", "a  b"), ("^x$", " x"), ("two words", "twowords"),
])
def test_what_differs_in_blanks_alone(pattern: str, line: str) -> None:
    assert not re.search(pattern, line)
    assert grading._near(pattern, ["something", line]) == line
    assert grading._near(pattern, ["something", line.replace("w", "v").replace("x", "y"), ""]) in ("", line)


def test_other_words_are_not_near() -> None:
    assert grading._near("^right words$", ["right wards", "rightwords more", "words right"]) == ""


def test_the_hint_is_for_the_answer_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that panicked gets no hint about what it would have printed."""
    checks = [exercises.Check(contains=("^right words$",))]
    panic = ended("\nPANIC: x\nPower off: failure.\n", Meaning.PANIC)
    grader, said = judged(monkeypatch, checks, [panic])
    assert "missing    ends with success; found panic" in said
    assert grader.advice() == [grading.END]
    assert grader.failed and grader.failed.console == panic.console


def test_a_check_has_its_own_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = [exercises.Check(contains=("^right",)), exercises.Check(lacks=("words",), hint="not these")]
    grader, _said = judged(monkeypatch, checks, [GOOD, GOOD])
    assert grader.advice() == ["A hint: not these"]


def test_a_tree_that_does_not_build_gets_no_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(*_words: object) -> str:
        raise BuildError("no such thing")

    monkeypatch.setattr(grading.Tree, "make", make)
    exercise = exercises.load("ch02", 1)
    said: list[str] = []
    grader = grading.grade(exercise, grading.Tree("ch02", REPOSITORY / "ch02-cpufreq"), said.append)
    assert "no such thing" in said and not grader.passed
    assert grader.advice() == [grading.BUILD]


def test_code_is_planted_where_its_address_lies(tmp_path: Path) -> None:
    """And nowhere else; nor behind the end of the program."""
    header = bytearray(52)
    header[28:32] = (52).to_bytes(4, "little")
    header[42:46] = bytes([32, 0, 1, 0])
    words = (1, 84, 0xC0100000, 0x100000, 16, 4096, 5, 4096)
    image = bytes(header) + b"".join(word.to_bytes(4, "little") for word in words) + bytes(16)
    planted = grading.plant(image, {0xC010000C: b"\1\2\3\4"})
    assert planted == image[:96] + b"\1\2\3\4"
    for address in (0xC010000D, 0xC0100010, 0xC00FFFFF):
        with pytest.raises(grading.ProbeError, match="bytes of the program"):
            grading.plant(image, {address: b"\1\2\3\4"})


def test_a_lab_that_went_otherwise_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault that no longer applies, and a symptom that is another one now."""
    folder = tmp_path / "book" / "labs" / "ch01" / "1"
    shutil.copytree(labs.LABS / "ch01" / "1", folder)
    monkeypatch.setattr(labs, "LABS", folder.parents[1])
    monkeypatch.setattr(labs, "ROOT", tmp_path)
    monkeypatch.delenv("BULKHEAD_TESTS_BUILT", raising=False)
    for name in ("lab.gdb", "lab.bochs"):
        (folder / name).unlink()
    (folder / "symptom.txt").write_text("Something else\n")
    lab = labs.load("ch01", 1)
    found = labs.results(lab, tmp_path / "tree")
    assert [part.part for part in found] == ["symptom"]
    assert "- Something else" in (found[0].listing or [])
    (folder / "fault.patch").write_text((folder / "fault.patch").read_text().replace(" ", "  "))
    with pytest.raises(Unresolved, match="does not apply|patch"):
        labs.plant(lab, tmp_path / "other")


# Generated references


def test_every_hypercall_stands_in_the_reference() -> None:
    source = (REPOSITORY / "final" / "api" / "bulkhead.h").read_text()
    shown = "\n".join(reference.hypercalls())
    count = int(re.search(r"#define BH_HYPERCALLS (\d+)", source)[1])
    numbers = set(map(int, re.findall(r'<td class="markdownTableBodyNone">(\d+)</td>'
                                      r'<td class="markdownTableBodyNone"><code id="BH_', shown)))
    assert numbers == set(range(count))
    assert "BH_ENOSYS" in shown and "BH_HEALTH_MEMORY" in shown


def test_every_element_stands_in_the_description() -> None:
    schema = (REPOSITORY / "final" / "bhc" / "system.xsd").read_text()
    shown = "\n".join(reference.description())
    for name in re.findall(r'<xs:element name="([\w-]+)"', schema):
        assert re.search(rf"^## {name} ", shown, re.MULTILINE), name
    for name in set(re.findall(r'<xs:attribute name="([\w-]+)"', schema)):
        assert f"<code>{name}</code>" in shown, name


def test_split_keeps_expressions_and_titles_whole() -> None:
    words = text.split('listing a/b.c "a title" from=/a b/ to=/c d\\/e/')
    assert words == ["listing", "a/b.c", "a title", "from=/a b/", "to=/c d\\/e/"]
