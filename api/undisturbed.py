"""While a program comes into memory nothing is looked through for garbage: all of it stays, and each look finds more to look at.

Imported before the rest of a program, which calls `end()` when it is there: a sixth of a start, and less to look through later.
"""

import gc

_WAS_ENABLED = gc.isenabled()
gc.disable()


def end() -> None:
    """Everything is imported: set it aside and collect again, where that was done before."""
    if _WAS_ENABLED:
        gc.freeze()
        gc.enable()
