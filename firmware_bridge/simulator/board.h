/* The button terminal's board around simavr's ATmega328P: no kinder to the program than the parts are.
 *
 * simavr executes the program and its timers, watchdog and ADC. The parts below replace or surround the rest: EEPROM,
 * USART, TWI with its memory chip, pins, supply. Time is the AVR's cycle counter, also while the power is off.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <simavr/avr_adc.h>
#include <simavr/avr_eeprom.h>
#include <simavr/avr_ioport.h>
#include <simavr/avr_twi.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_io.h>

#define BUTTONS 5
#define EEPROM_SIZE 1024
#define FRAM_SIZE 32768
#define FRAM_PAGE 64
#define CYCLES_PER_US 16
#define NEVER UINT64_MAX

/* The file that outlives a SIGKILL: what the chips hold, and what a citizen saw and heard. */
struct store {
    char magic[8];
    uint8_t eeprom[EEPROM_SIZE];
    uint8_t fram[FRAM_SIZE];
    uint32_t eeprom_erases[EEPROM_SIZE];
    uint32_t eeprom_writes[EEPROM_SIZE];
    uint32_t fram_writes[FRAM_SIZE];
    uint32_t lamp_rises[BUTTONS];
    uint32_t buzzer_starts;
};

/* Moments at which a part has something to do; in this order when several fall on one cycle. */
enum due { DUE_DIE, DUE_EEPROM, DUE_FRAM, DUE_TWI, DUE_TRANSMIT, DUE_RECEIVE, DUE_PINS, DUE_STOP, DUE_COUNT };

enum event_kind {
    EVENT_LAMP,     /* what: lamp, detail: 1 on, 0 off */
    EVENT_LINK,     /* the link LED; detail as above */
    EVENT_BUZZER,   /* detail as above */
    EVENT_EEPROM,   /* what: 1 started, 0 ended; detail: address */
    EVENT_FRAM,     /* what: 1 write cycle started, 0 ended, 2 byte became permanent; detail: address */
    EVENT_RESET,    /* detail: MCUSR after it */
    EVENT_POWER,    /* detail: 1 on, 0 off */
};

struct event {
    uint64_t cycle;
    uint8_t kind;
    uint8_t what;
    uint16_t detail;
};

enum fram_kind { FRAM_PRESENT, FRAM_ABSENT, FRAM_EEPROM, FRAM_FAILING };

/* Totals since board_new. The names of the Python side are in this order. */
enum figure {
    STAT_RESETS,
    STAT_EEPROM_ERASES,
    STAT_EEPROM_WRITES,
    STAT_EEPROM_VIOLATIONS,
    STAT_EEPROM_BUSY,
    STAT_FRAM_BYTES,
    STAT_FRAM_BUSY,
    STAT_TWI_VIOLATIONS,
    STAT_TWI_NACKS,
    STAT_RX_BYTES,
    STAT_RX_OVERRUNS,
    STAT_RX_DEAF,
    STAT_RX_QUEUED,
    STAT_TX_BYTES,
    STAT_TX_VIOLATIONS,
    STAT_FRAMING_ERRORS,
    STAT_PIN_VIOLATIONS,
    STAT_EVENTS_DROPPED,
    STAT_STACK_BYTES,
    STAT_SRAM_UNTOUCHED,
    STAT_AVR_BAUD,
    STAT_COUNT
};

#define CONTACTS_MOST 8192
#define LINE_MOST 65536
#define EVENTS_MOST 65536

struct contact_change {
    uint64_t cycle;
    uint8_t button;
    bool closed;
};

struct pins {
    uint8_t held;                 /* bit per button: contact closed now */
    uint8_t straps;               /* PORTC bits tied to ground */
    uint8_t shown;                /* bits 0-4 lamps, 5 link LED, 6 buzzer */
    uint8_t clock_was_low;        /* SCL as last driven by the port */
    int waiting;
    struct contact_change queue[CONTACTS_MOST];
    void (*port_write[3])(avr_t *, avr_io_addr_t, uint8_t, void *);
    void (*ddr_write[3])(avr_t *, avr_io_addr_t, uint8_t, void *);
    void *port_owner[3];
};

