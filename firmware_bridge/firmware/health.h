/* The chip's own health: why it started, its supply, its watchdog. */
#ifndef HEALTH_H
#define HEALTH_H

#include <stdbool.h>
#include <stdint.h>

/* Why it started: bits 1, 2, 4 and 8 are those of MCUSR. */
enum reset_cause { RESET_POWER = 0x01, RESET_WATCHDOG = 0x08, RESET_OURSELVES = 0x10 };

void health_start(void);
void health_task(void);
void health_alive(void); /* to be called at least once a second */

uint8_t health_reset_cause(void); /* 0: not known */
uint16_t health_supply_mv(void); /* 0: not yet measured */
bool health_supply_low(void); /* from 4,000 mV down until 4,200 is reached */

/* On purpose; leaves the outputs dark, and does not wait for anything. */
void health_restart(void) __attribute__((noreturn));

#endif
