/* The ATmega's two-wire interface as bus master, in the time the wires take: nine bits a byte at the rate of TWBR.
 *
 * simavr's own lets START and SLA+W pass in no time and takes one microsecond a bit for the rest. Slave mode and
 * arbitration are not here: the box has one master.
 */
#include "board.h"

#define REG_TWBR 0xB8
#define REG_TWSR 0xB9
#define REG_TWDR 0xBB
#define REG_TWCR 0xBC
#define TWINT 0x80
#define TWEA 0x40
#define TWSTA 0x20
#define TWSTO 0x10
#define TWWC 0x08
#define TWEN 0x04
#define TWIE 0x01
#define PRESCALER 0x03
#define READING 0x01
#define BITS 9
#define NO_STATE 0xF8

enum status {
    STATUS_START = 0x08,
    STATUS_REPEATED_START = 0x10,
    STATUS_WRITE_ADDRESS_ACK = 0x18,
    STATUS_WRITE_ADDRESS_NACK = 0x20,
    STATUS_WRITE_ACK = 0x28,
    STATUS_WRITE_NACK = 0x30,
    STATUS_READ_ADDRESS_ACK = 0x40,
    STATUS_READ_ADDRESS_NACK = 0x48,
    STATUS_READ_ACK = 0x50,
    STATUS_READ_NACK = 0x58,
};

static uint64_t bit_cycles(const struct board *board) {
    const uint8_t *data = board->avr->data;
    return 16 + 2ULL * data[REG_TWBR] * (1u << 2 * (data[REG_TWSR] & PRESCALER));
}

static void violation(struct board *board) { board->stats[STAT_TWI_VIOLATIONS]++; }

static void set_status(struct board *board, uint8_t code) {
    uint8_t *data = board->avr->data;
    data[REG_TWSR] = code | (data[REG_TWSR] & PRESCALER);
}

/* TWINT is a level: its interrupt comes again until the program writes a one to it. */
static void settle(struct board *board) {
    uint8_t control = board->avr->data[REG_TWCR];
    board_level_interrupt(board, &board->twi.io->twi, (control & TWINT) && (control & TWIE));
}

static void done(struct board *board, uint8_t code) {
    set_status(board, code);
    board->avr->data[REG_TWCR] |= TWINT;
    settle(board);
}

static void begin(struct board *board, enum twi_operation operation, int bits) {
    board->twi.operation = operation;
    board->twi.began = board_now(board);
    board_set_due(board, DUE_TWI, board_now(board) + bits * bit_cycles(board));
}

/* --- what the program asks for --- */

static void begin_start(struct board *board) {
    struct twi *twi = &board->twi;
    twi->waiting_for_bus = twi->bus == BUS_IDLE && fram_holds_bus(board);
    if (!twi->waiting_for_bus)
        begin(board, TWI_START, 1);
}

static void begin_byte(struct board *board) {
    struct twi *twi = &board->twi;
    twi->byte = board->avr->data[REG_TWDR];
    twi->acknowledge = board->avr->data[REG_TWCR] & TWEA;
    if (twi->bus == BUS_STARTED) {
        begin(board, TWI_ADDRESS, BITS);
    } else if (twi->bus == BUS_WRITING) {
        fram_write_begins(board, twi->byte);
        begin(board, TWI_WRITE, BITS);
    } else if (twi->bus == BUS_READING) {
        twi->byte = fram_read(board);
        begin(board, TWI_READ, BITS);
    }
}

static void begin_what_is_asked(struct board *board) {
    uint8_t control = board->avr->data[REG_TWCR];
    if (control & TWSTO)
        begin(board, TWI_STOP, 1);
    else if (control & TWSTA)
        begin_start(board);
    else
        begin_byte(board);
}

/* --- what comes of it --- */

static void started(struct board *board) {
    bool repeated = board->twi.bus != BUS_IDLE;
    board->twi.bus = BUS_STARTED;
    fram_start(board);
    done(board, repeated ? STATUS_REPEATED_START : STATUS_START);
}

static void addressed(struct board *board) {
    struct twi *twi = &board->twi;
    bool reading = twi->byte & READING, heard = fram_address(board, twi->byte);
    twi->bus = reading ? BUS_READING : BUS_WRITING;
    board->stats[STAT_TWI_NACKS] += !heard;
    if (reading)
        done(board, heard ? STATUS_READ_ADDRESS_ACK : STATUS_READ_ADDRESS_NACK);
    else
        done(board, heard ? STATUS_WRITE_ADDRESS_ACK : STATUS_WRITE_ADDRESS_NACK);
}

