#include "commands.h"

#include <avr/interrupt.h>

#include "contacts.h"
#include "protocol.h"
#include "sense.h"
#include "signals.h"

static bool any_before;
static uint8_t last_id;
static uint8_t last_code;
static bool restart_wanted;

static uint8_t self_test(uint8_t seconds, bool linked)
{
    if (seconds == 0)
        sense_end_test();
    else if (linked)
        sense_begin_test(seconds);
    else
        return RESULT_NOT_KNOWN;
    return RESULT_DONE;
}

#ifdef TEST_HANG
static void hang(bool interrupts_off)
{
    if (interrupts_off)
        cli();
    for (;;)
        ;
}
#endif

static uint8_t perform(uint8_t operation, uint8_t a, uint8_t b, bool linked)
{
    switch (operation) {
    case OPERATION_LAMPS:
        signals_light(a & (uint8_t)((1U << contacts_buttons()) - 1), b * 10);
        return RESULT_DONE;
    case OPERATION_BUZZER:
        signals_sound(a * 10);
        return RESULT_DONE;
    case OPERATION_SELF_TEST:
        return self_test(a, linked);
    case OPERATION_RESTART:
        restart_wanted = true;
        return RESULT_DONE;
    case OPERATION_IDENTIFY:
        signals_identify(a * 1000UL < UINT16_MAX ? a * 1000 : UINT16_MAX, contacts_buttons());
        return RESULT_DONE;
#ifdef TEST_HANG
    case OPERATION_HANG:
        hang(a);
        return RESULT_DONE;
#endif
    default:
        return RESULT_NOT_KNOWN;
    }
}

uint8_t commands_do(const uint8_t *fields, bool linked)
{
    if (any_before && fields[0] == last_id)
        return last_code;
    any_before = true;
    last_id = fields[0];
    last_code = perform(fields[1], fields[2], fields[3], linked);
    return last_code;
}

bool commands_restart_wanted(void)
{
    return restart_wanted;
}
