"""A board that runs MONITOR: the test reads and writes the ATmega's registers over the line."""

from firmware_bridge.simulator.board import Board

PATIENCE_US = 1_000_000
BYTE_US = 10e6 / 38400

PINC, PORTC, DDRC, PIND, PORTD = 0x26, 0x28, 0x27, 0x29, 0x2B
EECR, EEDR, EEARL = 0x3F, 0x40, 0x41
ADCL, ADCH, ADCSRA, ADMUX = 0x78, 0x79, 0x7A, 0x7C
TWBR, TWSR, TWDR, TWCR = 0xB8, 0xB9, 0xBB, 0xBC
START, STOP, NEXT, ACK = 0xA4, 0x94, 0x84, 0xC4  # TWCR: TWINT and TWEN with TWSTA, TWSTO, nothing, TWEA
ERASE_AND_WRITE, ERASE, WRITE = 0, 1, 2
STUCK = 0x01  # MONITOR's answer when TWINT does not come


class Asked:
    """A board that runs MONITOR."""

    def __init__(self, program, store=None, seed=1):
        self.board = Board(program, store, seed)
        self.started()

    def started(self):
        """Wait for its first words; MCUSR."""
        word, cause = self.hear(2)
        assert word == ord("!")
        return cause

    def hear(self, count):
        said = bytearray()

        def enough():
            said.extend(self.board.receive())
            return len(said) >= count

        assert self.board.run_until(enough, PATIENCE_US, step_us=50), f"{count} bytes did not come: {said.hex()}"
        assert len(said) == count
        return bytes(said)

    def ask(self, word, *numbers, answer=1):
        self.board.send(word.encode() + bytes(numbers))
        return self.hear(answer)

    def read(self, register):
        return self.ask("r", register)[0]

    def write(self, register, value):
        self.ask("w", register, value)

    def eeprom(self, address, value, mode=ERASE_AND_WRITE, wait=True):
        self.ask("e", address, value, mode)
        if wait:
            self.board.run_us(5_000)

    def twi(self, control):
        return self.ask("t", control)[0]

    def put(self, *data):
        return [self.ask("d", byte)[0] for byte in data]

    def write_memory(self, address, *data):
        assert self.twi(START) == 0x08
        statuses = self.put(0xA0, address >> 8, address & 0xFF, *data)
        self.twi(STOP)
        return statuses

    def read_memory(self, address, count):
        self.twi(START)
        assert self.put(0xA0, address >> 8, address & 0xFF) == [0x18, 0x28, 0x28]
        assert self.twi(START) == 0x10
        assert self.put(0xA1) == [0x40]
        return self.read_on(count)

    def read_on(self, count):
        data = []
        for n in range(count):
            last = n == count - 1
            assert self.twi(NEXT if last else ACK) == (0x58 if last else 0x50)
            data.append(self.read(TWDR))
        self.twi(STOP)
        return data

    def events(self, kind):
        return [event for event in self.board.events() if event.kind is kind]
