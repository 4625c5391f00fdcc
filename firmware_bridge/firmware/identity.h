/* Who the terminal is: two copies in EEPROM, the second touched only when the first is whole. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "eeprom.h"

#define REFRACTORY_MS_UNLESS_PROVISIONED 1500

struct identity {
    uint32_t epoch;         /* 0: none yet */
    uint32_t void_seq;      /* whatever the deep store holds under this number is no record; 0: none */
    uint16_t refractory_ms;
    bool deep_used;
};

/* Fills in what is stored; false if the second copy is not like the first and must be written again. */
bool identity_load(struct identity *identity);

/* Writes both copies; `done` is told when both are durable, or that a cell failed. */
void identity_write(const struct identity *identity, eeprom_done *done);

#endif
