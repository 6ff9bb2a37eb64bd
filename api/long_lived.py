"""What a process keeps to its end is not looked through for garbage again and again.

Lexicon, dictionaries, code lists and classes are some million objects; a full collection among them stops every thread for a tenth of
a second and more, in the middle of whatever is being asked.
"""

import gc
import threading

_SETTLED_AFTER_SECONDS = 60.0
"""By then a process has opened its index and model and has answered its first questions."""


def spare_long_lived(after_seconds: float = _SETTLED_AFTER_SECONDS) -> threading.Timer:
    """Set aside, once and after a while, what is there then. For processes that serve; returns the timer, which holds up no exit."""
    timer = threading.Timer(after_seconds, _set_aside)
    timer.daemon = True
    timer.name = "spare-long-lived"
    timer.start()
    return timer


def _set_aside() -> None:
    gc.collect()  # what is garbage now would be kept for ever
    gc.freeze()
