"""What stands in a page in place of each directive."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import console, coverage, exercises, figures, labs, places, reference, stages, steps, \
    symbols, terms, text, tries, wrong
from .places import BOOK, ROOT, Unresolved, before, directory

Lines = list[str]


@dataclass
class Page:
    """The page that is being made, and what its directives remember."""

    path: Path
    chapter: str | None
    exercise: exercises.Exercise | None = None
    made: set[str] = field(default_factory=set)  # directives that have been there
    names: set[str] = field(default_factory=set)  # console recordings
    step: int = 0  # the step that its text is about

    def need_chapter(self) -> str:
        if self.chapter is None:
            raise Unresolved("only in a chapter's page (chNN.md)")
        return self.chapter


def one(words: Sequence[str], what: str) -> str:
    if len(words) != 1:
        raise Unresolved(f"takes one word, {what}")
    return words[0]


def number(words: Sequence[str]) -> int:
    word = one(words, "a number")
    if not word.isdecimal():
        raise Unresolved(f"{word} is not a number")
    return int(word)


# Files


def step_listing(page: Page, kind: str, words: Sequence[str]) -> Lines | None:
    """A listing of the tree after the section's step; None where there is no such thing."""
    if not page.step or page.chapter is None:
        return None
    pieces = stages.open_pieces(page.chapter, page.step, kind, words)
    title = text.options(words, ("from", "to"))[0][1:2]
    made: Lines = []
    for piece in pieces:
        head = f"<b>{text.markdown(title[0])}</b> " if title else ""
        where = piece.where()
        name = f"<code>{html.escape(piece.name)}</code>" + (f", {where}" if where else "")
        made += ["", *text.block(f'<p class="bh-head" {piece.data()}>{head}'
                                 f'<span class="bh-place">{name}</span></p>'),
                 *text.fence([row.text for row in piece.rows], Path(piece.name).suffix)]
    return made or None


def given(page: Page, words: Sequence[str]) -> Lines:
    """What the step adds and the page does not explain, folded."""
    chapter = page.need_chapter()
    if not page.step:
        raise Unresolved("@@given belongs to a step's section")
    if len(words) != 2:
        raise Unresolved('@@given takes a file and a reason, such as "the scripts of the host"')
    section = stages.sections(page.path, chapter)[page.step]
    return text.block(stages.folded(words[0], words[1], chapter, page.step, section))


def listing(page: Page, words: Sequence[str]) -> Lines:
    made = step_listing(page, "listing", words)
    if made is not None:
        return made
    path, title, first, last, lines = text.listing(words)
    name = path.relative_to(ROOT).as_posix()
    place = "" if (first, last) == (0, len(lines) - 1) else f":{first + 1}"
    return ["", text.head(title, name + place), "",
            *text.fence(lines[first : last + 1], path.suffix)]


def transcript(page: Page, words: Sequence[str]) -> Lines:
    path, title, first, last, lines = text.listing(words)
    if last > first and re.match(r"\d+\. ", lines[last]):  # a session's next question: ends before it
        last -= 1
    while last > first and not lines[last].strip():
        last -= 1
    head = f'<p class="bh-head"><b>{html.escape(title, quote=False)}</b></p>' if title else ""
    return text.block(head + text.plain_block(lines[first : last + 1], "output"))


def change(page: Page, words: Sequence[str]) -> Lines:
    """The difference to the chapter before, as far as it touches the lines that are named."""
    made = step_listing(page, "change", words)
    if made is not None:
        return made
    path, title, first, last, lines = text.listing(words)
    name = path.relative_to(ROOT).as_posix()
    chapter = page.need_chapter()
    here, earlier = directory(chapter), before(chapter)
    inner = name.partition("/")[2]
    if earlier is None or not name.startswith((here.name + "/", directory(earlier).name + "/")):
        raise Unresolved("@@change FILE: a file of this chapter, or one that it dropped")
    old, new = directory(earlier) / inner, here / inner
    diff = coverage.git_diff(old if old.exists() else None, new if new.exists() else None, 3, name)
    kept = pick(diff, first + 1, last + 1, new.exists())
    if not kept:
        raise Unresolved(f"{name}: nothing changed in lines {first + 1} to {last + 1}")
    return ["", text.head(title, name), "", *text.block(text.diff_html(kept))]


