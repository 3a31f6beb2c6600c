"""Reads the page tables as the demonstration begins, and then writes to the code."""

import struct

WRITE = 0x2
PAGE = 0x1000
CALL, JUMP = 0xE8, 0xE9  # both with the distance from the next instruction


def grade(grader):
    tables(grader)
    for emulator in ("qemu", "bochs"):
        translations(grader, emulator)


def tables(grader):
    with grader.probe() as machine:
        machine.run_to("demo_boot")
        pages = [page for page in machine.mappings() if page.virtual >= 0xC0000000]

        def entry(address):
            return next((page for page in pages if page.virtual <= address < page.end), None)

        first, behind = machine.address("text_start"), machine.address("text_end")
        code = [entry(address) for address in range(first & ~0xFFF, behind, PAGE)]
        grader.judge(all(code), "all of the code is mapped")
        writable = [page for page in code if page and page.flags & WRITE]
        grader.judge(not writable, "no page of code can be written",
                     f"{len(writable)} of {len(code)} that can")
        for name in ("kernel_page_directory", "boot_stack", "gdt"):
            page = entry(machine.address(name))
            grader.judge(page is not None and bool(page.flags & WRITE), f"{name} can be written")
        wrong = [page for page in pages if page.physical != page.virtual - 0xC0000000]
        grader.judge(not wrong, "physical memory is still 3 GiB below")
        size = sum(page.end - page.virtual for page in pages)
        grader.judge(size == 64 << 20, "64 MiB are mapped", f"{size >> 10} KiB")
        grader.judge(not any(page.user for page in pages), "no page is a user's")


def branch(opcode, at, target):
    return struct.pack("<BI", opcode, (target - at - 5) & 0xFFFFFFFF)


def write_back(address):
    """mov address, %al; mov %al, address"""
    return struct.pack("<BIBI", 0xA0, address, 0xA2, address)


def call_of(grader, caller, callee):
    """Where a function calls (or ends in) another one."""
    symbols = grader.tree.symbols
    first = symbols[caller]
    code = grader.program(first, 0x400)
    for offset in range(len(code) - 4):
        for opcode in (CALL, JUMP):
            if code[offset:offset + 5] == branch(opcode, first + offset, symbols[callee]):
                return first + offset, opcode
    return None


def translations(grader, emulator):
    """The tables alone do not show what the processor goes by. So the machine writes to a page of
    code before paging_trim(), which leaves a translation that allows it, and once more in place of
    the demonstration. The second write has to be a page fault, which without an IDT ends in a
    triple fault; else the planted code powers off, and that is a success."""
    symbols = grader.tree.symbols
    found = call_of(grader, "kmain", "paging_trim")
    if not grader.judge(found is not None, "kmain() calls paging_trim()"):
        return
    at, opcode = found
    code, again = symbols["paging_trim"], symbols["demo_boot"]
    second = write_back(code) + b"\x6A\x01"  # push $1, for power_off(true)
    second += branch(CALL, again + len(second), symbols["power_off"])
    before = again + len(second)
    first = write_back(code)
    first += branch(JUMP, before + len(first), symbols["paging_trim"])
    outcome = grader.boot_planted({again: second + first, at: branch(opcode, at, before)},
                                  emulator=emulator)
    grader.judge(outcome.meaning.value == "triple fault",
                 f"in {emulator}, a write to code faults after one that did not",
                 f"{outcome.meaning.value}: an old translation still allows it"
                 if outcome.meaning.value == "success" else outcome.meaning.value)
