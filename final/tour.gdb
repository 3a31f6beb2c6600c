# The complete hypervisor in GDB: the way of a slot, a hypercall, a message and a fault. `make tour`
# runs it, on the demonstration systems/flight.xml. Lines that begin with ## are what the guide says.
# system: flight
## 1. What runs here, and when? The description came as a boot module, was checked, and became a
## plan in ticks of the TSC. We stand where the first partition is entered.
tbreak entry_return
continue
bh plan
bh partitions
#? $at("entry_return")
#? $answers("bh plan", "-> +0 us .*sensor")
## 2. What will end its slot? The local APIC's timer, set once for the next thing that is due. With
## the 8254 that would be three port writes; here it is one store, or one MSR.
bh apic
#? $answers("bh apic", "one shot, vector 0xf0")
## 3. A hypercall does not take the way of the traps: each vector has a stub, and this one's leads
## to an entry of its own. The number is in EAX, and a table leads to the handler.
tbreak hypercall_begin
continue
bh where
info symbol hypercall_table[$eax]
#? $at("hypercall_begin")
## And where the processor has it, `sysenter` is the way in: no stub, no stack, no gate.
tbreak sysenter_begin
continue
bh where
info symbol hypercall_table[$eax]
#? $at("sysenter_begin")
## 4. A message. The controller writes what it commands, and telemetry will read it. Before: the
## queue is empty, and no virtual interrupt waits for telemetry.
bh switch-to controller
tbreak message_write if boot_cpu.current->partition->id == 1 && channels[number].keeps
continue
bh ports telemetry
bh virq telemetry
#? $answers("bh ports telemetry", "holds 0 of 4")
## 5. After: the bytes were copied once, out of the writer's memory into the channel. The reader
## gets a virtual interrupt, and no time: its own slot will come.
tbreak hypercall_done
tbreak sysenter_done
continue
delete
bh ports telemetry
bh virq telemetry
#? $answers("bh ports telemetry", "holds 1 of 4")
#? $answers("bh virq telemetry", "pending .*port")
## 6. A slot's end. The controller has given up the rest of its slot, so nobody runs: the timer's
## interrupt comes out of the hypervisor's own `hlt`. All that the controller had in its registers
## lies in its frame, in its vCPU: nothing of it is on a stack of ours.
tbreak sched_timer_event
continue
bh where
p now >= boot_cpu.slot_end
bh frame controller
bh plan
#? $at("sched_timer_event") && now >= boot_cpu.slot_end
#? $answers("bh plan", "-> +2000 us .*controller")
## 7. The next partition is another frame. Address space, TSS and FPU are exchanged, the timer is
## set to this slot's end; and the way out is the one from which nobody came in.
p boot_cpu.current->partition->config->name
tbreak return_to_frame if boot_cpu.current->partition->id != 1
continue
p boot_cpu.current->partition->config->name
bh where
bh apic
bh tss
#? $at("return_to_frame")
#? $answers("bh tss", "the frame of partition telemetry")
## 8. The faulty one attacks. The fault is charged to it at once: an event, and what its own table
## in the description says.
tbreak health_fault
continue
p event
p p->config->name
bh frame
bh map
#? $at("health_fault")
#? $answers("bh frame", "vector 14 ")
#? $answers("bh frame", "error code 0x7")
## 9. Its action is a reset, and that is done in its own slots: the partition is `starting`, and its
## pages are filled one by one until its time is over. Nobody else's slot moves.
tbreak partition_begin_start
continue
p how
p reason
tbreak partition_continue_start
continue
bh health
bh partitions
#? $at("partition_continue_start")
#? $answers("bh partitions", "-> faulty +starting")
## 10. Who is told? The monitor is a system partition: it reads the log by hypercall, one record
## each time.
tbreak health_read_call
continue
p v->partition->config->name
bh health 3
#? $at("health_read_call")
#? $answers("bh health 3", "faulty +memory")
## 11. And it decides: when faulty has had all its restarts, the monitor asks for another plan, in
## which nobody has that time. It begins with the next major frame.
tbreak plans_request
continue
p boot_cpu.current->partition->config->name
bh plan
#? $at("plans_request")
tbreak plans_another
continue
finish
bh plan
#? $answers("bh plan", "^Plan (?!cruise)")
## 12. Four seconds of flight, and the end: each plan against what was measured. The run was recorded
## and is replayed, so all our stops have cost it nothing.
tbreak plans_print
continue
bh health
#? $at("plans_print")
tbreak power_off
continue
#? $at("power_off")
