# `make replay`: a recorded run, from the hypervisor's first instruction on, in both directions.
tbreak _start
continue
echo \nThis run is recorded, and goes the same way each time. Stops cost it no time. Backwards:\n
echo `reverse-stepi`, `reverse-continue` to a breakpoint or to the last change of what you watch,\n
echo and `bh last-write VARIABLE` to who changed it last.\n