static void written(struct board *board) {
    bool heard = fram_write_ends(board, board->twi.byte);
    board->stats[STAT_TWI_NACKS] += !heard;
    done(board, heard ? STATUS_WRITE_ACK : STATUS_WRITE_NACK);
}

static void stopped(struct board *board) {
    board->twi.bus = BUS_IDLE;
    board->avr->data[REG_TWCR] &= ~TWSTO;
    set_status(board, NO_STATE);
    fram_stop(board);
    if (board->avr->data[REG_TWCR] & TWSTA)
        begin_start(board);
}

void twi_due(struct board *board) {
    enum twi_operation ended = board->twi.operation;
    board->twi.operation = TWI_NOTHING;
    if (ended == TWI_START)
        started(board);
    else if (ended == TWI_ADDRESS)
        addressed(board);
    else if (ended == TWI_WRITE)
        written(board);
    else if (ended == TWI_STOP)
        stopped(board);
    else if (ended == TWI_READ) {
        board->avr->data[REG_TWDR] = board->twi.byte;
        done(board, board->twi.acknowledge ? STATUS_READ_ACK : STATUS_READ_NACK);
    }
}

void twi_bus_released(struct board *board) {
    if (board->twi.waiting_for_bus)
        begin_start(board);
}

/* --- registers --- */

static void abandon(struct board *board) {
    struct twi *twi = &board->twi;
    if (twi->operation == TWI_ADDRESS || twi->operation == TWI_WRITE || twi->operation == TWI_READ)
        fram_master_gone(board, (int)((board_now(board) - twi->began) / bit_cycles(board)), twi->operation == TWI_READ);
    else if (twi->bus == BUS_READING && twi->acknowledge) {
        fram_read(board); /* the chip shows the first bit of the next byte */
        fram_master_gone(board, 0, true);
    }
    twi->operation = TWI_NOTHING;
    twi->bus = BUS_IDLE;
    twi->waiting_for_bus = false;
    board->due[DUE_TWI] = NEVER;
}

static void control_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    struct board *board = param;
    bool asked = value & TWINT, idle = !(avr->data[address] & TWINT);
    uint8_t kept = avr->data[address] & (asked ? TWWC : TWWC | TWINT);
    kept |= board->twi.operation == TWI_STOP ? TWSTO : 0;
    avr->data[address] = kept | (value & (TWEA | TWSTA | TWSTO | TWEN | TWIE));
    if (!(value & TWEN)) {
        abandon(board);
        avr->data[address] &= ~(TWINT | TWSTO);
        set_status(board, NO_STATE);
    } else if (board->twi.operation != TWI_NOTHING || board->twi.waiting_for_bus) {
        if (asked && board->twi.operation != TWI_STOP)
            violation(board); /* the wires are busy with the last request */
    } else if (asked || (idle && value & TWSTA)) {
        begin_what_is_asked(board);
    }
    settle(board);
}

static void data_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    if (!(avr->data[REG_TWCR] & TWINT)) {
        avr->data[REG_TWCR] |= TWWC;
        violation(param);
        return;
    }
    avr->data[REG_TWCR] &= ~TWWC;
    avr->data[address] = value;
}

static void status_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    (void)param;
    avr->data[address] = (avr->data[address] & ~PRESCALER) | (value & PRESCALER);
}

static void after_interrupt(struct avr_irq_t *irq, uint32_t running, void *param) {
    (void)irq;
    if (!running)
        settle(param);
}

/* --- life --- */

void twi_reset(struct board *board) {
    abandon(board);
    board->avr->data[REG_TWSR] = NO_STATE;
    board->avr->data[REG_TWDR] = 0xFF;
    board->avr->data[REG_TWCR] = 0;
}

void twi_init(struct board *board) {
    board->twi.io = (avr_twi_t *)board_find_io(board, "twi");
    avr_irq_register_notify(board->twi.io->twi.irq + AVR_INT_IRQ_RUNNING, after_interrupt, board);
    board_hook_write(board, REG_TWCR, control_write);
    board_hook_write(board, REG_TWDR, data_write);
    board_hook_read(board, REG_TWDR, NULL);
    board_hook_write(board, REG_TWSR, status_write);
}