def pick(diff: Lines, first: int, last: int, of_new: bool) -> Lines:
    """The hunks of a difference that touch the lines, without their `@@` where there is but one."""
    hunks: list[Lines] = []
    for line in diff:
        if line.startswith("@@"):
            hunks.append([])
        hunks[-1].append(line)
    kept = []
    for hunk in hunks:
        match = coverage.HUNK.match(hunk[0])
        assert match
        start, count = (match[3], match[4]) if of_new else (match[1], match[2])
        begin, length = int(start), int(count) if count is not None else 1
        if begin <= last and begin + max(length, 1) - 1 >= first:
            kept.append(hunk)
    if len(kept) == 1:
        kept[0] = kept[0][1:]
    return [line for hunk in kept for line in hunk]


def show_coverage(page: Page, words: Sequence[str]) -> Lines:
    found = stages.held(page.need_chapter(), page.path)
    return [f"The steps of this chapter add {found.code} lines of code. The listings of this page show and explain "
            f"{found.percent_explained} % of them; the others, and all that is no code, are folded where their step "
            f"ends. So {found.percent} % of what has to be typed is on this page.", ""]


def diff(page: Page, words: Sequence[str]) -> Lines:
    chapter = one(words, "a chapter")
    directory(chapter)
    page.made.add("diff")
    earlier = before(chapter)
    of = f"<code>diff -r {directory(earlier).name} {directory(chapter).name}</code>, " \
        if earlier else ""
    link = "@subpage" if page.path.stem == chapter else "@ref"
    return [f"{of}{link} {chapter}-diff"]


# The head of a chapter


def code_lines(content: bytes) -> int:
    """Lines that hold more than blanks and comments."""
    bare = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"),
                  content.decode(errors="replace"), flags=re.DOTALL)
    return sum(bool(re.sub("//.*", "", line).strip()) for line in bare.splitlines())


def sources(chapter: str | None) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in coverage.files(chapter).items()
            if path.suffix in places.CODE}


WORDS_A_MINUTE = 160  # of a text with code in it
LINES_A_MINUTE = 12  # of a listing or a transcript that is read and understood
LAB_MINUTES, EXERCISE_MINUTES = 15, 20  # an exercise's for each of its stars


def reading(page: Path) -> tuple[int, int]:
    """Minutes to read a page with its listings and transcripts, and for its labs and exercises."""
    chapter = places.page_chapter(page)
    source = page.read_text(encoding="utf-8").splitlines()
    words = len(" ".join(line for line in source if not line.startswith("@@")).split())
    lines = sum(map(len, (piece for section in stages.sections(page, chapter).values()
                          for piece in section.open.values()))) if chapter else 0
    work = 0
    for line in source:
        kind, *rest = text.split(line[2:]) if line.startswith("@@") else [""]
        try:
            if kind == "transcript":
                _path, _title, first, last, _lines = text.listing(rest)
                lines += last - first + 1
            elif kind == "lab" and len(rest) == 1:
                work += LAB_MINUTES
            elif kind == "exercise" and chapter:
                work += EXERCISE_MINUTES * exercises.load(chapter, number(rest)).stars
        except Unresolved:
            continue  # reported where it stands
    return _fives(words / WORDS_A_MINUTE + lines / LINES_A_MINUTE), _fives(work)


def _fives(minutes: float) -> int:
    return max(5, round(minutes / 5) * 5) if minutes else 0


def glance(page: Page, words: Sequence[str]) -> Lines:
    plain, keyed = text.options(words, ("see",))
    if not 1 <= len(plain) <= 2 or not re.fullmatch(r"ch\d\d", plain[0]):
        raise Unresolved('@@glance ch01 "goal" see="what you will see"')
    chapter, goal = plain[0], plain[1] if len(plain) == 2 else ""
    top = directory(chapter)
    now, then = sources(chapter), sources(before(chapter))
    new = sorted(set(now) - set(then))
    changed = sorted(name for name in now if name in then and now[name] != then[name])
    total, earlier = (sum(map(code_lines, tree.values())) for tree in (now, then))

    def names(group: Lines) -> str:
        return ", ".join(f"<code>{name}</code>" for name in group) or "none"

    source = BOOK / f"{chapter}.md"
    read, work = reading(source)
    minutes = f"{read} to read with its listings"
    robot = console.minutes().get(chapter)
    if robot:
        minutes += f", and {robot} for its commands to run"
    count = len(exercises.numbers(chapter))
    if work:
        minutes += f"; {work} more for its labs and its {count} exercises"
    rows = [("Goal", goal)] if goal else []
    rows += [("Minutes", minutes)]
    rows += [("You will see", keyed["see"])] if "see" in keyed else []
    rows += [("Directory", f"<code>{top.name}</code>"), ("New files", names(new)),
             ("Changed files", names(changed)),
             ("Code lines", f"{total} ({total - earlier:+d})")]
    return ["| At a glance | |", "|---|---|", *(f"| {key} | {value} |" for key, value in rows), ""]


