/* The board as the host makes it and looks at it: construction, the store file, figures. Knows no time. */
#define _GNU_SOURCE
#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#define FREQUENCY 16000000
#define SRAM_START 0x100
#define SRAM_SIZE 2048

static const char MAGIC[8] = {'H', 'L', 'B', 'O', 'A', 'R', 'D', '1'};
static char error_text[256];

const char *board_error(void) { return error_text; }

static bool failed(const char *what) {
    snprintf(error_text, sizeof error_text, "%s: %s", what, strerror(errno));
    return false;
}

/* --- the store --- */

static void fresh_store(struct board *board) {
    memset(board->store->eeprom, 0xFF, EEPROM_SIZE);
    for (int i = 0; i < FRAM_SIZE; i++)
        board->store->fram[i] = board_random(board); /* no data sheet promises anything else */
    memcpy(board->store->magic, MAGIC, sizeof MAGIC);
}

static bool map_store(struct board *board, int file, off_t size) {
    int kind = file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    struct store *store = mmap(NULL, sizeof *store, PROT_READ | PROT_WRITE, kind, file, 0);
    if (store == MAP_FAILED)
        return failed("mmap");
    board->store = store;
    if (size == 0 || !store->magic[0]) /* killed while it was being made */
        fresh_store(board);
    else if (memcmp(store->magic, MAGIC, sizeof MAGIC)) {
        errno = EINVAL;
        return failed("not a store of this simulator");
    }
    return true;
}

static bool open_store(struct board *board, const char *path) {
    board->store_file = -1;
    if (!path)
        return map_store(board, -1, 0);
    int file = board->store_file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return failed(path);
    if (flock(file, LOCK_EX | LOCK_NB))
        return failed(path);
    off_t size = lseek(file, 0, SEEK_END);
    if (size != 0 && size != (off_t)sizeof(struct store)) {
        errno = EINVAL;
        return failed("not a store of this simulator");
    }
    if (size == 0 && ftruncate(file, sizeof(struct store)))
        return failed(path);
    return map_store(board, file, size);
}

static void close_store(struct board *board) {
    if (board->store)
        munmap(board->store, sizeof *board->store);
    if (board->store_file >= 0)
        close(board->store_file);
}

/* --- construction --- */

static void quiet(avr_t *avr, const int level, const char *format, va_list arguments) {
    (void)avr;
    if (level > LOG_NONE && level <= LOG_ERROR)
        vfprintf(stderr, format, arguments);
}

static void sleep_in_virtual_time(avr_t *avr, avr_cycle_count_t cycles) {
    (void)avr;
    (void)cycles;
}

static bool make_cpu(struct board *board, const uint8_t *flash, size_t size) {
    avr_global_logger_set(quiet);
    avr_t *avr = board->avr = avr_make_mcu_by_name("atmega328p");
    if (!avr || size > avr->flashend + 1u) {
        errno = EFBIG;
        return failed("program");
    }
    avr_init(avr);
    avr->frequency = FREQUENCY;
    avr->log = LOG_ERROR;
    avr->sleep = sleep_in_virtual_time;
    memcpy(avr->flash, flash, size);
    return true;
}

static void init_parts(struct board *board) {
    for (int i = 0; i < DUE_COUNT; i++)
        board->due[i] = NEVER;
    board->cycles_per_us = CYCLES_PER_US;
    board->die_after_press = -1;
    board_init_resets(board);
    pins_init(board);
    eeprom_init(board);
    line_init(board);
    twi_init(board);
    fram_init(board);
    supply_init(board);
}

struct board *board_new(const uint8_t *flash, size_t size, const char *store_path, uint32_t seed) {
    struct board *board = calloc(1, sizeof *board);
    if (!board)
        return NULL;
    board->random_state = (seed + 1) * 0x9E3779B97F4A7C15ULL;
    if (!open_store(board, store_path) || !make_cpu(board, flash, size)) {
        close_store(board);
        free(board);
        return NULL;
    }
    init_parts(board);
    board_set_power(board, true);
    return board;
}

/* As a power cut at this very cycle, except that the object is gone too. */
void board_free(struct board *board) {
    close_store(board);
    avr_terminate(board->avr);
    free(board->avr);
    free(board);
}

/* --- what there is to see --- */

size_t board_events(struct board *board, struct event *events, size_t most) {
    size_t count = 0;
    while (count < most && board->events_out != board->events_in)
        events[count++] = board->events[board->events_out++ % EVENTS_MOST];
    return count;
}

struct store *board_store(struct board *board) { return board->store; }

size_t board_store_size(void) { return sizeof(struct store); }

/* The widest part of SRAM that still holds what it held at power-on lies between the variables and the stack. */
static void find_gap(const struct board *board, int *start, int *length) {
    const uint8_t *now = board->avr->data + SRAM_START;
    *start = SRAM_SIZE, *length = 0;
    for (int i = 0, from = 0; i < SRAM_SIZE; i++) {
        if (now[i] != board->sram_at_start[i])
            from = i + 1;
        else if (i + 1 - from > *length)
            *start = from, *length = i + 1 - from;
    }
}

static uint64_t avr_baud(const struct board *board) {
    const uint8_t *data = board->avr->data;
    unsigned divisor = (data[0xC0] & 2 ? 8 : 16) * ((data[0xC4] | (data[0xC5] & 15) << 8) + 1u);
    return (FREQUENCY + divisor / 2) / divisor;
}

uint64_t board_figure(struct board *board, enum figure figure) {
    int start, length;
    switch (figure) {
    case STAT_EEPROM_BUSY:
        return board->eeprom.busy;
    case STAT_FRAM_BUSY:
        return board->fram.busy;
    case STAT_RX_QUEUED:
        return board->line.to_avr_in - board->line.to_avr_out;
    case STAT_AVR_BAUD:
        return avr_baud(board);
    case STAT_STACK_BYTES:
        find_gap(board, &start, &length);
        return SRAM_SIZE - start - length;
    case STAT_SRAM_UNTOUCHED:
        find_gap(board, &start, &length);
        return length;
    default:
        return figure < STAT_COUNT ? board->stats[figure] : 0;
    }
}
