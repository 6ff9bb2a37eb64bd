"""Keep what an embedding model makes of each listing."""

import sqlalchemy as sa
from alembic import op

from market.kernel import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_listing_vector_order": ["model_id", "subject", "seq"],
    "ix_listing_vector_state": ["model_id", "subject", "removed", "subject_id", "row_version"],
    "ix_listing_vector_text": ["model_id", "text_hash"],
}


def _serial() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "embedding_model",
        sa.Column("id", _serial(), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.UtcColumn(), nullable=False),
        sa.Column("completed_at", columns.UtcColumn(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedding_model")),
        sa.UniqueConstraint("version", name=op.f("uq_embedding_model_version")),
    )
    op.create_table(
        "listing_vector",
        sa.Column("seq", _serial(), autoincrement=False, nullable=False),
        sa.Column("model_id", _serial(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum("achievement", "need", name="subject", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("updated_at", columns.UtcColumn(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["embedding_model.id"], name=op.f("fk_listing_vector_model_id_embedding_model"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_listing_vector")),
        sa.UniqueConstraint("model_id", "subject_id", name=op.f("uq_listing_vector_model_id_subject_id")),
    )
    for name, columns_of_index in _INDEXES.items():
        op.create_index(name, "listing_vector", columns_of_index)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "listing_vector")
    op.drop_table("listing_vector")
    op.drop_table("embedding_model")
