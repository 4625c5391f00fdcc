/* Life of the board: power, reset, the passing of time, and what the host may see. Knows no part's insides. */
#define _GNU_SOURCE
#include "board.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define REG_MCUSR 0x54
#define SRAM_START 0x100
#define SRAM_SIZE 2048
#define CAUSE_POWER_ON 1
#define CAUSE_EXTERNAL 2
#define LONGEST_BATCH 16000

static void (*const due_handlers[DUE_COUNT])(struct board *) = {
    [DUE_EEPROM] = eeprom_due,         [DUE_FRAM] = fram_due,
    [DUE_TWI] = twi_due,               [DUE_TRANSMIT] = line_transmit_due,
    [DUE_RECEIVE] = line_receive_due,  [DUE_PINS] = pins_due,
};

/* --- for the parts --- */

uint64_t board_now(const struct board *board) { return board->avr->cycle; }

uint8_t board_random(struct board *board) {
    uint64_t x = board->random_state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    board->random_state = x;
    return (uint8_t)((x * 0x2545F4914F6CDD1DULL) >> 56);
}

uint64_t board_us(const struct board *board, double us) { return (uint64_t)(us * board->cycles_per_us + 0.5); }

void board_note(struct board *board, enum event_kind kind, uint8_t what, uint16_t detail) {
    if (board->events_in - board->events_out == EVENTS_MOST) {
        board->events_out++;
        board->stats[STAT_EVENTS_DROPPED]++;
    }
    board->events[board->events_in++ % EVENTS_MOST] = (struct event){board_now(board), kind, what, detail};
}

void board_halt_cpu(struct board *board, unsigned cycles) {
    board->avr->cycle += cycles;
    board->avr->run_cycle_count = 0; /* else simavr would call the timers that much too late */
}

void board_hook_read(struct board *board, avr_io_addr_t address, avr_io_read_t read) {
    board->avr->io[AVR_DATA_TO_IO(address)].r.c = read;
    board->avr->io[AVR_DATA_TO_IO(address)].r.param = board;
}

void board_hook_write(struct board *board, avr_io_addr_t address, avr_io_write_t write) {
    board->avr->io[AVR_DATA_TO_IO(address)].w.c = write;
    board->avr->io[AVR_DATA_TO_IO(address)].w.param = board;
}

static bool queued(const avr_t *avr, const avr_int_vector_t *vector) {
    const avr_int_pending_t *queue = &avr->interrupts.pending;
    for (unsigned i = queue->read; i != queue->write; i = (i + 1) % avr_int_pending_fifo_size)
        if (queue->buffer[i] == vector)
            return true;
    return false;
}

/* simavr latches interrupts; a level must also be able to fall before it is served. */
void board_level_interrupt(struct board *board, avr_int_vector_t *vector, bool level) {
    avr_t *avr = board->avr;
    if (!level) {
        vector->pending = 0;
    } else if (!queued(avr, vector)) {
        avr_raise_interrupt(avr, vector);
    } else {
        vector->pending = 1;
        avr->interrupt_state = avr->sreg[S_I] && !avr->interrupt_state ? 1 : avr->interrupt_state;
        avr->state = avr->state == cpu_Sleeping ? cpu_Running : avr->state;
    }
}

avr_io_t *board_find_io(struct board *board, const char *kind) {
    for (avr_io_t *io = board->avr->io_port; io; io = io->next)
        if (io->kind && !strcmp(io->kind, kind))
            return io;
    abort(); /* not an ATmega328P */
}

/* --- the clockwork: one simavr timer for the earliest of all that is due --- */

static uint64_t earliest(const struct board *board) {
    uint64_t first = NEVER;
    for (int i = 0; i < DUE_COUNT; i++)
        if (board->due[i] < first)
            first = board->due[i];
    return first;
}

static void run_what_is_due(struct board *board) {
    for (int i = 0; i < DUE_COUNT; i++) {
        if (board->due[i] > board_now(board))
            continue;
        board->due[i] = NEVER;
        if (i == DUE_DIE)
            raise(SIGKILL);
        else if (i == DUE_STOP)
            board->stop = true;
        else
            due_handlers[i](board);
    }
}

static avr_cycle_count_t clockwork(avr_t *avr, avr_cycle_count_t when, void *param) {
    struct board *board = param;
    (void)when;
    board->scheduled = 0; /* while the parts run, board_set_due only notes */
    run_what_is_due(board);
    uint64_t next = earliest(board);
    board->scheduled = next;
    if (next == NEVER)
        return 0;
    return next > avr->cycle ? next : avr->cycle + 1;
}

static void schedule(struct board *board) {
    uint64_t next = earliest(board);
    board->scheduled = next;
    if (next == NEVER)
        return;
    avr_cycle_timer_register(board->avr, next > board_now(board) ? next - board_now(board) : 1, clockwork, board);
}

void board_set_due(struct board *board, enum due due, uint64_t cycle) {
    board->due[due] = cycle;
    if (cycle < board->scheduled)
        schedule(board);
}

