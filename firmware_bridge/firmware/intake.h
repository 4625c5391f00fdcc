/* Presses on their way into a store, in order: to the deep one at once, to the ring as jobs of the EEPROM. */
#ifndef INTAKE_H
#define INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "presses.h"
#include "store.h"

void intake_start(const struct store_listener *listener);
void intake_take(const struct hit *hit);
uint8_t intake_waiting(void);
bool intake_full(void);          /* no further press would be taken */
uint16_t intake_capacity(void);

void intake_record_deep(void);

/* The first press waits for the ring, if any does. */
bool intake_waits_for_ring(void);

/* Begins its record, or refuses it for want of room; ring_ready() must hold. */
void intake_commit_to_ring(void);
void intake_refuse_all(void);

#endif
