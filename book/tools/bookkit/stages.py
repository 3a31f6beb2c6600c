"""A chapter's tree after each step, and what of it stands on the chapter's page.

A page speaks of a step from its `@@step N` to the next one or the next heading of the second level.
Listings and changes there show the tree *after* that step; `@@given` folds what is not explained.
Each piece says where it belongs, so that the tree can be typed from the page: `retyped` does it.
"""

from __future__ import annotations

import fnmatch
import functools
import html
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import coverage, steps, text
from .places import CODE, ROOT, Unresolved, before, directory

CONTEXT = 3  # unchanged lines around a change


@dataclass(frozen=True)
class File:
    executable: bool
    lines: tuple[str, ...]


Tree = dict[str, File]


def read_tree(top: Path, names: Iterable[str]) -> Tree:
    found = {}
    for name in names:
        path = top / name
        content = path.read_text(encoding="utf-8")
        if content and not content.endswith("\n"):
            raise Unresolved(f"{name}: the last line does not end")
        found[name] = File(bool(path.stat().st_mode & 0o100), tuple(content.split("\n")[:-1]))
    return found


@functools.cache
def trees(chapter: str) -> tuple[Tree, ...]:
    """What the first step starts from, and the tree after each step."""
    earlier = before(chapter)
    first = read_tree(directory(earlier), coverage.files(earlier)) if earlier else {}
    found = [first]
    with tempfile.TemporaryDirectory(prefix="bulkhead-stages-") as work:
        top = Path(work, "tree")
        steps.begin(chapter, top)
        for step in steps.load(chapter):
            problem = steps.apply(top, step.patch)
            if problem:
                raise Unresolved(f"{chapter} step {step.number}: {problem}")
            names = [path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()]
            found.append(read_tree(top, sorted(names)))
    return tuple(found)


# One file in one step


@dataclass(frozen=True)
class Row:
    """A line: kept (c), added (a) or taken away (d). Its number is that in the tree after the step;
    of a line that was taken away, the number of the line behind it."""

    kind: str
    number: int
    text: str


@functools.cache
def rows(chapter: str, step: int, name: str) -> tuple[Row, ...]:
    """The file after the step, with what the step took away between its lines."""
    old, new = (trees(chapter)[at].get(name) for at in (step - 1, step))
    if new is None:
        return tuple(Row("d", 1, line) for line in old.lines) if old else ()
    if old is None or old.lines == new.lines:
        kind = "a" if old is None else "c"
        return tuple(Row(kind, at, line) for at, line in enumerate(new.lines, 1))
    with tempfile.TemporaryDirectory(prefix="bulkhead-stages-") as work:
        paths = []
        for side, file in (("old", old), ("new", new)):
            paths.append(Path(work, side))
            paths[-1].write_text("".join(f"{line}\n" for line in file.lines), encoding="utf-8")
        diff = coverage.git_diff(*paths, len(old.lines) + len(new.lines), name)
    found, number = [], 1
    for line in diff[1:]:
        kind = {" ": "c", "+": "a", "-": "d"}[line[0]]
        found.append(Row(kind, number, line[1:]))
        number += kind != "d"
    return tuple(found)


def touched(chapter: str, step: int) -> list[str]:
    """The files that a step adds, changes or takes away."""
    old, new = trees(chapter)[step - 1 : step + 1]
    return [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]


def hunks(lines: Sequence[Row], context: int = CONTEXT) -> list[tuple[int, int]]:
    """Stretches (from, to behind) of rows with changes and the lines around them."""
    found: list[list[int]] = []
    for at, row in enumerate(lines):
        if row.kind == "c":
            continue
        start, end = max(0, at - context), min(len(lines), at + 1 + context)
        if found and start <= found[-1][1]:
            found[-1][1] = end
        else:
            found.append([start, end])
    return [(start, end) for start, end in found]


NAMED = (
    (re.compile(r"^(?!typedef|return)[A-Za-z_][\w \*]*?\b(\w+)\([^;]*$"), "{}()"),
    (re.compile(r"^(?:static )?(?:const )?(?:struct|enum|union) (\w+)(?: \w+)*(?:\[.*\])? ?(?:=.*)?\{"), "{}"),
    (re.compile(r"^(?:static |extern )[\w \*]*?\b(\w+)(?:\[[^=]*)? =.*\{$"), "{}"),
    (re.compile(r"^#define (\w+)"), "{}"),
    (re.compile(r"^(?:static|extern) [\w \*]*?\b(\w+)(?:\[.*\])*(?: =.*)?;"), "{}"),
    (re.compile(r"^([A-Za-z_]\w+):"), "{}"),
    (re.compile(r"^([A-Z_]+) +[:?+]?="), "{}"),
    (re.compile(r"^## (.+)"), "{}"),
)


