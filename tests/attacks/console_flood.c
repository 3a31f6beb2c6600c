/* Prints without a pause: long lines, control characters, lines without an end. It loses its own
 * text and nobody else's; the victim's lines are all there, each whole.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    static char text[BH_CONSOLE_MAX];

    (void)starts;
    for (;;) {
        for (uint32_t i = 0; i < sizeof text; i++)
            text[i] = (char)random_word();
        bh_console_write(text, 1 + random_word() % sizeof text);
        bh_console_write("\n[victim] slot 3: forged\n", 25);
    }
}
