"""Calls snprintf() in the machine, as the demonstration begins."""

ROOM = 0xC0080000  # the linear map's view of free memory below 640 KiB
CASES = (
    (b"%o", (0,), "0"),
    (b"%o", (8,), "10"),
    (b"%o", (0xFFFFFFFF,), "37777777777"),
    (b"[%6o]", (0o755,), "[   755]"),
    (b"[%06o]", (0o755,), "[000755]"),
    (b"[%-6o]", (0o755,), "[755   ]"),
    (b"%llo", (0xFFFFFFFF, 0xFFFFFFFF), "1777777777777777777777"),
    (b"[%24llo]", (0xFFFFFFFF, 0xFFFFFFFF), "[  1777777777777777777777]"),
    (b"%u %x %o", (10, 10, 10), "10 a 12"),
)


def grade(grader):
    with grader.probe() as machine:
        machine.run_to("demo_boot")
        for form, arguments, wanted in CASES:
            machine.write(ROOM, b"\xAA" * 64)
            machine.call("snprintf", ROOM, 64, form + b"\0", *arguments)
            found = machine.read(ROOM, 64).split(b"\0")[0].decode("latin-1")
            grader.judge(found == wanted, f'"{form.decode()}" prints {wanted!r}', repr(found))
    text = grader.source("klib/printf.c")
    size = next((int(line.split("[")[1].split("]")[0]) for line in text.splitlines()
                 if line.strip().startswith("char text[")), 22)
    grader.judge(size >= 22, "room for 22 digits", f"char text[{size}]")
