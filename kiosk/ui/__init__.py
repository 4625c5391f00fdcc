"""THE SCREEN: the only place that imports Kivy: `window`, `painter` and `lettering` do; the scenes are plain values.

Importing this package sets Kivy's environment, so that it takes no command line, writes no file, and does not take
over the process's log; it does not import Kivy.
"""

import logging
import os

logging.getLogger("kivy").setLevel(logging.WARNING)
os.environ.update(
    KIVY_NO_ARGS="1",
    KIVY_NO_CONFIG="1",
    KIVY_NO_FILELOG="1",
    KIVY_NO_CONSOLELOG="1",
    KIVY_NO_ENV_CONFIG="1",
    KIVY_LOG_MODE="PYTHON",
    KIVY_WINDOW="sdl2",
    KIVY_TEXT="sdl2",
    KIVY_IMAGE="sdl2",
    KIVY_CLIPBOARD="dummy",
    SDL_NO_SIGNAL_HANDLERS="1",  # SIGTERM is ours
    SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR="0",
)
