"""Bugs by rule: what can be taken out of a source, or moved by one, without being told where.

libclang parses the C, once for each source and header, as the build does it, and says where a
condition, an operator or a statement begins and ends. It has no tree for assembly; there a line with
one instruction is taken for what it looks like. What comes out of a macro has no place of its own in
the text and is left alone, and so are static assertions: those are the compiler's.

A bug is known by its file, its function and its text, not by a line's number, so that what was
decided about it stays true while the lines above it change.
"""

from __future__ import annotations

import difflib
import functools
import hashlib
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from clang import cindex
from clang.cindex import CursorKind

from .tree import Tree, find_trees

ROOMS = ("klib", "hw", "core", "virt", "lib", "bhc")
KINDS = {
    "condition": "an `if` (or `?:`) always goes one way",
    "operand": "a part of `&&` or `||` is not asked",
    "comparison": "`<` for `<=`, `==` for `!=` and so on",
    "return": "an error is not returned",
    "drop": "a call, a clearing or setting of bits, or an instruction is left out",
    "flag": "a part of `|`, the mask of an `&`, or a shift by one more",
    "constant": "a constant is one more",
}
COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
PRINTS = re.compile(r"print|^panic|^f?put[cs]$|^fflush$|^assert$")  # words for people
CLEARS = re.compile(r"^(\(\w+( \*)?\))?(0[xX]?0*[uU]?[lL]*|NULL|false|true|[A-Z][A-Z0-9_]+)$|& *~")
ERROR = re.compile(r"^\(?BH_E[A-Z]+\)?$")
NUMBER = re.compile(r"^(0[xX][0-9a-fA-F]+|\d+)[uUlL]*$")
INSTRUCTION = re.compile(r"^    ([a-z]\w*)((?: +[^/#;]+)?)$")
JUMPS_ON = ("nop",)


@dataclass(frozen=True)
class Bug:
    """One change of one file."""

    chapter: str
    file: str
    function: str  # "" outside of any
    kind: str
    line: int
    start: int  # in bytes
    end: int
    text: str  # what comes in between
    old: str  # the lines that change, with single blanks
    new: str
    nth: int = 1  # of those that look the same in the function

    @property
    def id(self) -> str:
        words = (self.chapter, self.file, self.function, self.kind, self.old, self.new, self.nth)
        return hashlib.sha256(repr(words).encode()).hexdigest()[:10]

    @property
    def room(self) -> str:
        """The directory: chapter and path."""
        return f"{self.chapter}/{self.file.rpartition('/')[0]}"

    def apply(self, directory: Path) -> None:
        path = directory / self.file
        path.write_bytes(self.planted(path.read_bytes()))

    def planted(self, source: bytes) -> bytes:
        return source[: self.start] + self.text.encode() + source[self.end :]


def _collapsed(text: bytes) -> str:
    return " ".join(text.decode(errors="replace").split())


def _bare(node: cindex.Cursor) -> cindex.Cursor:
    """Without the conversions that the compiler puts around it, which are not in the text."""
    while node.kind == CursorKind.UNEXPOSED_EXPR:
        inside = list(node.get_children())
        if len(inside) != 1 or inside[0].extent != node.extent:
            break
        node = inside[0]
    return node


