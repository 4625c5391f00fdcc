#include "clock.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "contacts.h"

#ifndef TEST_CLOCK_START
#define TEST_CLOCK_START 0
#endif

#define PRESCALED_HZ (F_CPU / 64)

static volatile uint32_t ticks_ms = TEST_CLOCK_START;

ISR(TIMER0_COMPA_vect)
{
    uint32_t now_ms = ticks_ms + 1;
    ticks_ms = now_ms;
    contacts_sample(now_ms);
}

void clock_start(void)
{
    TCCR0A = _BV(WGM01);
    OCR0A = PRESCALED_HZ / 1000 - 1;
    TIMSK0 = _BV(OCIE0A);
    TCCR0B = _BV(CS01) | _BV(CS00);
}

uint32_t clock_now_ms(void)
{
    uint32_t now_ms;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        now_ms = ticks_ms;
    }
    return now_ms;
}
