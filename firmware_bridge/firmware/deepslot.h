/* One slot of the deep store: sixteen bytes in FRAM, the mark the last of them. Knows no other slot. */
#ifndef DEEPSLOT_H
#define DEEPSLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

#define DEEP_SLOTS 2040
#define DEEPSLOT_BYTES 16

enum deepslot_content { DEEPSLOT_OPEN, DEEPSLOT_LIVE, DEEPSLOT_ACKNOWLEDGED, DEEPSLOT_DAMAGED };

uint16_t deepslot_of(uint32_t seq);
uint16_t deepslot_address(uint16_t slot);
enum deepslot_content deepslot_decode(uint16_t slot, const uint8_t *image, struct record *record);
bool deepslot_may_be_misread(const uint8_t *image, enum deepslot_content content);

/* All false: the bus failed, or what is read back is not what was written. */
bool deepslot_read(uint16_t slot, struct record *record, enum deepslot_content *content);
bool deepslot_write(uint16_t slot, const struct record *record);
bool deepslot_acknowledge(uint16_t slot);
bool deepslot_open(uint16_t slot); /* it holds no record from now on */
bool deepslot_open_all(void (*still_alive)(void)); /* noise takes a second: `still_alive` is called */

#endif
