"""Reads the page tables as the demonstration begins."""

WRITE = 0x2


def grade(grader):
    with grader.probe() as machine:
        machine.run_to("demo_boot")
        pages = [page for page in machine.mappings() if page.virtual >= 0xC0000000]

        def entry(address):
            return next((page for page in pages if page.virtual <= address < page.end), None)

        first, behind = machine.address("text_start"), machine.address("text_end")
        code = [entry(address) for address in range(first & ~0xFFF, behind, 0x1000)]
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
