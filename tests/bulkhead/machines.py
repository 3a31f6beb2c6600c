"""QEMU and Bochs: boot a tree, and say how it ended.

Every boot has a temporary directory of its own, so any number may run at once. Nothing sleeps: a
boot is over when the emulator ends or its time limit ends it.
"""

from __future__ import annotations

import enum
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import coverage, loader, process
from .tree import CACHE, Module, Tree, locked

QEMU = "qemu-system-i386"
QEMU_SUCCESS, QEMU_FAILURE = 33, 35  # isa-debug-exit: value * 2 + 1
MEMORY = 64  # MiB, as scripts/qemu and bochsrc have it
SECONDS = 60.0  # the host's; a boot takes less than one in QEMU and two in Bochs


class Meaning(enum.Enum):
    """What the end of a boot means."""

    SUCCESS = "success"
    PANIC = "panic"
    TRIPLE_FAULT = "triple fault"
    TIME_OUT = "time-out"
    EMULATOR = "the emulator's own error"


@dataclass(frozen=True)
class Outcome:
    """How a boot ended."""

    machine: str
    console: str  # with plain line feeds
    status: int
    meaning: Meaning
    emulator_output: str

    def describe(self) -> str:
        said = self.emulator_output.strip()
        return (
            f"{self.machine} ended with status {self.status}: {self.meaning.value}"
            + (f"\n{self.machine} said: {said[-2000:]}" if said else "")
            + f"\nconsole:\n{self.console}"
        )


