"""What the demo asks the database for beyond the nouns' own queries."""

from sqlmodel import Session, col, select

from market.kernel.audit import AuditEntry

CHAPTER_TAG = "demo.chapter_told"


def told_chapters(session: Session) -> set[str]:
    """The names of the chapters that are in the database, from the audit log."""
    facts = session.exec(select(AuditEntry.facts).where(col(AuditEntry.tag) == CHAPTER_TAG)).all()
    return set(facts)
