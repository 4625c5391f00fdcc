/* The ring of records in the internal EEPROM. Knows no totals, no epoch and no line.
 *
 * Slots are used in turn; the next one is erased ahead, so that a press costs write operations only. */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stdint.h>

#include "eeprom.h"
#include "layout.h"
#include "record.h"

#define RING_CAPACITY (RING_SLOTS - 1) /* one is always kept erased */
#define RING_LAST_SEQ 0xFFFFFDUL       /* 24 bits are stored, and erased cells must not look like a number */

enum ring_step { RING_BEGUN, RING_NEEDS_TOTALS, RING_NO_SLOT };

void ring_load(record_visitor *visit);

uint8_t ring_live(void);      /* records that wait for an acknowledgement */
uint8_t ring_corrupt(void);
uint8_t ring_bad_slots(void);

bool ring_ready(void);        /* a slot is erased, and ring_commit may be called */

/* Begins to erase the next slot; not over what is live, nor over a record numbered `counted_below` or above. */
enum ring_step ring_prepare(uint32_t counted_below, eeprom_done *done);

/* Begins to write the record; durable when `done` says true. False: a cell failed; the slot is given up. */
void ring_commit(const struct record *record, eeprom_done *done);

/* The live record of the lowest number from `from` on. */
bool ring_next(uint32_t from, struct record *record);

/* Frees the record of that number; its mark is written later. False if none is live. */
bool ring_acknowledge(uint32_t seq);
bool ring_acknowledgement_pending(void);
void ring_write_acknowledgement(eeprom_done *done);

#endif
