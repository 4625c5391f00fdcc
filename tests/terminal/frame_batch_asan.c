/* Reads a line from standard input and prints how much of it was accepted; built with the sanitizers. */
#include <stdio.h>
#include <stdlib.h>

#include "frame.h"

size_t frame_batch(const uint8_t *line, size_t count, uint8_t *accepted, size_t room, size_t *bad);

static uint8_t *read_all(size_t *count)
{
    size_t room = 1 << 16;
    uint8_t *bytes = malloc(room);
    size_t got;
    *count = 0;
    while (bytes && (got = fread(bytes + *count, 1, room - *count, stdin)) > 0) {
        *count += got;
        if (*count == room)
            bytes = realloc(bytes, room *= 2);
    }
    return bytes;
}

int main(void)
{
    size_t count;
    size_t bad;
    uint8_t *line = read_all(&count);
    uint8_t *accepted = malloc(count + 1);
    if (!line || !accepted)
        return 2;
    size_t written = frame_batch(line, count, accepted, count + 1, &bad);
    fwrite(accepted, 1, written, stdout);
    fprintf(stderr, "%zu\n", bad);
    free(accepted);
    free(line);
    return 0;
}
