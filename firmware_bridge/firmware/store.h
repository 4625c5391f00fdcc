/* The terminal's memory as the rest of it sees it: presses in, durable records out, acknowledged ones forgotten.
 *
 * It chooses between the deep store and the internal ring, owns the numbers, and has one EEPROM job done at a time. */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "presses.h"
#include "record.h"

/* `recorded`: what became durable just now. `refused`: a press that cannot be recorded. */
struct store_listener {
    void (*recorded)(uint8_t what);
    void (*refused)(void);
};

/* Reads everything, which takes a second or two with a deep store; `still_alive` is called on the way. */
void store_start(const struct store_listener *listener, void (*still_alive)(void));
void store_task(void);
bool store_idle(void); /* nothing waits to be written */

void store_record(const struct hit *hit);

/* The live record of the lowest number from `from` on. */
bool store_next(uint32_t from, struct record *record);
bool store_acknowledge(uint32_t seq); /* false if no record of that number is live */

void store_mark_time(uint32_t t_ms, uint32_t quarter);

uint32_t store_epoch(void);    /* 0: none yet */
uint16_t store_boot(void);
uint32_t store_next_seq(void);
uint16_t store_refractory_ms(void);
uint16_t store_unacked(void);
uint16_t store_capacity(void);
uint16_t store_flags(void);    /* those of enum flag that are the memory's */
uint8_t store_corrupt(void);
uint8_t store_bad_slots(void);
struct counts store_counts(void);

#endif
