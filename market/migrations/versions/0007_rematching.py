"""Keep what is left of computing all matches anew."""

import sqlalchemy as sa
from alembic import op

from market.kernel import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rematch_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("run_size", sa.Integer(), nullable=False),
        sa.Column("model_version", sa.String(60), nullable=False),
        sa.Column("started_at", columns.UtcColumn(), nullable=False),
        sa.Column("need_ids", columns.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rematch_batch")),
    )


def downgrade() -> None:
    op.drop_table("rematch_batch")
