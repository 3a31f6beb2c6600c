"""Pages made from the source: hypercalls, the system description, the debuggers' commands, terms."""

from __future__ import annotations

import functools
import html
import re
import subprocess
import xml.etree.ElementTree as xml
from dataclasses import dataclass

from . import labs, terms, text
from .places import MADE, ROOT, Unresolved, chapters, directory, source_pages

XS = "{http://www.w3.org/2001/XMLSchema}"


def cell(words: str) -> str:
    """Text of a table's cell: HTML, on one line, nothing that Markdown reads."""
    plain = html.escape(" ".join(words.split()), quote=False)
    plain = re.sub(r"\b(BH_[A-Z_0-9]+|enum \w+|struct \w+)", r"<code>\1</code>", plain)
    return plain.replace("|", "&#124;").replace("@", "&#64;").replace("*", "&#42;") \
        .replace("_", "&#95;")


def table(heads: list[str], rows: list[list[str]]) -> list[str]:
    """An HTML table as a block of its own, as Doxygen makes Markdown's."""
    head = "".join(f'<th class="markdownTableHeadNone">{name}</th>' for name in heads)
    made = [f'<table class="markdownTable"><tr class="markdownTableHead">{head}</tr>']
    for number, row in enumerate(rows):
        cells = "".join(f'<td class="markdownTableBodyNone">{entry}</td>' for entry in row)
        made.append(f'<tr class="markdownTableRow{"Even" if number % 2 else "Odd"}">{cells}</tr>')
    return text.block("\n".join(made) + "\n</table>")


# Hypercalls


@dataclass(frozen=True)
class Define:
    name: str
    value: int
    words: str  # its comment


SECTION = re.compile(r"^/\* (.+?) \*/$")
# `(S) (partition, struct x *): what it does`, where (S) may be left out
CALL = re.compile(r"((?:\(S\) )?\((?:[^()]|\([^()]*\))*\))[:;,]? *(.*)", re.DOTALL)
DEFINE = re.compile(r"#define\s+(BH_\w+)\s+(\d+)\s*/\*\*<\s*(.*?)\s*\*/", re.DOTALL)


def sections(source: str) -> list[tuple[str, list[Define]]]:
    """The numbered constants of api/bulkhead.h, under the comments that head them."""
    joined = source.replace("\\\n", " ")
    found: list[tuple[str, list[Define]]] = [("", [])]
    for part in re.split(r"\n\s*\n", joined):
        defines = [Define(m[1], int(m[2]), m[3]) for m in DEFINE.finditer(part)]
        if not defines:
            continue
        match = SECTION.match(part.strip().splitlines()[0])
        found.append((match[1].rstrip(".") if match else "", defines))
    return [(name, defines) for name, defines in found if defines]


def functions() -> dict[str, tuple[str, str]]:
    """For each hypercall the library's function: its prototype and what its comment says."""
    lib = directory("final") / "lib"
    header = "\n".join(path.read_text(encoding="utf-8") for path in sorted(lib.glob("*.h")))
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(lib.glob("*.c"))) + header
    documented = {m[3]: (" ".join(m[2].split()), m[1]) for m in re.finditer(
        r"/\*\*((?:(?!\*/).)*?)\*/\s*((?:static inline )?[\w *]+?\b(\w+)\([^;{]*?\))\s*[;{]",
        header, re.DOTALL)}
    found: dict[str, tuple[str, str]] = {}
    body = re.compile(r"^[\w *]+?\b(\w+)\([^;{]*?\)\s*\{(.*?)^\}", re.DOTALL | re.MULTILINE)
    for match in body.finditer(code):
        for name in re.findall(r"\bBH_[A-Z_]+\b", match[2]):
            if match[1] in documented and match[1] != "bh_hypercall":
                found.setdefault(name, documented[match[1]])
    return found


def comment(words: str) -> str:
    """A Doxygen comment as sentences."""
    words = re.sub(r"^\s*\*", " ", words, flags=re.MULTILINE)
    return re.sub(r"[@\\](return|param\s+\S+)", lambda m: {"return": "Returns"}.get(
        m[1], "— " + m[1].split()[-1] + ":"), words)