struct eeprom {
    bool busy;
    uint8_t mode, value;
    uint16_t address;
    uint64_t enabled_until;       /* EEMPE is read as one up to this cycle */
    uint64_t halfway, done;
    uint8_t worn[EEPROM_SIZE];    /* bits that read 0 whatever is written */
    avr_int_vector_t *ready;
};

struct received {
    uint8_t byte;
    uint8_t errors;               /* FE0 and DOR0 as in UCSR0A */
};

struct line {
    uint32_t host_baud;
    struct received fifo[2];
    int fifo_count;
    struct received shift;        /* a whole third byte, lost when a fourth begins */
    bool shift_full, lost;
    bool arriving;
    uint64_t idle_from;           /* the host's line is busy before this cycle */
    uint8_t to_avr[LINE_MOST];
    uint32_t to_avr_in, to_avr_out;
    bool shifting, buffered;
    uint8_t shifted_byte, buffered_byte;
    uint8_t to_host[LINE_MOST];
    uint32_t to_host_in, to_host_out;
    avr_uart_t *uart;
};

enum twi_operation { TWI_NOTHING, TWI_START, TWI_ADDRESS, TWI_WRITE, TWI_READ, TWI_STOP };
enum twi_bus { BUS_IDLE, BUS_STARTED, BUS_WRITING, BUS_READING };

struct twi {
    enum twi_operation operation;
    enum twi_bus bus;
    uint8_t byte;                 /* on the wires now */
    bool acknowledge;
    bool waiting_for_bus;
    uint64_t began;
    avr_twi_t *io;
};

struct fram {
    enum fram_kind kind;
    uint32_t bytes_left;          /* FRAM_FAILING: until it falls silent */
    bool selected, writing;
    int address_bytes;            /* of the two that start a write */
    uint16_t address;
    bool in_flight;               /* a byte of the FRAM is half changed */
    uint8_t old_value;
    uint8_t page[FRAM_PAGE];
    uint64_t page_mask;
    uint16_t page_base;
    bool busy;
    uint64_t halfway, done;
    int stuck_bit;                /* of stuck_byte, on SDA since the master vanished in mid-byte; or -1 */
    uint8_t sent, stuck_byte;
};

struct supply {
    uint32_t millivolts, bandgap_mv, brown_out_mv;
    bool browned_out;
    uint64_t mux_settled;
    avr_adc_t *adc;
    void (*adcsra_write)(avr_t *, avr_io_addr_t, uint8_t, void *);
    void *adcsra_owner;
};

struct board {
    avr_io_t io;                  /* first: simavr calls its reset with a pointer to it */
    avr_t *avr;
    struct store *store;
    int store_file;
    uint64_t random_state;
    double cycles_per_us;         /* 16, unless the resonator is off */
    bool switched_on, powered;
    uint64_t held_until;          /* in reset or in the bootloader: nothing runs before this cycle */
    uint8_t reset_cause;          /* MCUSR, which outlives a reset */
    uint64_t due[DUE_COUNT];
    uint64_t scheduled;
    bool stop;
    int64_t die_after_press;      /* cycles, or -1 */
    struct pins pins;
    struct eeprom eeprom;
    struct line line;
    struct twi twi;
    struct fram fram;
    struct supply supply;
    struct event events[EVENTS_MOST];
    uint32_t events_in, events_out;
    uint64_t stats[STAT_COUNT];
    uint8_t sram_at_start[2048];
};

#define PUBLIC __attribute__((visibility("default")))

