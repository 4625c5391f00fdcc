#include "fram.h"

#include <avr/io.h>
#include <util/delay.h>
#include <util/twi.h>

#define CHIP 0x50
#define BUS_HZ 400000UL
#define SDA PC4
#define SCL PC5
#define HALF_CLOCK_US 5
#define RECOVERY_CLOCKS 9 /* a byte and its acknowledgement */

/* A byte takes 23 us; one look at the register about 0.6 us. */
#define LOOKS_BEFORE_GIVING_UP 500
#define ATTEMPTS 3

static void enable(void)
{
    TWSR = 0;
    TWBR = (F_CPU / BUS_HZ - 16) / 2;
    TWCR = _BV(TWEN);
}

void fram_start(void)
{
    PORTC |= _BV(SDA) | _BV(SCL); /* the chip's own pull-ups do the work; these keep an empty bus quiet */
    /* A reset may have come while the chip was sending: it waits for clocks, and answers nothing before. */
    fram_recover();
}

/* Does one thing on the bus and waits for it; true if it ended in the state `expected`. */
static bool act(uint8_t control, uint8_t expected)
{
    TWCR = _BV(TWINT) | _BV(TWEN) | control;
    for (uint16_t look = 0; look < LOOKS_BEFORE_GIVING_UP; look++)
        if (TWCR & _BV(TWINT))
            return TW_STATUS == expected;
    return false;
}

static bool send(uint8_t byte, uint8_t expected)
{
    TWDR = byte;
    return act(0, expected);
}

static void stop(void)
{
    TWCR = _BV(TWINT) | _BV(TWEN) | _BV(TWSTO);
    for (uint16_t look = 0; look < LOOKS_BEFORE_GIVING_UP; look++)
        if (!(TWCR & _BV(TWSTO)))
            return;
    fram_recover();
}

static bool select(uint16_t address)
{
    return act(_BV(TWSTA), TW_START) && send(CHIP << 1 | TW_WRITE, TW_MT_SLA_ACK) &&
           send((uint8_t)(address >> 8), TW_MT_DATA_ACK) && send((uint8_t)address, TW_MT_DATA_ACK);
}

static bool answers(void)
{
    bool answered = act(_BV(TWSTA), TW_START) && send(CHIP << 1 | TW_WRITE, TW_MT_SLA_ACK);
    stop();
    return answered;
}

static bool receive(uint8_t *bytes, uint8_t length)
{
    if (!act(_BV(TWSTA), TW_REP_START) || !send(CHIP << 1 | TW_READ, TW_MR_SLA_ACK))
        return false;
    while (length--) {
        bool more = length > 0;
        if (!act(more ? _BV(TWEA) : 0, more ? TW_MR_DATA_ACK : TW_MR_DATA_NACK))
            return false;
        *bytes++ = TWDR;
    }
    return true;
}

static bool transmit(const uint8_t *bytes, uint8_t length)
{
    while (length--)
        if (!send(*bytes++, TW_MT_DATA_ACK))
            return false;
    return true;
}

/* `from` is written, or `into` is filled; the other one is null. */
static bool transfer(uint16_t address, const uint8_t *from, uint8_t *into, uint8_t length)
{
    for (uint8_t attempt = 0; attempt < ATTEMPTS; attempt++) {
        bool ok = select(address) && (from ? transmit(from, length) : receive(into, length));
        stop();
        if (ok)
            return true;
        fram_recover();
    }
    return false;
}

bool fram_read(uint16_t address, uint8_t *bytes, uint8_t length)
{
    return transfer(address, 0, bytes, length);
}

bool fram_write(uint16_t address, const uint8_t *bytes, uint8_t length)
{
    return transfer(address, bytes, 0, length);
}

static void pull_low(uint8_t pin)
{
    PORTC &= (uint8_t)~_BV(pin);
    DDRC |= _BV(pin);
    _delay_us(HALF_CLOCK_US);
}

static void release(uint8_t pin)
{
    DDRC &= (uint8_t)~_BV(pin);
    PORTC |= _BV(pin);
    _delay_us(HALF_CLOCK_US);
}

/* Clocked only while the chip holds the data line: one that was receiving would take a clock for a bit, and might keep
 * a byte that nobody meant. The start and the stop at the end need no clock. */
void fram_recover(void)
{
    TWCR = 0;
    release(SCL);
    release(SDA);
    for (uint8_t clock = 0; clock < RECOVERY_CLOCKS && !(PINC & _BV(SDA)); clock++) {
        pull_low(SCL);
        release(SCL);
    }
    pull_low(SDA);
    release(SDA);
    enable();
}

bool fram_is_one(uint16_t spare_address)
{
    uint8_t byte;
    return answers() && fram_read(spare_address, &byte, 1) && fram_write(spare_address, &byte, 1) &&
           answers();
}
