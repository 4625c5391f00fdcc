"""THE SCREEN: the only place that imports Kivy: `window`, `painter` and `lettering` do; the scenes are plain values.

Importing this package sets Kivy's environment, so that it takes no command line, reads and writes no file of its
own, loads no module, and does not take over the process's log; it does not import Kivy.
"""

import logging
import os

KEPT = (
    "KIVY_GL_BACKEND"  # the only setting of Kivy that a machine may need; what else the environment says is not asked
)
for _name in [name for name in os.environ if name.startswith(("KIVY_", "KCFG_")) and name != KEPT]:
    del os.environ[_name]
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
    KIVY_HOME="/nonexistent",  # nor anything of the user's
    SDL_NO_SIGNAL_HANDLERS="1",  # SIGTERM is ours
    SDL_TOUCH_MOUSE_EVENTS="1",  # a finger is a left button, where X or libinput does not make it one
    SDL_MOUSE_TOUCH_EVENTS="0",  # and never the other way round
    SDL_MOUSE_AUTO_CAPTURE="0",  # else X is asked to grab the pointer, and waited for, at every touch
    SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR="0",
)
