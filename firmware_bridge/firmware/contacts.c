#include "contacts.h"

#include <avr/io.h>
#include <util/atomic.h>
#include <util/delay.h>

#include "bytes.h"
#include "debounce.h"

#define FIRST_BUTTON_PIN PD2
#define FOUR_BUTTONS_STRAP PC1
#define THREE_BUTTONS_STRAP PC2
#define PULL_UPS_SETTLE_US 100

#define QUEUE_EVENTS 16 /* a power of two; one place stays empty */

static struct contact_event queue[QUEUE_EVENTS];
static volatile uint8_t queue_in;
static volatile uint8_t queue_out;
static volatile uint8_t lost;
static volatile bool openings_wanted;
static volatile uint8_t held;

static struct debouncer debouncer;
static uint8_t buttons;
static uint8_t mask;

static uint8_t read_straps(void)
{
    if (!(PINC & _BV(THREE_BUTTONS_STRAP)))
        return 3;
    return PINC & _BV(FOUR_BUTTONS_STRAP) ? 5 : 4;
}

void contacts_start(void)
{
    PORTC |= _BV(FOUR_BUTTONS_STRAP) | _BV(THREE_BUTTONS_STRAP);
    PORTD |= 0x1F << FIRST_BUTTON_PIN;
    _delay_us(PULL_UPS_SETTLE_US);
    buttons = read_straps();
    mask = (uint8_t)(_BV(buttons) - 1);
    /* Taken for closed until seen open: what is closed at the start may have been counted before. */
    debouncer.level = mask;
    held = mask;
}

static void lose(uint8_t closed)
{
    uint8_t many = lost;
    for (; closed != 0; closed &= closed - 1)
        count_u8(&many);
    lost = many;
}

void contacts_sample(uint32_t now_ms)
{
    uint8_t changed = debounce(&debouncer, (uint8_t)(~PIND >> FIRST_BUTTON_PIN) & mask);
    if (changed == 0)
        return;
    uint8_t closed = changed & debouncer.level;
    uint8_t opened = openings_wanted ? changed & ~debouncer.level : 0;
    held = debouncer.level;
    if (!closed && !opened)
        return;
    uint8_t in = queue_in;
    uint8_t next = (in + 1) & (QUEUE_EVENTS - 1);
    if (next == queue_out) {
        lose(closed);
        return;
    }
    queue[in] = (struct contact_event){now_ms, closed, opened};
    queue_in = next;
}

uint8_t contacts_buttons(void)
{
    return buttons;
}

uint8_t contacts_held(void)
{
    return held;
}

bool contacts_take(struct contact_event *event)
{
    uint8_t out = queue_out;
    if (out == queue_in)
        return false;
    __asm__ volatile("" ::: "memory"); /* the event is read after the index that announced it */
    *event = queue[out];
    __asm__ volatile("" ::: "memory");
    queue_out = (out + 1) & (QUEUE_EVENTS - 1);
    return true;
}

void contacts_report_openings(bool wanted)
{
    openings_wanted = wanted;
}

uint8_t contacts_take_lost(void)
{
    uint8_t many;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        many = lost;
        lost = 0;
    }
    return many;
}
