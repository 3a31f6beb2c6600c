"""Bugs by rule: what is made of a source, what is not, and what becomes of it (tests/mutants-by-rule)."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from bulkhead import process
from bulkhead.needs import missing
from bulkhead.tree import Tree, find_trees

TESTS = Path(__file__).resolve().parent

if importlib.util.find_spec("clang"):
    from bulkhead import campaign, rules
    from bulkhead.campaign import Equivalent, Measured, State, Verdict
    from bulkhead.rules import Bug


@pytest.fixture(autouse=True)
def _needs_libclang() -> None:
    if not importlib.util.find_spec("clang"):
        missing("python3-clang")


HEAD = """\
typedef unsigned int uint32_t;
enum { BH_OK = 0, BH_EPERM = -1, BH_EINVAL = -2 };
#define true 1
#define false 0
"""


def bugs(directory: Path, text: str, file: str = "core/a.c") -> list[Bug]:
    path = directory / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if file.endswith(".S") else HEAD + text)
    found = rules.bugs_of_file("ch01", directory, file)
    return [bug for bug in found if file.endswith(".S") or bug.line > HEAD.count("\n")]


def changes(directory: Path, body: str, kind: str | None = None) -> set[tuple[str, str]]:
    """Kind and new text of each bug in a function with that line."""
    text = (
        "struct s { uint32_t a, b; }; int f(uint32_t x, uint32_t y, struct s *s);\n"
        "void end(uint32_t); int printf(const char *, ...); static uint32_t mask;\n"
        f"int f(uint32_t x, uint32_t y, struct s *s)\n{{\n(void)x, (void)y, (void)s, (void)mask;\n"
        f"{body}\nreturn 0;\n}}\n"
    )
    found = bugs(directory, text)
    assert all(bug.function == "f" and bug.line == 10 for bug in found), found
    return {(bug.kind, bug.new) for bug in found if kind in (None, bug.kind)}


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("if (x) end(1);", {
            ("condition", "if ((void)(x), true) end(1);"),
            ("condition", "if ((void)(x), false) end(1);"),
            ("drop", "if (x) ;"),
        }),
        ("if (x == 1) return BH_EPERM;", {
            ("condition", "if ((void)(x == 1), true) return BH_EPERM;"),
            ("return", "if ((void)(x == 1), false) return BH_EPERM;"),
        }),
        ("if (x < 1) { return BH_EPERM; }", {
            ("condition", "if ((void)(x < 1), true) { return BH_EPERM; }"),
            ("return", "if ((void)(x < 1), false) { return BH_EPERM; }"),
            ("comparison", "if (x <= 1) { return BH_EPERM; }"),
        }),
        ("while (x >= y) x--;", {("comparison", "while (x > y) x--;")}),
        ("return x != y;", {("comparison", "return x == y;")}),
        ("return BH_EINVAL;", {("return", "return BH_OK;")}),
        ("return x ? BH_OK : BH_EPERM;", {
            ("return", "return (BH_OK);"), ("condition", "return (BH_EPERM);"),
        }),
        ("return x && y && s;", {
            ("operand", "return x && y;"), ("operand", "return x && s;"),
            ("operand", "return y && s;"),
        }),
        ("return (int)(x | 2 | y);", {
            ("flag", "return (int)(x | 2);"), ("flag", "return (int)(x | y);"),
            ("flag", "return (int)(2 | y);"),
        }),
        ("return (int)(x & ~y);", {("flag", "return (int)(x);")}),
        ("return (int)(x << 3);", {("flag", "return (int)(x << (3 + 1));")}),
        ("mask &= ~x;", {("drop", ";")}),
        ("mask |= x;", {("drop", ";")}),
        ("s->a = 0;", {("drop", ";")}),
        ("s->a = (uint32_t)BH_OK;", {("drop", ";")}),
        ('__asm__ volatile("nop");', {("drop", ";")}),
        ("for (;;) end(x);", {("drop", "for (;;) ;")}),
    ],
)  # fmt: skip
def test_what_is_made(tmp_path: Path, body: str, wanted: set[tuple[str, str]]) -> None:
    assert changes(tmp_path, body) == wanted


@pytest.mark.parametrize(
    "body",
    [
        '_Static_assert(sizeof(struct s) == 8, "two");',
        'printf("%u", x);',  # words for people
        "s->a = y;",  # no clearing
        "x = 0;",  # a variable of the function's own
        "x += y;",
        "y = (uint32_t)(s->a + 1);",
        "/* if (x < y) return BH_EPERM; */",
    ],
)
def test_what_is_left_alone(tmp_path: Path, body: str) -> None:
    assert changes(tmp_path, body) == set()


def test_macros_are_left_alone_but_for_numbers(tmp_path: Path) -> None:
    found = bugs(
        tmp_path,
        "#define LIMIT 0x10u\n#define BELOW(x) ((x) < LIMIT && (x) != 3)\n#define NONE\n"
        "int g(uint32_t x);\nint g(uint32_t x)\n{\n    if (BELOW(x))\n        return BELOW(x);\n"
        "    return x > LIMIT;\n}\n",
    )
    assert [(bug.kind, bug.function, bug.new) for bug in found] == [
        ("constant", "LIMIT", "#define LIMIT (0x10u + 1)"),
        ("condition", "g", "if ((void)(BELOW(x)), false)"),
        ("condition", "g", "if ((void)(BELOW(x)), true)"),
        ("comparison", "g", "return x >= LIMIT;"),
    ]


def test_constants_outside_of_functions(tmp_path: Path) -> None:
    found = bugs(
        tmp_path,
        "enum { A = 7, B, C = 1u << 4, D = A | C };\nstatic const uint32_t e = 9;\nuint32_t f = 1;\n"
        "uint32_t get(void);\nuint32_t get(void)\n{\n    return e + f;\n}\n",
    )
    assert {(bug.kind, bug.new) for bug in found} == {
        ("constant", "enum { A = 7 + 1, B, C = 1u << 4, D = A | C };"),
        ("flag", "enum { A = 7, B, C = 1u << (4 + 1), D = A | C };"),
        ("flag", "enum { A = 7, B, C = 1u << 4, D = A };"),
        ("flag", "enum { A = 7, B, C = 1u << 4, D = C };"),
        ("constant", "static const uint32_t e = 9 + 1;"),
    }


def test_conditions_over_several_lines(tmp_path: Path) -> None:
    text = "int g(int a, int b);\nint g(int a, int b)\n{\n"
    text += "    if (a == ')' ||\n        b)\n        return 1;\n"
    found = [bug for bug in bugs(tmp_path, text + "    return 0;\n}\n") if bug.kind == "condition"]
    assert {bug.new for bug in found} == {
        "if ((void)(a == ')' || b), true)",
        "if ((void)(a == ')' || b), false)",
    }


def test_assembly_loses_an_instruction_at_a_time(tmp_path: Path) -> None:
    text = (
        "start:\n    cld\n    movl %eax, %cr3    /* why */\n1:  incl %eax\n    .long 0\n    nop\n"
        "other:\n    iret // home\n"
    )
    found = bugs(tmp_path, text, "hw/a.S")
    assert [(bug.function, bug.old) for bug in found] == [
        ("start", "cld"),
        ("start", "movl %eax, %cr3 /* why */"),
        ("other", "iret // home"),
    ]
    found[1].apply(tmp_path)
    assert (tmp_path / "hw/a.S").read_text() == text.replace("movl %eax, %cr3", "")


def test_a_bug_is_known_by_its_text(tmp_path: Path) -> None:
    """Not by its line; and two that look the same are told apart."""
    text = "void end(void);\nvoid g(void);\nvoid g(void)\n{\n    end();\n    end();\n}\n"
    first = bugs(tmp_path, text)
    later = bugs(tmp_path, "\n/* more */\n" + text.replace("    end", "        end"))
    assert [bug.nth for bug in first] == [1, 2]
    assert [bug.id for bug in first] == [bug.id for bug in later]
    assert len({bug.id for bug in first}) == 2
    assert [bug.line + 2 for bug in first] == [bug.line for bug in later]


def test_a_bug_is_planted_where_it_was_seen(tmp_path: Path) -> None:
    """Bytes are counted, also behind a letter that has two of them."""
    (bug,) = bugs(tmp_path, "/* µs */ int g(int a);\nint g(int a) { return a < 2; }\n")
    before = (tmp_path / bug.file).read_text()
    bug.apply(tmp_path)
    assert (tmp_path / bug.file).read_text() == before.replace("a < 2", "a <= 2")


def test_what_does_not_compile_is_told(tmp_path: Path) -> None:
    text = 'enum { SIZE = 8 };\n_Static_assert(SIZE == 8, "the manual says so");\nenum { OTHER = 8 };\n'
    first, second = bugs(tmp_path, text)
    assert "the manual says so" in (rules.compiles(first, tmp_path) or "")
    assert rules.compiles(second, tmp_path) is None


def test_rooms_in_rooms_are_read(tmp_path: Path) -> None:
    for file in ("virt/time/a.c", "virt/a.h", "guests/a.c", "core/build/a.c", "bhc/a.c"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("")
    assert rules.sources(tmp_path) == ["bhc/a.c", "virt/a.h", "virt/time/a.c"]


def test_a_chapter_has_the_bugs_of_its_layer(tmp_path: Path) -> None:
    text = "int g(int a);\nint g(int a)\n{\n    return a < 2;\n}\n"
    more = text + "int h(int a);\nint h(int a)\n{\n    return a > 2;\n}\n"
    trees = []
    for name, content in (("ch01", text), ("ch02", more)):
        directory = tmp_path / name
        (directory / "core").mkdir(parents=True)
        (directory / "core/a.c").write_text(content)
        trees.append(Tree(name, directory))
    assert [bug.function for bug in rules.bugs_of_tree(trees[0], None)] == ["g"]
    assert [bug.function for bug in rules.bugs_of_tree(trees[1], trees[0])] == ["h"]


def test_every_source_has_its_place_and_every_kind_its_bug() -> None:
    everything = rules.all_bugs()
    assert len({bug.id for bug in everything}) == len(everything) > 5000
    assert {bug.kind for bug in everything} == set(rules.KINDS)
    rooms = {bug.room.partition("/")[2].partition("/")[0] for bug in everything}
    assert rooms == set(rules.ROOMS)
    assert {bug.chapter for bug in everything} == set(find_trees())


def test_equivalents_are_still_there() -> None:
    known = campaign.load_equivalents()
    made = rules.all_bugs(lambda path: any(one.is_of(path) for one in known))
    lost = [one for one in known if not any(one.matches(bug) for bug in made)]
    assert not lost, "their lines were written anew: " + ", ".join(one.old for one in lost)


def test_an_equivalent_wants_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "equivalents.toml"
    entry = '[[equivalent]]\nfile = "a"\nfunction = "f"\nold = "x"\nnew = "y"\n'
    for more in ("", 'reason = " "\n', 'reason = "so"\nline = 3\n'):
        path.write_text(entry + more)
        with pytest.raises(campaign.CampaignError):
            campaign.load_equivalents(path)
    path.write_text(entry + 'reason = "so"\n')
    assert campaign.load_equivalents(path) == [Equivalent("a", "f", "x", "y", "so")]


def test_an_equivalent_is_known_by_its_text() -> None:
    """In whatever directory the file is, if the entry does not say."""
    bug = a_bug(1)
    for file, wanted in (("a.c", True), ("virt/a.c", True), ("hw/a.c", False), ("aa.c", False)):
        assert Equivalent(file, "f", "g1();", ";", "so").matches(bug) == wanted
    assert not Equivalent("a.c", "f", "g2();", ";", "so").matches(bug)
    assert not Equivalent("a.c", "g", "g1();", ";", "so").matches(bug)
    assert not Equivalent("a.c", "f", "g1();", ";", "so", chapter="ch06").matches(bug)


def a_bug(number: int) -> Bug:
    return Bug("final", "virt/a.c", "f", "drop", number, 0, 1, "", f"g{number}();", ";")


def test_a_draw_is_the_same_again() -> None:
    many = [a_bug(n) for n in range(100)]
    drawn = campaign.draw(many, 10, 7)
    assert len(drawn) == 10 and campaign.draw(reversed(many), 10, 7) == drawn
    assert campaign.draw(many, 10, 8) != drawn
    gone = [bug for bug in many if bug != drawn[3]]
    assert len(set(campaign.draw(gone, 10, 7)) & set(drawn)) == 9
    assert len(campaign.draw(many, None, 7)) == 100


def test_what_is_known_outlives_a_stop(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.jsonl"
    state = State(path)
    state.add(Verdict(a_bug(1).id, campaign.CAUGHT, "line", "a test", 1.0))
    state.add(Verdict(a_bug(2).id, campaign.SURVIVED, "line", "", 1.0))
    with path.open("a") as file:
        file.write('{"id": "cut o')
    again = State(path)
    assert again.is_judged(a_bug(1), quick=False)
    assert again.is_judged(a_bug(2), quick=True) and not again.is_judged(a_bug(2), quick=False)
    assert not again.is_judged(a_bug(3), quick=True)


def test_the_summary_counts() -> None:
    state = State(Path("/nonexistent/state"))
    for number, verdict in enumerate(("caught", "caught", "survived", "refused")):
        state.known[a_bug(number).id] = Verdict(a_bug(number).id, verdict, "all", "", 1.0)
    text = campaign.summary([a_bug(n) for n in range(5)], state)
    (row,) = [line for line in text.splitlines() if line.startswith("final/virt")]
    assert row.split() == ["final/virt", "3", "2", "1", "66.7"]
    assert "1 more were refused" in text


def test_tests_of_the_line_come_first() -> None:
    useful = {
        "elsewhere": Measured(0.1, {"virt/b.c": frozenset({5})}),
        "slow": Measured(9.0, {"virt/a.c": frozenset({5, 6})}),
        "quick": Measured(0.5, {"virt/a.c": frozenset({5, 6})}),
        "of the file": Measured(0.5, {"virt/a.c": frozenset(range(10, 20))}),
    }
    assert campaign.choose(a_bug(5), 5, useful) == (["quick", "slow"], ["elsewhere", "of the file"])
    first, rest = campaign.choose(a_bug(99), 99, useful)  # nobody runs it
    assert first == ["of the file", "quick", "slow"] and rest == ["elsewhere"]


def test_an_instruction_more_in_every_function(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core/a.c").write_text("int g(void);\nint g(void)\n{\n    return 1;\n}\n")
    campaign.plant_nothing(tmp_path)
    text = (tmp_path / "core/a.c").read_text()
    assert text == 'int g(void);\nint g(void)\n{ __asm__ volatile("nop");\n    return 1;\n}\n'


@pytest.mark.parametrize(
    "words", [["--only", "no-such"], ["--only", "no/such"], ["--no-such"], ["--draw", "x"]]
)
def test_wrong_words_are_refused(words: list[str]) -> None:
    done = process.run([TESTS / "mutants-by-rule", *words])
    assert done.returncode == 2
    assert "mutants-by-rule: " in done.stderr


def test_list_and_summary_judge_nothing(tmp_path: Path) -> None:
    words = ["--only", "final/virt/*.h", "--only", "flag", "--draw", "5"]
    words += ["--state", str(tmp_path / "state")]
    done = process.run([TESTS / "mutants-by-rule", *words, "--list"])
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 15
    done = process.run([TESTS / "mutants-by-rule", *words, "--summary"])
    assert done.returncode == 1 and done.stdout.splitlines()[-1] == "0 survived, 5 not judged"
    assert not (tmp_path / "state").exists()


@pytest.mark.chapter("ch01")
def test_a_bug_is_caught_and_one_that_changes_nothing_survives(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one test, from the measuring to the verdict."""
    monkeypatch.setattr(campaign, "HOME", tmp_path)
    measurement = campaign.Measurement(tree)
    try:
        measurement.prepare()
        measurement.measure(["test_boot.py::test_boot[ch01-plain-qemu]"], jobs=1)
        judge = campaign.Judge(measurement, quick=True)
        (useful,) = judge.useful.values()
        assert {"core/main.c", "hw/uart.c", "klib/printf.c"} <= set(useful.lines)
        text = (tree.directory / "hw/uart.c").read_bytes()
        made = rules.bugs_of_file("ch01", tree.directory, "hw/uart.c")
        bug = next(bug for bug in made if bug.function == "uart_put" and "true" in bug.new)
        verdict = judge.judge(bug)
        assert (verdict.verdict, verdict.by) == (campaign.CAUGHT, next(iter(judge.useful)))
        place = text.index(b"{", text.index(b"uart_init(void)")) + 1
        line = text.count(b"\n", 0, place) + 1
        where = ("ch01", "hw/uart.c", "uart_init", "drop", line, place, place)
        nothing = Bug(*where, "/**/", "{", "{/**/")
        assert judge.judge(nothing).verdict == campaign.SURVIVED
    finally:
        measurement.copy.forget_build()
    state = State(tmp_path / "state")
    state.add(verdict)
    assert json.loads((tmp_path / "state").read_text())["where"]["file"] == "hw/uart.c"