/* --- for the host --- */
PUBLIC struct board *board_new(const uint8_t *flash, size_t size, const char *store_path, uint32_t seed);
PUBLIC void board_free(struct board *board);
PUBLIC const char *board_error(void);
PUBLIC int board_run_until(struct board *board, uint64_t cycle);
PUBLIC uint64_t board_cycle(const struct board *board);
PUBLIC void board_set_clock_ppm(struct board *board, double ppm);
PUBLIC void board_set_power(struct board *board, bool on);
PUBLIC void board_set_supply(struct board *board, uint32_t millivolts);
PUBLIC void board_set_bandgap(struct board *board, uint32_t millivolts);
PUBLIC bool board_alive(const struct board *board);
PUBLIC void board_reset(struct board *board, uint64_t hold_cycles);
PUBLIC void board_set_start(struct board *board, uint32_t address);
PUBLIC void board_die_at(struct board *board, uint64_t cycle);
PUBLIC void board_die_after_press(struct board *board, int64_t cycles);
PUBLIC bool board_contact(struct board *board, int button, bool closed, uint64_t cycle, uint64_t bounce_cycles);
PUBLIC void board_set_straps(struct board *board, uint8_t port_c_mask);
PUBLIC uint8_t board_shown(const struct board *board);
PUBLIC uint8_t board_held(const struct board *board);
PUBLIC size_t board_send(struct board *board, const uint8_t *bytes, size_t count);
PUBLIC size_t board_receive(struct board *board, uint8_t *bytes, size_t most);
PUBLIC void board_drop_line(struct board *board);
PUBLIC void board_set_host_baud(struct board *board, uint32_t baud);
PUBLIC size_t board_events(struct board *board, struct event *events, size_t most);
PUBLIC uint64_t board_figure(struct board *board, enum figure figure);
PUBLIC struct store *board_store(struct board *board);
PUBLIC size_t board_store_size(void);
PUBLIC void board_wear_out(struct board *board, uint16_t address, uint8_t bits);
PUBLIC void board_set_fram(struct board *board, enum fram_kind kind, uint32_t bytes_left);

/* --- between the parts --- */
uint64_t board_now(const struct board *board);
uint8_t board_random(struct board *board);
uint64_t board_us(const struct board *board, double us);
void board_set_due(struct board *board, enum due due, uint64_t cycle);
void board_note(struct board *board, enum event_kind kind, uint8_t what, uint16_t detail);
void board_halt_cpu(struct board *board, unsigned cycles);
void board_hook_read(struct board *board, avr_io_addr_t address, avr_io_read_t read);
void board_hook_write(struct board *board, avr_io_addr_t address, avr_io_write_t write);
void board_init_resets(struct board *board);
void board_settle_power(struct board *board, uint8_t cause);
void board_level_interrupt(struct board *board, avr_int_vector_t *vector, bool level);
avr_io_t *board_find_io(struct board *board, const char *kind);

void pins_init(struct board *board);
void pins_reset(struct board *board);
void pins_due(struct board *board);
void pins_settle(struct board *board);
void eeprom_init(struct board *board);
void eeprom_reset(struct board *board);
void eeprom_due(struct board *board);
void eeprom_power_lost(struct board *board);
void line_init(struct board *board);
void line_reset(struct board *board);
void line_power_lost(struct board *board);
void line_receive_due(struct board *board);
void line_transmit_due(struct board *board);
void twi_init(struct board *board);
void twi_reset(struct board *board);
void twi_due(struct board *board);
void twi_bus_released(struct board *board);
void fram_init(struct board *board);
void fram_start(struct board *board);
bool fram_address(struct board *board, uint8_t address_and_direction);
void fram_write_begins(struct board *board, uint8_t byte);
bool fram_write_ends(struct board *board, uint8_t byte);
uint8_t fram_read(struct board *board);
void fram_stop(struct board *board);
void fram_master_gone(struct board *board, int bits_sent, bool reading);
bool fram_holds_bus(const struct board *board);
void fram_clock_pulse(struct board *board);
void fram_due(struct board *board);
void fram_power_lost(struct board *board);
void supply_init(struct board *board);
void supply_reset(struct board *board);

#endif
