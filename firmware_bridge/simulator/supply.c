/* The supply: what the ADC sees of it against the bandgap, and the brown-out detector. Knows no program. */
#include "board.h"

#define REG_ADCSRA 0x7A
#define REG_ADMUX 0x7C
#define MUX_BITS 0x0F
#define MUX_BANDGAP 14
#define ADSC 0x40
#define CAUSE_POWER_ON 1
#define CAUSE_BROWN_OUT 4
#define NOMINAL_MV 5000
#define BANDGAP_MV 1100
#define BROWN_OUT_MV 2700
#define HYSTERESIS_MV 50
#define RETAINED_MV 1400 /* below it the chip forgets all */
#define SETTLING_US 70.0

static void show_to_adc(struct board *board) {
    avr_t *avr = board->avr;
    avr->vcc = avr->avcc = avr->aref = board->supply.millivolts ? board->supply.millivolts : 1;
}

static void mux_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    struct board *board = param;
    if ((avr->data[address] ^ value) & MUX_BITS)
        board->supply.mux_settled = board_now(board) + board_us(board, SETTLING_US);
    avr->data[address] = value;
}

/* A conversion that begins before the reference has settled reads low. */
static void adcsra_write(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param) {
    struct board *board = param;
    struct supply *supply = &board->supply;
    if (value & ADSC && !(avr->data[address] & ADSC)) {
        unsigned low = board_now(board) < supply->mux_settled ? board_random(board) : 0;
        supply->adc->muxmode[MUX_BANDGAP].src = supply->bandgap_mv * (512 - low) / 512;
    }
    supply->adcsra_write(avr, address, value, supply->adcsra_owner);
}

static void fall(struct board *board) {
    board->supply.browned_out = true;
    board_settle_power(board, 0);
}

static void rise(struct board *board, bool forgot) {
    board->supply.browned_out = false;
    board_settle_power(board, forgot ? CAUSE_POWER_ON | CAUSE_BROWN_OUT : CAUSE_BROWN_OUT);
}

/* The detector's edge is taken for the end of the memory chips too: what they were writing is torn. */
void board_set_supply(struct board *board, uint32_t millivolts) {
    struct supply *supply = &board->supply;
    bool forgot = supply->millivolts < RETAINED_MV;
    supply->millivolts = millivolts;
    show_to_adc(board);
    if (!supply->browned_out && millivolts < supply->brown_out_mv)
        fall(board);
    else if (supply->browned_out && millivolts >= supply->brown_out_mv + HYSTERESIS_MV)
        rise(board, forgot);
}

/* 1000 to 1200 mV from chip to chip. */
void board_set_bandgap(struct board *board, uint32_t millivolts) { board->supply.bandgap_mv = millivolts; }

void supply_reset(struct board *board) {
    show_to_adc(board);
    board->supply.mux_settled = 0;
}

void supply_init(struct board *board) {
    struct supply *supply = &board->supply;
    supply->millivolts = NOMINAL_MV;
    supply->bandgap_mv = BANDGAP_MV;
    supply->brown_out_mv = BROWN_OUT_MV;
    supply->adc = (avr_adc_t *)board_find_io(board, "adc");
    supply->adcsra_write = board->avr->io[AVR_DATA_TO_IO(REG_ADCSRA)].w.c;
    supply->adcsra_owner = board->avr->io[AVR_DATA_TO_IO(REG_ADCSRA)].w.param;
    board_hook_write(board, REG_ADCSRA, adcsra_write);
    board_hook_write(board, REG_ADMUX, mux_write);
}
