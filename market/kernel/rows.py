"""What the tables share: a UUID key, and for rows that people edit a version that every UPDATE checks and raises."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from market.kernel.columns import UTC_INSTANT
from market.kernel.ids import new_id

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """A table row with a time-ordered UUID."""

    id: UUID = Field(default_factory=new_id, primary_key=True)


class VersionedRow(Row):
    """A row that people edit. `version` starts at 1; a write on an older one fails (HTTP: ETag and If-Match)."""

    version: int = Field(default=1)
    created_at: datetime = Field(sa_type=UTC_INSTANT)
    updated_at: datetime = Field(sa_type=UTC_INSTANT)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  SQLAlchemy calls it with the class
        return {"version_id_col": cls.__table__.c.version} if hasattr(cls, "__table__") else {}
