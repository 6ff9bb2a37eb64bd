"""Find what has expired by state and instant together: by one of them alone a million live listings are read for it."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLES = ("achievement", "need")


def upgrade() -> None:
    for table in _TABLES:
        op.create_index(f"ix_{table}_status_expires", table, ["status", "expires_at"])
        op.drop_index(f"ix_{table}_expires_at", table)


def downgrade() -> None:
    for table in _TABLES:
        op.create_index(f"ix_{table}_expires_at", table, ["expires_at"])
        op.drop_index(f"ix_{table}_status_expires", table)
