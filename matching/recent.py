"""The listings that were prepared last, so that what many ask for is not read and prepared for each of them."""

from collections.abc import Callable, Collection, Mapping
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

from matching.profiles import AchievementProfile, NeedProfile

P = TypeVar("P", NeedProfile, AchievementProfile)


class Recent(Generic[P]):
    """At most `most` profiles of one kind of listing, each of one version of its row; threads share one.

    A row's version is raised by whatever changes it or its indicators, so none is given out for another state than it was made of. To be
    asked where no listing is being changed: what is rolled back must not stay here.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._profiles: dict[UUID, P] = {}
        self._lock = Lock()

    def of(self, versions: Mapping[UUID, int], read: Callable[[Collection[UUID]], list[P]]) -> list[P]:
        """The profiles of these listings at these versions; `read` makes those that are not there or of another version."""
        with self._lock:
            known = [self._profiles.get(one) for one in versions]
        found = [one for one in known if one is not None and one.version == versions[one.id]]
        missing = versions.keys() - {one.id for one in found}
        if missing:
            made = read(missing)
            found += made
            self._keep(made)
        return found

    def _keep(self, made: list[P]) -> None:
        with self._lock:
            for one in made:
                self._profiles.pop(one.id, None)
                self._profiles[one.id] = one
            while len(self._profiles) > self._most:
                del self._profiles[next(iter(self._profiles))]
