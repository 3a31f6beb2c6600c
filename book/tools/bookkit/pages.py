"""What Doxygen reads besides the pages: difference pages, themes, and a browser for each chapter."""

from __future__ import annotations

import hashlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import coverage, links, stages, text
from .places import BOOK, BUILD, HTML, MADE, ROOT, Unresolved, before, chapters, directory
from .symbols import TAGS

THEME = BOOK / "theme"
AWESOME = Path("/usr/share/doxygen-awesome-css")
DOXYGEN = os.environ.get("DOXYGEN", "doxygen")


def write(path: Path, content: str) -> None:
    """Only where it differs, so that nothing is made again for nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        path.write_text(content, encoding="utf-8")


def layers() -> dict[str, dict[str, dict[str, str]]]:
    import tomllib

    return tomllib.loads((BOOK / "layers.toml").read_text(encoding="utf-8"))


def difference_page(chapter: str) -> str:
    """The whole difference to the chapter before, file by file, with the layers' reasons."""
    earlier = before(chapter)
    top = directory(chapter).name
    old, new = coverage.files(earlier), coverage.files(chapter)
    declared = layers().get(top, {})
    reasons = {name: why for kind in declared.values() for name, why in kind.items()}
    order = [*reasons, *sorted({*old, *new})]
    number = int(chapter[2:])
    title = f"Chapter {number}: the whole difference" if earlier else \
        f"Chapter {number}: every file"
    made = [f"# {title} {{#{chapter}-diff}}", ""]
    made += [f"All that <code>{top}</code> changes against <code>{directory(earlier).name}</code>."
             if earlier else f"All of <code>{top}</code>.", ""]
    done = set()
    for name in order:
        one, other = old.get(name), new.get(name)
        if name in done or (one and other and one.read_bytes() == other.read_bytes()):
            continue
        done.add(name)
        diff = coverage.git_diff(one, other, 3, name)
        kind = "new" if one is None else "gone" if other is None else "changed"
        made += [f"## {name} {{#{chapter}-diff-{len(done)}}}", ""]
        reason = f", {text.markdown(reasons[name])}" if name in reasons else ""
        body = [line[1:] for line in diff[1:]] if one is None else diff
        if one is None:
            made += text.block(f"<p>{kind}{reason}</p>" + text.plain_block(body, "file"))
        else:
            made += text.block(f"<p>{kind}{reason}</p>" + text.diff_html(diff))
    return "\n".join(made) + "\n"


def make_pages() -> None:
    MADE.mkdir(parents=True, exist_ok=True)
    wanted = {f"{chapter}-diff.md" for chapter in chapters()
              if (BOOK / f"{chapter}.md").exists()}
    for stale in MADE.glob("*.md"):
        if stale.name not in wanted:
            stale.unlink()
    for name in wanted:
        write(MADE / name, difference_page(name[:4]))


def make_theme() -> None:
    header = (THEME / "header.html").read_text(encoding="utf-8")
    write(BUILD / "theme" / "header.html", header.replace("@BOOK@", "$relpath^"))
    write(BUILD / "theme" / "chapter-header.html", header.replace("@BOOK@", "$relpath^../"))
    layout = BUILD / "theme" / "doxygen.xml"
    subprocess.run([DOXYGEN, "-l", str(layout)], check=True, capture_output=True)
    tabs = "\n".join(
        f'      <tab type="user" url="{chapter}/files.html" title="Chapter {int(chapter[2:])}"/>'
        for chapter in chapters())
    nav = f"""<navindex>
    <tab type="mainpage" visible="yes" title="The book"/>
    <tab type="pages" visible="yes" title="All pages" intro=""/>
    <tab type="usergroup" url="[none]" title="Code of the chapters">
{tabs}
    </tab>
    <tab type="usergroup" url="[none]" title="Reference of final">
      <tab type="filelist" visible="yes" title="Files"/>
      <tab type="globals" visible="yes" title="Names"/>
      <tab type="classlist" visible="yes" title="Structures"/>
    </tab>
  </navindex>"""
    given = layout.read_text(encoding="utf-8")
    start, end = given.index("<navindex>"), given.index("</navindex>") + len("</navindex>")
    write(BUILD / "theme" / "layout.xml", given[:start] + nav + given[end:])


