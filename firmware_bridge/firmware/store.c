#include "store.h"

#include "bytes.h"
#include "deep.h"
#include "eeprom.h"
#include "intake.h"
#include "marks.h"
#include "memory.h"
#include "protocol.h"
#include "provision.h"
#include "ring.h"
#include "totals.h"

#define NUMBERS_AHEAD 256 /* spoken for by the totals while the deep store uses them */
#define NUMBERS_LEFT 16   /* then more are spoken for, before a press has to wait for it */

struct memory memory;

/* ---- start ---- */

static void see(const struct record *record)
{
    if (record->seq >= memory.next_seq)
        memory.next_seq = record->seq + 1;
    if (record->boot > memory.boot)
        memory.boot = record->boot;
}

static void see_in_ring(const struct record *record)
{
    see(record);
    if (record->seq >= totals_next_seq())
        counts_add(&memory.ring_counts, record->what);
}

/* Numbers spoken for and not found in the deep store were never used; while it is away they may have been. */
static uint32_t least_next_seq(void)
{
    return deep_numbers_known() ? deep_next_seq() : totals_next_seq();
}

static void begin_numbers_at(uint32_t seq)
{
    if (memory.next_seq < seq)
        memory.next_seq = seq;
}

/* What lay under the void number is gone for good: it is forgotten, durably, before another record can get it. */
static void begin_above_void(void)
{
    if (memory.identity.void_seq == 0)
        return;
    begin_numbers_at(memory.identity.void_seq + 1);
    if (deep_state() == DEEP_OURS) {
        memory.identity.void_seq = 0;
        memory.identity_changed = true;
    }
}

static void note_use_of_deep(bool taken_over)
{
    if (deep_state() == DEEP_OURS && (taken_over || !memory.identity.deep_used)) {
        memory.identity.deep_used = true;
        memory.identity_changed = true;
    }
}

void store_start(const struct store_listener *listener, void (*still_alive)(void))
{
    intake_start(listener);
    memory.next_seq = 1;
    memory.identity_changed = !identity_load(&memory.identity);
    bool blank = memory.identity.epoch == 0;
    marks_load();
    deep_load(&memory.identity, see, still_alive);
    totals_load(memory.identity.epoch, &memory.ring_counts);
    ring_load(see_in_ring);
    begin_numbers_at(least_next_seq());
    begin_above_void();
    if (memory.boot < marks_highest_boot())
        memory.boot = marks_highest_boot();
    count_u16(&memory.boot);
    note_use_of_deep(blank);
}

/* ---- jobs of the EEPROM ---- */

static void on_done(bool ok)
{
    memory.fault |= !ok;
}

static void on_identity_written(bool ok)
{
    memory.identity_changed = false;
    memory.fault |= !ok;
}

uint32_t memory_numbers_ahead(void)
{
    uint32_t next = memory.next_seq;
    if (deep_state() == DEEP_OURS || deep_state() == DEEP_BLANK)
        next += NUMBERS_AHEAD;
    return next > totals_next_seq() ? next : totals_next_seq() + 1;
}

static bool numbers_run_out(void)
{
    return deep_state() == DEEP_OURS && memory.next_seq + NUMBERS_LEFT >= totals_next_seq();
}

static void write_totals(void)
{
    totals_write(memory.identity.epoch, memory_numbers_ahead(), &memory.ring_counts, on_done);
}

static void prepare_ring(void)
{
    enum ring_step step = ring_prepare(totals_next_seq(), on_done);
    if (step == RING_NEEDS_TOTALS)
        write_totals();
    else if (step == RING_NO_SLOT && intake_waits_for_ring())
        intake_refuse_all();
}

static void begin_next_job(void)
{
    if (memory.identity_changed)
        identity_write(&memory.identity, on_identity_written);
    else if (intake_waits_for_ring() && ring_ready())
        intake_commit_to_ring();
    else if (ring_acknowledgement_pending())
        ring_write_acknowledgement(on_done);
    else if (provision_wanted())
        provision_begin();
    else if (numbers_run_out())
        write_totals();
    else if (!ring_ready())
        prepare_ring();
    if (!eeprom_busy() && marks_pending())
        marks_write(on_done);
}

void store_task(void)
{
    eeprom_task();
    if (!memory.identity_changed)
        intake_record_deep();
    if (!eeprom_busy())
        begin_next_job();
}

bool store_idle(void)
{
    return intake_waiting() == 0 && !eeprom_busy() && !memory.identity_changed && !ring_acknowledgement_pending();
}

/* ---- records ---- */

void store_record(const struct hit *hit)
{
    intake_take(hit);
}

bool store_next(uint32_t from, struct record *record)
{
    if (from >= memory.next_seq)
        return false;
    struct record deep;
    bool in_deep = deep_next(from, memory.next_seq, &deep);
    bool in_ring = ring_next(from, record);
    if (in_deep && (!in_ring || deep.seq < record->seq))
        *record = deep;
    return in_deep || in_ring;
}

bool store_acknowledge(uint32_t seq)
{
    return ring_acknowledge(seq) || deep_acknowledge(seq);
}

struct counts store_counts(void)
{
    struct counts sum = memory.ring_counts;
    const struct counts *deep = deep_counts();
    for (uint8_t button = 0; button < MOST_BUTTONS; button++)
        sum.presses[button] += deep->presses[button];
    sum.bursts += deep->bursts;
    return sum;
}

void store_mark_time(uint32_t t_ms, uint32_t quarter)
{
    const struct time_mark mark = {t_ms, quarter, memory.boot};
    marks_offer(&mark);
}

/* ---- what the host is told ---- */

uint32_t store_epoch(void)
{
    return memory.identity.epoch;
}

uint16_t store_boot(void)
{
    return memory.boot;
}

uint32_t store_next_seq(void)
{
    return memory.next_seq;
}

uint16_t store_refractory_ms(void)
{
    return memory.identity.refractory_ms;
}

uint16_t store_unacked(void)
{
    return ring_live() + deep_live();
}

uint16_t store_capacity(void)
{
    return intake_capacity();
}

uint16_t store_flags(void)
{
    uint16_t flags = memory.identity.epoch != 0 ? FLAG_PROVISIONED : 0;
    if (intake_full())
        flags |= FLAG_FULL;
    if (memory.fault)
        flags |= FLAG_STORE_FAULT;
    if (deep_state() == DEEP_OURS)
        flags |= FLAG_DEEP;
    if (deep_state() == DEEP_FOREIGN)
        flags |= FLAG_DEEP_FOREIGN;
    if (deep_state() == DEEP_LOST)
        flags |= FLAG_DEEP_LOST;
    return flags;
}

uint8_t store_corrupt(void)
{
    uint16_t sum = ring_corrupt() + deep_corrupt();
    return sum < UINT8_MAX ? (uint8_t)sum : UINT8_MAX;
}

uint8_t store_bad_slots(void)
{
    return ring_bad_slots();
}
