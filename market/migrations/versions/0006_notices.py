"""Let owners be told of new pairs with their listings."""

import sqlalchemy as sa
from alembic import op

from market.kernel import columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_notice_party_read": ["party_id", "read_at"],
    "ix_notice_pair": ["need_id", "achievement_id"],
    "ix_notice_achievement": ["achievement_id"],
}


def _owned_by(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_notice_{table}_id_{table}")
    return sa.ForeignKeyConstraint([f"{table}_id"], [f"{table}.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum("achievement", "need", name="subject", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("achievement_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", columns.UtcColumn(), nullable=False),
        sa.Column("read_at", columns.UtcColumn(), nullable=True),
        *(_owned_by(table) for table in ("party", "need", "achievement")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "party_id", "need_id", "achievement_id", name=op.f("uq_notice_party_id_need_id_achievement_id")
        ),
    )
    for name, columns_of_index in _INDEXES.items():
        op.create_index(name, "notice", columns_of_index)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "notice")
    op.drop_table("notice")
