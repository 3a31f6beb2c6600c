"""Partitions from outside: registers, page tables, task state segment and memory of each, while it
runs. What a partition owns is computed here from its ELF file and the system's table below."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

import pytest

from bulkhead import x86
from bulkhead.blob import decode_system
from bulkhead.machines import Meaning
from bulkhead.probe import Probe
from bulkhead.tree import chapter_rank
from bulkhead.watch import CONTROL_PAGE, FLOATING, SSE, USER_CODE, USER_DATA, Watch
from bulkhead.watch import flat, image, registers

StartProbe = Callable[..., Probe]

KERNEL_BASE, IMAGE_BASE, PAGE = 0xC0000000, 0x00400000, 0x1000
KIB = 1024
UART = range(0x3F8, 0x400)

# Mapped areas behind the first one: (address, bytes, writable). The first is printed at start-up.
MORE_AREAS = {("ch05", "prober"): [(0x00500000, 8 * KIB, False)]}
HOSTILE = {"ch04": "hostile", "ch05": "hostile", "ch06": "flooder", "final": "hostile"}


def since(machine: Probe, chapter: str) -> bool:
    return chapter_rank(machine.tree.chapter) >= chapter_rank(chapter)


def areas(watch: Watch, name: str) -> list[tuple[int, int, bool]]:
    """What a new partition has mapped, apart from the control page."""
    machine = watch.machine
    if machine.tree.chapter == "final":
        blob = next(module.path for module in machine.modules if module.name == "system")
        partition = decode_system(blob.read_bytes()).partition(name)
        return [(a.virtual, a.size, a.writable) for a in partition.areas if a.mapped]
    first = (IMAGE_BASE, watch.partitions[name].size, True)
    return [first, *MORE_AREAS.get((machine.tree.chapter, name), [])]


def first_starts(watch: Watch) -> Iterator[str]:
    """Stops at each partition's first instruction, in the order in which they come."""
    waiting = set(watch.partitions)
    while waiting:
        name = watch.to_partition()
        if name in waiting:
            waiting.remove(name)
            yield name


# A partition's first instruction


@pytest.mark.since("ch04")
def test_registers_at_the_first_instruction(probe: StartProbe) -> None:
    """Nothing of the hypervisor's, and nothing of another partition's, is left in a register."""
    machine = probe()
    watch = Watch(machine)
    for name in first_starts(watch):
        found = registers(machine)
        for register in ("eax", "ebx", "ecx", "edx", "esi", "edi", "ebp"):
            assert found[register] == 0, (name, register)  # eax: how often it was started before
        assert found["eip"] == image(machine, name).entry
        assert found["esp"] == IMAGE_BASE + watch.partitions[name].size
        assert found["eflags"] == 0x202  # IF and bit 1: IOPL is 0
        assert found["cs"] == USER_CODE
        assert {found[s] for s in ("ss", "ds", "es", "fs", "gs")} == {USER_DATA}
        watch.to_hypervisor()


CLEAN = {"fctrl": 0x37F, "fstat": 0, "mxcsr": 0x1F80}