# Figures and the machine


def figure(page: Page, words: Sequence[str]) -> Lines:
    if len(words) != 2:
        raise Unresolved('@@figure NAME "alternative text"')
    return text.block(figures.figure(words[0], words[1]))


def recorded_boot(chapter: str, args: str) -> Path:
    """The transcript of the boot with these words, or of the plain one."""
    import tomllib

    table = tomllib.loads((ROOT / "tests" / "boots.toml").read_text(encoding="utf-8"))
    folder = ROOT / "tests" / "transcripts" / chapter
    for entry in table["boot"]:
        path = folder / f"{entry['name']}.txt"
        plain = not set(entry) & {"memory", "qemu", "modules_drop", "modules_cut", "modules_patch",
                                  "poke", "variables"}
        if plain and entry.get("args", "") == args and path.exists():
            return path
    return folder / "plain.txt"


def machine(page: Page, words: Sequence[str]) -> Lines:
    if not words:
        raise Unresolved('@@machine ch03 "" "fault=pf"')
    chapter, lines = words[0], list(words[1:]) or [""]  # "final" too
    directory(chapter)
    recordings = []
    for number_, line in enumerate(lines):
        label = html.escape(line, quote=True)
        body = text.plain_block(text.read(recorded_boot(chapter, line)), "output")
        body = body.replace("<pre ", f'<pre data-words="{label}" ', 1)
        recordings.append(body if number_ == 0 else body.replace("<pre ", "<pre hidden ", 1))
    buttons = "".join(
        f'<button type="button" data-words="{html.escape(line, quote=True)}">'
        f'{html.escape(line, quote=False) or "start"}</button>' for line in lines)
    return text.block(
        f'<div class="bh-machine" data-chapter="{chapter}">\n'
        f'<div class="bh-machine-bar" hidden>{buttons}'
        '<button type="button" class="bh-stop" disabled>stop</button>'
        '<span class="bh-machine-state" role="status"></span></div>\n'
        f'<p class="bh-machine-note">Recorded in QEMU:</p>\n'
        + "\n".join(recordings) + "\n</div>")


# Steps


def show_steps(page: Page, words: Sequence[str]) -> Lines:
    rows = steps.load(one(words, "a chapter"))
    return ["| step | what | the console then says |", "|---|---|---|",
            *(f"| {step.number} | {step.title} | "
              f"<code>{text.percents(html.escape(step.line))}</code> |" for step in rows), ""]


def step(page: Page, words: Sequence[str]) -> Lines:
    chapter, wanted = page.need_chapter(), number(words)
    found = next((one_ for one_ in steps.load(chapter) if one_.number == wanted), None)
    if found is None:
        raise Unresolved(f"{chapter} has no step {wanted}")
    page.step = wanted
    patch = found.patch.relative_to(ROOT).as_posix()
    return ["", f"### Step {wanted}: {found.title} {{#{chapter}-step-{wanted}}}", "",
            *text.block(
                f'<div class="bh-step"><p><kbd class="bh-typed">{html.escape(found.command)}</kbd>'
                f' in your tree then prints <code>{html.escape(found.line)}</code></p>'
                f'<p class="bh-small">The step as a patch: <code>{patch}</code></p></div>')]


# Exercises


def stars(count: int) -> str:
    return f'<span class="bh-stars" title="{count} of 3">{"★" * count}{"☆" * (3 - count)}</span>'


def exercise(page: Page, words: Sequence[str]) -> Lines:
    chapter = page.need_chapter()
    found = page.exercise = exercises.load(chapter, number(words))
    body = [f"<p>{text.markdown(found.task)}</p>"] if found.task else []
    copy = directory(chapter).name
    return ["", f"### Exercise {found.number}: {found.title} "
            f"{{#{chapter}-exercise-{found.number}}}", "",
            *text.block(
                f"<p>{stars(found.stars)} Judge your copy of <code>{copy}</code>: "
                f'<kbd class="bh-typed">make grade CH={chapter} EX={found.number} TREE=path</kbd>'
                "</p>\n" + "\n".join(body))]


