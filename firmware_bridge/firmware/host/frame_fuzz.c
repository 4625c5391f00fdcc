/* Reads the bytes of a line from the standard input and prints each accepted frame: type and fields in hexadecimal. */
#include <stdio.h>

#include "frame.h"

static void print_body(const uint8_t *body, uint8_t length)
{
    for (uint8_t i = 0; i < length; i++)
        printf("%02x", body[i]);
    printf("\n");
}

int main(void)
{
    struct frame_reader reader = {.length = 0};
    unsigned long bad = 0;
    uint8_t length = 0;
    int byte;
    while ((byte = getchar()) != EOF) {
        enum frame_event event = frame_take(&reader, (uint8_t)byte, &length);
        if (event == FRAME_GOOD)
            print_body(reader.bytes, length);
        bad += event == FRAME_BAD;
    }
    printf("bad %lu\n", bad);
    return 0;
}
