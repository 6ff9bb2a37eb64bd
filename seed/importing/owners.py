"""The party in whose name a file is imported where nobody names one."""

from sqlmodel import Session

from market.kernel.actor import Actor
from market.kernel.clock import Clock
from market.parties import queries, service
from market.parties.models import Origin, Party, PartyKind
from market.parties.schemas import PartyDraft
from seed.credit_codes import demo_credit_code

IMPORT_PARTY_NAME = "导入专用单位(示范)"
_SERIAL = 1


def import_party(session: Session, actor: Actor, *, clock: Clock) -> Party:
    """The party kept for imports; made on first use, in the caller's transaction."""
    code = demo_credit_code(_SERIAL)
    party = queries.find_party_by_credit_code(session, code)
    if party is not None:
        return party
    draft = PartyDraft(
        kind=PartyKind.OTHER_ORGANIZATION,
        name=IMPORT_PARTY_NAME,
        credit_code=code,
        party_type_code="910",
        region_code="640000",
    )
    party = service.create_party(session, actor, draft, clock=clock, origin=Origin.IMPORTED)
    session.flush()  # the listings refer to it
    return party
