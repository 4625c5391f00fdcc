#include "intake.h"

#include <string.h>

#include "deep.h"
#include "eeprom.h"
#include "memory.h"
#include "provision.h"
#include "ring.h"
#include "totals.h"

#define MOST_WAITING 8

static const struct store_listener *listener;
static struct hit waiting[MOST_WAITING];
static uint8_t many;
static struct record committing; /* to the ring, made of waiting[0]; seq 0: none */

void intake_start(const struct store_listener *told)
{
    listener = told;
}

uint8_t intake_waiting(void)
{
    return many;
}

static bool ring_has_room(uint8_t more)
{
    return ring_live() + ring_bad_slots() + more < RING_CAPACITY;
}

static bool goes_deep(uint8_t ahead)
{
    return deep_state() == DEEP_OURS && deep_has_room(memory.next_seq + ahead);
}

uint16_t intake_capacity(void)
{
    return deep_state() == DEEP_OURS ? DEEP_CAPACITY : RING_CAPACITY - ring_bad_slots();
}

bool intake_full(void)
{
    if (ring_live() + deep_live() + many >= intake_capacity() || memory.next_seq + many >= RING_LAST_SEQ)
        return true;
    return !goes_deep(many) && !ring_has_room(many);
}

void intake_take(const struct hit *hit)
{
    if (memory.identity.epoch == 0 || many == MOST_WAITING || intake_full())
        listener->refused();
    else
        waiting[many++] = *hit;
}

static void forget_first(void)
{
    many--;
    memmove(waiting, waiting + 1, many * sizeof waiting[0]);
}

static struct record first_as(uint32_t seq)
{
    return (struct record){seq, waiting[0].t_ms, memory.boot, waiting[0].what, waiting[0].aux};
}

static void on_begun(const struct record *record)
{
#ifdef BROKEN_LAMP_EARLY
    listener->recorded(record->what);
#else
    (void)record;
#endif
}

static void on_durable(const struct record *record)
{
    memory.next_seq = record->seq + 1;
    forget_first();
#ifndef BROKEN_LAMP_EARLY
    listener->recorded(record->what);
#endif
}

/* What may yet be found in the lost store is noted as void, durably, before the ring takes the press. */
static void on_deep_lost(uint32_t seq, bool doubtful)
{
    memory.fault = true;
    if (doubtful) {
        memory.identity.void_seq = seq;
        memory.identity_changed = true;
    }
}

/* Numbers at and above those of the totals are not the deep store's: the store speaks for more of them first. */
void intake_record_deep(void)
{
    if (many == 0 || committing.seq != 0 || provision_wanted() || !goes_deep(0))
        return;
    if (memory.next_seq >= totals_next_seq())
        return;
    struct record record = first_as(memory.next_seq);
    bool doubtful;
    on_begun(&record);
    if (deep_add(&record, &doubtful))
        on_durable(&record);
    else
        on_deep_lost(record.seq, doubtful);
}

bool intake_waits_for_ring(void)
{
    return many > 0 && !goes_deep(0);
}

/* A failed cell: the press waits for the next slot. */
static void on_committed(bool ok)
{
    if (ok) {
        counts_add(&memory.ring_counts, committing.what);
        on_durable(&committing);
    } else {
        memory.fault = true;
    }
    committing.seq = 0;
}

void intake_commit_to_ring(void)
{
    if (!ring_has_room(0)) {
        intake_refuse_all();
        return;
    }
    uint32_t not_of_deep = totals_next_seq();
    committing = first_as(memory.next_seq > not_of_deep ? memory.next_seq : not_of_deep);
    on_begun(&committing);
    ring_commit(&committing, on_committed);
}

void intake_refuse_all(void)
{
    for (; many > 0; many--)
        listener->refused();
}
