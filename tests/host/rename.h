/* The hypervisor's functions that bear a C library's names. Its sources are compiled with this file
 * in front (-include), a test includes it through host.h: the linker sees bh_memcpy, and the
 * sanitizers keep the host's memcpy. */
#ifndef RENAME_H
#define RENAME_H

#define printf bh_printf
#define vprintf bh_vprintf
#define snprintf bh_snprintf
#define vsnprintf bh_vsnprintf
#define memcpy bh_memcpy
#define memmove bh_memmove
#define memset bh_memset
#define memcmp bh_memcmp
#define strlen bh_strlen
#define strcmp bh_strcmp
#define strncmp bh_strncmp

#endif
