/* Lamps, buzzer and link light: what is shown for how long. Knows no reason for it. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

void signals_start(void);

/* A lamp that is lit goes dark for a moment first: each lighting is to be seen. */
void signals_light(uint8_t mask, uint16_t duration_ms);
void signals_sound(uint16_t duration_ms);
void signals_identify(uint16_t duration_ms, uint8_t lamps);

/* `also_lit`: mask of lamps that are lit as long as the caller says so. */
void signals_task(uint32_t now_ms, bool linked, uint8_t also_lit);

#endif
