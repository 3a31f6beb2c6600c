# Chapter 2 in GDB: one measurement of the TSC against the PIT, from the gate to the frequency.
# `make tour` runs it. Lines that begin with ## are what the guide says.
## 1. What does the firmware leave in the timer? Channel 0 runs, channel 2 is not in use. Its gate
## is bit 0 of port 0x61. `bh pit` reads the chip through its ports while the machine stands still.
tbreak clock_init
continue
bh pit
#? $at("clock_init")
#? $answers("bh pit", "^port 0x61 = .*gate shut")
## 2. A measurement begins. First the gate is opened and the speaker is cut off, by a write to port
## 0x61. AL is the value.
tbreak pit_measure
continue
bh until out
p/x $al
#? $next("^outb? .*0x61")
#? ($al & 3) == 1
## 3. Then the mode byte goes to port 0x43: channel 2, two bytes of count, mode 0.
stepi
bh until out
p/x $al
#? $next("^outb? .*0x43")
#? ($al & 0xff) == 0xb0
## 4. The count follows, low byte first. After the first byte the counter does not run yet. A count
## of 0 means 65536, for the chip too.
stepi
bh until out
p/x $al
#? $next("^outb? .*0x42")
#? ($al & 0xff) == (1193 & 0xff)
stepi
bh pit
#? $answers("bh pit", "channel 2.*mode 0: one shot")
## 5. The second byte starts it. The output falls, and stays low until the count is over.
bh until out
p/x $al
#? $next("^outb? .*0x42")
#? ($al & 0xff) == 1193 >> 8
## 6. The TSC is read as close to that as can be: the instruction that follows. What lies between the
## two is the error, and it is the same in every round. The chip has the whole count, and no clock
## of its own has passed yet.
bh until rdtsc
bh pit
x/3i $pc
#? $next("^rdtsc")
#? $answers("bh pit", "count 1193 ")
## 7. How does the program see the end? Bit 5 of port 0x61 is the channel's output. It polls.
bh until in
x/4i $pc
#? $next("^inb? .*0x61")
## 8. What comes out of a round? We watch the variable that takes it: the machine stops when it
## changes. A breakpoint in this page would make the polling crawl, because QEMU then executes the
## whole page instruction by instruction.
watch calibration.hz[0]
continue
#? calibration.hz[0] != 0
## 9. Why two counts, a short one and a long one? Both contain the same cost of starting and
## polling. Their difference contains none. Five rounds are sorted, and the one in the middle
## counts.
delete
tbreak demo_clock
continue
p calibration
#? $at("demo_clock")
#? calibration.hz[0] <= calibration.hz[2] && calibration.hz[2] <= calibration.hz[4]
## 10. From ticks to nanoseconds without a division: one number, a fixed-point one with 32 bits
## behind the point, is multiplied with each difference of the TSC.
p/x ns_per_tick
#? (ns_per_tick * calibration.hz[2] / 1000000000 + 0x80000) >> 20 == 4096
## 11. What is wrong with the textbook's way? Its count of 1/100 s is rounded down to 11931 clocks,
## and then counts as exactly 1/100 s. The console has both numbers.
tbreak clock_print
continue
bh pit
#? $at("clock_print")
#? $answers("bh console", "LATCH 11931 times 100: ")
