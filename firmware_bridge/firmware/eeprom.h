/* The internal EEPROM, one job at a time, one cell operation after the other without waiting. Knows no contents.
 *
 * Every cell is read back after its operation; a job ends at the first cell that does not hold what it should. */
#ifndef EEPROM_H
#define EEPROM_H

#include <stdbool.h>
#include <stdint.h>

#define EEPROM_JOB_BYTES 24 /* at most, of one job */

typedef void eeprom_done(bool ok);

/* Erases the cells to 0xFF, the one at offset `first` before all others. */
void eeprom_erase(uint16_t address, uint8_t length, uint8_t first, eeprom_done *done);

/* Writes erased cells (bits go from 1 to 0 only), in order. The bytes are copied. */
void eeprom_program(uint16_t address, const uint8_t *bytes, uint8_t length, eeprom_done *done);

/* Erases the cell at offset `key`, rewrites all others, and programs the key at last: what the key vouches for is
 * whole at every moment at which the key holds its value. The bytes are copied. */
void eeprom_replace(uint16_t address, const uint8_t *bytes, uint8_t length, uint8_t key, eeprom_done *done);

bool eeprom_busy(void); /* a job is not over */
void eeprom_task(void);

/* Waits for the cell operation under way, 3.4 ms at most. */
void eeprom_read(uint16_t address, uint8_t *bytes, uint8_t length);

#endif