def clean_console(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace").replace("\r\n", "\n")


def read_console(path: Path) -> str:
    return clean_console(path.read_bytes()) if path.exists() else ""


def last_line(console: str) -> str:
    lines = console.rstrip("\n").splitlines()
    return lines[-1] if lines else ""


def initrd_argument(modules: Sequence[Module]) -> str:
    """Modules as QEMU's -initrd takes them."""
    return ",".join(f"{module.path} {module.name}" for module in modules)


def qemu_command(
    elf: Path,
    args: str = "",
    modules: Sequence[Module] = (),
    *,
    memory: int = MEMORY,
    extra: Sequence[str] = (),
) -> list[str]:
    """The machine of scripts/qemu, with its console in the file `console`.

    One instruction is one nanosecond of the machine's time: the same run every time.
    """
    command = [
        *(QEMU, "-nodefaults", "-no-user-config", "-m", str(memory)),
        *("-display", "none", "-monitor", "none", "-no-reboot"),
        *("-device", "isa-debug-exit,iobase=0xf4,iosize=4"),
        *("-icount", "shift=0,sleep=off", "-serial", "file:console", "-kernel", str(elf)),
    ]
    if args:
        command += ["-append", args]
    if modules:
        command += ["-initrd", initrd_argument(modules)]
    return [*command, *extra]


def link_near(work: Path, elf: Path, modules: Sequence[Module]) -> tuple[Path, list[Module]]:
    """Short names for what QEMU loads: it passes them on to the hypervisor, and a run should not
    depend on where the repository lies."""
    links = [(elf.resolve(), Path("bulkhead.elf"))]
    near = []
    for number, module in enumerate(modules):
        link = Path(f"module-{number}")
        links.append((module.path.resolve(), link))
        near.append(Module(link, module.name))
    for target, link in links:
        (work / link).symlink_to(target)
    return links[0][1], near


def qemu_meaning(status: int) -> Meaning:
    if status in process.TIMED_OUT:
        return Meaning.TIME_OUT
    ends = {
        QEMU_SUCCESS: Meaning.SUCCESS,
        QEMU_FAILURE: Meaning.PANIC,
        0: Meaning.TRIPLE_FAULT,  # -no-reboot: a reset ends QEMU, and nothing of ours resets
    }
    return ends.get(status, Meaning.EMULATOR)


class Qemu:
    """Boots a tree's ELF with -kernel."""

    name = "qemu"

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def boot(
        self,
        args: str = "",
        modules: Sequence[Module] | None = None,
        *,
        memory: int = MEMORY,
        extra: Sequence[str] = (),
        seconds: float = SECONDS,
    ) -> Outcome:
        """Boots to the end; modules=None passes the tree's own."""
        if modules is None:
            modules = self.tree.modules()
        with tempfile.TemporaryDirectory(prefix="bulkhead-") as name:
            work = Path(name)
            elf, modules = link_near(work, self.tree.elf, modules)
            command = qemu_command(elf, args, modules, memory=memory, extra=extra)
            command += coverage.options()
            output = work / "output"
            with process.child(command, seconds=seconds, cwd=work, output=output) as child:
                status = child.wait()
            coverage.gather(work, self.tree.elf, self.tree.directory)
            console = read_console(work / "console")
            said = output.read_text(errors="backslashreplace")
        return Outcome(self.name, console, status, qemu_meaning(status), said)


def iso_key(tree: Tree, args: str, modules: Sequence[Module]) -> str:
    """Names an image by all that goes into it."""
    digest = hashlib.sha256(repr((args, [module.name for module in modules])).encode())
    files = [tree.elf, tree.directory / "scripts" / "mkiso", *(module.path for module in modules)]
    for path in files:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def make_iso(tree: Tree, args: str = "", modules: Sequence[Module] = ()) -> Path:
    """A GRUB image from the tree's scripts/mkiso, kept in the cache."""
    iso = CACHE / "iso" / f"{iso_key(tree, args, modules)}.iso"
    with locked(iso.with_suffix(".lock")):
        if iso.exists():
            os.utime(iso)  # keeps it from prune_isos
            return iso
        words = " ".join(f"{module.path}={module.name}" for module in modules)
        done = process.run(
            ["scripts/mkiso", iso],
            cwd=tree.directory,
            environment={"ELF": str(tree.elf), "ARGS": args, "MODULES": words},
        )
        if done.returncode != 0:
            raise RuntimeError(f"scripts/mkiso failed: {done.stdout}{done.stderr}")
    return iso


def prune_isos(keep: int = 100) -> None:
    """Removes all but the images used last. Only while no test runs (tests/run calls it)."""
    isos = sorted((CACHE / "iso").glob("*.iso"), key=lambda path: path.stat().st_mtime)
    for iso in isos[:-keep]:
        iso.unlink(missing_ok=True)
        iso.with_suffix(".lock").unlink(missing_ok=True)


def first_existing(*candidates: str) -> str:
    return next((path for path in candidates if os.path.exists(path)), candidates[0])


class Bochs:
    """Boots a tree with the tree's own bochsrc: through GRUB, or a loader that is sooner done."""

    name = "bochs"

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def boot(
        self,
        args: str = "",
        modules: Sequence[Module] | None = None,
        *,
        memory: int = MEMORY,
        extra: Sequence[str] = (),
        seconds: float = SECONDS,
        grub: bool = False,
    ) -> Outcome:
        """Boots to the end; `extra` holds bochsrc lines."""
        if modules is None:
            modules = self.tree.modules()
        with tempfile.TemporaryDirectory(prefix="bulkhead-") as name:
            work = Path(name)
            shutil.copy(self.tree.directory / "bochsrc", work)
            (work / "script").write_text("c\n")  # the debugger build waits at its prompt
            command = ["bochs", "-q", "-f", "bochsrc", "-rc", "script"]
            command += [f"megs: {memory}", *extra]
            if grub:
                iso = make_iso(self.tree, args, modules)
            else:
                iso = work / "no.iso"
                command += self._loaded(work, args, modules)
            output = work / "output"
            with process.child(
                command, seconds=seconds, cwd=work, output=output, environment=self._names(iso)
            ) as child:
                status = child.wait()
            return self._outcome(work, status)

    def _loaded(self, work: Path, args: str, modules: Sequence[Module]) -> list[str]:
        """Lines of bochsrc by which the machine begins with all that GRUB would load."""
        disk, rom = loader.load(self.tree.elf, args, modules)
        (work / "disk").write_bytes(disk)
        (work / "rom").write_bytes(rom)
        cylinders = len(disk) // loader.CYLINDER
        return [
            f"optromimage1: file=rom, address={loader.ROM_ADDRESS:#x}",
            f"ata0-master: type=disk, path=disk, mode=flat, cylinders={cylinders}, heads=16, spt=63",
        ]

    @staticmethod
    def _names(iso: Path) -> dict[str, str]:
        """What bochsrc takes from the environment (scripts/bochs-env)."""
        share = first_existing("/usr/share/bochs", "/usr/local/share/bochs")
        return {
            "BH_ISO": str(iso),
            "BH_SERIAL": "console",
            "BH_LOG": "log",
            "BH_DISPLAY": "term",
            "BXSHARE": share,
            "BH_VGABIOS": first_existing(
                "/usr/share/vgabios/vgabios.bin", f"{share}/VGABIOS-lgpl-latest"
            ),
            "TERM": "dumb",
        }

    def _outcome(self, work: Path, status: int) -> Outcome:
        """Bochs ends with status 1 whatever happened, so the console and the log decide."""
        console = read_console(work / "console")
        log = (work / "log").read_text(errors="backslashreplace") if (work / "log").exists() else ""
        lines = {
            "Power off: success.": Meaning.SUCCESS,
            "Power off: failure.": Meaning.PANIC,
        }
        if last_line(console) in lines:
            meaning = lines[last_line(console)]
        elif status in process.TIMED_OUT:
            meaning = Meaning.TIME_OUT
        elif re.search("3rd .*exception", log):
            meaning = Meaning.TRIPLE_FAULT
        else:
            meaning = Meaning.EMULATOR
        said = "" if meaning in (Meaning.SUCCESS, Meaning.PANIC) else log[-2000:]
        return Outcome(self.name, console, status, meaning, said)


MACHINES: dict[str, type[Qemu] | type[Bochs]] = {"qemu": Qemu, "bochs": Bochs}
