# How a chapter is built and run; the same file in every chapter. The chapter's Makefile sets NAME
# and SOURCES, and from chapter 4 on GUESTS; guests.mk turns those into MODULES, what the loader
# passes, as FILE=NAME words.
#
#   make CC=clang       another compiler          make V=1      show the commands
#   make CROSS=i686-linux-gnu-  another toolchain make ARGS="…" the hypervisor's command line

BUILD ?= build
ARGS ?=
CROSS ?=
OPTIMISE ?= -O1
Q := $(if $(V),,@)
# A line for each step, but not under V=1, which shows the command, and not under make -s.
SAY := @$(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),:,echo)

ifeq ($(origin CC),default)
CC := $(CROSS)gcc
endif
ifeq ($(origin LD),default)
LD := $(CROSS)ld
endif

# clang is every target's compiler at once; gcc makes 32-bit code without multilib, as long as
# nothing is linked against.
TARGET_FLAGS := $(if $(findstring clang,$(CC)),--target=i386-unknown-none-elf,-m32)

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
    -Wmissing-prototypes -Wundef -Wvla

# What the shell takes as one word, whatever is in it.
quote = '$(subst ','\'',$1)'

# CFLAGS=, ASFLAGS= and LDFLAGS= of the command line come behind ours, without which nothing works.
typed = $(if $(filter command override,$(origin $1)),$($1))
TYPED_CFLAGS := $(call typed,CFLAGS)

# -mgeneral-regs-only: the FPU's registers belong to the partitions. -fno-omit-frame-pointer: for
# the backtrace. -march=i686: the oldest CPU with global pages and conditional moves.
# -ffile-prefix-map: the same sources make the same files, in whatever directory they lie.
COMMON_FLAGS := $(TARGET_FLAGS) -march=i686 -std=c11 -ffreestanding -fno-pic -fno-pie \
    -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none -fno-common \
    -fno-omit-frame-pointer -g $(call quote,-ffile-prefix-map=$(CURDIR)=.) $(OPTIMISE) \
    $(WARNINGS) -I. $(EXTRA_CFLAGS)
override CFLAGS := $(COMMON_FLAGS) -mgeneral-regs-only -fstack-usage $(TYPED_CFLAGS)
override ASFLAGS := $(COMMON_FLAGS) $(call typed,ASFLAGS)
override LDFLAGS := -m elf_i386 -nostdlib -static -z noexecstack -z max-page-size=4096 \
    --build-id=none $(call typed,LDFLAGS)

ELF := $(BUILD)/bulkhead.elf
OBJECTS := $(patsubst %,$(BUILD)/%.o,$(basename $(SOURCES)))

.DEFAULT_GOAL := all
ifdef GUESTS
include guests.mk
endif

# What the scripts read. MODULES words are FILE=NAME.
export BUILD ELF ARGS MODULES NAME

.PHONY: all run iso bochs modules clean help compile_commands FORCE

all: $(ELF) $(foreach m,$(MODULES),$(firstword $(subst =, ,$m)))

$(ELF): $(OBJECTS) link.ld
	$(SAY) "  LD    $@"
	$(Q)$(LD) $(LDFLAGS) -T link.ld -o $@ $(OBJECTS)

$(BUILD)/%.o: %.c $(BUILD)/flags
	$(SAY) "  CC    $<"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/%.o: %.S $(BUILD)/flags
	$(SAY) "  AS    $<"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ASFLAGS) -MMD -MP -c -o $@ $<

# The screen's font is a package's. FONT= takes another one: PSF, first format, 8 by 16 dots.
FONT ?= /usr/share/consolefonts/Unifont-APL8x16.psf.gz

$(BUILD)/hw/font.o: $(BUILD)/font.psf
$(BUILD)/hw/font.o: override ASFLAGS += -Wa,-I$(BUILD)

$(BUILD)/font.psf: $(BUILD)/flags
	@[ -r $(FONT) ] || { echo "$(FONT) is not there; on Debian: apt-get install psf-unifont" >&2; \
	    exit 1; }
	$(Q)gzip -dc $(FONT) > $@.new && mv $@.new $@

# Changes when the compiler or a flag does, so that nothing stale is linked.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo $(call quote,$(CC) $(CFLAGS)) | cmp -s - $@ || \
	    echo $(call quote,$(CC) $(CFLAGS)) > $@

run: all
	$(Q)scripts/qemu

modules: all
	@scripts/modules

iso: all
	$(Q)scripts/mkiso $(BUILD)/bulkhead.iso

bochs: iso
	$(Q)scripts/bochs

clean:
	$(Q)rm -rf $(BUILD)

help::
	@echo "$(NAME): targets"
	@echo "  all          build $(ELF) (the default)"
	@echo "  run          boot it in QEMU, console on this terminal"
	@echo "  bochs        boot it in Bochs, from a GRUB image"
	@echo "  iso          build $(BUILD)/bulkhead.iso, for Bochs or a real PC (BIOS, UEFI; CD, USB stick)"
	@echo "  modules      print the boot modules as QEMU's -initrd takes them"
	@echo "  clean        remove $(BUILD)/"
	@echo "variables: ARGS=\"words for the hypervisor\"  CC=clang  CROSS=prefix-  V=1  TIMEOUT=s"
	@echo "words:     $(if $(WORDS_HELP),$(WORDS_HELP),none)"

-include debug.mk
-include $(OBJECTS:.o=.d)
