#include "link.h"

#include "bytes.h"
#include "clock.h"
#include "commands.h"
#include "frame.h"
#include "layout.h"
#include "line.h"
#include "marks.h"
#include "messages.h"
#include "protocol.h"
#include "provision.h"
#include "sense.h"
#include "store.h"

#define HELLO_MS 1000
#define UNLINK_MS 10000
#define FIRST_RETRY_MS 300
#define LAST_RETRY_MS 4000

/* What the host hears of without asking when it changes. */
struct condition {
    uint16_t flags;
    uint16_t refused;
    uint8_t stuck;
};

static struct frame_reader reader;
static uint16_t damaged_frames;

static bool linked;
static uint32_t heard_ms;
static uint32_t hello_ms;       /* when the next HELLO is due */
static bool answer_provision;   /* by HELLO, once it is done */

static bool hello_due;
static bool status_due;
static bool totals_due;
static bool result_due;
static uint8_t result_command;
static uint8_t result_code;
static uint8_t next_mark = MARK_PLACES; /* newest first; MARK_PLACES: none is due */
static struct condition told;

static uint32_t next_to_send;   /* records go out by rising numbers; a pass begins with 0 */
static uint32_t quiet_ms;       /* since when nothing was sent and nothing acknowledged */
static uint16_t retry_ms;

static void unlink_host(void)
{
    linked = false;
    hello_due = true;
    sense_end_test();
}

/* ---- what it hears ---- */

static void on_welcome(const uint8_t *fields)
{
    uint32_t epoch = get_u32(fields + 1);
    if (fields[0] != PROTOCOL_VERSION || epoch != store_epoch())
        return;
    if (!linked) {
        linked = true;
        retry_ms = FIRST_RETRY_MS;
        next_to_send = 0;
    }
    next_mark = 0;
    status_due = true;
}

static void on_ack(const uint8_t *fields, uint32_t now_ms)
{
    if (get_u32(fields) != store_epoch() || !store_acknowledge(get_u32(fields + 4)))
        return;
    retry_ms = FIRST_RETRY_MS;
    quiet_ms = now_ms;
}

static void on_command(const uint8_t *fields)
{
    result_command = fields[0];
    result_code = commands_do(fields, linked);
    result_due = true;
}

static void on_ping(const uint8_t *fields)
{
    status_due = true;
    totals_due |= fields[0] == WANT_TOTALS;
}

static void on_provision(const uint8_t *fields)
{
    if (provision_ask(get_u32(fields), get_u32(fields + 4), get_u16(fields + 8)))
        answer_provision = true;
    else
        hello_due = true;
}

static void on_time_mark(const uint8_t *fields, uint32_t now_ms)
{
    store_mark_time(now_ms - get_u32(fields + 4), get_u32(fields));
}

static void on_frame(const uint8_t *body, uint32_t now_ms)
{
    const uint8_t *fields = body + 1;
    heard_ms = now_ms;
    switch (body[0]) {
    case WELCOME:
        on_welcome(fields);
        break;
    case ACK:
        on_ack(fields, now_ms);
        break;
    case COMMAND:
        on_command(fields);
        break;
    case PING:
        if (linked)
            on_ping(fields);
        break;
    case PROVISION:
        on_provision(fields);
        break;
    case HELLO_REQUEST:
        unlink_host();
        break;
    case TIME_MARK:
        if (linked)
            on_time_mark(fields, now_ms);
        break;
    }
}

/* One answer to a command at a time: the rest waits on the line until it has been given. */
static void listen(uint32_t now_ms)
{
    uint8_t byte;
    uint8_t length;
    while (!result_due && line_take(&byte)) {
        enum frame_event event = frame_take(&reader, byte, &length);
        if (event == FRAME_GOOD)
            on_frame(reader.bytes, now_ms);
        else if (event == FRAME_BAD)
            count_u16(&damaged_frames);
    }
}

/* ---- what it says ---- */

static void look_at_condition(void)
{
    struct condition now = {messages_flags() & (uint16_t)~FLAG_SUPPLY_LOW, sense_refused(), sense_stuck()};
    if (now.flags == told.flags && now.refused == told.refused && now.stuck == told.stuck)
        return;
    told = now;
    status_due = true;
}

static bool say_hello(uint32_t now_ms)
{
    bool due = hello_due || (!linked && clock_reached(now_ms, hello_ms));
    if (!due || provision_wanted())
        return false;
    hello_due = false;
    hello_ms = now_ms + HELLO_MS;
    messages_hello();
    return true;
}

static bool say_result(void)
{
    if (!result_due)
        return false;
    result_due = false;
    messages_result(result_command, result_code);
    return true;
}

static bool say_mark(void)
{
    struct time_mark mark;
    if (next_mark == MARK_PLACES)
        return false;
    if (!marks_get(next_mark, &mark)) {
        next_mark = MARK_PLACES;
        return false;
    }
    next_mark++;
    messages_mark(&mark);
    return true;
}

static bool say_status(void)
{
    if (!status_due && !totals_due)
        return false;
    if (status_due)
        messages_status(damaged_frames);
    else
        messages_totals();
    if (status_due)
        status_due = false;
    else
        totals_due = false;
    return true;
}

static void say_press(uint32_t now_ms)
{
    struct record record;
    if (store_next(next_to_send, &record)) {
        messages_press(&record);
        next_to_send = record.seq + 1;
        quiet_ms = now_ms;
    } else if (store_unacked() > 0 && now_ms - quiet_ms >= retry_ms) {
        retry_ms = retry_ms < LAST_RETRY_MS / 2 ? retry_ms * 2 : LAST_RETRY_MS;
        next_to_send = 0;
    } else {
        next_to_send = store_next_seq();
    }
}

static void speak(uint32_t now_ms)
{
    if (!messages_room() || say_hello(now_ms) || say_result() || !linked)
        return;
    if (say_mark() || say_status())
        return;
    say_press(now_ms);
}

void link_start(void)
{
    hello_ms = clock_now_ms();
}

void link_task(uint32_t now_ms)
{
    listen(now_ms);
    if (linked && now_ms - heard_ms >= UNLINK_MS)
        unlink_host();
    if (answer_provision && !provision_wanted()) {
        answer_provision = false;
        unlink_host();
    }
    if (linked)
        look_at_condition();
    speak(now_ms);
}

bool link_linked(void)
{
    return linked;
}

bool link_idle(void)
{
    return !result_due && line_idle();
}
