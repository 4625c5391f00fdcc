/* The firmware's version, as HELLO tells it. */
#ifndef VERSION_H
#define VERSION_H

#define VERSION_MAJOR 1
#define VERSION_MINOR 0
#define VERSION_PATCH 0

#define VERSION_TEXT(major, minor, patch) "hailong-terminal " #major "." #minor "." #patch
#define VERSION_OF(major, minor, patch) VERSION_TEXT(major, minor, patch)
#define VERSION_SIGNATURE VERSION_OF(VERSION_MAJOR, VERSION_MINOR, VERSION_PATCH)

#endif
