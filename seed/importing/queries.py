"""What an import asks of the database batch by batch, so that it need not ask row by row."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from market.achievements.models import Achievement
from market.kernel.outbox import Subject
from market.listings.queries import COMPARED
from market.needs.models import Need

_MODELS: dict[Subject, type[Need] | type[Achievement]] = {Subject.NEED: Need, Subject.ACHIEVEMENT: Achievement}


def known_titles(session: Session, subject: Subject, source_refs: Collection[str]) -> dict[str, str]:
    """The titles of the listings that came from these sources in an earlier run, by source."""
    model = _MODELS[subject]
    rows = session.exec(select(model.source_ref, model.title).where(col(model.source_ref).in_(source_refs))).all()
    return {source_ref: title for source_ref, title in rows if source_ref is not None}


def standing_contents(session: Session, subject: Subject, hashes: Collection[str]) -> set[tuple[str, str]]:
    """Which of these contents an owner has live or under review: pairs of the owner's id and the content hash."""
    model = _MODELS[subject]
    statement = select(model.owner_party_id, model.content_hash).where(
        col(model.content_hash).in_(hashes), col(model.status).in_(COMPARED)
    )
    return {(str(owner), content) for owner, content in session.exec(statement).all()}
