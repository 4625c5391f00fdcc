/* The deep store: records in FRAM, durable as soon as the bus has carried them. Knows no ring and no line.
 *
 * When the bus fails and goes on failing the store is LOST until the next start. */
#ifndef DEEP_H
#define DEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "deepslot.h"
#include "identity.h"
#include "record.h"

#define DEEP_CAPACITY (DEEP_SLOTS - 1)

/* BLANK: empty, waits for an identity. FOREIGN: of another epoch, left alone. */
enum deep_state { DEEP_ABSENT, DEEP_BLANK, DEEP_OURS, DEEP_FOREIGN, DEEP_LOST };

/* Looks for the store and reads it, which takes a second, or two where it is taken into use; `still_alive` is called on
 * the way. An identity without an epoch takes over that of the store. What lies under `identity->void_seq` is taken out. */
void deep_load(struct identity *identity, record_visitor *visit, void (*still_alive)(void));

enum deep_state deep_state(void);
uint16_t deep_live(void);               /* records that wait for an acknowledgement, and can be read */
uint8_t deep_corrupt(void);
const struct counts *deep_counts(void); /* of the records ever made in this store */

/* Numbers below deep_next_seq() are used no more; and no others are used in this store, but those that were visited, if
 * deep_numbers_known(): else, of what it held, something is not known. */
uint32_t deep_next_seq(void);
bool deep_numbers_known(void);

/* The record of this number can be taken. */
bool deep_has_room(uint32_t seq);

/* True: the record is durable. False: the store is LOST; `*doubtful`: the record may yet be found there. */
bool deep_add(const struct record *record, bool *doubtful);

/* The live record of the lowest number from `from` on, all being below `end`. */
bool deep_next(uint32_t from, uint32_t end, struct record *record);

/* Frees the record of that number. False if none is live. */
bool deep_acknowledge(uint32_t seq);

/* Prepares the empty store for another identity; it is of that one from deep_adopt() on, or from the next start at
 * which that is the terminal's own. False: there is no store to be had. */
bool deep_offer(const struct identity *identity, uint32_t next_seq);
void deep_adopt(void);

#endif
