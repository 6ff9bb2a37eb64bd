"""Keep with each decision how the pair stood when it was taken, and the rankers that are trained on these."""

import sqlalchemy as sa
from alembic import op

from market.kernel import columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What was decided before this release was kept without its circumstances: as the pair stands today is the nearest to be had.
_EARLIER = """
INSERT INTO decision (event_id, place, score, parts, model_version)
SELECT match_event.id, NULL, "match".score, "match".parts, "match".model_version
FROM match_event JOIN "match" ON "match".id = match_event.match_id
WHERE match_event.action IN ('express_interest', 'consent', 'decline', 'open_deal', 'close_deal')
"""


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("parts", columns.JSON, nullable=False),
        sa.Column("model_version", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_decision")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["match_event.id"], name=op.f("fk_decision_event_id_match_event"), ondelete="CASCADE"
        ),
    )
    op.execute(_EARLIER)
    op.create_table(
        "ranker_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("model_version", sa.String(60), nullable=False),
        sa.Column("coefficients", columns.JSON, nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("figures", columns.JSON, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                *("rejected", "adopted", "superseded", "rolled_back"),
                name="ranker_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("superseded_number", sa.Integer(), nullable=True),
        sa.Column("trained_at", columns.UtcColumn(), nullable=False),
        sa.Column("trained_until", columns.UtcColumn(), nullable=False),
        sa.Column("measured_until", columns.UtcColumn(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranker_version")),
        sa.UniqueConstraint("number", name=op.f("uq_ranker_version_number")),
    )


def downgrade() -> None:
    op.drop_table("ranker_version")
    op.drop_table("decision")
