/* virt: virtual user mode. A trap out of it is what a trap from an outer level is to a processor:
 * another address space, another stack, and everything needed to go on is pushed there. */
#include "virt/vcpu/user.h"

#include "hw/cpu.h"
#include "klib/string.h"
#include "virt/cpu.h"
#include "virt/memory/guest_range.h"
#include "virt/memory/space.h"
#include "virt/vcpu/vtrap.h"

enum {
    INT_OPCODE = 0xCD,
    INT_BYTES = 2,
    FIRST_INT = 32, /* below are exceptions */
};

void user_reset(struct vcpu *v)
{
    memset(&v->user, 0, sizeof v->user);
    v->hypercalls = (struct hypercall_entry){0};
    vcpu_choose_way(v);
}

int32_t user_set_traps(struct vcpu *v, vaddr_t handler, vaddr_t stack)
{
    if (handler >= KERNEL_BASE)
        return BH_EINVAL;
    v->user.handler = handler;
    v->user.stack = stack; /* looked at when something is pushed there */
    return BH_OK;
}

int32_t user_set_vector(struct vcpu *v, uint32_t vector, bool allowed)
{
    uint32_t bit = 1u << vector % 32;

    if (vector < FIRST_INT || vector > 255 || vector == BH_HYPERCALL_VECTOR)
        return BH_EINVAL;
    if (allowed)
        v->user.vectors[vector / 32] |= bit;
    else
        v->user.vectors[vector / 32] &= ~bit;
    return BH_OK;
}

/* A selector of user mode. Any other than these two would fault, or be one more way to say flat. */
static uint32_t data_selector(uint32_t wanted)
{
    return wanted & 0xFFFF & ~(uint32_t)SELECTOR_PRIVILEGE ? SELECTOR_USER_DATA : SELECTOR_NULL;
}

/* User mode has no hypercalls, and no handler that a virtual interrupt goes to at once: what the
 * hot paths look at anyway sends them here. */
static void run_user(struct vcpu *v, bool running)
{
    v->user.running = running;
    vcpu_choose_way(v);
    if (running)
        v->user.virq_handler = v->virq_handler;
    v->virq_handler = running ? 0 : v->user.virq_handler;
}

static void set_user_frame(struct vcpu *v, const struct bh_user_state *s)
{
    v->entry.frame = (struct trap_frame){
        .gs = data_selector(s->gs),
        .fs = data_selector(s->fs),
        .es = data_selector(s->es),
        .ds = data_selector(s->ds),
        .edi = s->edi,
        .esi = s->esi,
        .ebp = s->ebp,
        .ebx = s->ebx,
        .edx = s->edx,
        .ecx = s->ecx,
        .vector = BH_HYPERCALL_VECTOR,
        .eip = s->eip,
        .cs = SELECTOR_USER_CODE,
        .eflags = vtrap_real_eflags(s->eflags),
        .esp = s->esp,
        .ss = SELECTOR_USER_DATA,
    };
}

int32_t user_enter(struct vcpu *v, const struct trap_frame *f)
{
    struct bh_user_state s;

    if (f->vector != BH_HYPERCALL_VECTOR || !v->user.handler)
        return BH_EINVAL;
    if (!guest_copy_in(&s, guest_pointer(f->ebx), sizeof s))
        return BH_EFAULT;
    if (s.space >= space_count(v->partition))
        return BH_EINVAL;
    v->user.kernel = space_current(v);
    space_use(v, s.space);
    run_user(v, true);
    set_user_frame(v, &s);
    v->control->virq_enabled = s.eflags & EFLAGS_IF;
    cpu_this()->pending |= PENDING_VIRQ; /* they may have come meanwhile */
    return (int32_t)s.eax;
}