def place(lines: Sequence[str], number: int) -> str:
    """Where line `number` (from 1) stands: inside or behind which function or name."""
    for at in range(number - 2, -1, -1):
        for shape, form in NAMED:
            hit = shape.match(lines[at])
            if hit:
                inside = lines[at].rstrip().endswith(("{", "(", ",", "\\")) or form == "{}()"
                closed = any(re.match(r"[})]", line) for line in lines[at:number - 1])
                name = html.escape(form.format(hit[1]), quote=False)
                return f'{"in" if inside and not closed else "behind"} <code>{name}</code>'
    return "at its beginning"


@dataclass(frozen=True)
class Piece:
    """Rows of a file that stand together on the page."""

    chapter: str
    step: int
    name: str
    start: int  # row, from 0
    end: int  # row behind the last

    @property
    def rows(self) -> tuple[Row, ...]:
        return rows(self.chapter, self.step, self.name)[self.start : self.end]

    @property
    def new(self) -> bool:
        return self.name not in trees(self.chapter)[self.step - 1]

    @property
    def whole(self) -> bool:
        return (self.start, self.end) == (0, len(rows(self.chapter, self.step, self.name)))

    def where(self) -> str:
        """In words, what a reader needs to find the place."""
        file = trees(self.chapter)[self.step][self.name]
        numbers = [row.number for row in self.rows if row.kind != "d"] or [self.rows[0].number]
        said = "new, whole" if self.new and self.whole else "new" if self.new else ""
        if not self.new and all(row.kind == "a" for row in self.rows):
            said = "new lines"
        if self.new and file.executable:
            said += ", executable"
        if not self.whole:
            first, last = min(numbers), max(numbers)
            lines = f"{first} to {last}" if last > first else f"{first}"
            lines = f"line{'s' * (last > first)} {lines}"
            said = ", ".join(filter(None, (said, lines, place(file.lines, first))))
        return said

    def data(self) -> str:
        """The same for a program: attributes of the piece's element."""
        kinds = "".join(row.kind for row in self.rows)
        runs = "".join(f"{run[0][0]}{len(run[0])}" for run in re.finditer(r"(.)\1*", kinds))
        mode = ""
        if self.new:
            mode = f' data-new="{"755" if trees(self.chapter)[self.step][self.name].executable else "644"}"'
        return (f'data-step="{self.step}" data-file="{html.escape(self.name)}" '
                f'data-line="{self.rows[0].number}" data-rows="{runs}"{mode}')


def piece_of_lines(chapter: str, step: int, name: str, first: int, last: int) -> Piece:
    """Lines first to last (from 0) of the file after the step, with what was taken away there."""
    every = rows(chapter, step, name)
    inside = [at for at, row in enumerate(every) if first < row.number <= last + 1 and row.kind != "d"]
    if not inside:
        raise Unresolved(f"{name}: no such lines")
    start, end = inside[0], inside[-1] + 1
    if every[start].kind == "a":
        while start and every[start - 1].kind == "d":
            start -= 1
    return Piece(chapter, step, name, start, end)


# What a page says of a step


def file_name(chapter: str, name: str) -> str:
    """A file as the step's tree names it: `hw/pic.c` for `ch03-idt/hw/pic.c`."""
    earlier = before(chapter)
    for one in (chapter, earlier):
        top = f"{directory(one).name}/" if one else None
        if top and name.startswith(top):
            return name[len(top):]
    return name


def open_pieces(chapter: str, step: int, kind: str, words: Sequence[str]) -> list[Piece]:
    """The pieces that a @@listing or @@change of the step's section shows; none if it quotes a
    file that is not the step's."""
    plain, keyed = text.options(words, ("from", "to"))
    if not plain:
        raise Unresolved("which file?")
    own = directory(chapter).name
    if "/" in plain[0] and plain[0].split("/")[0] != own and (ROOT / plain[0]).exists() \
            and plain[0] not in trees(chapter)[step]:
        return []
    name = file_name(chapter, plain[0])
    file = trees(chapter)[step].get(name)
    if file is None:
        raise Unresolved(f"no file {name} after step {step}")
    first, last = text.span(file.lines, name, keyed)
    if kind == "listing":
        return [piece_of_lines(chapter, step, name, first, last)]
    every = rows(chapter, step, name)
    found = [Piece(chapter, step, name, start, end) for start, end in hunks(every)
             if any(first < row.number <= last + 1 for row in every[start:end] if row.kind != "c")]
    if not found:
        raise Unresolved(f"{name}: step {step} changes nothing in lines {first + 1} to {last + 1}")
    return found


