/* Pins: contacts that bounce, straps, lamps, link LED, buzzer. Knows no program and no line.
 *
 * simavr keeps pin levels of its own, and lets a write to PORTD release a button; here a pin has the level that the
 * outside gives it, an input without pull-up floats, and what is shown is PORT and DDR together.
 */
#include <simavr/avr_extint.h>

#include "board.h"

#define PORTS 3 /* B, C, D */
#define REG_PIN(port) (0x23 + 3 * (port))
#define REG_DDR(port) (0x24 + 3 * (port))
#define REG_PORT(port) (0x25 + 3 * (port))
#define REG_MCUCR 0x55
#define PUD 0x10
#define PORT_B 0
#define PORT_C 1
#define PORT_D 2
#define FIRST_BUTTON_BIT 2
#define SDA 0x10
#define SCL 0x20
#define SHOWN_LINK 0x20
#define SHOWN_BUZZER 0x40

static uint8_t grounded(const struct board *board, int port) {
    if (port == PORT_D)
        return board->pins.held << FIRST_BUTTON_BIT;
    if (port == PORT_C)
        return board->pins.straps | (fram_holds_bus(board) ? SDA : 0);
    return 0;
}

static uint8_t level(struct board *board, int port) {
    const uint8_t *data = board->avr->data;
    uint8_t ddr = data[REG_DDR(port)], out = data[REG_PORT(port)];
    uint8_t pulled_up = data[REG_MCUCR] & PUD ? 0 : out;
    if (port == PORT_C)
        pulled_up |= SDA | SCL; /* the bus has resistors */
    uint8_t floating = board_random(board);
    uint8_t in = (pulled_up | floating) & ~grounded(board, port);
    return (in & ~ddr) | (out & ddr & ~grounded(board, port));
}

static int port_of(avr_io_addr_t address) { return (address - REG_PIN(PORT_B)) / 3; }

static uint8_t pin_read(avr_t *avr, avr_io_addr_t address, void *param) {
    return avr->data[address] = level(param, port_of(address));
}

/* --- outputs --- */

static void note_lamp(struct board *board, int lamp, bool on) {
    board_note(board, EVENT_LAMP, (uint8_t)lamp, on);
    if (on)
        board->store->lamp_rises[lamp]++;
}

static void note_shown(struct board *board, uint8_t changed, uint8_t now) {
    for (int lamp = 0; lamp < BUTTONS; lamp++)
        if (changed & 1 << lamp)
            note_lamp(board, lamp, now >> lamp & 1);
    if (changed & SHOWN_LINK)
        board_note(board, EVENT_LINK, 0, !!(now & SHOWN_LINK));
    if (changed & SHOWN_BUZZER) {
        board_note(board, EVENT_BUZZER, 0, !!(now & SHOWN_BUZZER));
        board->store->buzzer_starts += !!(now & SHOWN_BUZZER);
    }
}

static void show(struct board *board) {
    const uint8_t *data = board->avr->data;
    uint8_t now = data[REG_PORT(PORT_B)] & data[REG_DDR(PORT_B)] & 0x3F;
    if (data[REG_PORT(PORT_C)] & data[REG_DDR(PORT_C)] & 1)
        now |= SHOWN_BUZZER;
    uint8_t changed = now ^ board->pins.shown;
    board->pins.shown = now;
    if (changed)
        note_shown(board, changed, now);
}

/* A program that pulls SCL down and lets it go clocks a chip that still holds the bus. */
static void watch_bus_clock(struct board *board) {
    const uint8_t *data = board->avr->data;
    uint8_t low = data[REG_DDR(PORT_C)] & ~data[REG_PORT(PORT_C)] & SCL;
    if (board->pins.clock_was_low && !low)
        fram_clock_pulse(board);
    board->pins.clock_was_low = low;
}

static void watch_shorts(struct board *board) {
    const uint8_t *data = board->avr->data;
    for (int port = 0; port < PORTS; port++)
        if (data[REG_DDR(port)] & data[REG_PORT(port)] & grounded(board, port))
            board->stats[STAT_PIN_VIOLATIONS]++;
}

/* --- inputs: simavr must hear of a change for its pin-change and external interrupts --- */

void pins_settle(struct board *board) {
    static const uint8_t driven[PORTS] = {0, 0x06 | SDA | SCL, 0x7C};
    for (int port = 0; port < PORTS; port++) {
        char name = (char)('B' + port);
        uint8_t now = level(board, port);
        avr_ioport_external_t outside = {.name = name, .mask = driven[port], .value = now & driven[port]};
        avr_ioctl(board->avr, AVR_IOCTL_IOPORT_SET_EXTERNAL(name), &outside);
        for (int bit = 0; bit < 8; bit++)
            if (driven[port] >> bit & 1)
                avr_raise_irq(avr_io_getirq(board->avr, AVR_IOCTL_IOPORT_GETIRQ(name), bit), now >> bit & 1);
    }
    watch_shorts(board);
}

