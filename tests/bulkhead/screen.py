"""What a person sees: PCs with a screen, started from an image by BIOS or UEFI, and their screens read
back to text."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import process
from .machines import clean_console

FONT = Path("/usr/share/consolefonts/Unifont-APL8x16.psf.gz")
OVMF = Path("/usr/share/OVMF")
SECONDS = 90.0
VGA_TEXT, VGA_COLUMNS, VGA_ROWS = 0xB8000, 80, 25
CELL_HEIGHT = 16
MOST_COLUMNS, MOST_ROWS = 100, 64  # of the hypervisor's text in dots
# Firmware: the code's file, the variables' file.
UEFI = {
    "uefi64": ("OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd"),
    "uefi32": ("OVMF32_CODE_4M.secboot.fd", "OVMF32_VARS_4M.fd"),
}


@dataclass(frozen=True)
class Picture:
    """A screen dump: its size, and for each dot whether it is lit."""

    width: int
    height: int
    lit: bytes  # 0 or 1 a dot

    def cell(self, column: int, row: int, width: int) -> tuple[bytes, ...]:
        start = row * CELL_HEIGHT * self.width + column * width
        return tuple(
            self.lit[start + line * self.width : start + line * self.width + width]
            for line in range(CELL_HEIGHT)
        )


def read_ppm(data: bytes) -> Picture:
    found = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
    assert found, data[:20]
    width, height = int(found[1]), int(found[2])
    dots = data[found.end() :]
    lit = bytes(1 if dots[at] > 0x40 else 0 for at in range(0, 3 * width * height, 3))
    return Picture(width, height, lit)


def font() -> dict[tuple[bytes, ...], str]:
    """The characters that can be printed, by their dots."""
    data = gzip.decompress(FONT.read_bytes())
    assert data[:2] == b"\x36\x04" and data[3] == CELL_HEIGHT
    return {
        tuple(
            bytes(row >> bit & 1 for bit in range(7, -1, -1))
            for row in data[4 + code * CELL_HEIGHT : 4 + (code + 1) * CELL_HEIGHT]
        ): chr(code)
        for code in range(ord(" "), ord("~") + 1)
    }


def text_of_dots(picture: Picture) -> list[str]:
    """Every cell has to be a character of the font, exactly."""
    known = font()
    columns = min(picture.width // 8, MOST_COLUMNS)
    rows = min(picture.height // CELL_HEIGHT, MOST_ROWS)
    return [
        "".join(known[picture.cell(column, row, 8)] for column in range(columns)).rstrip()
        for row in range(rows)
    ]


def check_same_shapes(picture: Picture, lines: list[str]) -> None:
    """In text mode the display draws. Each character has one shape in the picture, no two have the
    same, and a blank has no dot."""
    shapes: dict[str, tuple[bytes, ...]] = {}
    for row, line in enumerate(lines):
        for column, character in enumerate(line.ljust(VGA_COLUMNS)):
            shape = picture.cell(column, row, picture.width // VGA_COLUMNS)
            assert shapes.setdefault(character, shape) == shape, (row, column, character)
    assert len(set(shapes.values())) == len(shapes)
    assert not any(map(any, shapes[" "]))


def text_of_memory(data: bytes) -> list[str]:
    """VGA's text memory: a character and its colours, two bytes each."""
    assert len(data) == 2 * VGA_COLUMNS * VGA_ROWS
    characters = "".join(chr(code) if code else " " for code in data[::2])
    return [characters[at : at + VGA_COLUMNS].rstrip() for at in range(0, len(characters), VGA_COLUMNS)]


def as_shown(console: str, columns: int, rows: int) -> list[str]:
    """What a screen of that size shows of a console's text: wrapped lines, the last of them, and the
    line on which the next character would go."""
    lines: list[str] = []
    for line in console[console.index("Bulkhead, ") :].splitlines():
        lines += [line[at : at + columns].rstrip() for at in range(0, len(line), columns)] or [""]
    lines.append("")
    shown = lines[-rows:]
    return shown + [""] * (rows - len(shown))


class Pc:
    """A running PC, with QEMU's monitor at hand."""

    def __init__(self, child: subprocess.Popen[bytes], listener: socket.socket, work: Path) -> None:
        self.child, self.work = child, work
        listener.settimeout(SECONDS)
        connection, _ = listener.accept()
        connection.settimeout(SECONDS)
        self.monitor = connection.makefile("rw")
        self.monitor.readline()  # the greeting
        self.ask("qmp_capabilities")

    def ask(self, command: str, **arguments: object) -> object:
        self.monitor.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.monitor.flush()
        while True:
            answer = json.loads(self.monitor.readline())
            if "error" in answer:
                raise AssertionError(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def say(self, words: str) -> str:
        return str(self.ask("human-monitor-command", **{"command-line": words}))

    def wait_for_the_end(self) -> None:
        """The hypervisor's end, where nothing turns the machine off: `hlt` with interrupts off."""
        limit = time.monotonic() + SECONDS
        while time.monotonic() < limit:
            registers = self.say("info registers")
            flags = re.search(r"\bEFL=([0-9a-f]{8})", registers) or re.search(
                r"\bRFL=([0-9a-f]{8})", registers
            )
            if "HLT=1" in registers and flags and not int(flags[1], 16) & 0x200:
                return
            time.sleep(0.05)
        raise AssertionError(f"no end:\n{self.console()}\n{self.say('info registers')}")

    def console(self) -> str:
        path = self.work / "console"
        return clean_console(path.read_bytes()) if path.exists() else ""

    def picture(self) -> Picture:
        self.ask("screendump", filename=str(self.work / "screen.ppm"))
        return read_ppm((self.work / "screen.ppm").read_bytes())

    def text_memory(self) -> bytes:
        size = 2 * VGA_COLUMNS * VGA_ROWS
        self.ask("pmemsave", val=VGA_TEXT, size=size, filename=str(self.work / "text"))
        return (self.work / "text").read_bytes()


def command_for(firmware: str, image: Path, medium: str, work: Path, uart: bool) -> list[str]:
    command = ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none"]
    command += ["-no-reboot", "-vga", "std", "-m", "256"]
    if firmware == "bios":
        command += ["-machine", "pc"]
    else:
        code, variables = UEFI[firmware]
        shutil.copy(OVMF / variables, work / "variables")
        command += ["-machine", "q35,smm=on"]
        command += ["-drive", f"if=pflash,format=raw,readonly=on,file={OVMF / code}"]
        command += ["-drive", "if=pflash,format=raw,file=variables"]
    if medium == "cd":
        command += ["-cdrom", str(image)]
    else:
        command += ["-drive", f"file={image},format=raw,readonly=on,if=none,id=stick"]
        command += ["-device", "qemu-xhci", "-device", "usb-storage,drive=stick,bootindex=0"]
    return [*command, *(["-serial", "file:console"] if uart else [])]


@contextmanager
def pc(
    image: Path, work: Path, firmware: str = "bios", medium: str = "cd", *, uart: bool = True,
    extra: tuple[str, ...] = (),
) -> Iterator[Pc]:  # fmt: skip
    """Switches the PC on."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(work / "monitor"))
        listener.listen(1)
        command = [*command_for(firmware, image.resolve(), medium, work, uart), *extra]
        command += ["-qmp", "unix:monitor"]
        with process.child(command, seconds=SECONDS, cwd=work, output=work / "output") as child:
            yield Pc(child, listener, work)
