# Back in time: a frame was corrupted, and who did it is long gone. `make replay-tour` runs this on
# a build with the planted bug of bugs/frame.c.
## 1. What happened? The run ends in a panic: an instruction was fetched from address 1. Nobody
## jumps there. So somebody returned there: EIP came off a stack.
tbreak demo_traps
continue
tbreak trap_print
continue
bh frame
bh console
#? $at("trap_print")
#? $answers("bh frame", "vector 14 ")
## 2. Which word was it? A return within CPL 0 pops EIP, CS and EFLAGS, and the page fault pushed
## the same three at the same place. So the address that was popped lay where this frame's EIP lies
## now.
p/x *f
p &f->eip
#? f->eip == 1
## 3. Who wrote a 1 there, and when? This run is recorded: a watchpoint on that word, and backwards
## to its last change.
watch -location f->eip
reverse-continue
backtrace
x/1i $pc
#? $next("^mov")
#? $answers("backtrace", "mark")
## 4. What was interrupted? mark() was called by the second trap_dispatch() of that backtrace. A
## breakpoint stops a run in both directions, so back to where that one was entered, and four
## instructions further: the stub's jump, its two pushes, and the instruction that was interrupted.
delete
break trap_entry
reverse-continue
reverse-stepi 4
delete
#? !$at("trap_entry") && !$at("mark")
## 5. There it is. mark() was given the address of an error code, and writes to the word above. It
## is a timer interrupt that nests in a handler behind a trap gate, and the frame of that is still
## whole: in a moment it will not be.
tbreak mark
continue
set $word = error + 1
p/x *$word
#? $at("mark")
list mark
next
next
p/x *$word
#? *$word == 1