@dataclass
class Section:
    """A step's section of the page."""

    open: dict[str, set[int]] = field(default_factory=dict)  # rows, by file
    given: list[tuple[str, str]] = field(default_factory=list)  # pattern, why

    def add(self, piece: Piece) -> None:
        self.open.setdefault(piece.name, set()).update(range(piece.start, piece.end))


def sections(page: Path, chapter: str) -> dict[int, Section]:
    """What the page shows of each step. What does not resolve is reported where it stands."""
    found: dict[int, Section] = {}
    step = 0
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            step = 0
        if not line.startswith("@@"):
            continue
        try:
            kind, *words = text.split(line[2:])
            if kind == "step":
                step = int(words[0]) if words and words[0].isdecimal() else 0
                found.setdefault(step, Section())
            elif step and kind in ("listing", "change"):
                for piece in open_pieces(chapter, step, kind, words):
                    found[step].add(piece)
            elif step and kind == "given" and len(words) == 2:
                found[step].given.append((words[0], words[1]))
        except Unresolved:
            continue
    return found


def matches(chapter: str, step: int, pattern: str) -> list[str]:
    return fnmatch.filter(touched(chapter, step), file_name(chapter, pattern))


def left(chapter: str, step: int, name: str, section: Section) -> list[Piece]:
    """What @@given folds of a file: a new one whole, else the changes that are not shown."""
    every = rows(chapter, step, name)
    if name not in trees(chapter)[step]:
        return [Piece(chapter, step, name, 0, len(every))]
    shown = section.open.get(name, set())
    if name not in trees(chapter)[step - 1]:
        return [] if shown >= set(range(len(every))) else [Piece(chapter, step, name, 0, len(every))]
    return [Piece(chapter, step, name, start, end) for start, end in hunks(every)
            if any(every[at].kind != "c" and at not in shown for at in range(start, end))]


def folded(pattern: str, why: str, chapter: str, step: int, section: Section) -> str:
    """The HTML of @@given."""
    names = matches(chapter, step, pattern)
    if not names:
        raise Unresolved(f"step {step} touches no file {pattern}")
    found = [(name, left(chapter, step, name, section)) for name in names]
    found = [(name, pieces) for name, pieces in found if pieces]
    if not found:
        raise Unresolved(f"step {step}: all of {pattern} is shown already")
    why = text.markdown(why)
    gone = [name for name, _pieces in found if name not in trees(chapter)[step]]
    kept = [(name, pieces) for name, pieces in found if name not in gone]
    made = [f'<p class="bh-gone" data-step="{step}" data-gone="{html.escape(name)}">Take away: '
            f"<code>{name}</code> ({why}).</p>" for name in gone]
    bodies = [_fold(name, pieces, why if len(kept) == 1 else "") for name, pieces in kept]
    if len(kept) == 1:
        made += bodies
    elif kept:
        made.append(f'<details class="bh-given"><summary>{len(kept)} files: {why}</summary>'
                    + "".join(bodies) + "</details>")
    return "\n".join(made)


def _fold(name: str, pieces: Sequence[Piece], why: str) -> str:
    said = pieces[0].where() if len(pieces) == 1 else f"{len(pieces)} places"
    head = f"<code>{html.escape(name)}</code> ({said})" + (f": {why}" if why else "")
    body = []
    for piece in pieces:
        if len(pieces) > 1:
            body.append(f'<p class="bh-small">{piece.where()}</p>')
        body.append(pre(piece))
    return f'<details class="bh-given"><summary>{head}</summary>{"".join(body)}</details>'


def pre(piece: Piece) -> str:
    """A piece as HTML; what changed is marked, unless all of it is new."""
    plain = piece.new or all(row.kind == "c" for row in piece.rows)
    made = []
    for row in piece.rows:
        line = html.escape(row.text, quote=False)
        kind = {"a": "bh-add", "d": "bh-del"}.get(row.kind)
        made.append(line if plain or not kind else f'<span class="{kind}">{line}</span>')
    return f'<pre class="bh-pre bh-code" {piece.data()}>\n' + "\n".join(made) + "\n</pre>"


# How much of a chapter is on its page


def code_mask(lines: Sequence[str], name: str) -> list[bool]:
    """Which lines of a source file hold more than blanks and comments."""
    if Path(name).suffix not in CODE:
        return [False] * len(lines)
    bare = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), "\n".join(lines),
                  flags=re.DOTALL).split("\n")
    return [bool(re.sub("//.*", "", line).strip()) for line in bare]


@dataclass
class Held:
    """A chapter's page, in lines that its steps add."""

    code: int = 0  # lines of code
    explained: int = 0  # of these, in listings
    lines: int = 0  # all lines
    there: int = 0  # of these, in listings or folded
    missing: list[str] = field(default_factory=list)  # what is on the page neither way

    @property
    def percent_explained(self) -> int:
        return 100 * self.explained // self.code if self.code else 100

    @property
    def percent(self) -> int:
        """Rounded down: 100 is all."""
        return 100 * self.there // self.lines if self.lines else 100


