// Runs a program in avr8js: the bytes of the host and the contacts at given times, and everything the terminal said.
//
// stdin: {"program": flash in base64, "ms": how long, "host": [[ms, hex], ...], "contacts": [[ms, button, closed], ...]}
// stdout: {"said": hex, "lit": [lamp, ...] in the order they were lit}
// argv[2]: the directory in which avr8js was installed.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const avr = createRequire(join(process.argv[2], 'package.json'))('avr8js');

const HZ = 16_000_000;
const CYCLES_A_MS = HZ / 1000;
const FLASH_BYTES = 0x8000;
const FIRST_BUTTON_PIN = 2;
const BUTTONS = 5;
const MCUSR = 0x54;
const POWER_ON = 1;
const STRAP_PINS = [1, 2];

const task = JSON.parse(readFileSync(0, 'utf8'));

function flash() {
  const bytes = new Uint8Array(FLASH_BYTES).fill(0xff);
  bytes.set(Buffer.from(task.program, 'base64'));
  return new Uint16Array(bytes.buffer);
}

const cpu = new avr.CPU(flash());
cpu.data[MCUSR] = POWER_ON; // which avr8js leaves out
const ports = { b: new avr.AVRIOPort(cpu, avr.portBConfig), c: new avr.AVRIOPort(cpu, avr.portCConfig) };
const buttons = new avr.AVRIOPort(cpu, avr.portDConfig);
const usart = new avr.AVRUSART(cpu, avr.usart0Config, HZ);
const clock = new avr.AVRClock(cpu, HZ, avr.clockConfig);
new avr.AVRTimer(cpu, avr.timer0Config);
new avr.AVREEPROM(cpu, new avr.EEPROMMemoryBackend(1024));
new avr.AVRADC(cpu, avr.adcConfig);
new avr.AVRTWI(cpu, avr.twiConfig, HZ); // nothing answers
new avr.AVRWatchdog(cpu, avr.watchdogConfig, clock);

const said = [];
usart.onByteTransmit = (byte) => said.push(byte);

const incoming = [];
function feed() {
  if (incoming.length && !usart.rxBusy) usart.writeByte(incoming.shift());
}
usart.onRxComplete = feed;

const lit = [];
ports.b.addListener((now, before) => {
  for (let lamp = 0; lamp < BUTTONS; lamp++) if (now & ~before & (1 << lamp)) lit.push(lamp);
});

for (let button = 0; button < BUTTONS; button++) buttons.setPin(FIRST_BUTTON_PIN + button, true);
for (const pin of STRAP_PINS) ports.c.setPin(pin, true);

const due = [
  ...task.host.map(([ms, hex]) => ({ ms, act: () => incoming.push(...Buffer.from(hex, 'hex')) })),
  ...task.contacts.map(([ms, button, closed]) => ({
    ms,
    act: () => buttons.setPin(FIRST_BUTTON_PIN + button, !closed),
  })),
].sort((one, other) => one.ms - other.ms);

const end = task.ms * CYCLES_A_MS;
while (cpu.cycles < end) {
  while (due.length && cpu.cycles >= due[0].ms * CYCLES_A_MS) due.shift().act();
  feed();
  const until = Math.min(end, cpu.cycles + CYCLES_A_MS / 4);
  while (cpu.cycles < until) {
    avr.avrInstruction(cpu);
    cpu.tick();
  }
}

process.stdout.write(JSON.stringify({ said: Buffer.from(said).toString('hex'), lit }));
