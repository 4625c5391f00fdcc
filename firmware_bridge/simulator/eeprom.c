/* The ATmega's EEPROM: programming times, busy flag, locked registers, cells that are torn when the supply falls, wear.
 *
 * While an operation runs the cell in the store holds a random half state; only its end puts the right value there. A
 * reset does not stop an operation, a power cut does.
 */
#include "board.h"

#define REG_EECR 0x3F
#define REG_EEDR 0x40
#define REG_EEARL 0x41
#define REG_EEARH 0x42
#define EERE 0x01
#define EEPE 0x02
#define EEMPE 0x04
#define EERIE 0x08
#define MODE_BITS 0x30
#define ERASE_AND_WRITE 0
#define ERASE 1
#define WRITE 2
#define HALF_US 1800.0
#define BOTH_US 3400.0
#define ENABLE_CYCLES 4

static uint8_t *cell(struct board *board) { return &board->store->eeprom[board->eeprom.address]; }

static void violation(struct board *board) { board->stats[STAT_EEPROM_VIOLATIONS]++; }

static uint16_t addressed(const avr_t *avr) {
    return (avr->data[REG_EEARL] | avr->data[REG_EEARH] << 8) & (EEPROM_SIZE - 1);
}

/* EE_READY is a level: it comes again for as long as it is enabled and nothing is being written. */
static void ready_level(struct board *board) {
    struct eeprom *eeprom = &board->eeprom;
    board_level_interrupt(board, eeprom->ready, !eeprom->busy && (board->avr->data[REG_EECR] & EERIE));
}

static void begin_erase(struct board *board) {
    *cell(board) |= board_random(board);
    board->store->eeprom_erases[board->eeprom.address]++;
    board->stats[STAT_EEPROM_ERASES]++;
}

static void begin_write(struct board *board) {
    *cell(board) &= board->eeprom.value | board_random(board);
    board->store->eeprom_writes[board->eeprom.address]++;
    board->stats[STAT_EEPROM_WRITES]++;
}

static void start(struct board *board, uint8_t mode) {
    struct eeprom *eeprom = &board->eeprom;
    uint64_t now = board_now(board);
    eeprom->busy = true;
    eeprom->mode = mode;
    eeprom->address = addressed(board->avr);
    eeprom->value = board->avr->data[REG_EEDR];
    eeprom->enabled_until = 0;
    eeprom->halfway = mode == ERASE_AND_WRITE ? now + board_us(board, BOTH_US / 2) : NEVER;
    eeprom->done = now + board_us(board, mode == ERASE_AND_WRITE ? BOTH_US : HALF_US);
    board_note(board, EVENT_EEPROM, 1, eeprom->address);
    if (mode == WRITE)
        begin_write(board);
    else
        begin_erase(board);
    board_set_due(board, DUE_EEPROM, mode == ERASE_AND_WRITE ? eeprom->halfway : eeprom->done);
    board_halt_cpu(board, 2);
}

static void finish(struct board *board) {
    struct eeprom *eeprom = &board->eeprom;
    if (eeprom->mode == ERASE)
        *cell(board) = 0xFF;
    else if (eeprom->mode == WRITE)
        *cell(board) &= eeprom->value;
    else
        *cell(board) = eeprom->value;
    *cell(board) &= ~eeprom->worn[eeprom->address];
    eeprom->busy = false;
    board_note(board, EVENT_EEPROM, 0, eeprom->address);
    board->avr->data[REG_EECR] &= ~EEPE;
    ready_level(board);
}

void eeprom_due(struct board *board) {
    struct eeprom *eeprom = &board->eeprom;
    if (board_now(board) >= eeprom->done) {
        finish(board);
        return;
    }
    *cell(board) = 0xFF & ~eeprom->worn[eeprom->address];
    begin_write(board);
    board_set_due(board, DUE_EEPROM, eeprom->done);
}

/* --- registers --- */

static uint8_t control_read(avr_t *avr, avr_io_addr_t address, void *param) {
    struct board *board = param;
    uint8_t value = avr->data[REG_EECR] & (MODE_BITS | EERIE);
    if (board->eeprom.busy)
        value |= EEPE;
    if (avr->cycle <= board->eeprom.enabled_until)
        value |= EEMPE;
    return avr->data[address] = value;
}

static void read_cell(struct board *board) {
    avr_t *avr = board->avr;
    if (board->eeprom.busy) {
        violation(board);
        return;
    }
    avr->data[REG_EEDR] = board->store->eeprom[addressed(avr)];
    board_halt_cpu(board, 4);
}

static void request_start(struct board *board, uint8_t mode) {
    bool enabled = board_now(board) <= board->eeprom.enabled_until;
    if (board->eeprom.busy) {
        if (enabled)
            violation(board); /* else a read-modify-write of another bit */
    } else if (!enabled || mode > WRITE) {
        violation(board);
    } else {
        start(board, mode);
    }
}

static void control_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    struct board *board = param;
    struct eeprom *eeprom = &board->eeprom;
    bool was_enabled = avr->cycle <= eeprom->enabled_until;
    if (eeprom->busy)
        value = (value & ~MODE_BITS) | (avr->data[REG_EECR] & MODE_BITS);
    avr->data[address] = value & (MODE_BITS | EERIE);
    if (value & EERE)
        read_cell(board);
    if (value & EEPE)
        request_start(board, (value & MODE_BITS) >> 4);
    if ((value & EEMPE) && !was_enabled)
        eeprom->enabled_until = avr->cycle + ENABLE_CYCLES;
    ready_level(board);
}

static void locked_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    struct board *board = param;
    if (board->eeprom.busy)
        violation(board);
    avr->data[address] = value;
}

static void after_interrupt(struct avr_irq_t *irq, uint32_t running, void *param) {
    (void)irq;
    if (!running)
        ready_level(param);
}

/* --- life --- */

void eeprom_reset(struct board *board) { board->eeprom.enabled_until = 0; }

void eeprom_power_lost(struct board *board) {
    board->eeprom.busy = false; /* the torn cell stays as it is */
    board->due[DUE_EEPROM] = NEVER;
}

void board_wear_out(struct board *board, uint16_t address, uint8_t bits) {
    board->eeprom.worn[address & (EEPROM_SIZE - 1)] = bits;
}

void eeprom_init(struct board *board) {
    board->eeprom.ready = &((avr_eeprom_t *)board_find_io(board, "eeprom"))->ready;
    avr_irq_register_notify(board->eeprom.ready->irq + AVR_INT_IRQ_RUNNING, after_interrupt, board);
    board_hook_read(board, REG_EECR, control_read);
    board_hook_write(board, REG_EECR, control_write);
    board_hook_write(board, REG_EEDR, locked_write);
    board_hook_write(board, REG_EEARL, locked_write);
    board_hook_write(board, REG_EEARH, locked_write);
}
