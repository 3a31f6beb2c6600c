/* guests: mini-os' system calls. They come as `int $0x80`, which the hypervisor lets user mode use
 * because the kernel asked for it. */
#include "guests/mini-os/mini_os.h"

static int32_t sys_write(uint32_t text, uint32_t bytes)
{
    char buffer[WRITE_MAX];

    if (bytes > sizeof buffer || !process_copy_in(buffer, text, bytes))
        return -1;
    serial_write(buffer, bytes);
    return (int32_t)bytes;
}

static int32_t sys_sleep(uint32_t how_long)
{
    current->wake_at = ticks + how_long;
    current->state = PROCESS_SLEEPING;
    return 0;
}

static int32_t sys_exit(uint32_t code)
{
    current->code = (int32_t)code;
    current->state = PROCESS_DONE;
    return 0;
}

void syscall(struct bh_user_state *r)
{
    int32_t result = -1;

    current->syscalls++;
    switch (r->eax) {
    case SYS_WRITE:
        result = sys_write(r->ebx, r->ecx);
        break;
    case SYS_SLEEP:
        result = sys_sleep(r->ebx);
        break;
    case SYS_EXIT:
        result = sys_exit(r->ebx);
        break;
    case SYS_TICKS:
        result = (int32_t)ticks;
        break;
    default:
        break;
    }
    r->eax = (uint32_t)result;
}
