/* What counts as a press, a burst and a stuck button (PROTOCOL.md §5). Pure: no AVR header, no clock, no store. */
#ifndef PRESSES_H
#define PRESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

#define STUCK_MS 15000UL

struct hit {
    uint32_t t_ms;
    uint8_t what; /* as in struct record */
    uint8_t aux;
};

/* `burst_mask` 0: the refractory time has seen no further hit so far. */
struct press_rules {
    uint16_t refractory_ms;
    bool refractory;
    uint32_t last_ms;
    uint32_t burst_ms;
    uint8_t burst_mask;
    uint8_t burst_hits;
};

struct stuck_rules {
    uint32_t open_ms[MOST_BUTTONS]; /* when it was last seen open */
    uint8_t stuck;
};

/* The refractory time may be over at `now_ms`: true and the burst in `*hit` if it leaves one to record. */
bool presses_elapse(struct press_rules *rules, uint32_t now_ms, struct hit *hit);

/* `button` closed at `t_ms`, presses_elapse having been asked for that time: true and `*hit` if it is a press. */
bool presses_closed(struct press_rules *rules, uint32_t t_ms, uint8_t button, struct hit *hit);

/* Mask of the buttons held for more than STUCK_MS, `held` being the mask of those held now. */
uint8_t presses_stuck(struct stuck_rules *rules, uint32_t now_ms, uint8_t held);

#endif
