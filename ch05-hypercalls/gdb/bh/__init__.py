"""The `bh` commands, a file a subject. Each reads the machine or the program, and keeps nothing."""
