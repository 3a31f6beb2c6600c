"""What areas are made of, seen from outside: frames, rights and caching in the page tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkhead.attacks import ATTACKS, load_attacks
from bulkhead.machines import Meaning, Qemu
from bulkhead.probe import Probe
from bulkhead.systems import Partition, System, build_guests, modules
from bulkhead.tree import Symbols, Tree

pytestmark = pytest.mark.chapter("final")

WRITE, USER, WRITE_THROUGH, CACHE_DISABLE = 0x2, 0x4, 0x8, 0x10
CACHING = WRITE_THROUGH | CACHE_DISABLE
WANTED = {  # virtual address: rights and caching (Intel SDM vol. 3A, table 11-11)
    0x01000000: USER | WRITE,
    0x01100000: USER,
    0x01200000: USER | CACHING,
    0x01300000: USER | WRITE | CACHING,
    0x01301000: USER | WRITE | WRITE_THROUGH,
}


def test_page_table_entries(tree: Tree, tmp_path: Path) -> None:
    attack = next(attack for attack in load_attacks() if attack.name == "area_kinds")
    images = build_guests(tree, ATTACKS)
    with Probe(tree, "", modules(tree, attack.system("qemu"), images, tmp_path)) as machine:
        machine.run_to(Symbols(images / "area_kinds.elf")["_start"])
        pages = {page.virtual: page for page in machine.mappings()}
        found = {at: pages[at].flags & (WRITE | USER | CACHING) for at in WANTED}
        assert found == WANTED
        assert pages[0x01100000].physical == pages[0x01001000].physical
        assert pages[0x01200000].physical == 0xF0000
        assert 0x01002000 not in pages and 0x01210000 not in pages


def test_a_device_that_is_ram(tree: Tree, tmp_path: Path) -> None:
    """The description knows of less RAM than there is: then the hypervisor has to notice."""
    area = 'name="d" device="yes" physical="0x02000000" size="4KiB" rights="r"'
    system = System(
        (Partition("a", "area_kinds", ((0, 1000),), (area,)),),
        2000,
        1,
        ram='<ram base="0x00100000" size="16MiB"/>',
    )
    passed = modules(tree, system, build_guests(tree, ATTACKS), tmp_path)
    outcome = Qemu(tree).boot("", passed)
    assert outcome.meaning is Meaning.PANIC
    assert "device d at 0x02000000 is RAM on this machine" in outcome.console
