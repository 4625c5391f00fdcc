/* The serial line: bytes in and out through two ring buffers. Knows no frame. */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stdint.h>

void line_start(void);
bool line_take(uint8_t *byte);
uint8_t line_room(void);                               /* bytes that line_put takes now */
void line_put(const uint8_t *bytes, uint8_t length);   /* at most line_room() */
bool line_idle(void);                                  /* the last byte has left */
uint16_t line_overruns(void);                          /* bytes lost on the way in */

#endif
