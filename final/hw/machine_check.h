/**
 * @file
 * hw: the machine-check exception (Intel SDM vol. 3B, ch. 16): the processor has found memory, a
 * bus or itself broken. It does not matter where: nothing that runs can be trusted any more.
 */
#ifndef HW_MACHINE_CHECK_H
#define HW_MACHINE_CHECK_H

/**
 * Lets machine checks come, where the processor has them, to a task of their own. Before that, the
 * processor shuts down instead.
 * @param end  what happens behind the report, as for panic_set_end()
 */
void machine_check_init(void (*end)(void));

#endif
