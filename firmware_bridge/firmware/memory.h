/* What the parts of the store share: who the terminal is, and how far its numbers have come. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "identity.h"
#include "record.h"

struct memory {
    struct identity identity;
    bool identity_changed;     /* and must be written before anything else */
    struct counts ring_counts; /* of the records ever made in the ring */
    uint32_t next_seq;
    uint16_t boot;
    bool fault;                /* a cell or a store failed since the start */
};

extern struct memory memory;

/* The number up to which the totals, written now, speak for those of the deep store. */
uint32_t memory_numbers_ahead(void);

#endif