@pytest.mark.since("ch06")
def test_floating_point_at_the_first_instruction(probe: StartProbe) -> None:
    """All of the FPU and SSE is as after a reset, whatever was in it before."""
    machine = probe()
    watch = Watch(machine)

    def spoil() -> None:
        for register in FLOATING[:8] + SSE[:8]:
            bits = machine.client.registers[register].bits
            machine.set_register(register, int.from_bytes(b"\x5a" * (bits // 8), "little"))

    spoil()
    for name in first_starts(watch):
        found = registers(machine, FLOATING + SSE)
        for register in FLOATING[:8] + SSE[:8]:
            assert found[register] == 0, (name, register)
        for register, value in CLEAN.items():
            assert found[register] == value, (name, register)
        watch.to_hypervisor()
        spoil()


@pytest.mark.chapter("final")
def test_amd_leaves_no_fpu_instruction_behind(probe: StartProbe) -> None:
    """Its fxrstor may keep the address of the last one's; an instruction of ours takes its place,
    between one partition and the next, and the next one's state is loaded afterwards."""
    machine = probe(extra=["-cpu", "qemu32,vendor=AuthenticAMD"])
    watch = Watch(machine)
    names = first_starts(watch)
    next(names)
    machine.run_to("fpu_forget")
    machine.run_to_return()
    next(names)
    assert registers(machine, CLEAN) == CLEAN


@pytest.mark.since("ch04")
def test_control_registers_while_a_partition_runs(probe: StartProbe) -> None:
    machine = probe()
    watch = Watch(machine)
    for _ in first_starts(watch):
        cr0, cr4 = machine.register("cr0"), machine.register("cr4")
        for bit in (x86.CR0_PE, x86.CR0_MP, x86.CR0_NE, x86.CR0_WP, x86.CR0_PG):
            assert cr0 & bit, f"CR0={cr0:08x} lacks {bit:08x}"
        for bit in (x86.CR0_EM, x86.CR0_CD, x86.CR0_NW, x86.CR0_AM, x86.CR0_TS):
            assert not cr0 & bit, f"CR0={cr0:08x} has {bit:08x}"
        assert cr4 & x86.CR4_PSE and cr4 & x86.CR4_PGE and not cr4 & x86.CR4_PAE
        if since(machine, "ch06"):
            assert cr4 & x86.CR4_OSFXSR and cr4 & x86.CR4_OSXMMEXCPT
        watch.to_hypervisor()


# The task state segment


@pytest.mark.since("ch04")
def test_task_state_segment_of_each(probe: StartProbe) -> None:
    """A trap pushes into the partition's own frame; its ports are those of the description."""
    machine = probe()
    watch = Watch(machine)
    stacks = {}
    for name in first_starts(watch):
        descriptor = machine.segment(machine.task_register())
        assert descriptor.type == x86.TSS_BUSY and descriptor.dpl == 0 and descriptor.present
        tss = machine.tss()
        assert tss["ss0"] == 0x10 and tss["esp0"] % 4 == 0 and tss["esp0"] > KERNEL_BASE
        assert tss.io_map_base == x86.TSS_SIZE and not tss.debug_trap
        bitmap = machine.io_bitmap()
        assert bitmap[65536 // 8] == 0xFF  # the CPU reads two bytes at a time
        granted = [UART] if (machine.tree.chapter, name) == ("ch04", "hello") else []
        assert x86.allowed_ports(bitmap[: 65536 // 8]) == granted, name
        stacks[name] = tss["esp0"]
        entry = watch.to_hypervisor()
        pushed = 20 if entry.error is None else 24
        assert machine.register("esp") == tss["esp0"] - pushed  # it really is this stack
        assert entry.frame.cpl == 3 and entry.frame.ss == USER_DATA
    assert len(set(stacks.values())) == len(stacks)


@pytest.mark.since("ch04")
def test_stack_of_an_entry_is_nobodys_memory(probe: StartProbe) -> None:
    """Where a trap pushes is the hypervisor's, with room below for one more trap."""
    machine = probe()
    watch = Watch(machine)
    for name in first_starts(watch):
        esp0 = machine.tss()["esp0"]
        below = range(esp0 - 76 - 256 - KERNEL_BASE, esp0 - KERNEL_BASE)
        for partition in watch.partitions.values():
            for page in flat(machine, partition.directory).values():
                assert page.physical + PAGE <= below.start or page.physical >= below.stop, name
        watch.to_hypervisor()


# Page tables


@pytest.mark.since("ch04")
def test_address_space_of_each(probe: StartProbe) -> None:
    """Its areas and its control page, with the rights that its ELF file asks for; nothing else."""
    machine = probe()
    watch = Watch(machine)
    for name in first_starts(watch):
        assert machine.register("cr3") == watch.partitions[name].directory
        assert machine.tss()["cr3"] == machine.register("cr3"), "what a double fault would report"
        pages = flat(machine, watch.partitions[name].directory)
        file, wanted = image(machine, name), {}
        for base, size, writable in areas(watch, name):
            for address in range(base, base + size, PAGE):
                wanted[address] = writable and file.writable(address)
        if since(machine, "ch05"):
            wanted[CONTROL_PAGE] = True
        assert {a: m.writable for a, m in pages.items()} == wanted, name
        assert any(not writable for writable in wanted.values()), "no read-only code?"
        for page in pages.values():
            assert page.user and not page.large and not page.is_global, f"{name}: {page}"
        first = watch.partitions[name]
        for address in range(IMAGE_BASE, IMAGE_BASE + first.size, PAGE):
            assert pages[address].physical == first.physical + address - IMAGE_BASE
        watch.to_hypervisor()


@pytest.mark.since("ch04")
def test_the_hypervisors_part_of_each(probe: StartProbe) -> None:
    """Above 3 GiB each address space is the hypervisor's own, and closed to the partition."""
    machine = probe()
    watch = Watch(machine)
    own = machine.read("kernel_page_directory", PAGE)
    assert own[: 768 * 4] == bytes(768 * 4)  # no identity map
    for partition in watch.partitions.values():
        directory = machine.read_physical(partition.directory, PAGE)
        upper = [entry & ~0x60 for (entry,) in struct.iter_unpack("<I", directory[768 * 4 :])]
        wanted = [entry & ~0x60 for (entry,) in struct.iter_unpack("<I", own[768 * 4 :])]
        assert upper == wanted
        for mapping in machine.mappings(partition.directory):
            if mapping.virtual >= KERNEL_BASE:
                assert not mapping.user and mapping.is_global, f"{partition.name}: {mapping}"


@pytest.mark.since("ch04")
def test_nobody_shares_a_frame(probe: StartProbe) -> None:
    """No frame is in two partitions, in the image, in a module or in anybody's page tables."""
    machine = probe()
    watch = Watch(machine)
    taken = {
        frame: "a module"
        for module in watch.modules
        for frame in range(module.start // PAGE, -(-module.stop // PAGE))
    }
    end = machine.symbols["image_end"] - KERNEL_BASE
    taken |= {frame: "the image" for frame in range(0x100000 // PAGE, -(-end // PAGE))}
    for partition in watch.partitions.values():
        tables = [partition.directory]
        directory = machine.read_physical(partition.directory, 768 * 4)
        tables += [entry & ~0xFFF for (entry,) in struct.iter_unpack("<I", directory) if entry & 1]
        for table in tables:
            assert taken.setdefault(table // PAGE, f"{partition.name}'s tables") == (
                f"{partition.name}'s tables"
            )
    for partition in watch.partitions.values():
        for page in flat(machine, partition.directory).values():
            owner = taken.setdefault(page.physical // PAGE, partition.name)
            assert owner == partition.name, f"{partition.name}: {page} is {owner}'s"
            assert page.physical >= 0x100000 and page.physical < machine.memory << 20


@pytest.mark.since("ch04")
def test_memory_at_the_first_instruction(probe: StartProbe) -> None:
    """What the ELF file says, byte for byte, and zeros."""
    machine = probe()
    watch = Watch(machine)
    for name in first_starts(watch):
        own = watch.partitions[name]
        wanted = image(machine, name).memory(IMAGE_BASE, own.size)
        assert machine.read_physical(own.physical, own.size) == wanted, name
        watch.to_hypervisor()


@pytest.mark.since("ch05")
def test_control_page_at_the_first_instruction(probe: StartProbe) -> None:
    machine = probe()
    watch = Watch(machine)
    numbers = {name: number for number, name in enumerate(watch.partitions)}
    for name in first_starts(watch):
        page = machine.read(CONTROL_PAGE, PAGE)
        if since(machine, "ch06"):  # no interrupts yet, and one waits: the slot begins
            assert struct.unpack_from("<4I", page) == (0, 1 << 1, 0, 0)
            page = page[16:]
        assert page[:24] == name.encode().ljust(24, b"\0")
        ident, starts, tsc_start, factor = struct.unpack_from("<IIQQ", page, 24)
        assert (ident, starts) == (numbers[name], 0)
        assert 0 < tsc_start < 10**9
        assert abs(factor / 2**32 - 1) < 1e-6
        if machine.tree.chapter == "final":  # a cold start, no health event, the scale in halves
            mode, events, *record = struct.unpack_from("<14I", page, 48)
            assert (mode, events, any(record)) == (1, 0, False)
            half, shift = struct.unpack_from("<II", page, 104)
            assert half << shift == factor
            signature, version, _, spaces = struct.unpack_from("<4s3I", page, 112)
            assert (signature, spaces) == (b"BHKD", 1) and version > 0
            page = page[:48] + page[128:]
        assert not any(page[48:])
        watch.to_hypervisor()


# After a restart


def second_start(watch: Watch, name: str) -> None:
    """To a partition's first instruction after a fault, with its memory spoilt meanwhile."""
    machine = watch.machine
    watch.to_start_of(name)
    own = watch.partitions[name]
    code = image(machine, name)
    for address in range(IMAGE_BASE, IMAGE_BASE + own.size, PAGE):
        if code.writable(address) and not any(
            s.address <= address < s.address + s.size for s in code.segments
        ):
            machine.write_physical(own.physical + address - IMAGE_BASE, b"\xee" * PAGE)
    machine.write_physical(own.physical + own.size - PAGE, b"\xdd" * PAGE)  # its stack
    machine.step()
    # Whatever it was about to do: it reads where nothing is.
    machine.set_register("eip", 0x7FFFF000)
    watch.to_start_of(name)


@pytest.mark.since("ch04")
def test_memory_is_scrubbed_at_a_restart(probe: StartProbe) -> None:
    machine = probe()
    watch = Watch(machine)
    name = HOSTILE[machine.tree.chapter]
    second_start(watch, name)
    own = watch.partitions[name]
    wanted = image(machine, name).memory(IMAGE_BASE, own.size)
    assert machine.read_physical(own.physical, own.size) == wanted
    found = registers(machine)
    assert found["eax"] == 1  # started once before
    for register in ("ebx", "ecx", "edx", "esi", "edi", "ebp"):
        assert found[register] == 0, register
    assert found["esp"] == IMAGE_BASE + own.size and found["eflags"] == 0x202
    pages = flat(machine, own.directory)
    file = image(machine, name)
    for address in range(IMAGE_BASE, IMAGE_BASE + own.size, PAGE):
        assert pages[address].writable == file.writable(address)
    if since(machine, "ch05"):
        starts = 44 if since(machine, "ch06") else 28
        assert machine.read_u32(CONTROL_PAGE + starts) == 1


@pytest.mark.since("ch05")
@pytest.mark.parametrize(("word", "value"), [(1, 0x2B), (4, 0x33), (4, 0x23)])
def test_state_that_cannot_be_loaded(probe: StartProbe, word: int, value: int) -> None:
    """SS and CS that `iret` refuses, put where a partition's state waits: whoever did that, it is
    the partition that is stopped, and the others go on."""
    machine = probe()
    watch = Watch(machine)
    name = watch.to_partition()
    watch.to_hypervisor()
    watch.forget()
    machine.write(machine.tss()["esp0"] - 4 * word, value.to_bytes(4, "little"))
    console = machine.finish().console
    assert f"Partition {name} is stopped: #GP general protection" in console
    assert "PANIC" not in console and "Power off" in console