/* --- power and reset --- */

static void randomize(struct board *board, uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < count; i++)
        bytes[i] = board_random(board);
}

/* simavr calls this last at each reset, also at the watchdog's. */
static void after_reset(avr_io_t *io) {
    struct board *board = (struct board *)io;
    avr_t *avr = board->avr;
    avr->run_cycle_limit = LONGEST_BATCH;
    board->reset_cause |= avr->data[REG_MCUSR];
    avr->data[REG_MCUSR] = board->reset_cause;
    twi_reset(board);
    eeprom_reset(board);
    line_reset(board);
    supply_reset(board);
    pins_reset(board);
    schedule(board);
    if (!board->powered)
        return; /* a start or an end, not a reset */
    board->stats[STAT_RESETS]++;
    board_note(board, EVENT_RESET, 0, board->reset_cause);
}

/* Its bits can only be cleared by the program. */
static void reset_cause_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    struct board *board = param;
    board->reset_cause &= value;
    avr->data[address] = board->reset_cause;
}

static void reset_cpu(struct board *board) {
    board->held_until = 0;
    board->avr->data[REG_MCUSR] = 0;
    avr_reset(board->avr);
}

static void power_came(struct board *board, uint8_t cause) {
    board->reset_cause = cause;
    randomize(board, board->avr->data, 32);
    randomize(board, board->avr->data + SRAM_START, SRAM_SIZE);
    memcpy(board->sram_at_start, board->avr->data + SRAM_START, SRAM_SIZE);
    reset_cpu(board);
    board->powered = true;
    board_note(board, EVENT_POWER, 0, 1);
}

static void power_lost(struct board *board) {
    board->powered = false;
    eeprom_power_lost(board);
    fram_power_lost(board);
    line_power_lost(board);
    reset_cpu(board); /* all pins fall, all timers end */
    board_note(board, EVENT_POWER, 0, 0);
}

void board_set_power(struct board *board, bool on) {
    board->switched_on = on;
    board_settle_power(board, CAUSE_POWER_ON);
}

/* `cause`: MCUSR, should the chip come to life. */
void board_settle_power(struct board *board, uint8_t cause) {
    bool wanted = board->switched_on && !board->supply.browned_out;
    if (wanted && !board->powered)
        power_came(board, cause);
    else if (!wanted && board->powered)
        power_lost(board);
}

bool board_alive(const struct board *board) { return board->powered; }

void board_reset(struct board *board, uint64_t hold_cycles) {
    if (!board_alive(board))
        return;
    board->reset_cause |= CAUSE_EXTERNAL;
    reset_cpu(board);
    board->held_until = board_now(board) + hold_cycles;
}

void board_init_resets(struct board *board) {
    avr_io_t **last = &board->avr->io_port;
    while (*last)
        last = &(*last)->next;
    *last = &board->io;
    board->io = (avr_io_t){.kind = "board", .avr = board->avr, .reset = after_reset};
    board_hook_write(board, REG_MCUSR, reset_cause_write);
}

/* Where the fuses send a reset: 0, or a bootloader at this byte address. */
void board_set_start(struct board *board, uint32_t address) { board->avr->reset_pc = address; }

/* --- time --- */

static void pass_without_cpu(struct board *board, uint64_t until) {
    for (uint64_t next = earliest(board); next <= until; next = earliest(board)) {
        if (next > board->avr->cycle)
            board->avr->cycle = next;
        run_what_is_due(board);
    }
    if (until > board->avr->cycle)
        board->avr->cycle = until;
}

static int pass_with_cpu(struct board *board, uint64_t until) {
    board->stop = false;
    board_set_due(board, DUE_STOP, until);
    while (!board->stop && board->avr->cycle < until) {
        int state = avr_run(board->avr);
        if (state == cpu_Done || state == cpu_Crashed || state == cpu_Stopped)
            return state;
    }
    board->due[DUE_STOP] = NEVER;
    return 0;
}

/* Returns 0, or simavr's state of a CPU that has stopped for good. Ends at most one instruction late. */
int board_run_until(struct board *board, uint64_t cycle) {
    if (!board_alive(board)) {
        pass_without_cpu(board, cycle);
        return 0;
    }
    if (board->held_until > board_now(board)) {
        pass_without_cpu(board, cycle < board->held_until ? cycle : board->held_until);
        schedule(board); /* the jump left simavr's timer behind */
    }
    return cycle > board_now(board) ? pass_with_cpu(board, cycle) : 0;
}

uint64_t board_cycle(const struct board *board) { return board_now(board); }

void board_set_clock_ppm(struct board *board, double ppm) { board->cycles_per_us = CYCLES_PER_US * (1 + ppm / 1e6); }

void board_die_at(struct board *board, uint64_t cycle) { board_set_due(board, DUE_DIE, cycle); }

void board_die_after_press(struct board *board, int64_t cycles) { board->die_after_press = cycles; }
