"""The console on a screen: images started by BIOS and UEFI, from CD and USB stick, with and without a
serial port; what the screen shows is read back and compared with what COM1 said."""

from __future__ import annotations

import re
import struct
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulkhead import debugging, screen
from bulkhead.attacks import slot_lines
from bulkhead.machines import make_iso
from bulkhead.tree import REPOSITORY, Module, Tree

UEFI_WAYS = [("uefi64", "cd"), ("uefi32", "cd"), ("uefi64", "usb"), ("uefi32", "usb")]


@pytest.fixture
def work() -> Iterator[Path]:
    """Short: a socket lies in it."""
    with tempfile.TemporaryDirectory(prefix="bh-") as name:
        yield Path(name)


def modules(tree: Tree) -> list[Module]:
    """final's shortest system; a chapter's own."""
    return list(tree.modules({"SYSTEM": "01-hello"} if tree.chapter == "final" else None))


def image(tree: Tree) -> Path:
    return make_iso(tree, "", modules(tree))


def check_text(machine: screen.Pc) -> list[str]:
    memory = machine.text_memory()
    assert set(memory[1::2]) == {0x07}, "grey on black"
    lines = screen.text_of_memory(memory)
    screen.check_same_shapes(machine.picture(), lines)
    return lines


def check_dots(machine: screen.Pc) -> list[str]:
    picture = machine.picture()
    assert (picture.width, picture.height) >= (640, 400)
    return screen.text_of_dots(picture)


def wanted(console: str, lines: list[str], columns: int) -> list[str]:
    """Chapter 4's hello has COM1's ports and writes there itself: none of that is the console's."""
    assert "Power off: success." in console, console
    console = re.sub(r"^\[hello\] I drive the UART myself.*\n", "", console, flags=re.MULTILINE)
    return screen.as_shown(console, columns, len(lines))


@pytest.mark.since("ch01")
def test_bios_text(tree: Tree, work: Path) -> None:
    with screen.pc(image(tree), work) as machine:
        machine.wait_for_the_end()
        lines = check_text(machine)
        assert lines == wanted(machine.console(), lines, screen.VGA_COLUMNS)


@pytest.mark.chapter("ch01", "final")
def test_bios_from_a_stick(tree: Tree, work: Path) -> None:
    with screen.pc(image(tree), work, medium="usb") as machine:
        machine.wait_for_the_end()
        lines = check_text(machine)
        assert lines == wanted(machine.console(), lines, screen.VGA_COLUMNS)


@pytest.mark.chapter("ch01", "final")
@pytest.mark.parametrize(("firmware", "medium"), UEFI_WAYS, ids=["-".join(way) for way in UEFI_WAYS])
def test_uefi_dots(tree: Tree, work: Path, firmware: str, medium: str) -> None:
    with screen.pc(image(tree), work, firmware, medium) as machine:
        machine.wait_for_the_end()
        lines = check_dots(machine)
        assert lines == wanted(machine.console(), lines, screen.MOST_COLUMNS)


@pytest.mark.chapter("ch04")
def test_uefi_dots_from_chapter_4_on(tree: Tree, work: Path) -> None:
    """With partitions: the window is in each of their address spaces, for the hypervisor alone."""
    with screen.pc(image(tree), work, "uefi64") as machine:
        machine.wait_for_the_end()
        lines = check_dots(machine)
        assert lines == wanted(machine.console(), lines, screen.MOST_COLUMNS)


@pytest.mark.chapter("ch01", "ch06", "final")
def test_without_a_serial_port(tree: Tree, work: Path) -> None:
    """Nothing waits for a port that is not there, and the screen has everything."""
    with screen.pc(image(tree), work, uart=False) as machine:
        machine.wait_for_the_end()
        lines = check_text(machine)
        assert machine.console() == ""
    text = "\n".join(lines)
    assert "Power off: success." in text
    if tree.chapter == "ch01":
        assert lines[0] == "Bulkhead, chapter 1: boot" and "Memory map from the loader:" in text


