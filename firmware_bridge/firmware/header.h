/* The head of the deep store: whose it is and what its older records amount to; two copies, written in turn. */
#ifndef HEADER_H
#define HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

#define HEADER_BYTES 64
#define HEADER_SPARE_AT 63 /* belongs to nothing */

struct header {
    uint32_t epoch;
    uint32_t turn;
    uint32_t next_seq; /* `counts` is what every record below it amounts to */
    struct counts counts;
    uint16_t refractory_ms;
};

enum header_found { HEADER_UNREADABLE, HEADER_NONE, HEADER_OURS, HEADER_OF_ANOTHER };

/* Reads the newest copy of `epoch`, or of any epoch if there is none or `epoch` is 0. */
enum header_found header_load(uint32_t epoch, struct header *header);

/* Writes the copy that does not hold the one last loaded or kept. */
bool header_write(const struct header *header);

/* What was last written counts from now on. */
void header_keep(void);

#endif
