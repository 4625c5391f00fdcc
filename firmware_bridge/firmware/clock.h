/* Milliseconds since the start, mod 2^32, from timer 0; each of them samples the contacts. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

void clock_start(void);
uint32_t clock_now_ms(void);

/* True from `at` on, for 24.8 days: right across the wrap of the counter. */
static inline bool clock_reached(uint32_t now_ms, uint32_t at_ms)
{
    return (int32_t)(now_ms - at_ms) >= 0;
}

#endif
