/* Frames in bytes and back: COBS, CRC-32, lengths (PROTOCOL.md §2). Pure: no AVR header; knows no meaning. */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stdint.h>

#define FRAME_CRC_BYTES 4
#define FRAME_READ_LIMIT 40                        /* decoded, type and CRC included */
#define FRAME_BODY_LIMIT 60                        /* type and fields of a frame that we write */
#define FRAME_RAW_LIMIT (FRAME_READ_LIMIT + 1)     /* COBS adds one byte to fewer than 254 */
#define FRAME_LINE_LIMIT (FRAME_BODY_LIMIT + FRAME_CRC_BYTES + 3)

enum frame_event { FRAME_PENDING, FRAME_GOOD, FRAME_BAD };

struct frame_reader {
    uint8_t bytes[FRAME_RAW_LIMIT]; /* after FRAME_GOOD: type and fields, valid until the next byte */
    uint8_t length;
    bool too_long;
};

uint32_t frame_crc32(const uint8_t *bytes, uint8_t length);

/* Takes one byte from the line. FRAME_GOOD: a whole frame of a known type, at least as long as its type;
 * `*body_length` is that of type and fields. */
enum frame_event frame_take(struct frame_reader *reader, uint8_t byte, uint8_t *body_length);

/* Writes the frame of `body` (at most FRAME_BODY_LIMIT bytes), both delimiters included; returns its length. */
uint8_t frame_write(uint8_t line[FRAME_LINE_LIMIT], const uint8_t *body, uint8_t body_length);

#endif
