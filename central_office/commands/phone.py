"""The phone's answers on the command line: seal what was begun and forgotten. Knows no rule of its own."""

from argparse import Namespace

from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.phone.sweep import sweep as sweep_now


def sweep(_arguments: Namespace, _config: Config) -> int:
    sealed = sweep_now(timezone.now())
    say(f"Đã ghi các phiếu bỏ dở trên điện thoại / forgotten answers sealed: {sealed}")
    return 0
