"""Tiny programs for the ATmega328P that ask the emulated board about itself, and their compilation."""

import subprocess
from pathlib import Path

PRELUDE = """
#include <avr/io.h>
#include <avr/interrupt.h>
#include <avr/sleep.h>
#include <avr/wdt.h>
#include <stdint.h>
#define BAUD_38400 51
static uint8_t cause __attribute__((section(".noinit")));
void early(void) __attribute__((naked, used, section(".init3")));
void early(void) { cause = MCUSR; MCUSR = 0; wdt_disable(); }
static void line_on(void) { UBRR0 = BAUD_38400; UCSR0A = _BV(U2X0); UCSR0B = _BV(RXEN0) | _BV(TXEN0); }
"""

MONITOR = """
static void say(uint8_t byte) { while (!(UCSR0A & _BV(UDRE0))) ; UDR0 = byte; }
static uint8_t hear(void) {
  while (!(UCSR0A & _BV(RXC0))) PORTB = (~PIND >> 2) & 0x1F;   /* lamps mirror the buttons */
  return UDR0;
}
#define REG(a) (*(volatile uint8_t *)(uint16_t)(a))
static uint8_t twi(uint8_t control) {
  TWCR = control;
  for (uint16_t n = 0; n < 20000; n++)
    if (control & _BV(TWSTO) ? !(TWCR & _BV(TWSTO)) : TWCR & _BV(TWINT)) return TWSR;
  return 1;
}
static uint8_t put(uint8_t byte) { TWDR = byte; return twi(0x84); }
static void eeprom(uint16_t address, uint8_t value, uint8_t mode) {
  while (EECR & _BV(EEPE)) ;
  EEAR = address; EEDR = value; EECR = mode << 4;
  EECR |= _BV(EEMPE); EECR |= _BV(EEPE);
}
static void burst(uint8_t count) {
  twi(0xA4); put(0xA0); put(0); put(0);
  for (uint8_t n = 0; n < count; n++) put(n);
  say(TWSR);
}
static void listen_late(void) {
  for (volatile uint16_t n = 0; n < 8000; n++) ;
  uint8_t n = 0, found[16];
  while (UCSR0A & _BV(RXC0)) { found[n++] = UCSR0A & 0x18; found[n++] = UDR0; }
  say(n);
  for (uint8_t i = 0; i < n; i++) say(found[i]);
}
int main(void) {
  DDRB = 0x3F; PORTD = 0x7C; PORTC = 0x06; TWBR = 12;
  line_on();
  say('!'); say(cause);
  for (;;) {
    uint8_t word = hear(), a, b, c;
    if (word == 'r') say(REG(hear()));
    else if (word == 'w') { a = hear(); b = hear(); REG(a) = b; say(b); }
    else if (word == 't') say(twi(hear()));
    else if (word == 'd') { a = hear(); say(put(a)); }
    else if (word == 'e') { a = hear(); b = hear(); c = hear(); eeprom(a, b, c); say(c); }
    else if (word == 'f') burst(hear());
    else if (word == 'l') listen_late();
    else if (word == 'u') { UDR0 = 'x'; UDR0 = 'y'; UDR0 = 'z'; }
    else if (word == 'h') { wdt_enable(WDTO_15MS); for (;;) ; }
    else if (word == 'z') { cli(); sleep_mode(); }
  }
}
"""

ECHO = """
static volatile uint8_t ring[256], in, out;
ISR(USART_RX_vect) { ring[in++] = UDR0; UCSR0B |= _BV(UDRIE0); }
ISR(USART_UDRE_vect) { UDR0 = ring[out++]; if (in == out) UCSR0B &= ~_BV(UDRIE0); }
ISR(EE_READY_vect) { EECR &= ~_BV(EERIE); PORTB ^= 1; }
ISR(TWI_vect) { TWCR = _BV(TWEN); PORTB ^= 2; }
int main(void) {
  DDRB = 3;
  line_on();
  UCSR0B |= _BV(RXCIE0);
  EEAR = 7; EEDR = 0x5A; EECR |= _BV(EEMPE); EECR |= _BV(EEPE); EECR |= _BV(EERIE);
  TWBR = 12; TWCR = _BV(TWINT) | _BV(TWSTA) | _BV(TWEN) | _BV(TWIE);
  set_sleep_mode(SLEEP_MODE_IDLE);
  sei();
  for (;;) sleep_mode();
}
"""

MEMORY_DUMP = """
int main(void) {
  line_on();
  for (volatile uint8_t *at = (uint8_t *)0x300; at < (uint8_t *)0x340; at++) {
    while (!(UCSR0A & _BV(UDRE0))) ;
    UDR0 = *at;
  }
  for (;;) ;
}
"""


def compile_program(source: str, elf: Path) -> None:
    """Compile `PRELUDE` and `source` to `elf`. Raises: CalledProcessError."""
    flags = ["-mmcu=atmega328p", "-DF_CPU=16000000UL", "-Os", "-std=gnu11", "-Wall", "-Wextra", "-Werror"]
    command = ["avr-gcc", *flags, "-x", "c", "-", "-o", str(elf)]
    subprocess.run(command, input=PRELUDE + source, text=True, check=True, timeout=300)
