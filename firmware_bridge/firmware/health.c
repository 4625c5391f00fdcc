#include "health.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/wdt.h>

#define BANDGAP_MV 1100UL
#define ADC_STEPS 1024UL
#define BANDGAP_CHANNEL 0x0E
#define SETTLING_READINGS 16 /* one a millisecond or so, while the bandgap settles */
#define READINGS 64          /* whose sum is still 16 bits wide */

/* The bandgap is good to 10 %: a sound box behind its USB diode, 4.6 V, may measure 4.2. */
#define SUPPLY_LOW_MV 4000
#define SUPPLY_GOOD_MV 4200

#define WATCHDOG_1S (_BV(WDP2) | _BV(WDP1))

/* In memory that no start clears: whether it was kept, and whether `reset_cause` is what we restarted ourselves for. */
#define KEPT_RUNNING 0x4C61
#define KEPT_RESTARTING 0x4C62

static uint16_t kept __attribute__((section(".noinit")));
static uint8_t reset_cause __attribute__((section(".noinit")));
static uint16_t readings_sum;
static uint8_t readings;
static uint16_t supply_mv;
static bool supply_low;

/* Before main and before the stack is used: a watchdog that has bitten stays on until it is told otherwise.
 * A bootloader may have cleared MCUSR: then nothing tells the reset line from a dip of the supply. */
void keep_reset_cause(void) __attribute__((naked, used, section(".init3")));
void keep_reset_cause(void)
{
    uint8_t cause = MCUSR;
    MCUSR = 0;
    wdt_disable();
    if (cause == 0 && kept == KEPT_RESTARTING)
        cause = reset_cause;
    else if (cause == 0 && kept != KEPT_RUNNING)
        cause = RESET_POWER;
    reset_cause = cause;
    kept = KEPT_RUNNING;
}

static void start_reading(void)
{
    ADCSRA = _BV(ADEN) | _BV(ADSC) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0);
}

/* The first time-out interrupts; only one that nobody served, with interrupts off, resets. */
static void start_watchdog(void)
{
    wdt_reset();
    WDTCSR = _BV(WDCE) | _BV(WDE); /* the next within four cycles */
    WDTCSR = _BV(WDIE) | _BV(WDE) | WATCHDOG_1S;
}

/* Interrupts are still off. */
void health_start(void)
{
    ADMUX = _BV(REFS0) | BANDGAP_CHANNEL; /* the bandgap, measured against the supply */
    start_reading();
    start_watchdog();
}

void health_alive(void)
{
    wdt_reset();
}

static void judge_supply(void)
{
    if (supply_mv < SUPPLY_LOW_MV)
        supply_low = true;
    else if (supply_mv >= SUPPLY_GOOD_MV)
        supply_low = false;
}

void health_task(void)
{
    if (ADCSRA & _BV(ADSC))
        return;
    if (readings >= SETTLING_READINGS)
        readings_sum += ADC;
    readings++;
    if (readings == SETTLING_READINGS + READINGS) {
        if (readings_sum > 0) {
            supply_mv = (uint16_t)(BANDGAP_MV * ADC_STEPS * READINGS / readings_sum);
            judge_supply();
        }
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
    return supply_low;
}

static void darken(void)
{
    PORTB = 0;
    PORTC = 0;
    PORTD = 0;
    DDRB = 0;
    DDRC = 0;
    DDRD = 0;
}

/* As a reset leaves them, as far as the start relies on it. A cell of the EEPROM that is being written goes on, as it
 * does through a reset. */
static void stop_peripherals(void)
{
    TCCR0B = 0;
    TIMSK0 = 0;
    UCSR0B = 0;
    TWCR = 0;
    ADCSRA = 0;
    SMCR = 0;
}

/* Not by the watchdog's reset: a Nano's old bootloader leaves the watchdog on at its shortest, and never gets out of its
 * resets. The program begins at address 0, whatever the fuses say; it sets SREG, stack and data anew, and the watchdog. */
static void start_anew(uint8_t cause) __attribute__((noreturn));
static void start_anew(uint8_t cause)
{
    cli();
    wdt_reset();
    reset_cause = cause;
    kept = KEPT_RESTARTING;
    darken();
    stop_peripherals();
    __asm__ volatile("jmp 0");
    __builtin_unreachable();
}

/* The loop did not come round: what it was doing is left as it is, and its stack may be anywhere. */
ISR(WDT_vect, ISR_NAKED)
{
    __asm__ volatile("clr __zero_reg__");
    SP = RAMEND;
    start_anew(RESET_WATCHDOG);
}

void health_restart(void)
{
    start_anew(RESET_OURSELVES);
}
