#include "messages.h"

#include "bytes.h"
#include "clock.h"
#include "contacts.h"
#include "frame.h"
#include "health.h"
#include "line.h"
#include "protocol.h"
#include "sense.h"
#include "store.h"
#include "version.h"

#define TOUCH_LINE_BYTES 14

static uint8_t body[FRAME_BODY_LIMIT];
static uint8_t length;

static void add_u8(uint8_t value)
{
    body[length++] = value;
}

static void add_u16(uint16_t value)
{
    put_u16(body + length, value);
    length += 2;
}

static void add_u32(uint32_t value)
{
    put_u32(body + length, value);
    length += 4;
}

static void begin(enum from_terminal type)
{
    length = 0;
    add_u8(type);
}

static void send(void)
{
    uint8_t line[FRAME_LINE_LIMIT];
    line_put(line, frame_write(line, body, length));
}

bool messages_room(void)
{
    return line_room() >= FRAME_LINE_LIMIT;
}

bool messages_room_for_touches(void)
{
    return line_room() >= MOST_BUTTONS * TOUCH_LINE_BYTES;
}

uint16_t messages_flags(void)
{
    uint16_t flags = store_flags();
    if (sense_overflowed())
        flags |= FLAG_OVERFLOW;
    if (sense_testing())
        flags |= FLAG_TESTING;
    if (health_supply_low())
        flags |= FLAG_SUPPLY_LOW;
    return flags;
}

void messages_hello(void)
{
    begin(HELLO);
    add_u8(PROTOCOL_VERSION);
    add_u8(VERSION_MAJOR);
    add_u8(VERSION_MINOR);
    add_u8(VERSION_PATCH);
    add_u8(HARDWARE_ATMEGA328P);
    add_u8(contacts_buttons());
    add_u32(store_epoch());
    add_u16(store_boot());
    add_u32(clock_now_ms());
    add_u8(health_reset_cause());
    add_u32(store_next_seq());
    add_u16(store_unacked());
    add_u16(store_capacity());
    add_u16(messages_flags());
    add_u16(sense_refused());
    send();
}

void messages_press(const struct record *record)
{
    begin(PRESS);
    add_u32(store_epoch());
    add_u32(record->seq);
    add_u16(record->boot);
    add_u32(record->t_ms);
    add_u8(record->what);
    add_u8(record->aux);
    add_u32(clock_now_ms());
    send();
}

void messages_status(uint16_t damaged_frames)
{
    begin(STATUS);
    add_u16(store_boot());
    add_u32(clock_now_ms());
    add_u16(store_unacked());
    add_u16(messages_flags());
    add_u8(sense_stuck());
    add_u8(contacts_held());
    add_u16(sense_refused());
    add_u16(damaged_frames);
    add_u16(line_overruns());
    add_u8(store_corrupt());
    add_u8(store_bad_slots());
    add_u16(health_supply_mv());
    send();
}

void messages_result(uint8_t command, uint8_t code)
{
    begin(RESULT);
    add_u8(command);
    add_u8(code);
    send();
}

void messages_mark(const struct time_mark *mark)
{
    begin(MARK);
    add_u16(mark->boot);
    add_u32(mark->t_ms);
    add_u32(mark->quarter);
    send();
}

void messages_totals(void)
{
    struct counts counts = store_counts();
    begin(TOTALS);
    add_u32(store_epoch());
    add_u16(store_boot());
    add_u32(store_next_seq());
    add_u16(store_unacked());
    for (uint8_t button = 0; button < MOST_BUTTONS; button++)
        add_u32(counts.presses[button]);
    add_u32(counts.bursts);
    send();
}

void messages_touch(uint32_t t_ms, uint8_t button, bool closed)
{
    begin(TOUCH);
    add_u32(t_ms);
    add_u8(button);
    add_u8(closed);
    send();
}