class Reader:
    """Finds the bugs of one C file."""

    def __init__(self, chapter: str, file: str, source: bytes, unit: cindex.TranslationUnit) -> None:
        self.chapter, self.file, self.source, self.unit = chapter, file, source, unit
        self.found: list[Bug] = []
        self.with_if: set[int] = set()  # returns that go with the condition in front of them
        top = list(unit.cursor.get_children())
        self.top = [node for node in top if self._is_here(node)]
        self.macros = [
            (node.extent.start.offset, node.extent.end.offset)
            for node in self.top
            if node.kind == CursorKind.MACRO_INSTANTIATION
        ]
        whole = unit.get_extent(unit.spelling, (0, len(source)))
        self.tokens = [
            (token.extent.start.offset, token.spelling)
            for token in unit.get_tokens(extent=whole)
            if token.kind != cindex.TokenKind.COMMENT
        ]

    def _is_here(self, node: cindex.Cursor) -> bool:
        place = node.location.file
        return place is not None and place.name == self.unit.spelling

    def _of_macro(self, node: cindex.Cursor) -> bool:
        start, end = node.extent.start.offset, node.extent.end.offset
        return any(a <= start < b and not (start == a and end >= b) for a, b in self.macros) or any(
            (start, end) == macro for macro in self.macros
        )

    def _text(self, node: cindex.Cursor) -> str:
        return self.source[node.extent.start.offset : node.extent.end.offset].decode()

    def _between(self, start: int, end: int) -> list[tuple[int, str]]:
        return [token for token in self.tokens if start <= token[0] < end]

    def _add(self, kind: str, function: str, start: int, end: int, text: str) -> None:
        first = self.source.rfind(b"\n", 0, start) + 1
        last = self.source.find(b"\n", end)
        last = len(self.source) if last < 0 else last
        old = self.source[first:last]
        new = self.source[first:start] + text.encode() + self.source[end:last]
        line = self.source.count(b"\n", 0, start) + 1
        bug = Bug(
            *(self.chapter, self.file, function, kind, line, start, end, text),
            *(_collapsed(old), _collapsed(new)),
        )
        if bug.old != bug.new:
            self.found.append(bug)

    def _replace(self, kind: str, function: str, node: cindex.Cursor, text: str) -> None:
        self._add(kind, function, node.extent.start.offset, node.extent.end.offset, text)

    def read(self) -> list[Bug]:
        for node in self.top:
            if node.kind == CursorKind.MACRO_DEFINITION:
                self._macro(node)
            elif node.kind != CursorKind.MACRO_INSTANTIATION:
                self._walk(node, "", None)
        return self.found

    def _macro(self, node: cindex.Cursor) -> None:
        words = self._between(node.extent.start.offset, node.extent.end.offset)
        if len(words) == 2 and NUMBER.match(words[1][1]):
            start, text = words[1]
            self._add("constant", node.spelling, start, start + len(text), f"({text} + 1)")

    def _walk(self, node: cindex.Cursor, function: str, whole: cindex.Cursor | None) -> None:
        """`whole`: the condition of an `if`, whose own sense is turned there already."""
        try:
            kind = node.kind
        except ValueError:  # newer than the bindings
            return
        if kind == CursorKind.STATIC_ASSERT:
            return
        if kind == CursorKind.FUNCTION_DECL:
            function = node.spelling
        condition = None
        if not self._of_macro(node):
            condition = self._look(node, kind, function, whole)
        for child in node.get_children():
            self._walk(child, function, condition)

    def _look(
        self,
        node: cindex.Cursor,
        kind: CursorKind,
        function: str,
        whole: cindex.Cursor | None,
    ) -> cindex.Cursor | None:
        children = list(node.get_children())
        if kind == CursorKind.IF_STMT:
            return self._if(node, children, function)
        if kind == CursorKind.CONDITIONAL_OPERATOR and len(children) == 3:
            self._choice(node, children, function)
        elif kind == CursorKind.BINARY_OPERATOR and len(children) == 2:
            self._operator(node, children, function, whole is not None and whole == node)
        elif kind in (CursorKind.ENUM_CONSTANT_DECL, CursorKind.VAR_DECL):
            self._constant(node, children, function)
        elif kind == CursorKind.RETURN_STMT and children and ERROR.match(self._text(children[0])):
            if node.extent.start.offset not in self.with_if:
                self._replace("return", function, children[0], "BH_OK")
        if kind == CursorKind.COMPOUND_STMT:
            for child in children:
                self._statement(child, function)
        elif kind in (CursorKind.FOR_STMT, CursorKind.WHILE_STMT) and children:
            self._statement(children[-1], function)
        return None

    def _if(
        self, node: cindex.Cursor, children: list[cindex.Cursor], function: str
    ) -> cindex.Cursor:
        condition, then = _bare(children[0]), children[1]
        start = node.extent.start.offset
        opening = next(o for o, text in self._between(start, len(self.source)) if text == "(")
        depth, closing = 0, opening
        for closing, text in self._between(opening, len(self.source)):
            depth += (text == "(") - (text == ")")
            if depth == 0:
                break
        inside = self.source[opening + 1 : closing].decode()
        returns = len(children) == 2 and self._returns_error(then)
        self._add("condition", function, opening + 1, closing, f"(void)({inside}), true")
        kind = "return" if returns else "condition"
        self._add(kind, function, opening + 1, closing, f"(void)({inside}), false")
        for branch in children[1:]:
            self._statement(branch, function)
        return condition

    def _returns_error(self, body: cindex.Cursor) -> bool:
        inside = list(body.get_children())
        if body.kind == CursorKind.COMPOUND_STMT:
            return len(inside) == 1 and self._returns_error(inside[0])
        if body.kind != CursorKind.RETURN_STMT or len(inside) != 1:
            return False
        if not ERROR.match(self._text(inside[0])):
            return False
        self.with_if.add(body.extent.start.offset)
        return True

    def _choice(self, node: cindex.Cursor, children: list[cindex.Cursor], function: str) -> None:
        first, second = self._text(children[1]), self._text(children[2])
        if not first or not second:  # `a ?: b`
            return
        for kept, gone in ((first, second), (second, first)):
            kind = "return" if ERROR.match(gone) else "condition"
            self._replace(kind, function, node, f"({kept})")

    def _operator(
        self, node: cindex.Cursor, children: list[cindex.Cursor], function: str, whole: bool
    ) -> None:
        left, right = children
        between = self._between(left.extent.end.offset, right.extent.start.offset)
        if len(between) != 1:
            return
        place, operator = between[0]
        if operator in COMPARISONS and not (whole and operator in ("==", "!=")):
            other = COMPARISONS[operator]
            self._add("comparison", function, place, place + len(operator), other)
        elif operator in ("&&", "||", "|"):
            kind = "flag" if operator == "|" else "operand"
            self._replace(kind, function, node, self._text(left))
            if not self._is_chain(left, operator):
                self._replace(kind, function, node, self._text(right))
        elif operator == "&" and not whole:
            self._replace("flag", function, node, self._text(left))
        elif operator in ("<<", ">>"):
            self._replace("flag", function, right, f"({self._text(right)} + 1)")

    def _is_chain(self, node: cindex.Cursor, operator: str) -> bool:
        node = _bare(node)
        children = list(node.get_children())
        if node.kind != CursorKind.BINARY_OPERATOR or len(children) != 2:
            return False
        between = self._between(children[0].extent.end.offset, children[1].extent.start.offset)
        return [text for _, text in between] == [operator]

    def _constant(self, node: cindex.Cursor, children: list[cindex.Cursor], function: str) -> None:
        if node.kind == CursorKind.VAR_DECL and not node.type.is_const_qualified():
            return
        for child in map(_bare, children):
            if child.kind == CursorKind.INTEGER_LITERAL and NUMBER.match(self._text(child)):
                self._replace("constant", function, child, f"{self._text(child)} + 1")

    def _statement(self, node: cindex.Cursor, function: str) -> None:
        """A whole statement that can be left out."""
        if self._of_macro(node):
            return
        if node.kind == CursorKind.ASM_STMT:
            self._replace("drop", function, node, "")
        elif node.kind == CursorKind.CALL_EXPR:
            if not PRINTS.search(node.spelling or self._text(node)):
                self._replace("drop", function, node, "")
        elif node.kind == CursorKind.COMPOUND_ASSIGNMENT_OPERATOR:
            if re.search(r"[|&^]=", self._text(node)):
                self._replace("drop", function, node, "")
        elif node.kind == CursorKind.BINARY_OPERATOR:
            self._assignment(node, function)

    def _assignment(self, node: cindex.Cursor, function: str) -> None:
        children = list(node.get_children())
        if len(children) != 2 or not CLEARS.search(self._text(children[1])):
            return
        target = _bare(children[0])
        declared = target.referenced if target.kind == CursorKind.DECL_REF_EXPR else None
        if declared is not None and declared.semantic_parent.kind == CursorKind.FUNCTION_DECL:
            return  # a variable of the function's: without the value it is no program
        between = self._between(target.extent.end.offset, children[1].extent.start.offset)
        if [text for _, text in between] == ["="]:
            self._replace("drop", function, node, "")


