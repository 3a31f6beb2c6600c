# Bulkhead. `make help` lists what can be done; each chapter has a Makefile of its own.
#
#   V=1     show the commands        ARGS="words"   the hypervisor's command line, or for
#   SYSTEM=NAME  final's system      `make test`, pytest's: make test ARGS="-k ch03"

CHAPTERS := $(patsubst %/Makefile,%,$(wildcard ch[0-9][0-9]-*/Makefile))
SHORT := $(foreach chapter,$(CHAPTERS),$(firstword $(subst -, ,$(chapter))))
TREES := $(CHAPTERS) $(patsubst %/Makefile,%,$(wildcard final/Makefile))
Q := $(if $(V),,@)

.DEFAULT_GOAL := help
.PHONY: help run test bench mutants fuzz coverage lint doctor clean final \
    book book-open book-serve book-pdf grade stub lab transcripts \
    setup-run setup-test setup-lint setup-fuzz \
    $(CHAPTERS) $(SHORT)

help:
	@echo "Bulkhead: a separation-kernel hypervisor for 32-bit x86, and a course"
	@echo "  make run       boot the complete hypervisor (final/) in QEMU"
	@echo "  make test      judge every chapter in QEMU and Bochs (tests/README.md)"
	@echo "  make bench     what the paths cost, in instructions"
	@echo "  make mutants   plant bugs in copies, and see the tests find them (ALL=1: every one that rules make)"
	@echo "  make coverage  which lines of final the tests run (ARGS=--lines shows the others)"
	@echo "  make fuzz      throw damaged descriptions at bhc (SECONDS=600)"
	@echo "  make lint      formatting, layers, the chapters' ladder, sparse"
	@echo "  make book      the book; make book-open shows it, book-serve serves it, book-pdf prints it"
	@echo "  make grade     CH=ch03 EX=2 TREE=path: judge your answer to an exercise of the book"
	@echo "  make stub      CH=ch03 TREE=path: take out of your tree what the chapter leaves to you"
	@echo "  make lab       CH=ch03 LAB=1: plant a fault of the book in a copy, and boot it"
	@echo "  make transcripts  record boots, debugger tours, labs and the book's commands anew"
	@echo "  make doctor    the tools' versions, and what to install"
	@echo "  make clean     remove what was built"
	@echo "a chapter (make -C NAME help lists what each can do):"
	@for chapter in $(CHAPTERS); do echo "  make $$chapter   (or make $${chapter%%-*})"; done
	@echo 'variables: V=1  ARGS="words"  SYSTEM=NAME'
	@echo 'run, test, lint and book first install what is missing on Debian; elsewhere they name it.'

setup-run setup-test setup-lint setup-fuzz: setup-%:
	$(Q)tools/setup $*

# final may still be on its way: say so instead of make's "no rule".
define run_tree
	$(Q)if [ -f $(1)/Makefile ]; then $(MAKE) --no-print-directory -C $(1) run; \
	    else echo "$(1)/ is not there yet" >&2; exit 1; fi
endef

# ARGS, SYSTEM, V, CC and CROSS of the command line reach the chapters through MAKEFLAGS.
run: setup-run
	$(call run_tree,final)

final: run

$(CHAPTERS): setup-run
	$(call run_tree,$@)

$(SHORT): setup-run
	$(call run_tree,$(filter $@-%,$(CHAPTERS)))

test: setup-test
	$(Q)tests/run $(ARGS)

define run_tool
	$(Q)if [ -x $(1) ]; then $(1) $(ARGS); else echo "$(1) is not there yet" >&2; exit 1; fi
endef

bench: setup-test
	$(call run_tool,tests/bench)

# ALL=1: bugs by rule; N= draws so many, SEED= says which.
mutants: setup-test
	$(Q)$(if $(ALL),tests/mutants-by-rule $(if $(N),--draw $(N)) $(if $(SEED),--seed $(SEED)) \
	    $(ARGS),tests/mutants $(ARGS))

coverage: setup-test
	$(call run_tool,tests/coverage)

book: setup-test
	$(Q)$(MAKE) --no-print-directory -C book

book-open: book
	$(Q)command -v xdg-open >/dev/null && xdg-open book/build/html/index.html || \
	    echo "open book/build/html/index.html in a browser"

book-serve: book
	$(Q)$(MAKE) --no-print-directory -C book serve

book-pdf: setup-test
	$(Q)$(MAKE) --no-print-directory -C book pdf

# An answer to an exercise, or a whole chapter of the reader's own.
grade: setup-test
	$(Q)book/tools/grade "$(CH)" $(if $(EX),"$(EX)") "$(TREE)"

stub:
	$(Q)book/tools/stub "$(CH)" "$(TREE)"

lab: setup-run
	$(Q)book/tools/lab "$(CH)" "$(LAB)" $(if $(IN),"$(IN)")

transcripts: setup-test
	$(Q)tests/run --record
	$(Q)tests/debug/record
	$(Q)book/tools/lab --record
	$(Q)book/tools/robot --record
	$(Q)book/tools/screens

fuzz: setup-fuzz
	$(Q)tests/fuzz $(or $(SECONDS),600)

lint: setup-lint
	$(Q)tools/lint $(TREES)

doctor:
	$(Q)tools/doctor

clean:
	$(Q)for tree in $(TREES); do $(MAKE) --no-print-directory -C $$tree clean || exit; done
	$(Q)rm -rf .cache book/build
	$(Q)find . -name __pycache__ -type d -prune -exec rm -rf {} +
