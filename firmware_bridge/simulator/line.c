/* USART0 and the host's end of the line: two received bytes and a third in the shift register, real byte times.
 *
 * A byte takes ten bits of its sender's clock. Where the clocks are too far apart (half a bit after 9.5) both ends
 * receive rubbish, the AVR with a framing error. Interrupts are levels, as in the hardware. Knows no frame.
 */
#include "board.h"

#define REG_UCSRA 0xC0
#define REG_UCSRB 0xC1
#define REG_UCSRC 0xC2
#define REG_UBRRL 0xC4
#define REG_UBRRH 0xC5
#define REG_UDR 0xC6
#define RXC 0x80
#define TXC 0x40
#define UDRE 0x20
#define FE 0x10
#define DOR 0x08
#define U2X 0x02
#define MPCM 0x01
#define RXCIE 0x80
#define TXCIE 0x40
#define UDRIE 0x20
#define RXEN 0x10
#define TXEN 0x08
#define EIGHT_DATA_BITS 0x06
#define BITS 10
#define TOLERANCE (0.5 / 9.5)
#define DEFAULT_BAUD 38400

static uint64_t avr_byte_cycles(const struct board *board) {
    const uint8_t *data = board->avr->data;
    unsigned divisor = (data[REG_UBRRL] | (data[REG_UBRRH] & 15) << 8) + 1u;
    return (uint64_t)divisor * (data[REG_UCSRA] & U2X ? 8 : 16) * BITS;
}

static uint64_t host_byte_cycles(const struct board *board) {
    return board_us(board, 1e6 * BITS / board->line.host_baud);
}

static bool out_of_step(const struct board *board) {
    double ratio = (double)avr_byte_cycles(board) / (double)host_byte_cycles(board);
    return ratio > 1 + TOLERANCE || ratio < 1 - TOLERANCE;
}

/* --- flags and interrupts --- */

static uint8_t status(const struct board *board) {
    const struct line *line = &board->line;
    uint8_t kept = board->avr->data[REG_UCSRA] & (TXC | U2X | MPCM);
    if (line->fifo_count)
        kept |= RXC | line->fifo[0].errors;
    return kept | (line->buffered ? 0 : UDRE);
}

static void settle(struct board *board) {
    uint8_t *data = board->avr->data, flags = data[REG_UCSRA] = status(board), enabled = data[REG_UCSRB];
    board_level_interrupt(board, &board->line.uart->rxc, flags & enabled & RXC);
    board_level_interrupt(board, &board->line.uart->udrc, flags & enabled & UDRE);
    board_level_interrupt(board, &board->line.uart->txc, flags & enabled & TXC);
    data[REG_UCSRA] = flags;
}

static void around_interrupt(struct avr_irq_t *irq, uint32_t running, void *param) {
    struct board *board = param;
    avr_irq_t *transmitted = board->line.uart->txc.irq + AVR_INT_IRQ_RUNNING;
    if (running && irq == transmitted)
        board->avr->data[REG_UCSRA] &= ~TXC; /* the only flag that its interrupt clears */
    if (!running)
        settle(board);
}

/* --- host to AVR --- */

static bool deaf(const struct board *board) {
    return !board_alive(board) || board_now(board) < board->held_until || !(board->avr->data[REG_UCSRB] & RXEN);
}

static void next_arrival(struct board *board) {
    struct line *line = &board->line;
    if (line->arriving || line->to_avr_in == line->to_avr_out)
        return;
    uint64_t now = board_now(board);
    board_set_due(board, DUE_RECEIVE, line->idle_from > now ? line->idle_from : now);
}

static void start_bit(struct board *board) {
    struct line *line = &board->line;
    line->arriving = true;
    if (line->shift_full) { /* nowhere to go: the new byte takes its place */
        line->shift_full = false;
        line->lost = true;
        board->stats[STAT_RX_OVERRUNS]++;
    }
    /* Bytes that the host sent in one go follow each other without a gap, however late an instruction makes us. */
    uint64_t began = board_now(board) - line->idle_from < host_byte_cycles(board) ? line->idle_from : board_now(board);
    line->idle_from = began + host_byte_cycles(board);
    board_set_due(board, DUE_RECEIVE, line->idle_from);
}

static void store_received(struct board *board, struct received received) {
    struct line *line = &board->line;
    if (line->fifo_count < 2) {
        line->fifo[line->fifo_count++] = received;
    } else {
        line->shift = received;
        line->shift_full = true;
    }
    settle(board);
}

static void stop_bit(struct board *board) {
    struct line *line = &board->line;
    struct received received = {line->to_avr[line->to_avr_out++ % LINE_MOST], line->lost ? DOR : 0};
    line->arriving = false;
    line->lost = false;
    if (deaf(board)) {
        board->stats[STAT_RX_DEAF]++;
    } else {
        if (out_of_step(board)) {
            received.byte = board_random(board);
            received.errors |= FE;
            board->stats[STAT_FRAMING_ERRORS]++;
        }
        board->stats[STAT_RX_BYTES]++;
        store_received(board, received);
    }
    next_arrival(board);
}

void line_receive_due(struct board *board) {
    if (board->line.arriving)
        stop_bit(board);
    else
        start_bit(board);
}

