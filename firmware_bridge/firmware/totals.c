#include "totals.h"

#include <stdbool.h>

#include "bytes.h"
#include "crc.h"
#include "layout.h"

#define CRC_AT 21
#define MARK_AT 23
#define MOST 0xFFFFFFUL

static uint32_t durable_next_seq;
static uint32_t writing_next_seq;
static uint8_t place; /* of the durable copy */
static uint8_t failures;
static eeprom_done *written;

/* The epoch goes into the check without being stored: counts of one identity are nothing to another. */
static uint16_t check(uint32_t epoch, const uint8_t *image)
{
    uint8_t identity[4];
    put_u32(identity, epoch);
    return crc16(crc16(CRC16_START, identity, sizeof identity), image, CRC_AT);
}

static bool read_copy(uint32_t epoch, uint8_t copy, uint8_t *image)
{
    eeprom_read(COPY_AT(TOTALS_AT, TOTALS_BYTES, copy), image, TOTALS_BYTES);
    return image[MARK_AT] == MARK_LIVE && get_u16(image + CRC_AT) == check(epoch, image);
}

static void decode(const uint8_t *image, struct counts *counts)
{
    durable_next_seq = get_u24(image);
    for (uint8_t button = 0; button < MOST_BUTTONS; button++)
        counts->presses[button] = get_u24(image + 3 + 3 * button);
    counts->bursts = get_u24(image + 18);
}

void totals_load(uint32_t epoch, struct counts *counts)
{
    uint8_t image[TOTALS_BYTES];
    *counts = (struct counts){0};
    durable_next_seq = 0;
    for (uint8_t copy = 0; copy < 2; copy++) {
        if (read_copy(epoch, copy, image) && get_u24(image) > durable_next_seq) {
            decode(image, counts);
            place = copy;
        }
    }
}

uint32_t totals_next_seq(void)
{
    return durable_next_seq;
}

static uint32_t at_most_24_bits(uint32_t count)
{
    return count < MOST ? count : MOST;
}

/* A copy with a worn cell: the other one is tried next. When both have one, recording goes on without them. */
static void on_written(bool ok)
{
    place ^= 1;
    failures = ok ? 0 : failures + 1;
    if (ok || failures >= 2)
        durable_next_seq = writing_next_seq;
    written(ok);
}

void totals_write(uint32_t epoch, uint32_t next_seq, const struct counts *counts, eeprom_done *done)
{
    uint8_t image[TOTALS_BYTES];
    put_u24(image, next_seq);
    for (uint8_t button = 0; button < MOST_BUTTONS; button++)
        put_u24(image + 3 + 3 * button, at_most_24_bits(counts->presses[button]));
    put_u24(image + 18, at_most_24_bits(counts->bursts));
    put_u16(image + CRC_AT, check(epoch, image));
    image[MARK_AT] = MARK_LIVE;
    writing_next_seq = next_seq;
    written = done;
    eeprom_replace(COPY_AT(TOTALS_AT, TOTALS_BYTES, place ^ 1), image, TOTALS_BYTES, MARK_AT, on_written);
}