# The chapters' browsers


def fingerprint(chapter: str) -> str:
    """Of all that goes into a browser."""
    digest = hashlib.sha256()
    inputs = [path for path in coverage.files(chapter).values() if path.suffix in (".c", ".h", ".S")]
    inputs += [THEME / "chapter.doxy", THEME / "header.html", THEME / "footer.html",
               Path(__file__)]
    for path in inputs:
        digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def make_browser(chapter: str) -> None:
    top, out = directory(chapter), HTML / chapter
    stamp = BUILD / "stamps" / chapter
    mark = fingerprint(chapter)
    if stamp.exists() and stamp.read_text() == mark and (TAGS / f"{chapter}.tag").exists() \
            and (out / "files.html").exists():
        return
    TAGS.mkdir(parents=True, exist_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    sheets = [AWESOME / "doxygen-awesome.css", AWESOME / "doxygen-awesome-sidebar-only.css",
              AWESOME / "doxygen-awesome-sidebar-only-darkmode-toggle.css", THEME / "book.css"]
    lines = [
        f"@INCLUDE = {THEME / 'chapter.doxy'}", f'PROJECT_BRIEF = "The code of chapter '
        f'{int(chapter[2:])}: {top.name}"', "INPUT = .", "STRIP_FROM_PATH = .",
        f"OUTPUT_DIRECTORY = {out.parent}", f"HTML_OUTPUT = {chapter}",
        f"GENERATE_TAGFILE = {TAGS / f'{chapter}.tag'}",
        f"HTML_HEADER = {BUILD / 'theme' / 'chapter-header.html'}",
        f"HTML_FOOTER = {THEME / 'footer.html'}",
        "HTML_EXTRA_STYLESHEET = " + " ".join(map(str, sheets))]
    done = subprocess.run([DOXYGEN, "-"], input="\n".join(lines) + "\n", text=True, cwd=top,
                          capture_output=True, check=False)
    if done.returncode:
        raise Unresolved(f"doxygen on {top.name}: {done.stderr}")
    links.mend(out, set())
    write(stamp, mark)


def make_browsers() -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make_browser, chapters()))


def book_fingerprint() -> str:
    """Of all that goes into the book: pages, tools, every tree's sources, recordings."""
    digest = hashlib.sha256()
    tops = [BOOK, ROOT / "tests", *(directory(chapter) for chapter in [*chapters(), "final"])]
    for top in tops:
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if name not in coverage.SKIPPED)
            for name in sorted(names):
                path = Path(folder, name)
                if path.suffix != ".pyc" and path.is_file():
                    digest.update(f"{path}\0{path.stat().st_mode}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def check() -> list[str]:
    """What the pages do not hold; prints both percentages of each chapter."""
    wrong = []
    for chapter in chapters():
        page = BOOK / f"{chapter}.md"
        if not page.exists():
            continue
        found = stages.held(chapter, page)
        print(f"  {chapter}: {found.percent_explained} % of {found.code} lines of code explained, "
              f"{found.percent} % of {found.lines} lines on the page")
        if found.missing:
            wrong.append(f"{chapter}: {len(found.missing)} files of its steps are not wholly on the page "
                         f"(book/tools/coverage {chapter})")
    return wrong


def doxygen() -> str:
    """Runs Doxygen over the book; what it had to say."""
    done = subprocess.run([DOXYGEN, "book/Doxyfile"], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    said = "\n".join(line for line in (done.stdout + done.stderr).splitlines() if line.strip())
    if done.returncode and not said:
        said = f"doxygen ended with status {done.returncode}"
    return said


