/* What a technician may ask for; each command is done once, and answered as often as it comes. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdbool.h>
#include <stdint.h>

/* `fields` as in PROTOCOL.md §3: id, operation, a, b, c. Returns the code of the answer. */
uint8_t commands_do(const uint8_t *fields, bool linked);

bool commands_restart_wanted(void);

#endif
