"""A market in which people decided: needs with five shown pairs each, of which they took one and refused the others."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from market.kernel.clock import FixedClock
from market.kernel.ids import new_id
from market.matches.models import Match, MatchEvent, MatchStatus
from market.matches.outcome_models import Decision
from market.needs.models import Need
from matching.weights import MODEL_VERSION
from tests.factories.achievements import make_achievement
from tests.factories.listings import make_owner
from tests.factories.matches import make_match
from tests.factories.needs import make_need


def shown(session: Session, clock: FixedClock, need: Need, parts: Mapping[str, float], **overrides: Any) -> Match:
    """A pair in the need's list, with these parts of the score."""
    values = {"score": sum(parts.values()), "parts": dict(parts), "model_version": MODEL_VERSION} | overrides
    return make_match(session, clock, need=need, **values)


def act(session: Session, clock: FixedClock, match: Match, action: str, reason: str | None = None) -> None:
    """An event of the pair as the service would log it, with how the pair stands."""
    session.add_all(_acted(match, clock, action, reason))
    session.flush()


def history(session: Session, clock: FixedClock, needs: int, *, telling: bool) -> None:
    """Needs, a day apart, of whose five pairs people take one and refuse the others: any place in the list is as likely.

    Where the parts are `telling`, the pair that they take is the one whose field fits, though not by enough to come first.
    """
    owner = make_owner(session, clock)
    offers = [make_achievement(session, clock) for _ in range(5)]
    for number in range(needs):
        need = make_need(session, clock, owner=owner)
        matches, acts = [], []
        for place, offer in enumerate(offers):
            is_taken = place == number % 5
            fits = is_taken if telling else place == number % 3
            parts = {"characters": 40.0 - 3 * place, "title": 1.0, "field": 2.0 * fits}
            matches.append(_match(need, offer.id, parts, clock))
            acts += _acted(matches[-1], clock, *(("express_interest",) if is_taken else ("decline", "not_relevant")))
        session.add_all(matches)
        session.flush()
        session.add_all(acts)
        clock.advance(timedelta(days=1))
    session.flush()


def _match(need: Need, achievement_id: Any, parts: dict[str, float], clock: FixedClock) -> Match:
    now = clock.now()
    return Match(
        id=new_id(),
        need_id=need.id,
        achievement_id=achievement_id,
        score=sum(parts.values()),
        parts=parts,
        model_version=MODEL_VERSION,
        computed_at=now,
        created_at=now,
        updated_at=now,
        listed_for_need=True,
    )


def _acted(match: Match, clock: FixedClock, action: str, reason: str | None = None) -> list[Any]:
    event = MatchEvent(id=new_id(), match_id=match.id, at=clock.now(), action=action)
    standing = {"score": match.score, "parts": dict(match.parts), "model_version": match.model_version}
    if reason is not None:
        match.decline_reason_code, match.status = reason, MatchStatus.DECLINED
    return [event, Decision(event_id=event.id, place=1, **standing)]
