#include "frame.h"

#include <string.h>

#include "bytes.h"
#include "protocol.h"

#define CRC32_REVERSED_POLYNOMIAL 0xEDB88320UL

/* Fields in bytes of the messages that a host sends; a longer one comes from a later version. */
static const uint8_t least_fields[] = {
    [WELCOME - FIRST_FROM_HOST] = 5,   [ACK - FIRST_FROM_HOST] = 8,           [COMMAND - FIRST_FROM_HOST] = 5,
    [PING - FIRST_FROM_HOST] = 1,      [PROVISION - FIRST_FROM_HOST] = 10,    [HELLO_REQUEST - FIRST_FROM_HOST] = 0,
    [TIME_MARK - FIRST_FROM_HOST] = 8,
};

uint32_t frame_crc32(const uint8_t *bytes, uint8_t length)
{
    uint32_t crc = UINT32_MAX;
    for (uint8_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (uint8_t bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ CRC32_REVERSED_POLYNOMIAL : crc >> 1;
    }
    return ~crc;
}

/* Undoes COBS in place, which never writes ahead of what it reads. Returns the new length, 0 if it is none. */
static uint8_t unstuff(uint8_t *bytes, uint8_t length)
{
    uint8_t read = 0;
    uint8_t written = 0;
    while (read < length) {
        uint8_t step = bytes[read++];
        if (step - 1 > length - read)
            return 0;
        for (uint8_t i = 1; i < step; i++)
            bytes[written++] = bytes[read++];
        if (read < length)
            bytes[written++] = 0;
    }
    return written;
}

static bool is_known(const uint8_t *body, uint8_t length)
{
    uint8_t kind = (uint8_t)(body[0] - FIRST_FROM_HOST);
    return kind < sizeof least_fields && length - 1 >= least_fields[kind];
}

static bool check(struct frame_reader *reader, uint8_t *body_length)
{
    if (reader->too_long)
        return false;
    uint8_t length = unstuff(reader->bytes, reader->length);
    if (length <= FRAME_CRC_BYTES)
        return false;
    length = (uint8_t)(length - FRAME_CRC_BYTES);
    *body_length = length;
    return get_u32(reader->bytes + length) == frame_crc32(reader->bytes, length) && is_known(reader->bytes, length);
}

enum frame_event frame_take(struct frame_reader *reader, uint8_t byte, uint8_t *body_length)
{
    if (byte != 0) {
        if (reader->length < FRAME_RAW_LIMIT)
            reader->bytes[reader->length++] = byte;
        else
            reader->too_long = true;
        return FRAME_PENDING;
    }
    if (reader->length == 0)
        return FRAME_PENDING;
    enum frame_event event = check(reader, body_length) ? FRAME_GOOD : FRAME_BAD;
    reader->length = 0;
    reader->too_long = false;
    return event;
}

uint8_t frame_write(uint8_t line[FRAME_LINE_LIMIT], const uint8_t *body, uint8_t body_length)
{
    uint8_t whole[FRAME_BODY_LIMIT + FRAME_CRC_BYTES];
    uint8_t length = (uint8_t)(body_length + FRAME_CRC_BYTES);
    memcpy(whole, body, body_length);
    put_u32(whole + body_length, frame_crc32(body, body_length));

    line[0] = 0;
    uint8_t step_at = 1;
    uint8_t end = 2;
    for (uint8_t i = 0; i < length; i++) {
        if (whole[i] == 0) {
            line[step_at] = (uint8_t)(end - step_at);
            step_at = end++;
        } else {
            line[end++] = whole[i];
        }
    }
    line[step_at] = (uint8_t)(end - step_at);
    line[end++] = 0;
    return end;
}
