/* The terminal's side of the protocol (PROTOCOL.md §4): when it says what, and what it does with what it hears. */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stdint.h>

void link_start(void);
void link_task(uint32_t now_ms);
bool link_linked(void);
bool link_idle(void); /* every answer has left */

#endif
