#include "deepslot.h"

#include <string.h>

#include "bytes.h"
#include "crc.h"
#include "fram.h"

#define RECORDS_AT 128
#define CRC_AT 13
#define MARK_AT 15
#define READ_ATTEMPTS 3

/* A mark only gains bits until its slot is opened again, which first takes those of LIVE from it and then the others:
 * torn anywhere on the way it is one of the two values, or is OPEN on the way to LIVE or from ACKNOWLEDGED, or
 * ACKNOWLEDGED on the way to that; it never becomes LIVE again. */
#define MARK_OPEN 0x00
#define MARK_LIVE 0xA5
#define MARK_ACKNOWLEDGED 0xFF

uint16_t deepslot_of(uint32_t seq)
{
    return (uint16_t)(seq % DEEP_SLOTS);
}

uint16_t deepslot_address(uint16_t slot)
{
    return (uint16_t)(RECORDS_AT + slot * DEEPSLOT_BYTES);
}

static void encode(const struct record *record, uint8_t *image)
{
    put_u32(image, record->seq);
    put_u16(image + 4, record->boot);
    put_u32(image + 6, record->t_ms);
    image[10] = record->what;
    image[11] = record->aux;
    image[12] = 0;
    put_u16(image + CRC_AT, crc16(CRC16_START, image, CRC_AT));
    image[MARK_AT] = MARK_LIVE;
}

enum deepslot_content deepslot_decode(uint16_t slot, const uint8_t *image, struct record *record)
{
    if ((image[MARK_AT] & MARK_LIVE) != MARK_LIVE)
        return DEEPSLOT_OPEN;
    record->seq = get_u32(image);
    record->boot = get_u16(image + 4);
    record->t_ms = get_u32(image + 6);
    record->what = image[10];
    record->aux = image[11];
    if (get_u16(image + CRC_AT) != crc16(CRC16_START, image, CRC_AT) || deepslot_of(record->seq) != slot)
        return DEEPSLOT_DAMAGED;
    return image[MARK_AT] == MARK_LIVE ? DEEPSLOT_LIVE : DEEPSLOT_ACKNOWLEDGED;
}

bool deepslot_may_be_misread(const uint8_t *image, enum deepslot_content content)
{
    uint8_t mark = image[MARK_AT];
    return content == DEEPSLOT_DAMAGED || (mark != MARK_OPEN && mark != MARK_LIVE && mark != MARK_ACKNOWLEDGED);
}

/* The bus carries no check of its own: what does not look live is read again. */
bool deepslot_read(uint16_t slot, struct record *record, enum deepslot_content *content)
{
    uint8_t image[DEEPSLOT_BYTES];
    for (uint8_t attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
        if (!fram_read(deepslot_address(slot), image, sizeof image))
            return false;
        *content = deepslot_decode(slot, image, record);
        if (*content == DEEPSLOT_LIVE)
            return true;
    }
    return true;
}

static bool write_mark(uint16_t slot, uint8_t mark)
{
    uint8_t readback = (uint8_t)~mark;
    uint16_t address = deepslot_address(slot) + MARK_AT;
    return fram_write(address, &mark, 1) && fram_read(address, &readback, 1) && readback == mark;
}

bool deepslot_write(uint16_t slot, const struct record *record)
{
    uint8_t image[DEEPSLOT_BYTES];
    uint8_t readback[DEEPSLOT_BYTES];
    encode(record, image);
    return deepslot_open(slot) && fram_write(deepslot_address(slot), image, sizeof image) &&
           fram_read(deepslot_address(slot), readback, sizeof readback) && memcmp(image, readback, sizeof image) == 0;
}

bool deepslot_acknowledge(uint16_t slot)
{
    return write_mark(slot, MARK_ACKNOWLEDGED);
}

bool deepslot_open(uint16_t slot)
{
    uint8_t mark;
    if (!fram_read(deepslot_address(slot) + MARK_AT, &mark, 1))
        return false;
    mark &= (uint8_t)~MARK_LIVE;
    return (mark == MARK_OPEN || write_mark(slot, mark)) && write_mark(slot, MARK_OPEN);
}

/* What was not committed can be opened at once: no mark on the way to OPEN has more bits than it had. */
static bool open_from_noise(uint16_t slot)
{
    uint8_t mark;
    if (!fram_read(deepslot_address(slot) + MARK_AT, &mark, 1))
        return false;
    if ((mark & MARK_LIVE) == MARK_LIVE)
        return deepslot_open(slot);
    return mark == MARK_OPEN || write_mark(slot, MARK_OPEN);
}

bool deepslot_open_all(void (*still_alive)(void))
{
    for (uint16_t slot = 0; slot < DEEP_SLOTS; slot++) {
        still_alive();
        if (!open_from_noise(slot))
            return false;
    }
    return true;
}
