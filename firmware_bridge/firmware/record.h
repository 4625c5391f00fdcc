/* What the terminal remembers of one press or burst, and what all of them amount to. Pure: no AVR header. */
#ifndef RECORD_H
#define RECORD_H

#include <stdint.h>

#define MOST_BUTTONS 5
#define BURST 0x20 /* record.what: BURST | mask of buttons; below it a button's index */

struct record {
    uint32_t seq;
    uint32_t t_ms;
    uint16_t boot;
    uint8_t what;
    uint8_t aux;
};

struct counts {
    uint32_t presses[MOST_BUTTONS];
    uint32_t bursts;
};

static inline void counts_add(struct counts *counts, uint8_t what)
{
    if (what < MOST_BUTTONS)
        counts->presses[what]++;
    else
        counts->bursts++;
}

/* Each store, when it starts, shows every whole record it holds, waiting or acknowledged. */
typedef void record_visitor(const struct record *record);

#endif
