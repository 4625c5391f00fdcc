/* The firmware's own frame reader over a whole buffer, for comparison with the host's. Knows no meaning. */
#include <stddef.h>
#include <string.h>

#include "frame.h"

/* Writes each accepted body as its length and its bytes to `accepted`, of `room` bytes. Starts and ends between two
 * frames. Returns the bytes written, or SIZE_MAX when there is no room; `*bad` counts what was dropped. */
size_t frame_batch(const uint8_t *line, size_t count, uint8_t *accepted, size_t room, size_t *bad)
{
    struct frame_reader reader;
    size_t written = 0;
    uint8_t length = 0;
    memset(&reader, 0, sizeof reader);
    *bad = 0;
    for (size_t i = 0; i <= count; i++) {
        uint8_t byte = i < count ? line[i] : 0;
        enum frame_event event = frame_take(&reader, byte, &length);
        if (event == FRAME_BAD)
            ++*bad;
        if (event != FRAME_GOOD)
            continue;
        if (written + length + 1 > room)
            return SIZE_MAX;
        accepted[written++] = length;
        memcpy(accepted + written, reader.bytes, length);
        written += length;
    }
    return written;
}
