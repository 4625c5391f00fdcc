#include "line.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "bytes.h"

#define BUFFER_BYTES 128 /* a power of two; one place stays empty */
#define UBRR_38400 (F_CPU / 8 / 38400 - 1)

static uint8_t incoming[BUFFER_BYTES];
static volatile uint8_t incoming_in;
static volatile uint8_t incoming_out;
static uint8_t outgoing[BUFFER_BYTES];
static volatile uint8_t outgoing_in;
static volatile uint8_t outgoing_out;
static uint16_t overruns; /* written in the interrupt only */

static uint8_t after(uint8_t index)
{
    return (index + 1) & (BUFFER_BYTES - 1);
}

ISR(USART_RX_vect)
{
    bool overrun = UCSR0A & _BV(DOR0);
    uint8_t byte = UDR0;
    uint8_t in = incoming_in;
    if (after(in) == incoming_out) {
        overrun = true;
    } else {
        incoming[in] = byte;
        incoming_in = after(in);
    }
    if (overrun)
        count_u16(&overruns);
}

ISR(USART_UDRE_vect)
{
    uint8_t out = outgoing_out;
    UCSR0A = _BV(U2X0) | _BV(TXC0); /* writing one clears TXC: line_idle waits for this byte again */
    UDR0 = outgoing[out];
    outgoing_out = after(out);
    if (after(out) == outgoing_in)
        UCSR0B &= (uint8_t)~_BV(UDRIE0);
}

void line_start(void)
{
    UBRR0 = UBRR_38400;
    UCSR0A = _BV(U2X0);
    UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
    UCSR0B = _BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0);
}

bool line_take(uint8_t *byte)
{
    uint8_t out = incoming_out;
    if (out == incoming_in)
        return false;
    __asm__ volatile("" ::: "memory"); /* the byte is read after the index that announced it */
    *byte = incoming[out];
    __asm__ volatile("" ::: "memory");
    incoming_out = after(out);
    return true;
}

uint8_t line_room(void)
{
    return (uint8_t)(outgoing_out - outgoing_in - 1) & (BUFFER_BYTES - 1);
}

void line_put(const uint8_t *bytes, uint8_t length)
{
    uint8_t in = outgoing_in;
    for (uint8_t i = 0; i < length; i++) {
        outgoing[in] = bytes[i];
        in = after(in);
    }
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        outgoing_in = in;
        UCSR0B |= _BV(UDRIE0);
    }
}

bool line_idle(void)
{
    return outgoing_in == outgoing_out && UCSR0A & _BV(TXC0);
}

uint16_t line_overruns(void)
{
    uint16_t many;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        many = overruns;
    }
    return many;
}
