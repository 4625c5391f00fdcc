/* Eight equal samples make a level, for eight contacts side by side (PROTOCOL.md §5.1). Pure: no AVR header. */
#ifndef DEBOUNCE_H
#define DEBOUNCE_H

#include <stdint.h>

/* One bit a contact. `ones`, `twos`, `fours` are the digits of how many samples in a row differed from `level`. */
struct debouncer {
    uint8_t level;
    uint8_t ones;
    uint8_t twos;
    uint8_t fours;
};

/* Takes one sample; returns the contacts whose level it changed. */
static inline uint8_t debounce(struct debouncer *state, uint8_t sample)
{
    uint8_t differ = sample ^ state->level;
    uint8_t eighth = differ & state->ones & state->twos & state->fours;
    state->fours = (state->fours ^ (state->twos & state->ones)) & differ;
    state->twos = (state->twos ^ state->ones) & differ;
    state->ones = (uint8_t)~state->ones & differ;
    state->level ^= eighth;
    return eighth;
}

#endif
