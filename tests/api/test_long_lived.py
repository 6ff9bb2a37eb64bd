import gc
import weakref

from api.long_lived import spare_long_lived


class _Knot:
    """Garbage that only the collector finds: it holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_there_by_then_is_set_aside_and_what_is_garbage_is_not() -> None:
    gc.unfreeze()  # what the test run has set aside itself; afterwards it is so again
    garbage = weakref.ref(_Knot())

    spare_long_lived(0).join()

    assert gc.get_freeze_count() > 1_000
    assert garbage() is None
