#include "deep.h"

#include <string.h>

#include "bytes.h"
#include "deepslot.h"
#include "fram.h"
#include "header.h"

#define SLOTS_A_READ 4 /* 510 reads of 64 bytes */
#define RECORDS_A_HEADER 256

static enum deep_state state;
static struct header header;  /* as it stands in the store; nothing where none stands */
static struct header offered; /* written beside it, for an identity that is not yet the terminal's */
static struct counts counts;
static uint8_t live_slots[DEEP_SLOTS / 8];
static uint16_t live;
static uint32_t oldest; /* no live record is below it, and none DEEP_SLOTS or more above it */
static uint8_t corrupt;
static bool any_record;      /* a whole one was found at the start, live or not */
static bool numbers_known;   /* those that the store has used */

static bool is_live(uint16_t slot)
{
    return live_slots[slot / 8] & 1U << slot % 8;
}

static void set_live(uint16_t slot)
{
    live_slots[slot / 8] |= (uint8_t)(1U << slot % 8);
    live++;
}

static void clear_live(uint16_t slot)
{
    live_slots[slot / 8] &= (uint8_t)~(1U << slot % 8);
    live--;
}

static void lose(void)
{
    state = DEEP_LOST;
    live = 0;
}

static bool write_header(void)
{
    header.turn++;
    if (!header_write(&header))
        return false;
    header_keep();
    return true;
}

static bool write_both_headers(void)
{
    return write_header() && write_header();
}

static bool load_slot(uint16_t slot, const uint8_t *image, const struct identity *identity, record_visitor *visit)
{
    struct record record;
    enum deepslot_content content = deepslot_decode(slot, image, &record);
    /* A store without a past holds noise: to read it thrice takes seconds, and there is nothing to be missed. */
    bool has_past = header.turn != 0 || identity->deep_used;
    if (has_past && deepslot_may_be_misread(image, content) && !deepslot_read(slot, &record, &content))
        return false;
    if (content == DEEPSLOT_OPEN)
        return true;
    if (content == DEEPSLOT_DAMAGED) {
        count_u8(&corrupt);
        return true;
    }
    any_record = true;
    if (record.seq == identity->void_seq && record.seq != 0)
        return deepslot_open(slot);
    if (record.seq >= header.next_seq)
        counts_add(&counts, record.what);
    if (content == DEEPSLOT_LIVE) {
        set_live(slot);
        if (record.seq < oldest)
            oldest = record.seq;
    }
    visit(&record);
    return true;
}

static bool load_records(const struct identity *identity, record_visitor *visit, void (*still_alive)(void))
{
    uint8_t images[SLOTS_A_READ * DEEPSLOT_BYTES];
    counts = header.counts;
    for (uint16_t slot = 0; slot < DEEP_SLOTS; slot += SLOTS_A_READ) {
        still_alive();
        if (!fram_read(deepslot_address(slot), images, sizeof images))
            return false;
        for (uint8_t i = 0; i < SLOTS_A_READ; i++)
            if (!load_slot(slot + i, images + i * DEEPSLOT_BYTES, identity, visit))
                return false;
    }
    return true;
}

static void take_over(struct identity *identity)
{
    identity->epoch = header.epoch;
    identity->refractory_ms = header.refractory_ms;
}

/* Where there are records, there was a header: only a terminal that has used a deep store takes them for its own, and
 * counts what is there to be counted. Only a store without any record is made empty. */
static enum deep_state load_without_header(struct identity *identity, record_visitor *visit,
                                           void (*still_alive)(void))
{
    header.epoch = identity->epoch;
    header.refractory_ms = identity->refractory_ms;
    if (!load_records(identity, visit, still_alive))
        return DEEP_LOST;
    corrupt = any_record ? corrupt : 0; /* noise */
    if (any_record ? identity->epoch == 0 || !identity->deep_used : !deepslot_open_all(still_alive))
        return DEEP_LOST;
    if (identity->epoch == 0)
        return DEEP_BLANK;
    return write_both_headers() ? DEEP_OURS : DEEP_LOST;
}

