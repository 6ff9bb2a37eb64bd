"""Let pairing have a queue of its own, and the outbox indexes on what was postponed and what was given up."""

import sqlalchemy as sa
from alembic import op

from market.kernel import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PARTIAL = {
    "ix_outbox_entry_fresh": ("id", "attempts = 0 AND dead_at IS NULL"),
    "ix_outbox_entry_postponed": ("due_at", "attempts > 0 AND dead_at IS NULL"),
    "ix_outbox_entry_dead": ("subject_id", "dead_at IS NOT NULL"),
}

# What the program before this one had not paired when it was stopped, it would have found again at its next start.
_UNPAIRED = """
INSERT INTO pairing_entry (subject, subject_id, created_at, due_at, attempts)
SELECT '{noun}', id, updated_at, updated_at, 0 FROM {noun}
WHERE status IN ('published', 'in_talks') AND NOT EXISTS (
    SELECT 1 FROM "match" WHERE "match".{noun}_id = {noun}.id AND "match".computed_at >= {noun}.updated_at
)
"""


def upgrade() -> None:
    op.create_table(
        "pairing_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "subject",
            sa.Enum("achievement", "need", name="subject", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", columns.UtcColumn(), nullable=False),
        sa.Column("due_at", columns.UtcColumn(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_entry")),
    )
    op.create_index(op.f("ix_pairing_entry_subject_id"), "pairing_entry", ["subject_id"])
    for noun in ("achievement", "need"):
        op.execute(_UNPAIRED.format(noun=noun))
    op.drop_index("ix_outbox_entry_due", "outbox_entry")
    for name, (column, condition) in _PARTIAL.items():
        where = sa.text(condition)
        op.create_index(name, "outbox_entry", [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in _PARTIAL:
        op.drop_index(name, "outbox_entry")
    op.create_index("ix_outbox_entry_due", "outbox_entry", ["dead_at", "due_at", "id"])
    op.drop_table("pairing_entry")
