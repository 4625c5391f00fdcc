/* Taking another identity, in such an order that a power cut leaves either the old one or the new one, whole. */
#ifndef PROVISION_H
#define PROVISION_H

#include <stdbool.h>
#include <stdint.h>

/* False: `epoch` is not the present one, or a record is live or may be, in a store out of reach, or a press on its way. */
bool provision_ask(uint32_t epoch, uint32_t new_epoch, uint16_t refractory_ms);
bool provision_wanted(void); /* from the asking until it is durable */

/* Begins the EEPROM jobs; every acknowledgement must have been written. */
void provision_begin(void);

#endif
