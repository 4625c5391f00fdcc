#include "crc.h"

#include <util/crc16.h>

uint8_t crc8(const uint8_t *bytes, uint8_t length)
{
    uint8_t crc = 0xFF;
    while (length--)
        crc = _crc8_ccitt_update(crc, *bytes++);
    return crc;
}

uint16_t crc16(uint16_t crc, const uint8_t *bytes, uint8_t length)
{
    while (length--)
        crc = _crc_xmodem_update(crc, *bytes++);
    return crc;
}
