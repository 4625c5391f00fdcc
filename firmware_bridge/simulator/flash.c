/* The flash as a bootloader leaves it. simavr itself obeys SPM. */
#include "board.h"

PUBLIC uint8_t *board_flash(struct board *board);

/* 32,768 bytes, valid until board_free. */
uint8_t *board_flash(struct board *board) { return board->avr->flash; }
