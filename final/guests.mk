# How partitions are built: each guests/NAME.c or guests/examples/NAME.c becomes
# build/guests/NAME.elf, linked with lib/ and klib/. The chapter's Makefile sets GUESTS; rules.mk has
# the compiler and MODULES' users.

GUEST_SOURCES ?= \
    lib/start.S \
    lib/guest.c \
    lib/hypercall.c \
    lib/names.c \
    klib/printf.c \
    klib/string.c

# The system description is the first module, the images that it names are the others.
BHC := $(BUILD)/bhc/bhc
DESCRIPTION := systems/$(SYSTEM).xml
BLOB := $(BUILD)/systems/$(SYSTEM).blob
ifeq ($(wildcard $(DESCRIPTION)),)
$(error there is no $(DESCRIPTION); SYSTEM= takes one of: $(basename $(notdir $(wildcard systems/*.xml))))
endif
IMAGES := $(sort $(shell sed -n 's/.*image="\([^"]*\)".*/\1/p' $(DESCRIPTION)))
MODULES := $(BLOB)=system $(foreach g,$(IMAGES),$(BUILD)/guests/$g.elf=$g)

all: $(BHC)

$(BHC): FORCE
	$(Q)$(MAKE) --no-print-directory -C bhc BUILD=$(if $(filter /%,$(BUILD)),,../)$(BUILD)/bhc

$(BLOB): $(DESCRIPTION) $(BHC)
	$(SAY) "  BHC   $<"
	$(Q)mkdir -p $(@D)
	$(Q)$(BHC) --quiet -o $@ $<

# A partition may use the FPU, the hypervisor may not.
GUEST_CFLAGS = $(COMMON_FLAGS) -mfpmath=387 -mno-sse $(TYPED_CFLAGS)

GUEST_OBJECTS := $(patsubst %,$(BUILD)/guest/%.o,$(basename $(GUEST_SOURCES)))

# A partition is one file, or all of a directory, guests/NAME/.
.SECONDEXPANSION:
# (A pattern rule would take a plain % for its own.)
percent := %
guest_sources = $(or $(wildcard guests/$1/*.c),guests/$1.c)
$(BUILD)/guests/%.elf: $$(patsubst $$(percent).c,$(BUILD)/guest/$$(percent).o,$$(call guest_sources,$$*)) \
    $(GUEST_OBJECTS) lib/guest.ld
	$(SAY) "  LD    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(LD) $(LDFLAGS) -T lib/guest.ld -o $@ $(filter %.o,$^)

# The numbered examples have a directory of their own.
$(BUILD)/guest/guests/%.o: guests/examples/%.c $(BUILD)/flags
	$(SAY) "  CC    $< (guest)"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/guest/%.o: %.c $(BUILD)/flags
	$(SAY) "  CC    $< (guest)"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/guest/%.o: %.S $(BUILD)/flags
	$(SAY) "  AS    $< (guest)"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ASFLAGS) -MMD -MP -c -o $@ $<

.SECONDARY:
-include $(wildcard $(BUILD)/guest/*/*.d $(BUILD)/guest/*/*/*.d)
