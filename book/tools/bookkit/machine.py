"""The machine in the page: v86 from npm, Debian's firmware, and a GRUB image of each chapter.

All of it becomes scripts with their bytes in base64, so that a page at file:// can load it too.
Where npm or the firmware is missing, the pages keep their recordings.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .places import BOOK, BUILD, HTML, ROOT, directory

sys.path.insert(0, str(ROOT / "tests"))

from bulkhead import machines  # noqa: E402
from bulkhead.tree import BuildError, Tree  # noqa: E402

NPM = BUILD / "npm"
TARGET = HTML / "machine"
FIRMWARE = {"bios.bin": ("/usr/share/seabios/bios.bin",),
            "vgabios.bin": ("/usr/share/seabios/vgabios-stdvga.bin",
                            "/usr/share/vgabios/vgabios.bin")}
# Stands in the image where the page writes the command line. theme/machine.js knows it too.
WORDS = "BULKHEAD_WORDS".ljust(96, "_")


class NoMachine(Exception):
    """Why the pages keep their recordings."""


def vendor() -> Path:
    """v86's built files, as the lock file names them, by the package manager."""
    built = NPM / "node_modules" / "v86" / "build"
    lock = (BOOK / "package-lock.json").read_bytes()
    stamp = NPM / "package-lock.json"
    if (built / "v86.wasm").exists() and stamp.exists() and stamp.read_bytes() == lock:
        return built
    if not shutil.which("npm"):
        raise NoMachine("npm is not installed")
    NPM.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(BOOK / "package.json", NPM / "package.json")
    stamp.write_bytes(lock)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=NPM,
                          capture_output=True, text=True, check=False, timeout=300)
    if done.returncode or not (built / "v86.wasm").exists():
        stamp.unlink(missing_ok=True)
        raise NoMachine(f"npm has no v86: {done.stderr.strip().splitlines()[-1:]}")
    return built


def firmware(name: str) -> Path:
    found = next((Path(path) for path in FIRMWARE[name] if os.path.exists(path)), None)
    if found is None:
        raise NoMachine(f"no {FIRMWARE[name][0]} (it comes with QEMU)")
    return found


def as_script(source: Path, name: str) -> None:
    """source's bytes as machine/NAME.js."""
    target = TARGET / f"{name}.js"
    text = f'bookFile("{name}", "{base64.b64encode(source.read_bytes()).decode()}");\n'
    if not target.exists() or target.read_text() != text:
        target.write_text(text)


def wanted() -> list[str]:
    """The chapters whose machine stands in a page."""
    found: set[str] = set()
    for page in HTML.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        if "bh-machine" in text:
            found |= set(re.findall(r'class="bh-machine" data-chapter="([\w-]+)"', text))
    return sorted(found)


def image(chapter: str) -> Path:
    tree = Tree(chapter, directory(chapter))
    tree.ensure_built()
    return machines.make_iso(tree, WORDS, tree.modules())


def make() -> None:
    chapters = wanted()
    if not chapters:
        return
    try:
        built = vendor()
        TARGET.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(built / "libv86.js", TARGET / "libv86.js")
        as_script(built / "v86.wasm", "v86.wasm")
        for name in FIRMWARE:
            as_script(firmware(name), name)
        for chapter in chapters:
            as_script(image(chapter), f"{chapter}.iso")
    except (NoMachine, BuildError, RuntimeError, subprocess.TimeoutExpired) as error:
        shutil.rmtree(TARGET, ignore_errors=True)
        print(f"book: the pages keep their recordings instead of a machine: {error}",
              file=sys.stderr)
