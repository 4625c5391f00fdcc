/* What the terminal says, each message from what the other parts know at this moment. Knows not when. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "marks.h"
#include "record.h"

bool messages_room(void);             /* for any one message */
bool messages_room_for_touches(void); /* for one of each button */

void messages_hello(void);
void messages_press(const struct record *record);
void messages_status(uint16_t damaged_frames);
void messages_result(uint8_t command, uint8_t code);
void messages_mark(const struct time_mark *mark);
void messages_totals(void);
void messages_touch(uint32_t t_ms, uint8_t button, bool closed);

uint16_t messages_flags(void);

#endif
