#include "presses.h"

#include "bytes.h"

bool presses_elapse(struct press_rules *rules, uint32_t now_ms, struct hit *hit)
{
    if (!rules->refractory || (int32_t)(now_ms - rules->last_ms) < (int32_t)rules->refractory_ms)
        return false;
    rules->refractory = false;
    if (rules->burst_mask == 0)
        return false;
    *hit = (struct hit){rules->burst_ms, BURST | rules->burst_mask, rules->burst_hits};
    rules->burst_mask = 0;
    rules->burst_hits = 0;
    return true;
}

bool presses_closed(struct press_rules *rules, uint32_t t_ms, uint8_t button, struct hit *hit)
{
    bool first = !rules->refractory;
    rules->refractory = true;
    rules->last_ms = t_ms;
    if (first) {
        *hit = (struct hit){t_ms, button, 0};
        return true;
    }
    if (rules->burst_mask == 0)
        rules->burst_ms = t_ms;
    rules->burst_mask |= (uint8_t)(1U << button);
    count_u8(&rules->burst_hits);
    return false;
}

uint8_t presses_stuck(struct stuck_rules *rules, uint32_t now_ms, uint8_t held)
{
    for (uint8_t button = 0; button < MOST_BUTTONS; button++) {
        uint8_t bit = (uint8_t)(1U << button);
        if (!(held & bit)) {
            rules->open_ms[button] = now_ms;
            rules->stuck &= (uint8_t)~bit;
        } else if (now_ms - rules->open_ms[button] > STUCK_MS) {
            rules->stuck |= bit;
        }
    }
    return rules->stuck;
}
