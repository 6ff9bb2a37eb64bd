"""The party in whose name a file is imported where nobody names one."""

from uuid import UUID

from market.kernel.actor import Actor
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.parties import queries, service
from market.parties.models import Origin, PartyKind
from market.parties.schemas import PartyDraft
from seed.credit_codes import demo_credit_code

IMPORT_PARTY_NAME = "导入专用单位(示范)"
_SERIAL = 1


def import_party(database: Database, actor: Actor, *, clock: Clock, write: bool) -> UUID:
    """The id of the party kept for imports; made on first use. In a dry run on an empty database it is made and undone."""
    code = demo_credit_code(_SERIAL)
    with database.write_session() as session:
        party = queries.find_party_by_credit_code(session, code)
        if party is None:
            draft = PartyDraft(
                kind=PartyKind.OTHER_ORGANIZATION,
                name=IMPORT_PARTY_NAME,
                credit_code=code,
                party_type_code="910",
                region_code="640000",
            )
            party = service.create_party(session, actor, draft, clock=clock, origin=Origin.IMPORTED)
        if write:
            session.commit()
        else:
            session.rollback()
        return party.id
