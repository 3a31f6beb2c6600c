"""Boot modules in numbers and of kinds that no chapter needs: a message each, in both emulators."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkhead.machines import MACHINES, Meaning
from bulkhead.tree import Module, Tree

FIRMWARE = 0x20000  # what SeaBIOS keeps for itself at the end of RAM
EMULATORS = pytest.mark.parametrize("emulator", ["qemu", "bochs"])


def fillers(work: Path, count: int, size: int = 100) -> list[Module]:
    file = work / "filler"
    file.write_bytes(b"\x90" * size)
    return [Module(file, f"filler{i}") for i in range(count)]


@EMULATORS
@pytest.mark.chapter("ch04", "final")
def test_more_modules_than_there_is_room_for(tree: Tree, emulator: str, tmp_path: Path) -> None:
    modules = tree.modules() + fillers(tmp_path, 33 - len(tree.modules()))
    outcome = MACHINES[emulator](tree).boot(modules=modules)
    assert outcome.meaning is Meaning.PANIC, outcome.describe()
    assert "PANIC: 33 boot modules, and room for 32" in outcome.console


@EMULATORS
@pytest.mark.chapter("ch04", "final")
def test_as_many_modules_as_there_is_room_for(tree: Tree, emulator: str, tmp_path: Path) -> None:
    modules = tree.modules() + fillers(tmp_path, 32 - len(tree.modules()))
    outcome = MACHINES[emulator](tree).boot(modules=modules)
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()


@pytest.mark.since("ch04")
def test_a_module_that_fills_the_memory(tree: Tree, tmp_path: Path) -> None:
    """A hundred KiB are left behind the module: too few for the partitions."""
    memory = 24
    image_end = tree.symbols["image_end"] - 0xC0000000
    others = sum(module.path.stat().st_size + 4096 for module in tree.modules())
    size = (memory << 20) - FIRMWARE - image_end - others - 100 * 1024
    modules = tree.modules() + fillers(tmp_path, 1, size)
    outcome = MACHINES["qemu"](tree).boot(modules=modules, memory=memory)
    assert outcome.meaning is Meaning.PANIC, outcome.describe()
    if tree.chapter == "final":  # the module lies where an area is to be
        assert "is not free RAM on this machine" in outcome.console
    else:
        assert "PANIC: out of memory" in outcome.console


@pytest.mark.chapter("ch04")
def test_a_name_longer_than_there_is_room_for(tree: Tree, tmp_path: Path) -> None:
    """It is cut, and is nobody's."""
    modules = tree.modules() + [Module(fillers(tmp_path, 1)[0].path, "n" * 500)]
    outcome = MACHINES["qemu"](tree).boot(modules=modules)
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()


@pytest.mark.chapter("ch04")
def test_an_image_whose_name_begins_alike(tree: Tree) -> None:
    modules = [Module(m.path, m.name.replace("hello", "hello2")) for m in tree.modules()]
    outcome = MACHINES["qemu"](tree).boot(modules=modules)
    assert outcome.meaning is Meaning.PANIC, outcome.describe()
    assert "PANIC: partition hello: there is no boot module 'hello'" in outcome.console
