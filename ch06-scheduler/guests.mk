# How partitions are built: each guests/NAME.c becomes build/guests/NAME.elf, linked with lib/ and
# klib/. The chapter's Makefile sets GUESTS; rules.mk has the compiler and MODULES' users.

GUEST_SOURCES ?= \
    lib/start.S \
    lib/guest.c \
    lib/hypercall.c \
    klib/printf.c \
    klib/string.c

MODULES := $(foreach g,$(GUESTS),$(BUILD)/guests/$g.elf=$g)

# A partition may use the FPU, the hypervisor may not.
GUEST_CFLAGS = $(COMMON_FLAGS) -mfpmath=387 -mno-sse $(TYPED_CFLAGS)

GUEST_OBJECTS := $(patsubst %,$(BUILD)/guest/%.o,$(basename $(GUEST_SOURCES)))

$(BUILD)/guests/%.elf: $(BUILD)/guest/guests/%.o $(GUEST_OBJECTS) lib/guest.ld
	$(SAY) "  LD    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(LD) $(LDFLAGS) -T lib/guest.ld -o $@ $< $(GUEST_OBJECTS)

$(BUILD)/guest/%.o: %.c $(BUILD)/flags
	$(SAY) "  CC    $< (guest)"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/guest/%.o: %.S $(BUILD)/flags
	$(SAY) "  AS    $< (guest)"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ASFLAGS) -MMD -MP -c -o $@ $<

.SECONDARY:
-include $(wildcard $(BUILD)/guest/*/*.d)
