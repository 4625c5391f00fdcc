#include "provision.h"

#include "deep.h"
#include "identity.h"
#include "intake.h"
#include "memory.h"
#include "ring.h"
#include "totals.h"

static struct identity next;
static uint32_t next_totals;
static bool wanted;
static bool deep_offered;

/* What a store holds that is out of reach would never be delivered under another identity. */
static bool is_out_of_reach(void)
{
    return deep_state() == DEEP_LOST || deep_state() == DEEP_FOREIGN;
}

static bool is_possible(void)
{
    if (next.epoch != memory.identity.epoch && is_out_of_reach())
        return false;
    return ring_live() == 0 && deep_live() == 0 && intake_waiting() == 0;
}

bool provision_ask(uint32_t epoch, uint32_t new_epoch, uint16_t refractory_ms)
{
    if (epoch != memory.identity.epoch || new_epoch == 0 || wanted)
        return false;
    next = memory.identity;
    next.epoch = new_epoch;
    next.refractory_ms = refractory_ms;
    wanted = is_possible();
    return wanted;
}

bool provision_wanted(void)
{
    return wanted;
}

static void on_identity_written(bool ok)
{
    wanted = false;
    if (!ok) {
        memory.fault = true;
        return;
    }
    if (next.epoch != memory.identity.epoch)
        memory.ring_counts = (struct counts){0};
    if (deep_offered)
        deep_adopt();
    memory.identity = next;
}

static void write_totals(void);

static void on_totals_written(bool ok)
{
    memory.fault |= !ok;
    if (totals_next_seq() == next_totals)
        identity_write(&next, on_identity_written);
    else
        write_totals();
}

static void write_totals(void)
{
    static const struct counts none;
    totals_write(next.epoch, next_totals, &none, on_totals_written);
}

/* The new heads of both stores count for nothing until the identity is the new one; then nothing else does. */
void provision_begin(void)
{
    deep_offered = false;
    if (!is_possible()) {
        wanted = false;
    } else if (next.epoch == memory.identity.epoch) {
        identity_write(&next, on_identity_written);
    } else {
        deep_offered = deep_offer(&next, memory.next_seq);
        next.deep_used = deep_offered;
        next.void_seq = 0;
        next_totals = memory_numbers_ahead();
        write_totals();
    }
}
