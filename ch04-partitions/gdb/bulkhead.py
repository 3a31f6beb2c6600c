"""GDB's `bh` commands: the chapter's language at the debugger's prompt. `help bh` lists them.

scripts/gdb loads this file; in a GDB of your own: `source gdb/bulkhead.py`. Next: bh/command.py.
"""

import os
import sys

import gdb

sys.dont_write_bytecode = True  # leaves no __pycache__ in the chapter
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from bh import command  # noqa: E402

command.load_all()
