/* The checks of what is stored. A record's validity never hangs on them alone: see the marks in PROTOCOL.md §9. */
#ifndef CRC_H
#define CRC_H

#include <stdint.h>

#define CRC16_START 0xFFFF

uint8_t crc8(const uint8_t *bytes, uint8_t length);                    /* polynomial 0x07, started with 0xFF */
uint16_t crc16(uint16_t crc, const uint8_t *bytes, uint8_t length);    /* CCITT: polynomial 0x1021, highest bit first */

#endif
