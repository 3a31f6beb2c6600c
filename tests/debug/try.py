"""For tests, inside GDB: `try COMMAND` prints the command's answer, or `error: ` and its message."""

import gdb


class Try(gdb.Command):
    def __init__(self):
        super().__init__("try", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        try:
            gdb.execute(argument, False, False)
        except gdb.error as error:
            print(f"error: {error}")


Try()