def recap(page: Page, words: Sequence[str]) -> Lines:
    """A question, and its answer, folded."""
    if len(words) != 2:
        raise Unresolved('@@recap "question" "answer"')
    question, reply = (text.markdown(word) for word in words)
    return text.block(f'<details class="bh-hint"><summary>{question}</summary><p>{reply}</p></details>')


def left_to_reader(page: Page, words: Sequence[str]) -> Lines:
    """The chapter's function to write before the page shows it."""
    chapter = page.need_chapter()
    if words:
        raise Unresolved("@@try takes no words")
    one_ = tries.load(chapter)
    if page.step != one_.step:
        raise Unresolved(f"@@try belongs to step {one_.step}")
    name, stub = tries.shown(one_)
    body = [f'<p><b>Before you read on: write <code>{one_.function}</code> yourself.</b> Our own stands below. Let '
            f"<code>patch</code> type the step, and then take the function out of it:</p>",
            f'<p><kbd class="bh-typed">make stub CH={chapter} TREE=path</kbd></p>']
    promised = tries.promise(one_)
    if promised:
        body += ["<p>What it promises:</p>", text.plain_block(promised, "file")]
    body += [f"<p>{text.markdown(one_.exercise.task)}</p>",
             f"<p>What <code>{name}</code> has in its place:</p>", text.plain_block(stub, "file"),
             f'<p>Judge it by <kbd class="bh-typed">{one_.command}</kbd></p>',
             f'<details class="bh-hint"><summary>A hint</summary><p>{text.markdown(one_.exercise.hint)}</p></details>']
    return text.block('<div class="bh-step bh-try">' + "\n".join(body) + "</div>")


def hint(page: Page, words: Sequence[str]) -> Lines:
    if page.exercise is None:
        raise Unresolved("@@hint comes after @@exercise N")
    return text.block('<details class="bh-hint"><summary>A hint</summary><p>'
                      f"{text.markdown(page.exercise.hint)}</p></details>")


def answer(page: Page, words: Sequence[str]) -> Lines:
    chapter = page.need_chapter()
    found = exercises.load(chapter, number(words))
    patch = text.read(found.directory / "answer.patch")
    return ["", f"## Exercise {found.number}: {found.title} "
            f"{{#{chapter}-answer-{found.number}}}", "",
            *text.block(stars(found.stars) + text.diff_html(patch_lines(patch)))]


def patch_lines(lines: Sequence[str]) -> Lines:
    """A patch without the commands and dates that made it."""
    kept = [line for line in lines if not line.startswith(("diff ", "index ", "Only in"))]
    return [re.sub(r"^((?:---|\+\+\+) \S+)\t.*", r"\1", line) for line in kept]


# Labs


def _plant(lab: labs.Lab) -> Lines:
    return text.block(f'<p>To plant it in a copy and boot that: <kbd class="bh-typed">{lab.run}</kbd></p>')


def _patch(lab: labs.Lab) -> Lines:
    return text.block("<details><summary>The fault itself, as a patch</summary>"
                      + text.diff_html(patch_lines(text.read(lab.patch))) + "</details>")


def _recorded(lab: labs.Lab, part: str, title: str) -> Lines:
    path = lab.recording(part)
    if not path.exists():
        raise Unresolved(f"no {path.relative_to(ROOT)}: make transcripts")
    body = text.plain_block(text.read(path), "output")
    if part == "symptom":
        if not "".join(text.read(path)).strip():
            raise Unresolved(f"{path.relative_to(ROOT)} is empty: make transcripts")
        return text.block(f'<p class="bh-head"><b>{title}</b></p>{body}')
    command = f'<kbd class="bh-typed">{lab.run} IN={part}</kbd>'
    return text.block(f"<details><summary>{title} ({command})</summary>{body}</details>")


def _cause(lab: labs.Lab) -> Lines:
    return text.block('<details class="bh-cause"><summary>The cause</summary>'
                      f"<p>{text.markdown(lab.cause)}</p><p><b>The command that tells:</b> "
                      f"<code>{html.escape(lab.command)}</code></p></details>")


PARTS: dict[str, Callable[[labs.Lab], Lines]] = {
    "plant": _plant,
    "patch": _patch,
    "symptom": lambda lab: _recorded(lab, "symptom", "What you see"),
    "gdb": lambda lab: _recorded(lab, "gdb", "The diagnosis in GDB"),
    "bochs": lambda lab: _recorded(lab, "bochs", "The diagnosis in Bochs"),
    "cause": _cause,
}


