/* The memory chip on the two-wire bus, at 0x50: a 32 KB FRAM, or what may sit in its place. Knows no register.
 *
 * FRAM: a byte is permanent when it is acknowledged; until then its cell holds a mixture. 24C256 ("eeprom"): the bytes
 * of one 64-byte page wait for the STOP, then the page is written for 5 ms, in which the chip does not answer and in
 * which a power cut tears any byte of the page. Both keep their supply when the master is reset, and go on where they were: a
 * chip that was about to send a zero holds the bus until it has been clocked free.
 */
#include "board.h"

#include <string.h>

#define DEVICE 0x50
#define READING 1
#define PAGE_US 5000.0
#define BITS 8
#define STATE_STARTED 0
#define STATE_ENDED 1
#define STATE_PERMANENT 2

static uint8_t *cell(struct board *board, uint16_t address) { return &board->store->fram[address % FRAM_SIZE]; }

static void mix(struct board *board, uint8_t *byte, uint8_t other) {
    uint8_t taken = board_random(board);
    *byte = (*byte & ~taken) | (other & taken);
}

static bool silent(const struct board *board) {
    const struct fram *fram = &board->fram;
    return fram->kind == FRAM_ABSENT || (fram->kind == FRAM_FAILING && !fram->bytes_left) || fram->busy;
}

static bool acknowledge(struct board *board) {
    if (silent(board))
        return false;
    if (board->fram.kind == FRAM_FAILING)
        board->fram.bytes_left--;
    return true;
}

/* --- the bus --- */

void fram_start(struct board *board) {
    board->fram.selected = false;
    board->fram.page_mask = 0; /* a START in place of the STOP: the page is not written */
    board->fram.stuck_bit = -1;
}

bool fram_address(struct board *board, uint8_t address_and_direction) {
    struct fram *fram = &board->fram;
    fram->selected = address_and_direction >> 1 == DEVICE && acknowledge(board);
    fram->writing = fram->selected && !(address_and_direction & READING);
    fram->address_bytes = 0;
    return fram->selected;
}

void fram_write_begins(struct board *board, uint8_t byte) {
    struct fram *fram = &board->fram;
    if (!fram->writing || fram->address_bytes < 2 || fram->kind == FRAM_EEPROM || silent(board))
        return;
    fram->in_flight = true;
    fram->old_value = *cell(board, fram->address);
    mix(board, cell(board, fram->address), byte);
}

static void take_address(struct fram *fram, uint8_t byte) {
    fram->address = (fram->address_bytes++ ? fram->address | byte : byte << 8) % FRAM_SIZE;
}

static void take_into_page(struct fram *fram, uint8_t byte) {
    uint16_t offset = fram->address % FRAM_PAGE;
    fram->page_base = fram->address - offset;
    fram->page[offset] = byte;
    fram->page_mask |= 1ULL << offset;
    fram->address = fram->page_base + (offset + 1) % FRAM_PAGE;
}

static void take_for_good(struct board *board, uint8_t byte) {
    struct fram *fram = &board->fram;
    *cell(board, fram->address) = byte;
    board->store->fram_writes[fram->address]++;
    board->stats[STAT_FRAM_BYTES]++;
    board_note(board, EVENT_FRAM, STATE_PERMANENT, fram->address);
    fram->address = (fram->address + 1) % FRAM_SIZE;
}

bool fram_write_ends(struct board *board, uint8_t byte) {
    struct fram *fram = &board->fram;
    if (!fram->writing || !acknowledge(board))
        return false;
    fram->in_flight = false;
    if (fram->address_bytes < 2)
        take_address(fram, byte);
    else if (fram->kind == FRAM_EEPROM)
        take_into_page(fram, byte);
    else
        take_for_good(board, byte);
    return true;
}

uint8_t fram_read(struct board *board) {
    struct fram *fram = &board->fram;
    if (!fram->selected || fram->writing || !acknowledge(board))
        return fram->sent = 0xFF; /* the resistors */
    fram->sent = *cell(board, fram->address);
    fram->address = (fram->address + 1) % FRAM_SIZE;
    return fram->sent;
}

/* --- a page of the 24C256 --- */