def _of_assembly(chapter: str, file: str, source: bytes) -> list[Bug]:
    """Instructions, one left out at a time. The function is the last global label."""
    found, function, start = [], "", 0
    for number, line in enumerate(source.decode().splitlines(keepends=True), 1):
        text = line.rstrip("\n")
        label = re.match(r"^([A-Za-z_]\w*):", text)
        function = label[1] if label else function
        code = re.sub(r"/\*.*?\*/|//.*", "", text).rstrip()
        seen = INSTRUCTION.match(code)
        if seen and seen[1] not in JUMPS_ON:
            old = " ".join(text.split())
            first, end = start + 4, start + len(code.encode())
            found.append(Bug(chapter, file, function, "drop", number, first, end, "", old, ""))
        start += len(line.encode())
    return found


@functools.cache
def _own_headers() -> str:
    """Where clang's stdint.h and others are: the library does not know by itself."""
    done = subprocess.run(
        ["clang", "-print-resource-dir"], capture_output=True, text=True, check=True
    )
    return f"{done.stdout.strip()}/include"


@functools.cache
def _host_flags() -> tuple[str, ...]:
    done = subprocess.run(
        ["pkg-config", "--cflags", "libxml-2.0"], capture_output=True, text=True, check=False
    )
    return tuple(done.stdout.split())


