"""Tables of vectors: which models there are, and what each made of a listing's text. Derived from the listings, so left out of backups."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from market.kernel.columns import SERIAL, UTC_INSTANT, enum_type
from market.kernel.outbox import Subject


class EmbeddingModel(SQLModel, table=True):
    """语义模型: a model that listings were embedded with. `completed_at`: since when every live listing has had its vector."""

    __tablename__ = "embedding_model"

    id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    version: str = Field(max_length=80, unique=True)
    dimensions: int
    created_at: datetime = Field(sa_type=UTC_INSTANT)
    completed_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


class ListingVector(SQLModel, table=True):
    """条目向量: what a model made of a listing's readable text: numbers of 16 bits each, none where the model refused the text.

    `seq` grows in the order of commits and is new with every vector that readers must take note of. `row_version` is the listing's
    when it was read, `text_hash` that of the text: equal texts are embedded once. `removed`: the listing is not live any more.
    """

    __tablename__ = "listing_vector"
    __table_args__ = (
        sa.UniqueConstraint("model_id", "subject_id"),
        sa.Index("ix_listing_vector_order", "model_id", "subject", "seq"),
        sa.Index("ix_listing_vector_text", "model_id", "text_hash"),
        # What is missing, and what is left over, is asked all the time and must not read the vectors themselves.
        sa.Index("ix_listing_vector_state", "model_id", "subject", "removed", "subject_id", "row_version"),
    )

    seq: int = Field(primary_key=True, sa_type=SERIAL, sa_column_kwargs={"autoincrement": False})
    model_id: int = Field(foreign_key="embedding_model.id", ondelete="CASCADE", sa_type=SERIAL)
    subject: Subject = Field(sa_type=enum_type(Subject))
    subject_id: UUID
    row_version: int
    text_hash: bytes = Field(sa_type=sa.LargeBinary)
    vector: bytes = Field(sa_type=sa.LargeBinary)
    removed: bool = Field(default=False)
    updated_at: datetime = Field(sa_type=UTC_INSTANT)
