/* Where things are in the 1,024 bytes of EEPROM (PROTOCOL.md §9). */
#ifndef LAYOUT_H
#define LAYOUT_H

#define IDENTITY_AT 0
#define IDENTITY_BYTES 16
#define MARKS_AT 32
#define MARK_BYTES 12
#define MARK_PLACES 4
#define TOTALS_AT 80
#define TOTALS_BYTES 24
#define RING_AT 128
#define RING_SLOT_BYTES 13
#define RING_SLOTS 68

/* The validity byte of a record and of the totals: after its erasure it only ever loses bits. */
#define MARK_OPEN 0xFF
#define MARK_LIVE 0x0F
#define MARK_ACKNOWLEDGED 0x00
#define MARK_COMMITTED(mark) (((mark) & 0xF0) == 0)

#define COPY_AT(base, bytes, copy) ((uint16_t)((base) + (copy) * (bytes)))

#endif
