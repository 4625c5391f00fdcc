/* The contacts of the buttons: sampled in the timer's interrupt, debounced, queued. Knows no press. */
#ifndef CONTACTS_H
#define CONTACTS_H

#include <stdbool.h>
#include <stdint.h>

struct contact_event {
    uint32_t t_ms;
    uint8_t closed; /* masks of the buttons that changed */
    uint8_t opened;
};

void contacts_start(void);
void contacts_sample(uint32_t now_ms); /* from the interrupt, each millisecond */

uint8_t contacts_buttons(void);        /* how many this box has */
uint8_t contacts_held(void);           /* mask */
bool contacts_take(struct contact_event *event);
void contacts_report_openings(bool wanted);

/* Closings that found the queue full, since this was last asked. */
uint8_t contacts_take_lost(void);

#endif
