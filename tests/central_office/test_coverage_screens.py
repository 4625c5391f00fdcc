"""The coverage pages in a real browser: 209 points in one look, nothing cut off, every sign readable, all by keyboard."""

import json
import os
import random
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SCREENS = Path(__file__).parents[2] / "build" / "screens"
SIZES = {"1280": (1280, 800), "400": (400, 860)}
POINTS = 209
