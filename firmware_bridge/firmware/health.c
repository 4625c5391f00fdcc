#include "health.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/wdt.h>

#define BANDGAP_MV 1100UL
#define ADC_STEPS 1024UL
#define BANDGAP_CHANNEL 0x0E
#define READINGS 32          /* one a millisecond or so; the first ones see the bandgap settle */
#define SUPPLY_LOW_MV 4400

static uint8_t reset_cause __attribute__((section(".noinit")));
static uint16_t readings_sum;
static uint8_t readings;
static uint16_t supply_mv;

/* Before main and before the stack is used: a watchdog that has bitten stays on until it is told otherwise. */
void keep_reset_cause(void) __attribute__((naked, used, section(".init3")));
void keep_reset_cause(void)
{
    reset_cause = MCUSR;
    MCUSR = 0;
    wdt_disable();
}

static void start_reading(void)
{
    ADCSRA = _BV(ADEN) | _BV(ADSC) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0);
}

void health_start(void)
{
    ADMUX = _BV(REFS0) | BANDGAP_CHANNEL; /* the bandgap, measured against the supply */
    start_reading();
    wdt_enable(WDTO_1S);
}

void health_alive(void)
{
    wdt_reset();
}

void health_task(void)
{
    if (ADCSRA & _BV(ADSC))
        return;
    if (readings >= READINGS / 2)
        readings_sum += ADC;
    readings++;
    if (readings == READINGS) {
        if (readings_sum > 0)
            supply_mv = (uint16_t)(BANDGAP_MV * ADC_STEPS * (READINGS / 2) / readings_sum);
        readings_sum = 0;
        readings = 0;
    }
    start_reading();
}

uint8_t health_reset_cause(void)
{
    return reset_cause;
}

uint16_t health_supply_mv(void)
{
    return supply_mv;
}

bool health_supply_low(void)
{
    return supply_mv != 0 && supply_mv < SUPPLY_LOW_MV;
}

void health_restart(void)
{
    cli();
    wdt_enable(WDTO_15MS);
    for (;;)
        ;
}