def flags(directory: Path, file: str) -> list[str]:
    """What the build passes, as far as the meaning of the text hangs on it."""
    if file.startswith("bhc/"):
        ours = ["-std=c11", "-D_XOPEN_SOURCE=700", f"-I{directory}", f"-I{directory / 'bhc'}"]
        return ["-xc", "-isystem", _own_headers(), *ours, *_host_flags()]
    target = ["--target=i386-unknown-none-elf", "-march=i686", "-ffreestanding", "-std=c11"]
    return ["-xc", "-isystem", _own_headers(), *target, f"-I{directory}"]


class RuleError(Exception):
    """A source that cannot be parsed."""


def parse(directory: Path, file: str, source: bytes) -> cindex.TranslationUnit:
    """`source` need not be what is in the file."""
    path = str(directory / file)
    try:
        return cindex.TranslationUnit.from_source(
            path,
            flags(directory, file),
            unsaved_files=[(path, source.decode())],
            options=cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD,
        )
    except cindex.TranslationUnitLoadError as error:
        raise RuleError(f"{path}: {error}") from error


def complaints(unit: cindex.TranslationUnit) -> list[str]:
    """Errors, not warnings."""
    return [str(d) for d in unit.diagnostics if d.severity >= cindex.Diagnostic.Error]


def compiles(bug: Bug, directory: Path) -> str | None:
    """What the compiler has to say against the bug, or None. `directory` has it not yet."""
    if bug.file.endswith(".S"):
        return None
    source = bug.planted((directory / bug.file).read_bytes())
    wrong = complaints(parse(directory, bug.file, source))
    return wrong[0] if wrong else None


def _numbered(bugs: list[Bug]) -> list[Bug]:
    """Without doubles; those that look the same in a function are counted."""
    seen: Counter[tuple[str, ...]] = Counter()
    result, places = [], set()
    for bug in sorted(bugs, key=lambda bug: (bug.start, bug.end, bug.text)):
        if (bug.start, bug.end, bug.text) in places:
            continue
        places.add((bug.start, bug.end, bug.text))
        name = (bug.function, bug.kind, bug.old, bug.new)
        seen[name] += 1
        result.append(replace(bug, nth=seen[name]))
    return result


def bugs_of_file(chapter: str, directory: Path, file: str) -> list[Bug]:
    source = (directory / file).read_bytes()
    if file.endswith(".S"):
        return _numbered(_of_assembly(chapter, file, source))
    unit = parse(directory, file, source)
    wrong = complaints(unit)
    if wrong:
        raise RuleError(f"{directory / file}: {wrong[0]}")
    return _numbered(Reader(chapter, file, source, unit).read())


def bodies(directory: Path, file: str, source: bytes) -> list[int]:
    """Where functions begin, behind their braces."""
    unit = parse(directory, file, source)
    found = []
    for node in unit.cursor.get_children():
        place = node.location.file
        if node.kind == CursorKind.FUNCTION_DECL and place and place.name == unit.spelling:
            found += [
                child.extent.start.offset + 1
                for child in node.get_children()
                if child.kind == CursorKind.COMPOUND_STMT
            ]
    return found


def sources(directory: Path) -> list[str]:
    """The files of the rooms, and of the rooms in them."""
    return sorted(
        str(path.relative_to(directory))
        for room in ROOMS
        for path in (directory / room).rglob("*.[chS]")
        if "build" not in path.relative_to(directory).parts and path.name != "font.S"
    )


def new_lines(before: Path | None, path: Path) -> set[int]:
    """Numbers of the lines that the file of the chapter before does not have."""
    text = path.read_text().splitlines()
    old = before.read_text().splitlines() if before and before.exists() else []
    matcher = difflib.SequenceMatcher(None, old, text, autojunk=False)
    return {
        number + 1
        for tag, _, _, first, last in matcher.get_opcodes()
        if tag in ("insert", "replace")
        for number in range(first, last)
    }


def _any_file(_path: str) -> bool:
    return True


def bugs_of_tree(
    tree: Tree, before: Tree | None, asked: Callable[[str], bool] = _any_file
) -> Iterator[Bug]:
    """Of the whole tree, or, with a chapter before it, of what it adds to that. `asked` gets
    CHAPTER/FILE and says whether that is asked for."""
    for file in sources(tree.directory):
        wanted = None
        if not asked(f"{tree.chapter}/{file}"):
            continue
        if before:
            wanted = new_lines(before.directory / file, tree.directory / file)
            if not wanted:
                continue
        for bug in bugs_of_file(tree.chapter, tree.directory, file):
            if wanted is None or bug.line in wanted:
                yield bug


def all_bugs(asked: Callable[[str], bool] = _any_file) -> list[Bug]:
    """Of `final` all, of each chapter its layer."""
    found: list[Bug] = []
    before: Tree | None = None
    for name, tree in find_trees().items():
        found += bugs_of_tree(tree, None if name == "final" else before, asked)
        before = tree
    return found
