"""Chance that a seed repeats."""

import random


def chance_of(*parts: object) -> random.Random:
    """A source of chance of its own for everyone who names himself, the same at every run with the same seed."""
    return random.Random(" ".join(map(str, parts)))  # noqa: S311  nothing secret is drawn from it
