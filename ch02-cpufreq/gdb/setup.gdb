# How GDB is set up for a machine that it did not start itself.
set pagination off
set confirm off
set width 0
set height 0
set print pretty on
set breakpoint pending off
set print frame-arguments scalars
# A kernel has no shared libraries, no threads and no signals.
set auto-solib-add off
set debuginfod enabled off
set backtrace past-main on
set print thread-events off
set remotetimeout 30
set python print-stack none
