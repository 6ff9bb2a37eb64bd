"""Identifiers are handed in: time-ordered UUIDs by default, a given sequence inside `use_ids`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from uuid_utils.compat import uuid7

IdSource = Callable[[], UUID]

_source: ContextVar[IdSource] = ContextVar("id_source", default=uuid7)


def new_id() -> UUID:
    """The next identifier; UUID version 7, so that rows of one table stand in order of creation."""
    return _source.get()()


@contextmanager
def use_ids(source: IdSource) -> Iterator[None]:
    """Hand in another source of identifiers for the length of a block."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)