static enum deep_state load(struct identity *identity, record_visitor *visit, void (*still_alive)(void))
{
    enum header_found found = header_load(identity->epoch, &header);
    if (found == HEADER_UNREADABLE)
        return DEEP_LOST;
    if (found == HEADER_NONE)
        return load_without_header(identity, visit, still_alive);
    if (found == HEADER_OF_ANOTHER) {
        if (identity->epoch != 0)
            return DEEP_FOREIGN;
        take_over(identity);
    }
    if (!load_records(identity, visit, still_alive) || !write_both_headers())
        return DEEP_LOST;
    numbers_known = corrupt == 0;
    return DEEP_OURS;
}

void deep_load(struct identity *identity, record_visitor *visit, void (*still_alive)(void))
{
    oldest = UINT32_MAX;
    fram_start();
    if (fram_is_one(HEADER_SPARE_AT))
        state = load(identity, visit, still_alive);
    else
        state = identity->deep_used ? DEEP_LOST : DEEP_ABSENT;
    if (state != DEEP_OURS) {
        live = 0;
        memset(&counts, 0, sizeof counts);
    }
}

enum deep_state deep_state(void)
{
    return state;
}

uint16_t deep_live(void)
{
    return live;
}

uint8_t deep_corrupt(void)
{
    return corrupt;
}

const struct counts *deep_counts(void)
{
    return &counts;
}

bool deep_numbers_known(void)
{
    return numbers_known;
}

uint32_t deep_next_seq(void)
{
    return header.next_seq;
}

bool deep_has_room(uint32_t seq)
{
    return live < DEEP_CAPACITY && (live == 0 || seq - oldest < DEEP_SLOTS);
}

static bool write_header_before(uint32_t seq)
{
    if (seq - header.next_seq < RECORDS_A_HEADER)
        return true;
    header.next_seq = seq;
    header.counts = counts;
    return write_header();
}

bool deep_add(const struct record *record, bool *doubtful)
{
    *doubtful = false;
    if (!write_header_before(record->seq)) {
        lose();
        return false;
    }
    uint16_t slot = deepslot_of(record->seq);
    if (!deepslot_write(slot, record)) {
        *doubtful = !deepslot_open(slot);
        lose();
        return false;
    }
    if (live == 0)
        oldest = record->seq;
    set_live(slot);
    counts_add(&counts, record->what);
    return true;
}

/* A whole live record; or the store is given up; or the slot is damaged and left out from now on. */
static bool read_live(uint16_t slot, struct record *record)
{
    enum deepslot_content content;
    if (!deepslot_read(slot, record, &content)) {
        lose();
        return false;
    }
    if (content == DEEPSLOT_LIVE)
        return true;
    count_u8(&corrupt);
    clear_live(slot);
    return false;
}

bool deep_next(uint32_t from, uint32_t end, struct record *record)
{
    uint32_t seq = from > oldest ? from : oldest;
    if (live == 0 || seq >= end)
        return false;
    uint16_t slot = deepslot_of(seq);
    for (uint16_t left = DEEP_SLOTS; left > 0 && seq < end && live > 0; left--, seq++) {
        if (is_live(slot) && read_live(slot, record))
            return true;
        slot = slot + 1 == DEEP_SLOTS ? 0 : slot + 1;
    }
    return false;
}

static void advance_oldest(void)
{
    uint16_t slot = deepslot_of(oldest);
    while (live > 0 && !is_live(slot)) {
        oldest++;
        slot = slot + 1 == DEEP_SLOTS ? 0 : slot + 1;
    }
}

bool deep_acknowledge(uint32_t seq)
{
    struct record record;
    uint16_t slot = deepslot_of(seq);
    if (live == 0 || !is_live(slot) || !read_live(slot, &record) || record.seq != seq)
        return false;
    if (!deepslot_acknowledge(slot)) {
        lose();
        return true;
    }
    clear_live(slot);
    advance_oldest();
    return true;
}

bool deep_offer(const struct identity *identity, uint32_t next_seq)
{
    if (state != DEEP_BLANK && state != DEEP_OURS)
        return false;
    offered = (struct header){
        .epoch = identity->epoch,
        .turn = header.turn + 1,
        .next_seq = next_seq,
        .refractory_ms = identity->refractory_ms,
    };
    if (header_write(&offered))
        return true;
    lose();
    return false;
}

void deep_adopt(void)
{
    header = offered;
    header_keep();
    counts = header.counts;
    state = DEEP_OURS;
    if (!write_header())
        lose();
}
