"""Let the audit log and the ledger only be appended to, also by whoever reaches the database past the application."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = ("audit_entry", "ledger_entry")
_ACTIONS = ("UPDATE", "DELETE")


def upgrade() -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for table in _TABLES:
        for action in _ACTIONS:
            name = f"{table}_no_{action.lower()}"
            body = (
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                if is_sqlite
                else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} {body}")


def downgrade() -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    for table in _TABLES:
        for action in _ACTIONS:
            op.execute(f"DROP TRIGGER {table}_no_{action.lower()}" + ("" if is_sqlite else f" ON {table}"))
    if not is_sqlite:
        op.execute("DROP FUNCTION refuse_change()")
