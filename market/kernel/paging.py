"""Tables are cut into pages; the last sort key is always unique, so that no row shows twice or never."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

MAX_PAGE = 100_000

T = TypeVar("T")


class PageRequest(BaseModel):
    """Which page: numbered from 1, at most 100 rows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 1
    size: Annotated[int, Field(ge=1, le=100)] = 20

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


class Page(BaseModel, Generic[T]):
    """One page of a table, with the number of rows in all."""

    items: list[T]
    page: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))
