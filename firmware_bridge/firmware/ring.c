#include "ring.h"

#include "bytes.h"
#include "crc.h"

#define CRC_AT 11
#define MARK_AT 12

#ifdef BROKEN_RECYCLE_ORDER
#define FIRST_ERASED CRC_AT
#else
#define FIRST_ERASED MARK_AT
#endif

/* ACKNOWLEDGED: the mark still says live; DONE: it says so, too. OPEN: holds no record. BAD: a cell failed. */
enum slot_state { OPEN, LIVE, ACKNOWLEDGED, DONE, BAD };

static uint8_t states[RING_SLOTS];
static uint8_t head; /* the next slot to be used */
static bool head_erased;
static uint8_t live;
static uint8_t acknowledged;
static uint8_t corrupt;
static uint8_t bad_slots;
static uint8_t acknowledging;
static eeprom_done *caller_done;

static uint16_t address_of(uint8_t slot)
{
    return COPY_AT(RING_AT, RING_SLOT_BYTES, slot);
}

static uint8_t after(uint8_t slot)
{
    return slot + 1 == RING_SLOTS ? 0 : slot + 1;
}

static uint32_t read_seq(uint8_t slot)
{
    uint8_t bytes[3];
    eeprom_read(address_of(slot), bytes, sizeof bytes);
    return get_u24(bytes);
}

static void decode(const uint8_t *image, struct record *record)
{
    record->seq = get_u24(image);
    record->boot = get_u16(image + 3);
    record->t_ms = get_u32(image + 5);
    record->what = image[9];
    record->aux = image[10];
}

/* The mark alone says whether a record was committed; the check then says whether a cell has failed since. */
static enum slot_state load_slot(uint8_t slot, struct record *record)
{
    uint8_t image[RING_SLOT_BYTES];
    eeprom_read(address_of(slot), image, sizeof image);
    if (!MARK_COMMITTED(image[MARK_AT]))
        return OPEN;
    decode(image, record);
    if (crc8(image, CRC_AT) != image[CRC_AT] || record->seq > RING_LAST_SEQ) {
        count_u8(&corrupt);
        return OPEN;
    }
    if (image[MARK_AT] == MARK_LIVE)
        return LIVE;
    return image[MARK_AT] == MARK_ACKNOWLEDGED ? DONE : ACKNOWLEDGED;
}

void ring_load(record_visitor *visit)
{
    struct record record;
    uint32_t newest = 0;
    for (uint8_t slot = 0; slot < RING_SLOTS; slot++) {
        states[slot] = load_slot(slot, &record);
        if (states[slot] == OPEN)
            continue;
        live += states[slot] == LIVE;
        acknowledged += states[slot] == ACKNOWLEDGED;
        if (record.seq >= newest) {
            newest = record.seq;
            head = after(slot);
        }
        visit(&record);
    }
}

uint8_t ring_live(void)
{
    return live;
}

uint8_t ring_corrupt(void)
{
    return corrupt;
}

uint8_t ring_bad_slots(void)
{
    return bad_slots;
}

bool ring_ready(void)
{
    return head_erased;
}

static void give_up_head(void)
{
    states[head] = BAD;
    count_u8(&bad_slots);
    head = after(head);
}

static void on_erased(bool ok)
{
    if (ok)
        head_erased = true;
    else
        give_up_head();
    caller_done(ok);
}

static bool usable(uint8_t state)
{
#ifdef BROKEN_HEAD_LIVE
    return state != BAD;
#else
    return state != BAD && state != LIVE;
#endif
}

enum ring_step ring_prepare(uint32_t counted_below, eeprom_done *done)
{
    uint8_t left = RING_SLOTS;
    while (!usable(states[head]) && left--)
        head = after(head);
    if (!usable(states[head]) || states[head] == LIVE)
        return RING_NO_SLOT;
    if (states[head] == DONE && read_seq(head) >= counted_below)
        return RING_NEEDS_TOTALS;
    states[head] = OPEN;
    caller_done = done;
    eeprom_erase(address_of(head), RING_SLOT_BYTES, FIRST_ERASED, on_erased);
    return RING_BEGUN;
}

static void on_committed(bool ok)
{
    head_erased = false;
    if (ok) {
        states[head] = LIVE;
        live++;
        head = after(head);
    } else {
        give_up_head();
    }
    caller_done(ok);
}

void ring_commit(const struct record *record, eeprom_done *done)
{
    uint8_t image[RING_SLOT_BYTES];
    put_u24(image, record->seq);
    put_u16(image + 3, record->boot);
    put_u32(image + 5, record->t_ms);
    image[9] = record->what;
    image[10] = record->aux;
    image[CRC_AT] = crc8(image, CRC_AT);
    image[MARK_AT] = MARK_LIVE;
    caller_done = done;
    eeprom_program(address_of(head), image, RING_SLOT_BYTES, on_committed);
}

static bool is_sendable(uint8_t slot)
{
#ifdef BROKEN_HEAD_LIVE
    if (slot == head)
        return false;
#endif
    return states[slot] == LIVE;
}

bool ring_next(uint32_t from, struct record *record)
{
    uint8_t image[RING_SLOT_BYTES];
    uint32_t lowest = UINT32_MAX;
    uint8_t found = RING_SLOTS;
    for (uint8_t slot = 0; slot < RING_SLOTS; slot++) {
        if (!is_sendable(slot))
            continue;
        uint32_t seq = read_seq(slot);
        if (seq >= from && seq < lowest) {
            lowest = seq;
            found = slot;
        }
    }
    if (found == RING_SLOTS)
        return false;
    eeprom_read(address_of(found), image, sizeof image);
    decode(image, record);
    return true;
}

bool ring_acknowledge(uint32_t seq)
{
    for (uint8_t slot = 0; slot < RING_SLOTS; slot++) {
        if (states[slot] == LIVE && read_seq(slot) == seq) {
            states[slot] = ACKNOWLEDGED;
            live--;
            acknowledged++;
            return true;
        }
    }
    return false;
}

bool ring_acknowledgement_pending(void)
{
    return acknowledged != 0;
}

static void on_acknowledged(bool ok)
{
    states[acknowledging] = DONE;
    acknowledged--;
    caller_done(ok);
}

void ring_write_acknowledgement(eeprom_done *done)
{
    static const uint8_t mark = MARK_ACKNOWLEDGED;
    acknowledging = 0;
    while (states[acknowledging] != ACKNOWLEDGED)
        acknowledging++;
    caller_done = done;
    eeprom_program(address_of(acknowledging) + MARK_AT, &mark, 1, on_acknowledged);
}
