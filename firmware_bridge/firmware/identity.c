#include "identity.h"

#include <string.h>

#include "bytes.h"
#include "crc.h"
#include "layout.h"

#define MAGIC_FIRST 'H' /* the key: erased before and written after everything else */
#define MAGIC_SECOND 'L'
#define LAYOUT_VERSION 1
#define DEEP_USED 0x01
#define CRC_AT 14

static uint8_t image[IDENTITY_BYTES];
static eeprom_done *both_done;

static void encode(const struct identity *identity)
{
    image[0] = MAGIC_FIRST;
    image[1] = MAGIC_SECOND;
    image[2] = LAYOUT_VERSION;
    image[3] = identity->deep_used ? DEEP_USED : 0;
    put_u32(image + 4, identity->epoch);
    put_u16(image + 8, identity->refractory_ms);
    put_u32(image + 10, identity->void_seq);
    put_u16(image + CRC_AT, crc16(CRC16_START, image, CRC_AT));
}

static bool decode(const uint8_t *from, struct identity *identity)
{
    if (from[0] != MAGIC_FIRST || from[1] != MAGIC_SECOND || from[2] != LAYOUT_VERSION)
        return false;
    if (get_u16(from + CRC_AT) != crc16(CRC16_START, from, CRC_AT))
        return false;
    identity->deep_used = from[3] & DEEP_USED;
    identity->epoch = get_u32(from + 4);
    identity->refractory_ms = get_u16(from + 8);
    identity->void_seq = get_u32(from + 10);
    return true;
}

bool identity_load(struct identity *identity)
{
    uint8_t first[IDENTITY_BYTES];
    uint8_t second[IDENTITY_BYTES];
    eeprom_read(IDENTITY_AT, first, IDENTITY_BYTES);
    eeprom_read(IDENTITY_AT + IDENTITY_BYTES, second, IDENTITY_BYTES);
    *identity = (struct identity){.refractory_ms = REFRACTORY_MS_UNLESS_PROVISIONED};
    bool known = decode(first, identity) || decode(second, identity);
    return !known || memcmp(first, second, IDENTITY_BYTES) == 0;
}

static void first_copy_done(bool ok)
{
    if (ok)
        eeprom_replace(IDENTITY_AT + IDENTITY_BYTES, image, IDENTITY_BYTES, 0, both_done);
    else
        both_done(false);
}

void identity_write(const struct identity *identity, eeprom_done *done)
{
    encode(identity);
    both_done = done;
    eeprom_replace(IDENTITY_AT, image, IDENTITY_BYTES, 0, first_copy_done);
}