/* Field by field, where it belongs: a copy would cost as much again. */
static void push_state(struct bh_user_state *s, const struct vcpu *v, uint32_t space)
{
    const struct trap_frame *f = &v->entry.frame;

    s->space = space;
    s->eax = f->eax;
    s->ebx = f->ebx;
    s->ecx = f->ecx;
    s->edx = f->edx;
    s->esi = f->esi;
    s->edi = f->edi;
    s->ebp = f->ebp;
    s->esp = f->esp;
    s->eip = f->eip;
    s->eflags = vtrap_virtual_eflags(v);
    s->ds = f->ds & 0xFFFF;
    s->es = f->es & 0xFFFF;
    s->fs = f->fs & 0xFFFF;
    s->gs = f->gs & 0xFFFF;
}

/* The partition's own level, with an interrupt gate's manners. */
static void set_kernel_frame(struct vcpu *v, vaddr_t stack)
{
    struct trap_frame *f = &v->entry.frame;

    run_user(v, false);
    f->gs = f->fs = f->es = f->ds = f->ss = SELECTOR_USER_DATA;
    f->cs = SELECTOR_USER_CODE;
    f->eip = v->user.handler;
    f->esp = stack;
    f->eflags = EFLAGS_ONE | EFLAGS_IF;
    v->control->virq_enabled = 0;
}

/* @return the trap's description on the partition's stack, to be filled in, or NULL: no stack */
static struct bh_user_trap *reflect(struct vcpu *v, enum bh_user_trap_kind kind, uint32_t vector)
{
    uint32_t space = space_current(v);
    vaddr_t stack = v->user.stack - sizeof(struct bh_user_trap); /* may wrap: it is refused then */
    struct bh_user_trap *pushed = (struct bh_user_trap *)stack;

    space_use(v, v->user.kernel);
    if (!guest_may_write(v, guest_pointer(stack), sizeof *pushed)) {
        space_use(v, space);
        return NULL;
    }
    push_state(&pushed->state, v, space);
    pushed->kind = kind;
    pushed->vector = vector;
    pushed->error = pushed->address = 0;
    set_kernel_frame(v, stack);
    return pushed;
}

/* `int n` on a gate that is not for CPL 3 is a #GP that names the vector. Only the plain two-byte
 * instruction is taken for one: with a prefix it is a #GP like others. */
static bool is_allowed_int(const struct vcpu *v, uint32_t *vector)
{
    const struct trap_frame *f = &v->entry.frame;
    const uint8_t *code = (const uint8_t *)f->eip;

    if (f->vector != TRAP_PROTECTION ||
        (f->error & (TRAP_ERROR_EXTERNAL | TRAP_ERROR_IDT | TRAP_ERROR_LDT)) != TRAP_ERROR_IDT)
        return false;
    *vector = f->error >> 3 & 255;
    return v->user.vectors[*vector / 32] >> *vector % 32 & 1 &&
           guest_may_read(v, guest_pointer(f->eip), INT_BYTES) && code[0] == INT_OPCODE &&
           code[1] == *vector;
}

bool user_exception(struct vcpu *v, uint32_t address)
{
    struct trap_frame *f = &v->entry.frame;
    uint32_t vector = f->vector, error = f->error;
    struct bh_user_trap *pushed;

    if (is_allowed_int(v, &vector)) {
        f->eip += INT_BYTES;
        if (reflect(v, BH_USER_INT, vector))
            return true;
        f->eip -= INT_BYTES;
        return false;
    }
    pushed = reflect(v, BH_USER_EXCEPTION, f->vector);
    if (!pushed)
        return false;
    pushed->error = error;
    pushed->address = address;
    return true;
}

bool user_virq(struct vcpu *v, uint32_t vector)
{
    return reflect(v, BH_USER_VIRQ, vector) != NULL;
}

bool user_hypercall(struct vcpu *v)
{
    struct bh_user_trap *pushed;

    if (v->entry.frame.vector == BH_HYPERCALL_VECTOR)
        return reflect(v, BH_USER_HYPERCALL, BH_HYPERCALL_VECTOR) != NULL;
    pushed = reflect(v, BH_USER_SYSENTER, BH_HYPERCALL_VECTOR);
    if (!pushed)
        return false;
    pushed->state.eip = pushed->state.esp = 0;
    return true;
}
