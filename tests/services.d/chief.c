/* A system partition that changes plans. Its slots: the first and the last of each major frame of
 * the plans 0 and 1, the only one of plan 2. */
#include "check.h"

static struct bh_plan_status now;

static void look(void)
{
    WANT(bh_plan_status(&now) == BH_OK);
}

/* To a tick of the TSC and a bit: a major frame is a whole number of ticks, and not always the same. */
static bool near(uint64_t a, uint64_t b)
{
    return a < b + tick_ns() + 2 && b < a + tick_ns() + 2;
}

/* The next major frame's first slot. */
static void next_frame(void)
{
    uint64_t frame;

    look();
    frame = now.frame_ns;
    while (now.frame_ns == frame) {
        next_slot();
        look();
    }
}

static void errors(void)
{
    look();
    WANT(now.plan == 0 && now.next == 0 && now.plans == 3 && now.switches == 0);
    WANT(now.major_frame_ns / 1000 == 10000 || now.major_frame_ns / 1000 == 9999);
    WANT(strcmp(now.name, "test") == 0);
    WANT(bh_plan_switch(3) == BH_EINVAL && bh_plan_switch(0xFFFFFFFF) == BH_EINVAL);
    WANT(bh_plan_status((struct bh_plan_status *)0xC0000000) == BH_EFAULT);
    WANT(bh_plan_status((struct bh_plan_status *)0x00400000) == BH_EFAULT); /* our code */
    look();
    WANT(now.next == 0);
}

/* Asked for twice, and taken back: nothing happens. */
static void taken_back(void)
{
    WANT(bh_plan_switch(1) == BH_OK && bh_plan_switch(1) == BH_OK);
    look();
    WANT(now.plan == 0 && now.next == 1);
    WANT(bh_plan_switch(2) == BH_OK);
    look();
    WANT(now.plan == 0 && now.next == 2);
    WANT(bh_plan_switch(0) == BH_OK);
    next_frame();
    WANT(now.plan == 0 && now.switches == 0 && came[BH_VIRQ_PLAN] == 0);
}

/* The last request counts, from the end of the major frame on, and not before. */
static void at_the_end(uint32_t plan, const char *name)
{
    uint32_t interrupts = came[BH_VIRQ_PLAN], switches, frames;
    uint64_t end;

    look();
    switches = now.switches;
    end = now.frame_ns + now.major_frame_ns;
    WANT(bh_plan_switch(plan) == BH_OK);
    frames = now.plan;
    look();
    WANT(now.plan == frames && now.next == plan);
    next_frame();
    WANT(now.plan == plan && now.next == plan && now.switches == switches + 1);
    WANT(now.since_ns == now.frame_ns && near(now.since_ns, end));
    WANT(strcmp(now.name, name) == 0 && came[BH_VIRQ_PLAN] == interrupts + 1);
}

/* Asked for in the last moment of the major frame: its last slot is ours. The answer says which
 * major frame it was in, and it is kept. */
static void in_the_last_moment(void)
{
    uint64_t margin = 2000 * tick_ns();

    for (uint32_t i = 0; i < 6; i++) {
        uint32_t wanted;
        uint64_t end, since;

        look();
        wanted = now.plan == 0 ? 1 : 0;
        end = now.frame_ns + now.major_frame_ns;
        while (now.frame_ns + now.major_frame_ns - bh_clock_fast() > 2500000)
            next_slot(); /* into the last slot */
        margin /= 3;
        while (bh_clock_fast() < end - margin)
            ;
        WANT(bh_plan_switch(wanted) == BH_OK);
        since = bh_clock_fast();
        next_frame();
        WANT(now.plan == wanted);
        end = since < end ? end : end + (now.since_ns - end); /* asked behind it: a frame later */
        WANT(near(now.since_ns, end));
        next_frame();
        WANT(now.plan == wanted && now.next == wanted && now.frames >= 1);
    }
}

int main(uint32_t starts)
{
    (void)starts;
    count_all();
    errors();
    taken_back();
    at_the_end(2, "third");
    at_the_end(1, "maintenance");
    at_the_end(0, "test");
    in_the_last_moment();
    at_the_end(2, "third");
    return finish();
}
