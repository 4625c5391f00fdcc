/* The chip's own health: why it started, its supply, its watchdog. */
#ifndef HEALTH_H
#define HEALTH_H

#include <stdbool.h>
#include <stdint.h>

void health_start(void);
void health_task(void);
void health_alive(void); /* to be called at least once a second */

uint8_t health_reset_cause(void);
uint16_t health_supply_mv(void); /* 0: not yet measured */
bool health_supply_low(void);

void health_restart(void) __attribute__((noreturn));

#endif
