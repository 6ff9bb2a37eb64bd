"""While a program comes into memory nothing is looked through for garbage: all of it stays, and each look finds more to look at.

A sixth of a start. A program's first module imports this one before all others, which begins, and ends it when everything is there.
"""

import gc


def begin() -> None:
    """From now on nothing is collected."""
    gc.disable()


def end() -> None:
    """Everything is imported: set it aside, and collect again."""
    gc.freeze()
    gc.enable()


begin()
