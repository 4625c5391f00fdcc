/* Numbers in bytes, lowest first, and counters that stop at their greatest value. Pure: no AVR header. */
#ifndef BYTES_H
#define BYTES_H

#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "a number's bytes are stored as they lie in memory");

static inline void put_u16(uint8_t *to, uint16_t value)
{
    memcpy(to, &value, sizeof value);
}

static inline void put_u24(uint8_t *to, uint32_t value)
{
    memcpy(to, &value, 3);
}

static inline void put_u32(uint8_t *to, uint32_t value)
{
    memcpy(to, &value, sizeof value);
}

static inline uint16_t get_u16(const uint8_t *from)
{
    uint16_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline uint32_t get_u24(const uint8_t *from)
{
    uint32_t value = 0;
    memcpy(&value, from, 3);
    return value;
}

static inline uint32_t get_u32(const uint8_t *from)
{
    uint32_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline void count_u8(uint8_t *counter)
{
    if (*counter < UINT8_MAX)
        ++*counter;
}

static inline void count_u16(uint16_t *counter)
{
    if (*counter < UINT16_MAX)
        ++*counter;
}

#endif
