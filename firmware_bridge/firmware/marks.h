/* Time marks: at which of its milliseconds a start saw a quarter of an hour begin; of this start and three before. */
#ifndef MARKS_H
#define MARKS_H

#include <stdbool.h>
#include <stdint.h>

#include "eeprom.h"

struct time_mark {
    uint32_t t_ms;
    uint32_t quarter;
    uint16_t boot;
};

void marks_load(void);
uint16_t marks_highest_boot(void); /* 0: no mark */

/* The mark number `index` counted from the newest; false if there are fewer. */
bool marks_get(uint8_t index, struct time_mark *mark);

/* Takes the first mark of its start, and no second one; it counts when it is durable. */
void marks_offer(const struct time_mark *mark);
bool marks_pending(void);
void marks_write(eeprom_done *done);

#endif