@pytest.mark.chapter("ch01")
def test_a_panic_is_on_the_screen(tree: Tree, work: Path) -> None:
    with screen.pc(make_iso(tree, "panic", []), work) as machine:
        machine.wait_for_the_end()
        lines = check_text(machine)
    text = "\n".join(lines)
    assert "PANIC: asked for on the command line" in text and "Backtrace:" in text
    assert "Power off: failure." in text


@pytest.mark.chapter("final")
def test_the_screen_costs_no_slot_anything(tree: Tree, work: Path) -> None:
    """The whole demonstration with a screen: slots start as punctually as without one. It runs under
    -icount, where an instruction is a nanosecond; the longest path of the hypervisor has some 4 000."""
    iso = make_iso(tree, "", tree.modules({"SYSTEM": "flight"}))
    icount = ("-icount", "shift=0,sleep=off")
    with screen.pc(iso, work, extra=icount) as machine:
        machine.wait_for_the_end()
        lines = check_text(machine)
        console = machine.console()
    assert lines == wanted(console, lines, screen.VGA_COLUMNS)
    slots = [slot for slot in slot_lines(console) if slot.runs]
    assert len(slots) > 8
    assert max(slot.most for slot in slots) < 4500, console


@pytest.mark.since("ch01")
def test_bochs_text(tree: Tree, work: Path) -> None:
    """Text memory through Bochs' debugger, when the last line has been printed."""
    script = work / "look.bochs"
    script.write_text("lb @uart_drain\nc\nxp /1000wx 0xb8000\n")
    iso = image(tree)
    session = debugging.run_script(
        tree, ["scripts/bochs-debug", str(script)], modules(tree), BH_ISO=str(iso), TERM="dumb",
        BH_SERIAL=str(work / "console"), DISPLAY="",
    )  # fmt: skip
    assert session.status == 0, session.describe()
    rows = re.findall(r"^0x0*b[89a-f]{1}[0-9a-f]{3} <.*?>:((?:\s+0x[0-9a-f]{8})+)$", session.output,
                      re.MULTILINE)
    values = [int(word, 16) for row in rows for word in row.split()]
    assert len(values) == 1000, session.describe()
    data = b"".join(value.to_bytes(4, "little") for value in values)
    lines = screen.text_of_memory(data)
    console = (work / "console").read_text().replace("\r\n", "\n")
    # Bochs stops before the chip has sent its last characters.
    console = re.sub(r"Power off: success[.\r\n]*\Z", "Power off: success.\n", console)
    assert lines == wanted(console, lines, screen.VGA_COLUMNS)


# The book's pictures


def read_png(data: bytes) -> screen.Picture:
    """One bit a dot, as book/tools/screens writes it."""
    width, height, depth = struct.unpack(">IIB", data[16:25])
    assert depth == 1
    at, packed = 8, b""
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + size]
        at += size + 12
    rows, stride = zlib.decompress(packed), -(-width // 8) + 1
    lit = bytearray()
    for y in range(height):
        bits = "".join(f"{byte:08b}" for byte in rows[y * stride + 1 : (y + 1) * stride])
        lit += bytes(map(int, bits[:width]))
    return screen.Picture(width, height, bytes(lit))


def without_addresses(lines: list[str]) -> list[str]:
    """Firmware differs between releases, and so does where the image ends."""
    kept = [line for line in lines if line and not re.match(r"  0x[0-9a-f]{12} to ", line)]
    return [re.sub(r"0x[0-9a-f]{8}|\b[0-9a-f]{8}\b", "N", line) for line in kept]


@pytest.mark.chapter("ch01")
def test_the_books_picture_is_what_is_seen(tree: Tree, work: Path) -> None:
    picture = read_png((REPOSITORY / "book" / "figures" / "screen-uefi.png").read_bytes())
    with screen.pc(image(tree), work, "uefi64") as machine:
        machine.wait_for_the_end()
        lines = check_dots(machine)
    assert without_addresses(screen.text_of_dots(picture)) == without_addresses(lines)
    assert "Bulkhead, chapter 1: boot" in lines
