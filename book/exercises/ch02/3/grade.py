"""Gives the calibration made-up measurements, and compares both factors with exact arithmetic."""

from fractions import Fraction

COUNTS = 28632  # PIT clocks between the long count and the short one
PIT_HZ = 1193182
SHORT = 1_000_000
# Ticks between the two counts: from 50 MHz to 7 GHz, with fractions on both sides of one half.
DIFFERENCES = (1_196_476, 3_595_324, 24_004_001, 167_973_792)


def rounded(value):
    return int(value * 2**33 + 1) // 2


def grade(grader):
    for difference in DIFFERENCES:
        with grader.probe() as machine:
            for round_number in range(11):  # five rounds of short and long, and the overhead
                machine.run_to("pit_measure")  # does not run: we return from it, with our own ticks
                stack = machine.register("esp")
                machine.set_register("eip", machine.read_u32(stack))
                machine.set_register("esp", stack + 4)
                ticks = SHORT + (difference if round_number % 2 else 0)
                machine.set_register("eax", ticks & 0xFFFFFFFF)
                machine.set_register("edx", ticks >> 32)
            machine.run_to("demo_clock")
            hz = difference * PIT_HZ // COUNTS
            for name, wanted in (("ns_per_tick", Fraction(10**9, hz)),
                                 ("ticks_per_ns", Fraction(hz, 10**9))):
                found = int.from_bytes(machine.read(name, 8), "little")
                exact = wanted * 2**32
                error = abs(found - exact)
                if hz >> 32 and name == "ns_per_tick":
                    grader.judge(error <= 1, f"{name} at {hz} Hz, above 2^32: within 1 of "
                                 f"{float(exact):.2f}", str(found))
                else:
                    grader.judge(found == rounded(wanted), f"{name} at {hz} Hz is "
                                 f"{rounded(wanted):#x}", f"{found:#x}, for {float(exact):.2f}")