def lab(page: Page, words: Sequence[str]) -> Lines:
    chapter = page.chapter or "final"
    found = labs.load(chapter, number(words[:1]))
    head = ["", f"### Lab {found.number}: {found.title} {{#{page.path.stem}-lab-{found.number}}}",
            ""]
    if len(words) == 1:
        parts = ["plant", "symptom", *found.sessions, "cause", "patch"]
        return head + [line for part in parts for line in PARTS[part](found)]
    part = one(words[1:], "a part of the lab")
    if part not in PARTS:
        raise Unresolved(f"a lab has no {part}; its parts are {', '.join(PARTS)}")
    return (head if part == "plant" else []) + PARTS[part](found)


# Lists that are made from elsewhere


def contents(page: Page, words: Sequence[str]) -> Lines:
    made: Lines = []
    group = ""
    for path in places.source_pages()[1:]:
        stem = path.stem
        if re.fullmatch(r"ch\d\d-.*", stem):
            continue
        here = {"pa": "Part II: the complete hypervisor", "ap": "Appendices",
                "ch": "Part I: from power-on to a separation kernel"}.get(stem[:2], "")
        if here != group:
            made += ["", f"**{here}**"] if here else []
            group = here
            made.append("")
        made.append(f"- @subpage {stem}")
    return [*made, ""]


def generated(make: Callable[[], Lines]) -> Callable[[Page, Sequence[str]], Lines]:
    def directive(page: Page, words: Sequence[str]) -> Lines:
        if words:
            raise Unresolved("takes no words")
        return make()

    return directive


def cheatsheet(page: Page, words: Sequence[str]) -> Lines:
    return reference.cheatsheet(one(words, "gdb or bochs"))


def refused(page: Page, words: Sequence[str]) -> Lines:
    return wrong.shown(words)


DIRECTIVES: dict[str, Callable[[Page, Sequence[str]], Lines]] = {
    "listing": listing, "transcript": transcript, "change": change, "given": given, "recap": recap,
    "try": left_to_reader,
    "coverage": show_coverage, "diff": diff, "glance": glance, "figure": figure,
    "machine": machine, "steps": show_steps, "step": step, "exercise": exercise, "hint": hint,
    "answer": answer, "lab": lab, "wrong": refused, "contents": contents,
    "cheatsheet": cheatsheet, "glossary": generated(reference.glossary),
    "troubleshooting": generated(reference.troubleshooting),
    "hypercalls": generated(reference.hypercalls),
    "description": generated(reference.description),
}


def expand(path: Path) -> Iterator[tuple[int, str | Unresolved]]:
    """(line number, what stands there) for each line of the page."""
    page = Page(path, places.page_chapter(path))
    lines = path.read_text(encoding="utf-8").splitlines()
    fenced, raw, skip_to = False, False, 0  # raw: inside <pre>, which pages that are made have
    for at, line in enumerate(lines):
        if at < skip_to:
            continue
        try:
            if line.startswith("## "):
                page.step = 0
            if line.startswith("@@console"):
                skip_to = console.end(lines, at + 1) + 1
                block = console.parse(path.stem, at + 1, line[len("@@console"):],
                                      lines[at + 1 : skip_to - 1], page.names)
                made = text.block(console.rendered(block))
            elif line.startswith("@@"):
                kind, *words = text.split(line[2:])
                if kind not in DIRECTIVES:
                    raise Unresolved(f"no directive @@{kind}")
                made = DIRECTIVES[kind](page, words)
            else:
                fenced ^= bool(re.match(r"(~~~|```)", line))
                raw |= "<pre" in line
                code = fenced or raw
                made = [line if code else symbols.link(terms.replace(text.percents(line)), page.chapter)]
                raw &= "</pre>" not in line
                if at == 0 and sum(one.startswith("## ") for one in lines) >= 3:
                    made += ["", "@tableofcontents"]
            yield at + 1, "\n".join(made)
        except Unresolved as error:
            yield at + 1, error
    if path.stem == page.chapter:
        yield len(lines), "\n".join(["", *_sub_pages(page)])


def _sub_pages(page: Page) -> Lines:
    """A chapter's answers and difference are its sub-pages, whether it says so or not."""
    made = []
    if (BOOK / f"{page.chapter}-answers.md").exists() and not _says(page, f"{page.chapter}-answers"):
        made.append(f"- @subpage {page.chapter}-answers")
    if "diff" not in page.made:
        made.append(f"- @subpage {page.chapter}-diff")
    return made


def _says(page: Page, name: str) -> bool:
    return f"@subpage {name}" in page.path.read_text(encoding="utf-8")
