/* guests: mini-os' processes: their address spaces, and stacks that grow when they are used. */
#include "guests/mini-os/mini_os.h"

enum { EFLAGS_IF = 0x200, FLAT_DATA = 0x23 };

/* Memory for stacks: the area "heap", which the kernel sees at its own address. */
static struct bh_area heap;
static uint32_t heap_used;

static void __attribute__((noreturn)) fail(const char *what)
{
    printf("mini-os: %s\n", what);
    guest_flush();
    bh_halt(-1);
}

/* The image's code and constants, which all processes share and none can write to. */
static void map_image(uint32_t space)
{
    struct bh_mapping m = {.space = space, .rights = BH_READ};
    uint32_t pages = ((uint32_t)image_data - (uint32_t)image_text) / PAGE_SIZE;

    for (uint32_t done = 0; done < pages; done += m.pages) {
        m.address = (uint32_t)image_text + done * PAGE_SIZE;
        m.offset = done * PAGE_SIZE;
        m.pages = pages - done < BH_PAGES_MAX ? pages - done : BH_PAGES_MAX;
        if (bh_map_batch(&m, 1) != 1)
            fail("cannot map the image");
    }
}

/* Gives a process one more page of stack, below those that it has. */
static bool add_stack_page(struct process *p)
{
    uint32_t space = (uint32_t)(p - processes) + 1, n = p->stack_pages;

    if (n == STACK_PAGES || heap_used == heap.size)
        return false;
    if (bh_map((void *)(STACK_TOP - (n + 1) * PAGE_SIZE), heap.index, heap_used, 1,
               BH_READ | BH_WRITE | BH_IN_SPACE(space)) != BH_OK)
        return false;
    p->stack[n] = (char *)heap.address + heap_used; /* zeros: the heap is used once */
    p->stack_pages++;
    heap_used += PAGE_SIZE;
    return true;
}

void process_create(uint32_t number, const char *name, void (*program)(void))
{
    struct process *p = &processes[number];

    if (!heap.size && bh_area("heap", &heap) != BH_OK)
        fail("there is no heap");
    *p = (struct process){.name = name, .state = PROCESS_READY};
    map_image(number + 1);
    if (!add_stack_page(p))
        fail("no memory for a stack");
    p->registers = (struct bh_user_state){
        .space = number + 1,
        .esp = STACK_TOP - 16,
        .eip = (uint32_t)program,
        .eflags = EFLAGS_IF,
        .ds = FLAT_DATA,
        .es = FLAT_DATA,
    };
}

/* Any address down to the stack's limit: a large frame may skip a page. */
bool process_grow_stack(uint32_t address)
{
    uint32_t lowest = STACK_TOP - STACK_PAGES * PAGE_SIZE;

    if (address < lowest || address >= STACK_TOP - current->stack_pages * PAGE_SIZE)
        return false;
    while (address < STACK_TOP - current->stack_pages * PAGE_SIZE)
        if (!add_stack_page(current))
            return false;
    return true;
}

/* Where the kernel sees a byte of the current process' memory, or NULL. */
static const char *kernel_view(uint32_t address)
{
    uint32_t page = (STACK_TOP - 1 - address) / PAGE_SIZE;

    if (address >= (uint32_t)image_text && address < (uint32_t)image_data)
        return (const char *)address;
    if (address >= STACK_TOP || page >= current->stack_pages)
        return NULL;
    return current->stack[page] + address % PAGE_SIZE;
}

bool process_copy_in(char *to, uint32_t from, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        const char *c = kernel_view(from + i);

        if (!c)
            return false;
        to[i] = *c;
    }
    return true;
}
