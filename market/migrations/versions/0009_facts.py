"""Keep what was read out of each achievement's text; find what is to be read or embedded without looking at the listings themselves."""

import sqlalchemy as sa
from alembic import op

from market.kernel import columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_LISTINGS = ("achievement", "need")


def upgrade() -> None:
    op.create_table(
        "achievement_facts",
        sa.Column("achievement_id", sa.Uuid(), nullable=False),
        sa.Column("reader", sa.String(length=40), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", columns.UtcColumn(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"],
            ["achievement.id"],
            name=op.f("fk_achievement_facts_achievement_id_achievement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("achievement_id", name=op.f("pk_achievement_facts")),
    )
    op.create_index(
        "ix_achievement_facts_state", "achievement_facts", ["achievement_id", "reader", "row_version"], unique=True
    )
    for table in _LISTINGS:
        op.create_index(f"ix_{table}_status_version", table, ["status", "id", "version"])


def downgrade() -> None:
    for table in _LISTINGS:
        op.drop_index(f"ix_{table}_status_version", table)
    op.drop_index("ix_achievement_facts_state", "achievement_facts")
    op.drop_table("achievement_facts")
