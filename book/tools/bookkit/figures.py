"""Figures: SVG and dot sources in a few agreed colours, put into the page itself.

An inline SVG takes the page's colours, so it changes with light and dark.
"""

from __future__ import annotations

import base64
import functools
import html
import re
import shutil
import subprocess
from pathlib import Path

from .places import BOOK, Unresolved

FIGURES = BOOK / "figures"
COLOURS = {
    "#000000": "ink", "#666666": "dim", "#ffffff": "paper", "#eeeeee": "grey",
    "#dbe9ff": "blue", "#1f5fbf": "blue-line", "#ffe6cc": "orange", "#b85c00": "orange-line",
    "#dff2df": "green", "#2e7d32": "green-line", "#f8d7da": "red", "#b00020": "red-line",
}
NAMES = {"black": "#000000", "white": "#ffffff"}
FREE = ("none", "transparent", "currentcolor", "inherit", "context-stroke", "context-fill")
PAINT = re.compile(
    r"""(?<![\w-])((?:fill|stroke|stop-color|color)\s*[=:]\s*["']?\s*)(#[0-9a-fA-F]{3,8}|[a-zA-Z-]+)"""
)


def source(name: str) -> Path:
    if not re.fullmatch(r"[\w-]+", name):
        raise Unresolved(f"a figure's name has letters, digits and hyphens, not {name!r}")
    found = [path for suffix in (".svg", ".dot", ".png") if (path := FIGURES / (name + suffix)).is_file()]
    if len(found) != 1:
        raise Unresolved(f"no figure book/figures/{name}.svg, {name}.dot or {name}.png"
                         if not found else f"two figures {name}")
    return found[0]


@functools.cache
def drawn(path: Path) -> str:
    """The SVG's text; dot draws its own."""
    if path.suffix == ".svg":
        return path.read_text(encoding="utf-8")
    if not shutil.which("dot"):
        raise Unresolved("dot is not installed (tools/setup test)")
    done = subprocess.run(["dot", "-Tsvg", str(path)], capture_output=True, text=True, check=False)
    if done.returncode or done.stderr.strip():
        raise Unresolved(f"{path.name}: {done.stderr.strip()}")
    return done.stdout


def _painted(name: str, svg: str) -> str:
    """The theme's colours instead of the source's."""

    def paint(match: re.Match[str]) -> str:
        colour = NAMES.get(match[2].lower(), match[2].lower())
        if colour in FREE or colour in ("url", "var"):
            return match[0]
        if colour not in COLOURS:
            raise Unresolved(f"{name}: {match[2]} is not one of the book's colours")
        return f"{match[1]}var(--fig-{COLOURS[colour]}, {colour})"

    return PAINT.sub(paint, svg)


def inline(name: str, text: str) -> str:
    """An SVG for the page: no size of its own, the theme's colours, ids of its own."""
    match = re.search(r"<svg\b[^>]*>.*</svg>", text, re.DOTALL)
    if not match:
        raise Unresolved(f"{name}: no <svg> in it")
    svg = re.sub(r"<!--.*?-->", "", match[0], flags=re.DOTALL)
    svg = re.sub(r"<title>.*?</title>", "", svg, flags=re.DOTALL)  # dot's tool tips: `a->b`
    head = re.match(r"<svg\b[^>]*>", svg)
    assert head
    if "viewBox" not in head[0]:
        raise Unresolved(f"{name}: the <svg> has no viewBox")
    box = re.search(r'viewBox\s*=\s*"([^"]*)"', head[0])
    width = float(re.split(r"[\s,]+", box[1].strip())[2]) if box else 600
    bare = re.sub(r'\s(width|height)\s*=\s*"[^"]*"', "", head[0])
    # dot counts in points; the page's text has 16 pixels.
    shown = width * (4 / 3 if "pt" in head[0] else 1)
    bare = bare[:-1] + f' style="max-width: {shown:.0f}px"' \
        ' aria-hidden="true" focusable="false">'
    svg = bare + svg[head.end():]
    svg = re.sub(r'\bid="([^"]+)"', rf'id="fig-{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#fig-{name}-\1)", svg)
    svg = re.sub(r'(href)="#([^"]+)"', rf'\1="#fig-{name}-\2"', svg)
    return _painted(name, svg)


def photograph(path: Path) -> str:
    """A screen as it was (book/tools/screens), in the page itself as well."""
    data = path.read_bytes()
    width = int.from_bytes(data[16:20], "big")
    return (f'<img alt="" style="max-width: min(100%, {width}px)" '
            f'src="data:image/png;base64,{base64.b64encode(data).decode()}">')


def figure(name: str, alternative: str) -> str:
    if len(alternative.split()) < 4:
        raise Unresolved(f"figure {name}: the alternative text says too little")
    path = source(name)
    picture = photograph(path) if path.suffix == ".png" else inline(name, drawn(path))
    label = html.escape(alternative, quote=True)
    return (f'<figure class="bh-figure" role="img" aria-label="{label}">\n{picture}\n'
            f"<figcaption>{html.escape(alternative, quote=False)}</figcaption></figure>")
