/* Button terminal, ATmega328P at 16 MHz (PROTOCOL.md is its specification).
 *
 * 1. A lamp is lit only when the record of its press is durable.
 * 2. Nothing is sent that is not durable.
 * 3. A record that was not acknowledged is never overwritten.
 *
 * One loop, once a millisecond; nothing in it waits for longer than one EEPROM cell or one record on the FRAM's bus. */
#include <avr/interrupt.h>
#include <avr/pgmspace.h>
#include <avr/sleep.h>

#include "clock.h"
#include "commands.h"
#include "contacts.h"
#include "health.h"
#include "line.h"
#include "link.h"
#include "sense.h"
#include "signals.h"
#include "store.h"
#include "version.h"

/* By this `hailong-terminal flash` knows a program of ours in a .hex. */
static const char signature[] PROGMEM = VERSION_SIGNATURE;

#define AMBIGUOUS_FROM_MS 0x80000000UL /* 24.8 days: an age above it could be one below zero */
#define QUIET_BEFORE_RESTART_MS 10000
#define LONGEST_GOODBYE_MS 500

/* The timer runs, and presses are queued, while the memory is still being read. */
static void start(void)
{
    signals_start();
    contacts_start();
    health_start();
    line_start();
    clock_start();
    set_sleep_mode(SLEEP_MODE_IDLE);
    sei();
    sense_start();
    store_start(&sense_listener, health_alive);
    link_start();
}

/* On command, when the answer has left and all is written; but it does happen. */
static void restart_if_told(uint32_t now_ms)
{
    static bool told;
    static uint32_t told_ms;
    if (!commands_restart_wanted())
        return;
    if (!told) {
        told = true;
        told_ms = now_ms;
    }
    if ((link_idle() && store_idle()) || now_ms - told_ms >= LONGEST_GOODBYE_MS)
        health_restart();
}

/* By itself, when nobody can notice. */
static void restart_if_old(uint32_t now_ms)
{
    if (now_ms >= AMBIGUOUS_FROM_MS && sense_quiet_for(now_ms, QUIET_BEFORE_RESTART_MS) && store_idle())
        health_restart();
}

int main(void)
{
    __asm__ volatile("" : : "r"(signature)); /* else the linker leaves it out */
    start();
    for (;;) {
        uint32_t now_ms = clock_now_ms();
        health_alive();
        health_task();
        sense_task(now_ms);
        link_task(now_ms);
        store_task();
        signals_task(now_ms, link_linked(), sense_testing() ? contacts_held() : 0);
        restart_if_told(now_ms);
        restart_if_old(now_ms);
        sleep_mode();
    }
}
