"""What the tests of Bulkhead are made of.

process     children in their own process group, with a time limit
tree        a chapter's directory: its build, its modules, its symbols
machines    QEMU and Bochs: boot a tree, return its console and what its end means
loader      a boot loader for Bochs that is sooner done than GRUB
boots       boots.toml: which boots there are
needs       tools that a test needs, and what it means that one is missing
releases    which Debian release's tools are here, and whose recording to compare with
transcript  normalise a console's text and compare it with what was recorded
rsp         GDB's remote protocol, as far as we speak it
probe       a stopped machine, read and written through QEMU's debugger stub
guest       the tests' own partitions, guests/*.S, assembled
blob        system descriptions as bytes, by Python's struct
watch       partitions watched from outside: entries, exits, time, images
systems     partitions in C of the tests' own, and a system description for them
attacks     the attack partitions: what each declares, and how it is judged
judges      judges that are linked into the hypervisor, judges/*.c
coverage    which lines ran, as QEMU's translator tells
mutants     bugs planted in copies of the chapters
rules       bugs by rule: where something can be left out or moved by one (libclang)
campaign    ... judged by the tests that run their lines, and what is known of them
browser     a headless Chromium: pages looked at, clicked, printed
x86         descriptors and page tables, decoded by the manual's layouts

Nothing here includes or parses the hypervisor's headers: a judge that copied the suspect's notes
would believe the same mistakes.
"""
