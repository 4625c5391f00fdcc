/* The numbers of PROTOCOL.md §3. Pure: no AVR header. */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#define PROTOCOL_VERSION 1
#define HARDWARE_ATMEGA328P 1

enum from_terminal {
    HELLO = 0x01,
    PRESS = 0x02,
    STATUS = 0x03,
    RESULT = 0x04,
    MARK = 0x05,
    TOTALS = 0x06,
    TOUCH = 0x07,
};

enum from_host {
    FIRST_FROM_HOST = 0x81,
    WELCOME = 0x81,
    ACK = 0x82,
    COMMAND = 0x83,
    PING = 0x84,
    PROVISION = 0x85,
    HELLO_REQUEST = 0x86,
    TIME_MARK = 0x87,
};

enum flag {
    FLAG_PROVISIONED = 0x001,
    FLAG_FULL = 0x002,
    FLAG_STORE_FAULT = 0x004,
    FLAG_OVERFLOW = 0x008,
    FLAG_DEEP = 0x010,
    FLAG_TESTING = 0x020,
    FLAG_SUPPLY_LOW = 0x040,
    FLAG_DEEP_FOREIGN = 0x080,
    FLAG_DEEP_LOST = 0x100,
};

enum operation {
    OPERATION_LAMPS = 1,
    OPERATION_BUZZER = 2,
    OPERATION_SELF_TEST = 3,
    OPERATION_RESTART = 4,
    OPERATION_IDENTIFY = 5,
    OPERATION_HANG = 0x7F, /* only in a build with TEST_HANG */
};

enum result { RESULT_DONE = 0, RESULT_NOT_KNOWN = 1 };

#define WANT_TOTALS 1

#endif
