/* The totals of the records in the internal ring, and the numbers spoken for: two copies, written in turn. */
#ifndef TOTALS_H
#define TOTALS_H

#include <stdint.h>

#include "eeprom.h"
#include "record.h"

/* Reads the newer valid copy of this epoch into `*counts`, zeros if there is none. */
void totals_load(uint32_t epoch, struct counts *counts);

/* The durable copy counts every record of the ring below this number; the deep store uses none at or above it. */
uint32_t totals_next_seq(void);

/* Writes the other copy; over when totals_next_seq() says so, else to be asked for again. `next_seq` must be above
 * totals_next_seq(). Under another epoch than the present one it is no valid copy until that epoch is the terminal's
 * own. */
void totals_write(uint32_t epoch, uint32_t next_seq, const struct counts *counts, eeprom_done *done);

#endif