def hypercalls() -> list[str]:
    source = (directory("final") / "api" / "bulkhead.h").read_text(encoding="utf-8")
    library = functions()
    made: list[str] = []
    for number, (title, defines) in enumerate(sections(source)):
        calls = [d for d in defines if d.name != "BH_HYPERCALLS"
                 and (not re.match(r"BH_VIRQ", d.name) or d.words[:1] == "(")]
        if not calls:
            continue
        made += ["", f"## {title.partition('. Those')[0] or 'From chapters 5 and 6, and ports'}"
                 f" {{#hypercalls-{number}}}", ""]
        rows = []
        for define in calls:
            found = CALL.match(define.words)
            arguments, words = (found[1], found[2]) if found else ("", define.words)
            prototype, about = library.get(define.name, ("", ""))
            more = f"<br><code>{html.escape(prototype)}</code>: {cell(comment(about))}" if prototype else ""
            rows.append([str(define.value), f'<code id="{define.name}">{define.name}</code>',
                         cell(arguments), cell(words) + more])
        made += table(["number", "name", "arguments", "what it does, and the library's function"],
                      rows)
    made += ["", "## Virtual interrupts {#hypercalls-virqs}", ""]
    virqs = [d for _title, defines in sections(source) for d in defines
             if re.match(r"BH_VIRQ", d.name) and d.words[:1] != "("]
    made += table(["number", "name", "what it is"],
                  [[str(d.value), f"<code>{d.name}</code>", cell(d.words)] for d in virqs])
    for name, title, anchor in (("bh_error", "Errors", "errors"),
                                ("bh_health_event", "Health events", "events")):
        rows = [[value, f"<code>{key}</code>", cell(words)]
                for key, value, words in enumeration(source, name)]
        made += ["", f"## {title} {{#hypercalls-{anchor}}}", "",
                 *table(["value", "name", "when"], rows)]
    return made


def enumeration(source: str, name: str) -> list[tuple[str, str, str]]:
    """(name, value, comment) of an enum."""
    match = re.search(rf"enum {name} \{{(.*?)\n\}};", source, re.DOTALL)
    if not match:
        raise Unresolved(f"api/bulkhead.h has no enum {name}")
    found, value = [], -1
    for entry in re.finditer(r"(BH_\w+)(?:\s*=\s*(-?\d+))?,\s*(?:/\*\*<\s*(.*?)\s*\*/)?", match[1],
                             re.DOTALL):
        value = int(entry[2]) if entry[2] is not None else value + 1
        if not entry[1].endswith("_COUNT"):
            found.append((entry[1], str(value), entry[3] or ""))
    return found


# The system description


def words_of(node: xml.Element) -> str:
    found = node.find(f"{XS}annotation/{XS}documentation")
    return " ".join((found.text or "").split()) if found is not None else ""


class Schema:
    """bhc/system.xsd, as far as it is read here: elements, attributes, types."""

    def __init__(self) -> None:
        self.root = xml.parse(directory("final") / "bhc" / "system.xsd").getroot()
        self.types = {node.get("name"): node for node in self.root
                      if node.tag in (f"{XS}complexType", f"{XS}simpleType")}
        self.made: list[str] = []
        self.seen: set[tuple[str, str]] = set()

    def type_of(self, element: xml.Element) -> xml.Element | None:
        inner = element.find(f"{XS}complexType")
        return inner if inner is not None else self.types.get(element.get("type"))

    def element(self, element: xml.Element, path: str) -> None:
        name = element.get("name") or ""
        kind = self.type_of(element)
        here = f"{path}/{name}" if path else name
        key = (name, element.get("type") or here)
        if kind is None or key in self.seen:
            return
        self.seen.add(key)
        children = self.children(kind)
        self.made += ["", f"## {name} {{#description-{here.replace('/', '-')}}}", ""]
        about = words_of(element) or words_of(kind)
        inside = f"In <code>{path}</code>. " if path else "The whole file. "
        self.made += text.block(f"<p>{inside}{cell(about)}</p>")
        rows = [[f"<code>{node.get('name')}</code>", cell(node.get("type") or "words"),
                 self.need(node), cell(words_of(node))] for node in kind.iter(f"{XS}attribute")
                if self.is_own(kind, node)]
        if rows:
            self.made += table(["attribute", "type", "needed", "what it says"], rows)
        if children:
            counted = ", ".join(f"<code>{child.get('name')}</code> ({self.count(child)})"
                                for child in children)
            self.made += text.block(f"<p>Holds, in this order: {counted}.</p>")
        for child in children:
            self.element(child, here)

    def is_own(self, kind: xml.Element, attribute: xml.Element) -> bool:
        """Not one of an element that is described within."""
        own = [*kind.findall(f"{XS}attribute"),
               *kind.findall(f"{XS}complexContent/{XS}extension/{XS}attribute")]
        return attribute in own

    @staticmethod
    def need(node: xml.Element) -> str:
        if node.get("use") == "required":
            return "yes"
        return f"no; <code>{node.get('default')}</code>" if node.get("default") else "no"

    @staticmethod
    def count(node: xml.Element) -> str:
        least, most = node.get("minOccurs", "1"), node.get("maxOccurs", "1")
        most = "any number" if most == "unbounded" else most
        return least if least == most else f"{least} to {most}"

    def children(self, kind: xml.Element) -> list[xml.Element]:
        found = []
        for group in kind:
            if group.tag in (f"{XS}sequence", f"{XS}choice", f"{XS}all"):
                found += group.findall(f"{XS}element")
                for inner in group:
                    found += inner.findall(f"{XS}element") if inner.tag != f"{XS}element" else []
        return found

    def simple_types(self) -> None:
        rows = []
        for name, node in self.types.items():
            if node.tag != f"{XS}simpleType":
                continue
            values = [one.get("value") or "" for one in node.iter(f"{XS}enumeration")]
            about = cell(words_of(node)) or cell("one of " + ", ".join(values) if values else
                                                  "a whole number")
            rows.append([f"<code>{name}</code>", about])
        self.made += ["", "## Types of attributes {#description-types}", "",
                      *table(["type", "what may stand there"], rows)]


