#include "signals.h"

#include <avr/io.h>

#include "clock.h"
#include "record.h"

#define LAMP_PINS 0x1F /* PB0 to PB4 */
#define LINK_PIN PB5
#define BUZZER_PIN PC0
#define DARK_BEFORE_RELIT_MS 40

struct span {
    bool running;
    uint32_t from_ms;
    uint32_t until_ms;
};

static struct span lamps[MOST_BUTTONS];
static struct span sound;
static struct span identify;
static uint8_t identify_lamps;

void signals_start(void)
{
    DDRB = LAMP_PINS | _BV(LINK_PIN);
    DDRC |= _BV(BUZZER_PIN);
}

static void run(struct span *span, uint16_t dark_ms, uint16_t duration_ms)
{
    span->from_ms = clock_now_ms() + dark_ms;
    span->until_ms = span->from_ms + duration_ms;
    span->running = true;
}

void signals_light(uint8_t mask, uint16_t duration_ms)
{
    for (uint8_t lamp = 0; lamp < MOST_BUTTONS; lamp++)
        if (mask & 1U << lamp)
            run(&lamps[lamp], lamps[lamp].running ? DARK_BEFORE_RELIT_MS : 0, duration_ms);
}

void signals_sound(uint16_t duration_ms)
{
    run(&sound, 0, duration_ms);
}

void signals_identify(uint16_t duration_ms, uint8_t lamps_to_run_round)
{
    run(&identify, 0, duration_ms);
    identify_lamps = lamps_to_run_round;
}

static bool is_on(struct span *span, uint32_t now_ms)
{
    if (span->running && clock_reached(now_ms, span->until_ms))
        span->running = false;
    return span->running && clock_reached(now_ms, span->from_ms);
}

static uint8_t lit_lamps(uint32_t now_ms)
{
    uint8_t lit = 0;
    for (uint8_t lamp = 0; lamp < MOST_BUTTONS; lamp++)
        if (is_on(&lamps[lamp], now_ms))
            lit |= (uint8_t)(1U << lamp);
    return lit;
}

/* Eighths of a second: each lamp for one of them in turn, the buzzer every fourth. */
static uint8_t running_lamp(uint32_t now_ms)
{
    return (uint8_t)(1U << (now_ms >> 7) % identify_lamps);
}

void signals_task(uint32_t now_ms, bool linked, uint8_t also_lit)
{
    bool identifying = is_on(&identify, now_ms);
    uint8_t eighth = (uint8_t)(now_ms >> 7) & 7;
    uint8_t lit = lit_lamps(now_ms) | also_lit;
    if (identifying)
        lit = running_lamp(now_ms);
    bool loud = is_on(&sound, now_ms) || (identifying && (eighth & 3) == 0);
    bool link_lit = linked || eighth == 0;
    PORTB = lit | (link_lit ? _BV(LINK_PIN) : 0);
    if (loud)
        PORTC |= _BV(BUZZER_PIN);
    else
        PORTC &= (uint8_t)~_BV(BUZZER_PIN);
}