static void tear_page(struct board *board, bool written) {
    struct fram *fram = &board->fram;
    for (int i = 0; i < FRAM_PAGE; i++) {
        uint8_t *byte = cell(board, fram->page_base + i);
        if (written)
            *byte = fram->page[i] | board_random(board);
        else
            *byte |= board_random(board);
    }
}

static void begin_page(struct board *board) {
    struct fram *fram = &board->fram;
    for (int i = 0; i < FRAM_PAGE; i++)
        if (!(fram->page_mask >> i & 1))
            fram->page[i] = *cell(board, fram->page_base + i);
    fram->page_mask = 0;
    fram->busy = true;
    fram->halfway = board_now(board) + board_us(board, PAGE_US / 2);
    fram->done = board_now(board) + board_us(board, PAGE_US);
    board_note(board, EVENT_FRAM, STATE_STARTED, fram->page_base);
    tear_page(board, false);
    board_set_due(board, DUE_FRAM, fram->halfway);
}

static void finish_page(struct board *board) {
    struct fram *fram = &board->fram;
    for (int i = 0; i < FRAM_PAGE; i++) {
        *cell(board, fram->page_base + i) = fram->page[i];
        board->store->fram_writes[fram->page_base + i]++;
    }
    board->stats[STAT_FRAM_BYTES] += FRAM_PAGE;
    fram->busy = false;
    board_note(board, EVENT_FRAM, STATE_ENDED, fram->page_base);
}

void fram_due(struct board *board) {
    struct fram *fram = &board->fram;
    if (board_now(board) >= fram->done) {
        finish_page(board);
        return;
    }
    tear_page(board, true);
    board_set_due(board, DUE_FRAM, fram->done);
}

void fram_stop(struct board *board) {
    struct fram *fram = &board->fram;
    if (fram->page_mask && fram->writing)
        begin_page(board);
    fram->selected = fram->writing = false;
    fram->stuck_bit = -1;
}

/* --- a master that vanished in the middle --- */

static void undo_byte_in_flight(struct board *board) {
    if (board->fram.in_flight)
        *cell(board, board->fram.address) = board->fram.old_value;
    board->fram.in_flight = false;
}

/* A chip that sends, or that acknowledges, goes on holding SDA until the next clock. */
void fram_master_gone(struct board *board, int bits_sent, bool reading) {
    struct fram *fram = &board->fram;
    if (!board->powered)
        return; /* the chip is gone too */
    undo_byte_in_flight(board); /* the chip saw no ninth clock */
    fram->stuck_bit = -1;
    if (reading && fram->selected && !fram->writing && bits_sent < BITS) {
        fram->stuck_byte = fram->sent;
        fram->stuck_bit = bits_sent;
    } else if (!reading && bits_sent == BITS && !silent(board)) {
        fram->stuck_byte = 0;
        fram->stuck_bit = BITS - 1;
    }
}

bool fram_holds_bus(const struct board *board) {
    const struct fram *fram = &board->fram;
    return fram->stuck_bit >= 0 && fram->stuck_bit < BITS && !(fram->stuck_byte << fram->stuck_bit & 0x80);
}

void fram_clock_pulse(struct board *board) {
    struct fram *fram = &board->fram;
    if (fram->stuck_bit < 0)
        return;
    if (++fram->stuck_bit > BITS) /* the ninth: nobody acknowledged */
        fram->stuck_bit = -1;
    if (!fram_holds_bus(board))
        twi_bus_released(board);
}

/* --- life --- */

void fram_power_lost(struct board *board) {
    struct fram *fram = &board->fram;
    fram->in_flight = fram->busy = fram->selected = fram->writing = false; /* what is torn stays torn */
    fram->page_mask = 0;
    fram->address = 0;
    fram->stuck_bit = -1;
    board->due[DUE_FRAM] = NEVER;
}

void board_set_fram(struct board *board, enum fram_kind kind, uint32_t bytes_left) {
    fram_power_lost(board);
    board->fram.kind = kind;
    board->fram.bytes_left = bytes_left;
}

void fram_init(struct board *board) { board->fram.stuck_bit = -1; }