def description() -> list[str]:
    schema = Schema()
    for element in schema.root.findall(f"{XS}element"):
        schema.element(element, "")
    schema.simple_types()
    return schema.made


# The debuggers' commands


@functools.cache
def gdb_help(chapter: str) -> tuple[tuple[str, str], ...]:
    """Each `bh` command of a chapter with what `help` says, as GDB prints it."""
    script = directory(chapter) / "gdb" / "bulkhead.py"
    listing = _gdb(script, ["help bh"])
    names = re.findall(r"^bh ([\w-]+)(?:,| --)", listing, re.MULTILINE)
    if not names:
        raise Unresolved(f"GDB knows no bh command in {chapter}: {listing.strip()[:200]}")
    commands = [word for name in names for word in (f"echo \\n@@{name}\\n", f"help bh {name}")]
    answer = _gdb(script, commands)
    parts = re.split(r"^@@([\w-]+)\n", answer, flags=re.MULTILINE)
    return tuple((parts[i], parts[i + 1].strip()) for i in range(1, len(parts) - 1, 2))


def _gdb(script: object, commands: list[str]) -> str:
    words = ["gdb", "-nx", "-batch", "-ex", f"source {script}"]
    for command in commands:
        words += ["-ex", command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60,
                          stdin=subprocess.DEVNULL)
    return done.stdout + (done.stderr if done.returncode else "")


def cheatsheet(which: str) -> list[str]:
    if which == "gdb":
        rows = []
        first = {name: chapter for chapter in reversed([*chapters(), "final"])
                 for name, _words in gdb_help(chapter)}
        for name, words in gdb_help("final"):
            lines = [line for line in words.splitlines() if line.strip()]
            rows.append([f"<code>bh {name}</code>", first[name],
                         "<br>".join(cell(line) for line in lines)])
        return table(["command", "since", "what it shows"], rows)
    if which == "bochs":
        return bochs_sheet()
    raise Unresolved("@@cheatsheet gdb, or bochs")


def bochs_sheet() -> list[str]:
    """Every command of Bochs' debugger that the chapters' tours use, with the first line of its
    answer, and where."""
    seen: dict[str, tuple[str, str]] = {}
    for chapter in chapters():
        for path in sorted((ROOT / "tests" / "debug" / chapter).glob("*.bochs.txt")):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            for at, line in enumerate(lines[:-1]):
                if not line.startswith("<bochs> "):
                    continue
                command = line[len("<bochs> "):].strip()
                verb = " ".join(word for word in command.split() if not re.search(r"\d|\"", word))
                answer = lines[at + 1]
                if verb and verb not in seen:
                    said = "" if answer.startswith("<bochs> ") or not answer.strip() else answer
                    seen[verb] = (f"{command}", f"{chapter}: {said}" if said else chapter)
    rows = [[f"<code>{cell(verb)}</code>", f"<code>{cell(command)}</code>", cell(answer)]
            for verb, (command, answer) in sorted(seen.items())]
    return table(["command", "for example", "and it answers"], rows)


# Terms and troubles


def glossary() -> list[str]:
    places = terms.introductions()
    titles = {page.name: page.stem for page in source_pages()}
    rows = []
    for name, term in sorted(terms.load().items()):
        where = ""
        if name in places:
            page = titles[places[name][0].name]
            where = f' <a href="{page}.html#{terms.anchor(name)}-here">({page})</a>'
        rows.append(f'<dt id="{terms.anchor(name)}">{html.escape(term.name)}</dt>'
                    f"<dd>{text.markdown(term.text)}{where}</dd>")
    return text.block('<dl class="bh-glossary">\n' + "\n".join(rows) + "\n</dl>") if rows \
        else ["No term is introduced yet."]


def troubleshooting() -> list[str]:
    rows = []
    for lab in labs.every():
        page = f"{lab.chapter}.html#{lab.chapter}-lab-{lab.number}"
        rows.append([text.markdown(lab.symptom), text.markdown(lab.cause),
                     f"<code>{html.escape(lab.command)}</code>",
                     f'<a href="{page}">{lab.chapter}, lab {lab.number}</a>'])
    return table(["symptom", "likely cause", "the command that tells", "lab"], rows) if rows \
        else ["No lab is recorded yet."]


def made_page(stem: str, lines: list[str]) -> None:
    MADE.mkdir(parents=True, exist_ok=True)
    (MADE / f"{stem}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
