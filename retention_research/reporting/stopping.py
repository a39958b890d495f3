"""A run that is told to stop: one orderly way out for Ctrl-C and for a scheduler's SIGTERM."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """A signal asked the run to stop; not an Exception, so that nothing on the way keeps it.

    Attributes:
        signum: number of the signal.
    """

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


@contextmanager
def heed_signals() -> Iterator[Callable[[], None]]:
    """Raise `Stopped` at the first SIGINT or SIGTERM inside; later ones must not stop the cleaning.

    Signals that the process ignores stay ignored, and handlers are put back at the end. Outside
    the main thread, where no handler can be set, nothing is done.

    Yields:
        What to call when it is too late to stop: signals are left unheeded from then on.

    Raises:
        Stopped: if a signal arrives in time.
    """
    too_late = threading.Event()

    def stop(signum: int, _: object) -> None:
        if not too_late.is_set():
            too_late.set()
            raise Stopped(signum)

    before = {number: signal.getsignal(number) for number in _heeded()}
    for number in before:
        signal.signal(number, stop)
    try:
        yield too_late.set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _heeded() -> tuple[signal.Signals, ...]:
    if threading.current_thread() is not threading.main_thread():
        return ()
    unheeded = (signal.SIG_IGN, None)
    return tuple(n for n in _SIGNALS if signal.getsignal(n) not in unheeded)
