#include "header.h"

#include <string.h>

#include "bytes.h"
#include "crc.h"
#include "fram.h"

#define MAGIC "HLF1" /* its first byte is zeroed before and written after everything else */
#define MAGIC_BYTES 4
#define COUNTS_AT 16
#define REFRACTORY_AT 40
#define CRC_AT 60 /* the two bytes behind it are no part of the header */
#define READ_ATTEMPTS 3

static uint8_t place; /* of the copy that counts */

static void encode(const struct header *header, uint8_t *image)
{
    memset(image, 0, HEADER_BYTES);
    memcpy(image, MAGIC, MAGIC_BYTES);
    put_u32(image + 4, header->epoch);
    put_u32(image + 8, header->turn);
    put_u32(image + 12, header->next_seq);
    for (uint8_t button = 0; button < MOST_BUTTONS; button++)
        put_u32(image + COUNTS_AT + 4 * button, header->counts.presses[button]);
    put_u32(image + COUNTS_AT + 4 * MOST_BUTTONS, header->counts.bursts);
    put_u16(image + REFRACTORY_AT, header->refractory_ms);
    put_u16(image + CRC_AT, crc16(CRC16_START, image, CRC_AT));
}

static bool decode(const uint8_t *image, struct header *header)
{
    if (memcmp(image, MAGIC, MAGIC_BYTES) != 0 || get_u16(image + CRC_AT) != crc16(CRC16_START, image, CRC_AT))
        return false;
    header->epoch = get_u32(image + 4);
    header->turn = get_u32(image + 8);
    header->next_seq = get_u32(image + 12);
    for (uint8_t button = 0; button < MOST_BUTTONS; button++)
        header->counts.presses[button] = get_u32(image + COUNTS_AT + 4 * button);
    header->counts.bursts = get_u32(image + COUNTS_AT + 4 * MOST_BUTTONS);
    header->refractory_ms = get_u16(image + REFRACTORY_AT);
    return true;
}

static bool is_better(const struct header *found, const struct header *best, uint32_t epoch)
{
    if (best->epoch == 0)
        return true;
    bool ours = found->epoch == epoch;
    bool best_ours = best->epoch == epoch;
    return ours != best_ours ? ours : found->turn > best->turn;
}

/* False: the bus failed. A copy that is none has epoch 0; the bus has no check of its own, so it is read again first. */
static bool read_copy(uint8_t copy, struct header *found)
{
    uint8_t image[HEADER_BYTES];
    for (uint8_t attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
        if (!fram_read((uint16_t)(copy * HEADER_BYTES), image, HEADER_BYTES))
            return false;
        if (decode(image, found))
            return true;
    }
    found->epoch = 0;
    return true;
}

enum header_found header_load(uint32_t epoch, struct header *header)
{
    struct header found;
    header->epoch = 0;
    for (uint8_t copy = 0; copy < 2; copy++) {
        if (!read_copy(copy, &found))
            return HEADER_UNREADABLE;
        if (found.epoch != 0 && is_better(&found, header, epoch)) {
            *header = found;
            place = copy;
        }
    }
    if (header->epoch == 0)
        return HEADER_NONE;
    return header->epoch == epoch ? HEADER_OURS : HEADER_OF_ANOTHER;
}

bool header_write(const struct header *header)
{
    uint8_t image[HEADER_BYTES];
    uint8_t readback[HEADER_BYTES];
    uint16_t address = (uint16_t)((place ^ 1) * HEADER_BYTES);
    const uint8_t nothing = 0;
    encode(header, image);
    return fram_write(address, &nothing, 1) && fram_write(address + 1, image + 1, HEADER_BYTES - 1) &&
           fram_write(address, image, 1) && fram_read(address, readback, HEADER_BYTES) &&
           memcmp(image, readback, HEADER_BYTES) == 0;
}

void header_keep(void)
{
    place ^= 1;
}
