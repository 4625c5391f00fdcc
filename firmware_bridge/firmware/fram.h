/* Bytes of the FRAM on the two-wire bus. Every wait is bounded; knows no contents. */
#ifndef FRAM_H
#define FRAM_H

#include <stdbool.h>
#include <stdint.h>

void fram_start(void);

/* A FRAM answers, and no EEPROM of the same size and address: that falls silent after a write. The byte at
 * `spare_address` is written as it was. With nothing there it takes less than a millisecond. */
bool fram_is_one(uint16_t spare_address);

/* Tried three times. False: not all of it was acknowledged; what a write then left in the cells is not known. */
bool fram_read(uint16_t address, uint8_t *bytes, uint8_t length);
bool fram_write(uint16_t address, const uint8_t *bytes, uint8_t length);

/* Ends whatever a chip that was left in the middle of a byte still waits for. A tenth of a millisecond. */
void fram_recover(void);

#endif
