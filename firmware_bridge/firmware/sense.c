#include "sense.h"

#include "bytes.h"
#include "clock.h"
#include "contacts.h"
#include "messages.h"
#include "signals.h"

#define CONFIRM_LAMP_MS 600
#define CONFIRM_SOUND_MS 80
#define REFUSAL_SOUND_MS 400

static struct press_rules rules;
static struct stuck_rules stuck;
static uint32_t last_press_ms;
static uint16_t refused;
static bool overflowed;
static bool testing;
static uint32_t test_until_ms;

static void on_recorded(uint8_t what)
{
    if (what >= MOST_BUTTONS)
        return;
    signals_light((uint8_t)(1U << what), CONFIRM_LAMP_MS);
    signals_sound(CONFIRM_SOUND_MS);
}

static void on_refused(void)
{
    count_u16(&refused);
    signals_sound(REFUSAL_SOUND_MS);
}

const struct store_listener sense_listener = {on_recorded, on_refused};

void sense_start(void)
{
    uint32_t now_ms = clock_now_ms();
    last_press_ms = now_ms;
    for (uint8_t button = 0; button < MOST_BUTTONS; button++)
        stuck.open_ms[button] = now_ms;
}

static void elapse(uint32_t now_ms)
{
    struct hit burst;
    rules.refractory_ms = store_refractory_ms();
    if (presses_elapse(&rules, now_ms, &burst))
        store_record(&burst);
}

static void on_closed(uint32_t t_ms, uint8_t button)
{
    struct hit press;
    elapse(t_ms);
    last_press_ms = t_ms;
    if (presses_closed(&rules, t_ms, button, &press))
        store_record(&press);
}

static void on_event(const struct contact_event *event)
{
    for (uint8_t button = 0; button < MOST_BUTTONS; button++) {
        uint8_t bit = (uint8_t)(1U << button);
        if (testing && (event->closed | event->opened) & bit)
            messages_touch(event->t_ms, button, event->closed & bit);
        else if (event->closed & bit)
            on_closed(event->t_ms, button);
    }
}

static void take_losses(void)
{
    for (uint8_t lost = contacts_take_lost(); lost > 0; lost--) {
        overflowed = true;
        on_refused();
    }
}

/* The time is read before the queue is, so that no event waits unseen when the refractory time is found over. */
void sense_task(uint32_t now_ms)
{
    struct contact_event event;
    while ((!testing || messages_room_for_touches()) && contacts_take(&event))
        on_event(&event);
    elapse(now_ms);
    take_losses();
    presses_stuck(&stuck, now_ms, contacts_held());
    if (testing && clock_reached(now_ms, test_until_ms))
        sense_end_test();
}

void sense_begin_test(uint8_t seconds)
{
    test_until_ms = clock_now_ms() + seconds * 1000UL;
    testing = true;
    contacts_report_openings(true);
}

void sense_end_test(void)
{
    testing = false;
    contacts_report_openings(false);
}

bool sense_testing(void)
{
    return testing;
}

uint8_t sense_stuck(void)
{
    return stuck.stuck;
}

uint16_t sense_refused(void)
{
    return refused;
}

bool sense_overflowed(void)
{
    return overflowed;
}

bool sense_quiet_for(uint32_t now_ms, uint32_t duration_ms)
{
    return contacts_held() == 0 && !rules.refractory && now_ms - last_press_ms >= duration_ms;
}