static void after_output(struct board *board) {
    show(board);
    watch_bus_clock(board);
    watch_shorts(board);
}

static void port_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    struct board *board = param;
    int port = port_of(address);
    board->pins.port_write[port](avr, address, value, board->pins.port_owner[port]);
    after_output(board);
}

static void ddr_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    struct board *board = param;
    int port = port_of(address);
    board->pins.ddr_write[port](avr, address, value, board->pins.port_owner[port]);
    after_output(board);
}

static void pin_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    port_write(avr, address + 2, avr->data[address + 2] ^ value, param); /* a one toggles the output */
}

/* --- contacts --- */

static bool insert(struct board *board, uint64_t cycle, int button, bool closed) {
    struct pins *pins = &board->pins;
    if (pins->waiting == CONTACTS_MOST)
        return false;
    int i = pins->waiting++;
    for (; i && pins->queue[i - 1].cycle > cycle; i--)
        pins->queue[i] = pins->queue[i - 1];
    pins->queue[i] = (struct contact_change){cycle, (uint8_t)button, closed};
    return true;
}

/* The contact changes at `cycle` and chatters for `bounce_cycles`, 50 to 950 us between two changes. */
bool board_contact(struct board *board, int button, bool closed, uint64_t cycle, uint64_t bounce_cycles) {
    uint64_t end = cycle + bounce_cycles;
    bool now = closed, fits = insert(board, cycle, button, closed);
    for (;;) {
        cycle += board_us(board, 50 + 900.0 * board_random(board) / 256);
        if (cycle >= end)
            break;
        now = !now;
        fits = fits && insert(board, cycle, button, now);
    }
    if (now != closed)
        fits = fits && insert(board, end, button, closed);
    board_set_due(board, DUE_PINS, board->pins.queue[0].cycle);
    return fits;
}

static void apply(struct board *board, struct contact_change change) {
    uint8_t bit = 1 << change.button;
    if (!change.closed) {
        board->pins.held &= ~bit;
        return;
    }
    board->pins.held |= bit;
    if (board->die_after_press >= 0) {
        board_set_due(board, DUE_DIE, board_now(board) + (uint64_t)board->die_after_press);
        board->die_after_press = -1;
    }
}

void pins_due(struct board *board) {
    struct pins *pins = &board->pins;
    int used = 0;
    while (used < pins->waiting && pins->queue[used].cycle <= board_now(board))
        apply(board, pins->queue[used++]);
    pins->waiting -= used;
    for (int i = 0; i < pins->waiting; i++)
        pins->queue[i] = pins->queue[i + used];
    if (pins->waiting)
        board_set_due(board, DUE_PINS, pins->queue[0].cycle);
    pins_settle(board);
}

void board_set_straps(struct board *board, uint8_t port_c_mask) {
    board->pins.straps = port_c_mask & 0x06;
    pins_settle(board);
}

uint8_t board_shown(const struct board *board) { return board->pins.shown; }

uint8_t board_held(const struct board *board) { return board->pins.held; }

/* --- life --- */

void pins_reset(struct board *board) {
    show(board);
    watch_bus_clock(board);
    pins_settle(board);
    /* simavr would look at a low INT0 or INT1, which buttons 0 and 1 share, once a cycle: 20 times slower. */
    for (int line = 0; line < 2; line++)
        avr_extint_set_strict_lvl_trig(board->avr, (uint8_t)line, 0);
}

static void hook_port(struct board *board, int port) {
    struct pins *pins = &board->pins;
    pins->port_write[port] = board->avr->io[AVR_DATA_TO_IO(REG_PORT(port))].w.c;
    pins->ddr_write[port] = board->avr->io[AVR_DATA_TO_IO(REG_DDR(port))].w.c;
    pins->port_owner[port] = board->avr->io[AVR_DATA_TO_IO(REG_PORT(port))].w.param;
    board_hook_read(board, REG_PIN(port), pin_read);
    board_hook_write(board, REG_PIN(port), pin_write);
    board_hook_write(board, REG_DDR(port), ddr_write);
    board_hook_write(board, REG_PORT(port), port_write);
}

void pins_init(struct board *board) {
    for (int port = 0; port < PORTS; port++)
        hook_port(board, port);
}
