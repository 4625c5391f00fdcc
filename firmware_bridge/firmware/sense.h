/* From contacts to the store and back to the lamp: presses recorded and confirmed, or refused; the self-test. */
#ifndef SENSE_H
#define SENSE_H

#include <stdbool.h>
#include <stdint.h>

#include "store.h"

extern const struct store_listener sense_listener;

void sense_start(void);
void sense_task(uint32_t now_ms);

void sense_begin_test(uint8_t seconds);
void sense_end_test(void);
bool sense_testing(void);

uint8_t sense_stuck(void);     /* mask */
uint16_t sense_refused(void);
bool sense_overflowed(void);   /* a press found the queue full */

/* Every button open, and for so long no press. */
bool sense_quiet_for(uint32_t now_ms, uint32_t duration_ms);

#endif