def held(chapter: str, page: Path) -> Held:
    found = Held()
    said = sections(page, chapter)
    for step in range(1, len(trees(chapter))):
        section = said.get(step, Section())
        folded_names = {name for pattern, _why in section.given
                        for name in matches(chapter, step, pattern)}
        for name in touched(chapter, step):
            every = rows(chapter, step, name)
            file = trees(chapter)[step].get(name)
            shown = section.open.get(name, set())
            mask = code_mask(file.lines, name) if file else []
            lost = []
            for at, row in enumerate(every):
                if row.kind == "a":
                    found.lines += 1
                    found.there += at in shown or name in folded_names
                    found.code += mask[row.number - 1]
                    found.explained += mask[row.number - 1] and at in shown
                if row.kind != "c" and at not in shown and name not in folded_names:
                    lost.append(row.number)
            if lost or (not every and name not in folded_names):
                spot = f":{lost[0]}" if lost else ""
                found.missing.append(f"step {step}: {name}{spot} ({len(lost)} lines)")
    return found


# Typing from the page


PIECE = re.compile(
    r'<(pre|p) class="[^"]*" data-step="(\d+)" data-file="([^"]*)" data-line="(\d+)" data-rows="([acd\d]*)"'
    r'(?: data-new="(\d+)")?')
GONE = re.compile(r'data-step="(\d+)" data-gone="([^"]*)"')


@dataclass(frozen=True)
class Seen:
    """A piece as it was read off the page."""

    step: int
    name: str
    line: int
    kinds: str
    new: str | None
    lines: tuple[str, ...]


def _unescaped(line: str) -> str:
    return html.unescape(re.sub(r"</?span[^>]*>", "", line))


def seen(expanded: str) -> Iterator[Seen]:
    """The pieces of an expanded page: folded ones in <pre>, open ones in a fence."""
    lines = expanded.split("\n")
    for at, line in enumerate(lines):
        for hit in PIECE.finditer(line):
            kinds = "".join(kind * int(count) for kind, count in re.findall(r"([acd])(\d+)", hit[5]))
            start = at + 1
            if hit[1] == "p":  # the head of a listing
                start = next(i for i in range(at, len(lines)) if lines[i].startswith("~~~")) + 1
            body = lines[start : start + len(kinds)]
            if hit[1] == "pre":
                body = [_unescaped(one) for one in body]
            yield Seen(int(hit[2]), html.unescape(hit[3]), int(hit[4]), kinds, hit[6], tuple(body))


def retyped(expanded: str, step: int, old: Tree) -> Tree:
    """The tree after a step, from the tree before it and the page, and from nothing else."""
    tree = dict(old)
    pieces: dict[str, list[Seen]] = {}
    for piece in seen(expanded):
        if piece.step == step:
            pieces.setdefault(piece.name, []).append(piece)
    for number, name in GONE.findall(expanded):
        if int(number) == step:
            tree.pop(html.unescape(name))
    for name, found in pieces.items():
        mode = next((piece.new for piece in found if piece.new), None)
        executable = mode == "755" if mode else tree[name].executable
        tree[name] = File(executable, _type(name, found, tree[name].lines if name in tree else ()))
    return tree


def _type(name: str, pieces: Sequence[Seen], old: Sequence[str]) -> tuple[str, ...]:
    adds: dict[int, str] = {}
    gone: dict[int, list[str]] = {}
    kept: dict[int, str] = {}
    for piece in pieces:
        number, lost = piece.line, []
        for kind, line in zip(piece.kinds, piece.lines, strict=True):
            if kind == "d":
                lost.append(line)
                continue
            if lost:
                gone.setdefault(number, lost)
                lost = []
            (adds if kind == "a" else kept)[number] = line
            number += 1
        if lost:
            gone.setdefault(number, lost)
    made: list[str] = []
    at, number = 0, 1
    while at < len(old) or number in adds or number in gone:
        for line in gone.pop(number, []):
            if at >= len(old) or old[at] != line:
                raise Unresolved(f"{name}:{number}: the page takes away {line!r}, which is not there")
            at += 1
        if number in adds:
            made.append(adds.pop(number))
        elif at < len(old):
            if kept.get(number, old[at]) != old[at]:
                raise Unresolved(f"{name}:{number}: the page shows {kept[number]!r}")
            made.append(old[at])
            at += 1
        number += 1
    if adds or gone:
        raise Unresolved(f"{name}: the page leaves a hole before line {min({*adds, *gone})}")
    return tuple(made)
