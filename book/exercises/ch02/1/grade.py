"""Both lines against the frequency that the machine has, in both emulators."""

import re

# QEMU counts an instruction as a nanosecond, and its PIT's output is right to one: 1 ppm of 10 ms is
# 10 ns. Bochs moves its PIT on in whole microseconds (its virtual timer's unit). So begin and end of
# a count are each up to 1 us off there, which is 100 ppm of 10 ms each.
MACHINES = (("qemu", 1_000_000_000, 1), ("bochs", 50_000_000, 200))
OWN = r"^By its own count: (\d+) Hz, off by (-?\d+) ppm\.$"
TEXTBOOK = r"^The textbook way, LATCH 11931 times 100: \d+ Hz, off by -?\d+ ppm\.$"


def grade(grader):
    for emulator, hz, bound in MACHINES:
        outcome = grader.boot(emulator=emulator)
        grader.line(outcome, TEXTBOOK)
        found = grader.line(outcome, OWN)
        clock = re.search(r"^TSC: (\d+)\.(\d{3}) kHz", outcome.console, re.MULTILINE)
        if not found or not grader.judge(clock is not None, f"in {emulator}, the clock's own line"):
            continue
        said, ppm, by_clock = int(found[1]), int(found[2]), int(clock[1] + clock[2])
        grader.judge(abs(said - hz) * 1_000_000 <= (bound + 1) * hz,
                     f"in {emulator}, at most {bound} ppm from its {hz} Hz", f"{said} Hz")
        grader.judge(abs(ppm) <= bound, f"in {emulator}, P is at most {bound} from 0", str(ppm))
        grader.judge(abs(ppm - (said - by_clock) * 1_000_000 / by_clock) <= 1,
                     f"in {emulator}, P is N against the clock's frequency", f"P {ppm} for N {said}",
                     hint="P compares N with clock_tsc_hz(), as the line above it does.")
