#include "marks.h"

#include "bytes.h"
#include "crc.h"
#include "layout.h"

#define QUARTER_AT 6
#define KEY_AT 9 /* the quarter's highest byte: zero until the year 2448, so 0xFF while a mark is being written */
#define CRC_AT 10
#define LAST_QUARTER 0xFFFFFFUL

static struct time_mark marks[MARK_PLACES]; /* boot 0: none */
static struct time_mark offered;
static eeprom_done *written;

static void load(uint8_t place)
{
    uint8_t image[MARK_BYTES];
    eeprom_read(COPY_AT(MARKS_AT, MARK_BYTES, place), image, MARK_BYTES);
    if (image[KEY_AT] != 0 || get_u16(image + CRC_AT) != crc16(CRC16_START, image, CRC_AT))
        return;
    marks[place].boot = get_u16(image);
    marks[place].t_ms = get_u32(image + 2);
    marks[place].quarter = get_u32(image + QUARTER_AT);
}

void marks_load(void)
{
    for (uint8_t place = 0; place < MARK_PLACES; place++)
        load(place);
}

uint16_t marks_highest_boot(void)
{
    struct time_mark newest;
    return marks_get(0, &newest) ? newest.boot : 0;
}

static uint8_t newer_than(uint8_t place)
{
    uint8_t newer = 0;
    for (uint8_t other = 0; other < MARK_PLACES; other++)
        newer += marks[other].boot > marks[place].boot;
    return newer;
}

bool marks_get(uint8_t index, struct time_mark *mark)
{
    for (uint8_t place = 0; place < MARK_PLACES; place++) {
        if (marks[place].boot != 0 && newer_than(place) == index) {
            *mark = marks[place];
            return true;
        }
    }
    return false;
}

void marks_offer(const struct time_mark *mark)
{
    if (mark->boot > marks_highest_boot() && offered.boot == 0 && mark->quarter <= LAST_QUARTER)
        offered = *mark;
}

bool marks_pending(void)
{
    return offered.boot != 0;
}

static uint8_t lowest_place(void)
{
    uint8_t lowest = 0;
    for (uint8_t place = 1; place < MARK_PLACES; place++)
        if (marks[place].boot < marks[lowest].boot)
            lowest = place;
    return lowest;
}

static void on_written(bool ok)
{
    if (ok)
        marks[lowest_place()] = offered;
    offered.boot = 0;
    written(ok);
}

void marks_write(eeprom_done *done)
{
    uint8_t image[MARK_BYTES];
    put_u16(image, offered.boot);
    put_u32(image + 2, offered.t_ms);
    put_u32(image + QUARTER_AT, offered.quarter);
    put_u16(image + CRC_AT, crc16(CRC16_START, image, CRC_AT));
    written = done;
    eeprom_replace(COPY_AT(MARKS_AT, MARK_BYTES, lowest_place()), image, MARK_BYTES, KEY_AT, on_written);
}
