/* hw: the screen's font, from a file that rules.mk unpacks: PSF, first format (PC Screen Font).
 * Behind 4 bytes of header a character is 16 bytes, one for each row of 8 dots, the highest bit at
 * the left. Only what can be printed goes into the image: 95 characters from the
 * blank on. */
    .section .rodata
    .global font
font:
    .incbin "font.psf", 4 + ' ' * 16, 95 * 16

    .section .note.GNU-stack, "", @progbits