static void forget_received(struct line *line) {
    line->fifo_count = 0;
    line->shift_full = line->lost = false;
}

/* --- AVR to host --- */

static void begin_shift(struct board *board, uint8_t byte) {
    board->line.shifting = true;
    board->line.shifted_byte = byte;
    board_set_due(board, DUE_TRANSMIT, board_now(board) + avr_byte_cycles(board));
}

static void deliver(struct board *board, uint8_t byte) {
    struct line *line = &board->line;
    if (out_of_step(board)) {
        byte = board_random(board);
        board->stats[STAT_FRAMING_ERRORS]++;
    }
    if (line->to_host_in - line->to_host_out == LINE_MOST)
        line->to_host_out++; /* nobody listens: the oldest is gone */
    line->to_host[line->to_host_in++ % LINE_MOST] = byte;
    board->stats[STAT_TX_BYTES]++;
}

void line_transmit_due(struct board *board) {
    struct line *line = &board->line;
    deliver(board, line->shifted_byte);
    line->shifting = false;
    if (line->buffered) {
        line->buffered = false;
        begin_shift(board, line->buffered_byte);
    } else {
        board->avr->data[REG_UCSRA] |= TXC;
    }
    settle(board);
}

static void transmit(struct board *board, uint8_t byte) {
    struct line *line = &board->line;
    if (!(board->avr->data[REG_UCSRB] & TXEN) || line->buffered) {
        board->stats[STAT_TX_VIOLATIONS]++;
    } else if (line->shifting) {
        line->buffered = true;
        line->buffered_byte = byte;
    } else {
        begin_shift(board, byte);
    }
    settle(board);
}

/* --- registers --- */

static uint8_t data_read(avr_t *avr, avr_io_addr_t address, void *param) {
    struct board *board = param;
    struct line *line = &board->line;
    uint8_t byte = line->fifo[0].byte;
    if (line->fifo_count) {
        line->fifo[0] = line->fifo[1];
        line->fifo_count--;
    }
    if (line->shift_full) {
        line->fifo[line->fifo_count++] = line->shift;
        line->shift_full = false;
    }
    settle(board);
    return avr->data[address] = byte;
}

static void data_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    (void)avr;
    (void)address;
    transmit(param, value);
}

static uint8_t status_read(avr_t *avr, avr_io_addr_t address, void *param) {
    return avr->data[address] = status(param);
}

static void status_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    uint8_t sent = avr->data[address] & TXC & ~value; /* cleared by writing one */
    avr->data[address] = sent | (value & (U2X | MPCM));
    settle(param);
}

static void control_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    struct board *board = param;
    avr->data[address] = value;
    if (!(value & RXEN))
        forget_received(&board->line);
    settle(board);
}

/* --- the host --- */

size_t board_send(struct board *board, const uint8_t *bytes, size_t count) {
    struct line *line = &board->line;
    size_t sent = 0;
    while (sent < count && line->to_avr_in - line->to_avr_out < LINE_MOST)
        line->to_avr[line->to_avr_in++ % LINE_MOST] = bytes[sent++];
    next_arrival(board);
    return sent;
}

size_t board_receive(struct board *board, uint8_t *bytes, size_t most) {
    struct line *line = &board->line;
    size_t count = 0;
    while (count < most && line->to_host_out != line->to_host_in)
        bytes[count++] = line->to_host[line->to_host_out++ % LINE_MOST];
    return count;
}

/* The cable is out: what either end had not yet sent is gone. */
void board_drop_line(struct board *board) {
    struct line *line = &board->line;
    line->to_avr_out = line->to_avr_in;
    line->to_host_out = line->to_host_in;
    line->arriving = false;
    board->due[DUE_RECEIVE] = NEVER;
}

void board_set_host_baud(struct board *board, uint32_t baud) { board->line.host_baud = baud; }

/* --- life --- */

void line_reset(struct board *board) {
    struct line *line = &board->line;
    forget_received(line);
    line->shifting = line->buffered = false;
    board->due[DUE_TRANSMIT] = NEVER;
    board->avr->data[REG_UCSRA] = UDRE;
    board->avr->data[REG_UCSRB] = 0;
    board->avr->data[REG_UCSRC] = EIGHT_DATA_BITS;
}

void line_power_lost(struct board *board) { line_reset(board); }

void line_init(struct board *board) {
    avr_uart_t *uart = board->line.uart = (avr_uart_t *)board_find_io(board, "uart");
    avr_int_vector_t *vectors[] = {&uart->rxc, &uart->udrc, &uart->txc};
    for (int i = 0; i < 3; i++)
        avr_irq_register_notify(vectors[i]->irq + AVR_INT_IRQ_RUNNING, around_interrupt, board);
    board->line.host_baud = DEFAULT_BAUD;
    board_hook_read(board, REG_UDR, data_read);
    board_hook_write(board, REG_UDR, data_write);
    board_hook_read(board, REG_UCSRA, status_read);
    board_hook_write(board, REG_UCSRA, status_write);
    board_hook_write(board, REG_UCSRB, control_write);
    board_hook_write(board, REG_UBRRL, NULL);
}
