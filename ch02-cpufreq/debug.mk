# The debugger's targets, and files for editors; the same file in every chapter, which rules.mk
# includes.
.PHONY: debug debug-server tour bochs-debug bochs-tour replay replay-tour vscode

debug: all
	$(Q)scripts/gdb debug

debug-server: all
	$(Q)scripts/gdb server

tour: all
	$(Q)scripts/gdb tour

replay: all
	$(Q)scripts/gdb replay

bochs-debug: iso
	$(Q)scripts/bochs-debug debug

bochs-tour: iso
	$(Q)scripts/bochs-debug tour

# A chapter with a planted bug: the same hypervisor with bugs/frame.c around trap_dispatch().
ifneq ($(wildcard bugs/frame.c),)
BUGGY := $(BUILD)/bugs/bulkhead.elf

$(BUGGY): $(OBJECTS) $(BUILD)/bugs/frame.o link.ld
	$(Q)$(LD) $(LDFLAGS) -T link.ld --wrap=trap_dispatch -o $@ $(OBJECTS) $(BUILD)/bugs/frame.o

replay-tour: $(BUGGY)
	$(Q)ELF=$(BUGGY) scripts/gdb bugs/frame.gdb

help::
	@echo "  replay-tour  a planted bug, found by going back in time, no typing"
endif

compile_commands:
	$(Q)$(MAKE) -wnB V=1 all | scripts/compile-commands

vscode: compile_commands
	$(Q)scripts/vscode

help::
	@echo "debugging:"
	@echo "  debug        GDB at the hypervisor's entry in QEMU; type \`help bh\` there"
	@echo "  tour         a guided session in GDB, no typing (PAUSE=1 waits at each stop)"
	@echo "  replay       records a run, then GDB at its beginning: exact time, also backwards"
	@echo "  bochs-debug  Bochs' own debugger at the reset vector, with symbols"
	@echo "  bochs-tour   the same questions answered in Bochs, no typing"
	@echo "  vscode       compile_commands.json for clangd, .vscode/ to debug from VS Code"
