#include "eeprom.h"

#include <avr/io.h>
#include <string.h>
#include <util/atomic.h>

enum cell_operation { ERASE_AND_WRITE = 0, ERASE_ONLY = _BV(EEPM0), WRITE_ONLY = _BV(EEPM1) };
enum kind { ERASE, PROGRAM, REPLACE };

static struct {
    bool busy;
    enum kind kind;
    uint16_t address;
    uint8_t length;
    uint8_t key;
    uint8_t step;  /* cell operations begun so far */
    uint8_t steps;
    uint8_t bytes[EEPROM_JOB_BYTES];
    eeprom_done *done;
} job;

static bool cell_busy(void)
{
    return EECR & _BV(EEPE);
}

static uint8_t read_cell(uint16_t address)
{
    while (cell_busy())
        ; /* the hardware ends it in 3.4 ms; the watchdog stands behind it */
    EEAR = address;
    EECR |= _BV(EERE);
    return EEDR;
}

static void start_cell(uint16_t address, uint8_t value, enum cell_operation operation)
{
    EEAR = address;
    EEDR = value;
    EECR = operation;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) /* the two within four cycles */
    {
        EECR |= _BV(EEMPE);
        EECR |= _BV(EEPE);
    }
}

void eeprom_read(uint16_t address, uint8_t *bytes, uint8_t length)
{
    while (length--)
        *bytes++ = read_cell(address++);
}

static void begin(enum kind kind, uint16_t address, uint8_t length, uint8_t key, eeprom_done *done)
{
    job.busy = true;
    job.kind = kind;
    job.address = address;
    job.length = length;
    job.key = key;
    job.step = 0;
    job.steps = kind == REPLACE ? length + 1 : length;
    job.done = done;
}

void eeprom_erase(uint16_t address, uint8_t length, uint8_t first, eeprom_done *done)
{
    memset(job.bytes, 0xFF, length);
    begin(ERASE, address, length, first, done);
}

void eeprom_program(uint16_t address, const uint8_t *bytes, uint8_t length, eeprom_done *done)
{
    memcpy(job.bytes, bytes, length);
    begin(PROGRAM, address, length, 0, done);
}

void eeprom_replace(uint16_t address, const uint8_t *bytes, uint8_t length, uint8_t key, eeprom_done *done)
{
    memcpy(job.bytes, bytes, length);
    begin(REPLACE, address, length, key, done);
}

bool eeprom_busy(void)
{
    return job.busy;
}

/* Which cell the operation number `step` is about: the key first, then the others in order, then the key again. */
static uint8_t offset_of(uint8_t step)
{
    if (job.kind == PROGRAM)
        return step;
    if (step == 0 || step == job.length)
        return job.key;
    return step <= job.key ? step - 1 : step;
}

static bool key_is_erased_by(uint8_t step)
{
    return job.kind == REPLACE && step == 0;
}

static void start_step(uint8_t step)
{
    uint8_t offset = offset_of(step);
    enum cell_operation operation = ERASE_AND_WRITE;
    if (job.kind == ERASE || key_is_erased_by(step))
        operation = ERASE_ONLY;
    else if (job.kind == PROGRAM || step == job.length)
        operation = WRITE_ONLY;
    start_cell(job.address + offset, job.bytes[offset], operation);
}

static bool step_succeeded(uint8_t step)
{
    uint8_t offset = offset_of(step);
    uint8_t expected = key_is_erased_by(step) ? 0xFF : job.bytes[offset];
    return read_cell(job.address + offset) == expected;
}

static void end(bool ok)
{
    job.busy = false;
    job.done(ok); /* may begin the next job */
}

void eeprom_task(void)
{
    if (!job.busy || cell_busy())
        return;
    if (job.step > 0 && !step_succeeded(job.step - 1)) {
        end(false);
    } else if (job.step == job.steps) {
        end(true);
    } else {
        start_step(job.step);
        job.step++;
    }
}
