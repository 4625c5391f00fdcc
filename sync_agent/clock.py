"""Whether the system's clock is kept by a time server, as the kernel says (adjtimex(2)); never asked for the time."""

import ctypes

TIME_ERROR = 5  # clock not synchronised (TIME_ERROR of timex.h)
TIMEX_BYTES = 256  # larger than struct timex on every architecture; modes 0 only reads


def clock_quality() -> str:
    """ "synchronised" or "uncertain", the words of `survey.record.Clock`."""
    buffer = ctypes.create_string_buffer(TIMEX_BYTES)
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(buffer)
    except (OSError, AttributeError):
        return "uncertain"
    return "uncertain" if state in (-1, TIME_ERROR) else "synchronised"
