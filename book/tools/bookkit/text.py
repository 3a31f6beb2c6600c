"""The words of a directive, pieces of files, and how they stand in a page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from .places import Unresolved, inside

LANGUAGE = {".c": "{.c}", ".h": "{.c}", ".py": "{.py}", ".xml": "{.xml}", ".xsd": "{.xml}"}
KEYS = ("from", "to", "says", "see")
WORD = re.compile(
    r'\s*(?:(see=)?"([^"]*)"|((?:from|to|says)=/.*?/)(?=\s|$)|(\S+))'
)


def split(text: str) -> list[str]:
    """Words; a title stands in quotes, an option's regex ends at a slash before a blank."""
    words, at = [], 0
    text = text.rstrip()
    while at < len(text):
        hit = WORD.match(text, at)
        assert hit
        words.append((hit[1] or "") + hit[2] if hit[2] is not None else hit[3] or hit[4])
        at = hit.end()
    if not words:
        raise Unresolved("which directive?")
    return words


def options(words: Sequence[str], allowed: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Plain words, and `key=value` ones."""
    plain: list[str] = []
    keyed: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in KEYS:
            plain.append(word)
            continue
        if key not in allowed:
            raise Unresolved(f"{key}= has no meaning here")
        if key in keyed:
            raise Unresolved(f"{key}= twice")
        keyed[key] = value
    return plain, keyed


def pattern(option: str) -> re.Pattern[str]:
    if len(option) < 3 or option[0] != "/" or option[-1] != "/":
        raise Unresolved(f"{option} is not /regex/")
    try:
        return re.compile(option[1:-1])
    except re.error as error:
        raise Unresolved(f"{option}: {error}") from error


def span(lines: Sequence[str], name: str, keyed: dict[str, str]) -> tuple[int, int]:
    """First and last line (from 0): from the one that matches from= to the first that matches to=."""
    first, last = 0, len(lines) - 1
    if "from" in keyed:
        wanted = pattern(keyed["from"])
        hits = [i for i, line in enumerate(lines) if wanted.search(line)]
        if len(hits) != 1:
            raise Unresolved(f"{name}: from={keyed['from']} matches {len(hits)} lines, not 1")
        first = hits[0]
    if "to" in keyed:
        wanted = pattern(keyed["to"])
        found = next((i for i in range(first, len(lines)) if wanted.search(lines[i])), None)
        if found is None:
            raise Unresolved(f"{name}: to={keyed['to']} matches no line from line {first + 1}")
        last = found
    return first, last


def read(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def fence(lines: Sequence[str], suffix: str = "") -> list[str]:
    """A fence that no line of theirs can close."""
    longest = max((len(m) for line in lines for m in re.findall("~+", line)), default=0)
    mark = "~" * max(3, longest + 1)
    return [mark + LANGUAGE.get(suffix, ""), *lines, mark, ""]


def block(inner: str) -> list[str]:
    """Raw HTML as a block of its own. Doxygen looks for C's comments in it all the same."""
    inner = inner.replace("*/", "*&#47;").replace("/*", "/&#42;")
    return ["@htmlonly[block]", *inner.splitlines(), "@endhtmlonly", ""]


def percents(line: str) -> str:
    """Doxygen takes a % before a word away, in `code` as well; a second one saves it. In running
    text it also takes the # of an exception's name, such as #PF, for a link."""
    def saved(match: re.Match[str]) -> str:
        if match[0].startswith("`"):
            return re.sub(r"%(?=[A-Za-z_])", "%%", match[0])
        return "\\" + match[0]

    return re.sub(r"`[^`]+`|(?<![\w\\&])#(?=[A-Z]{2}\b)", saved, line)


def plain_block(lines: Iterable[str], kind: str) -> str:
    """Output of a program, or a difference, as HTML: what Doxygen must not read."""
    body = "\n".join(html.escape(line, quote=False) for line in lines)
    return f'<pre class="bh-pre bh-{kind}">{body}\n</pre>'


def head(title: str, name: str) -> str:
    """What stands above a piece of a file."""
    code = f"<code>{html.escape(name)}</code>"
    return f"<b>{title}</b> ({code})" if title else code


def listing(words: Sequence[str]) -> tuple[Path, str, int, int, list[str]]:
    """FILE "title" from= to=: the path, the title, the first and last line, all lines."""
    plain, keyed = options(words, ("from", "to"))
    if not plain:
        raise Unresolved("which file?")
    if len(plain) > 2:
        raise Unresolved(f"what is {plain[2]}?")
    path = inside(plain[0])
    lines = read(path)
    first, last = span(lines, plain[0], keyed)
    return path, plain[1] if len(plain) == 2 else "", first, last, lines


def diff_html(lines: Iterable[str]) -> str:
    """A unified difference, coloured."""
    rows = []
    for line in lines:
        kind = {"+": "add", "-": "del", "@": "at"}.get(line[:1], "")
        if line.startswith(("+++", "---", "diff ")):
            kind = "file"
        text = html.escape(line, quote=False) or " "
        rows.append(f'<span class="bh-{kind}">{text}</span>' if kind else text)
    return '<pre class="bh-pre bh-diff">' + "\n".join(rows) + "\n</pre>"


def markdown(text: str) -> str:
    """A sentence or two of TOML as HTML: `code`, *emphasis*, and nothing else."""
    text = html.escape(text.strip(), quote=False)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", text)
    text = re.sub(r"\*([^*\s][^*]*)\*", r"<em>\1</em>", text)
    return re.sub(r"\n\s*\n", "</p><p>", text)
