"""Who plays: the demo's organisations, users, brokers and officials. Their passwords are public; never load them on a real market."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import SecretStr
from sqlmodel import Session

from market.kernel.actor import SYSTEM, Actor, Role
from market.kernel.clock import Clock
from market.parties import queries, service
from market.parties.models import Origin, Party, PartyKind, User
from market.parties.schemas import BrokerDraft, PartyDraft, UserDraft
from market.reference.lists import code_list
from seed.credit_codes import demo_credit_code
from seed.demo import content
from seed.demo.content import DemoParty

PASSWORD = "demo-techmarket"  # noqa: S105  printed for everybody to try the demo with
TOWNS = "TOWNS"
"""The trade of what belongs to no local industry."""

_FIRST_SERIAL = 100
_ROLES = {
    PartyKind.ENTERPRISE: Role.ENTERPRISE,
    PartyKind.UNIVERSITY: Role.INSTITUTE,
    PartyKind.INSTITUTE: Role.INSTITUTE,
    PartyKind.BROKERAGE: Role.BROKER,
}
_SCALES = ("medium", "small", "large", "small")
_OFFICES = {
    "640101": "ningxia",
    "640102": "yinchuan",
    "640201": "shizuishan",
    "640301": "wuzhong",
    "640401": "guyuan",
    "640501": "zhongwei",
}
ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Member:
    """An organisation and the user who acts for it."""

    demo: DemoParty
    party_id: UUID
    actor: Actor

    @property
    def is_home(self) -> bool:
        return self.demo.region_code.startswith(("64", "NX"))

    def trades_in(self, local_industry_code: str | None) -> bool:
        return (local_industry_code or TOWNS) in self.demo.trades


@dataclass(frozen=True)
class Cast:
    """Everybody, by what they do."""

    members: tuple[Member, ...]
    brokers: tuple[Actor, ...]
    officials: dict[str, tuple[Actor, Actor]]
    administrator: Actor

    def member(self, login: str) -> Member:
        return next(member for member in self.members if member.demo.login == login)

    def traders(self, local_industry_code: str | None, role: Role) -> list[Member]:
        """The home members of a role that work in the industry; never empty for the demo's content."""
        of_role = [member for member in self.members if member.actor.role is role and member.is_home]
        return [member for member in of_role if member.trades_in(local_industry_code)] or of_role


@dataclass(frozen=True)
class Account:
    """What one types to try a role."""

    role: str
    login: str
    name: str


def create_cast(session: Session, *, clock: Clock) -> None:
    """Enter everybody, in one transaction of the caller's."""
    for position, demo in enumerate(content.parties()):
        party = _create_party(session, demo, position, clock)
        session.flush()
        user = _create_user(session, _user(demo.login, demo.name, _ROLES[demo.kind], party_id=party.id), clock)
        if demo.kind is PartyKind.BROKERAGE:
            _create_broker(session, user, position, clock)
    for office, city in _OFFICES.items():
        for number in (1, 2):
            name = f"{code_list('registration_offices').label(office)}登记员{number}"
            _create_user(session, _user(f"official-{city}-{number}", name, Role.OFFICIAL, office_code=office), clock)
    _create_user(session, _user(ADMINISTRATOR, "演示管理员", Role.ADMINISTRATOR), clock)


def load_cast(session: Session) -> Cast:
    """Everybody as they stand in the database."""
    members = []
    brokers = []
    for position, demo in enumerate(content.parties()):
        party = queries.find_party_by_credit_code(session, demo_credit_code(_FIRST_SERIAL + position))
        if party is None:
            raise LookupError(f"demo party {demo.login} is missing")
        actor = _actor(session, demo.login)
        members.append(Member(demo, party.id, actor))
        if actor.broker_id is not None:
            brokers.append(actor)
    officials = {
        office: (_actor(session, f"official-{city}-1"), _actor(session, f"official-{city}-2"))
        for office, city in _OFFICES.items()
    }
    return Cast(tuple(members), tuple(brokers), officials, _actor(session, ADMINISTRATOR))


def accounts() -> tuple[Account, ...]:
    """One account of each role, to begin with."""
    return (
        Account("企业", "goji-zhongning", "示范·中宁枸杞深加工企业(演示)"),
        Account("院所", "agriculture", "示范·宁夏农业研究院(演示)"),
        Account("技术经理人", "brokerage-yinchuan", "示范·银川技术转移服务机构(演示)"),
        Account("登记员(受理)", "official-ningxia-1", "宁夏技术合同登记处(示范)登记员1"),
        Account("登记员(审核)", "official-ningxia-2", "宁夏技术合同登记处(示范)登记员2"),
        Account("管理员", ADMINISTRATOR, "演示管理员"),
    )


def _create_party(session: Session, demo: DemoParty, position: int, clock: Clock) -> Party:
    is_firm = demo.kind is PartyKind.ENTERPRISE
    draft = PartyDraft(
        kind=demo.kind,
        name=demo.name,
        credit_code=demo_credit_code(_FIRST_SERIAL + position),
        party_type_code=demo.party_type_code,
        region_code=demo.region_code,
        industry_code=content.section_of(next((t for t in demo.trades if t != TOWNS), None)),
        scale=_SCALES[position % len(_SCALES)] if is_firm else None,
        address="演示地址 1 号",
        contact_name="演示联系人",
        contact_phone=f"0951-555{position:04d}",
        is_transfer_body=demo.kind is PartyKind.BROKERAGE,
        is_research_body=demo.kind in (PartyKind.UNIVERSITY, PartyKind.INSTITUTE),
        is_high_tech_enterprise=is_firm and position % 3 == 0,
    )
    return service.create_party(session, SYSTEM, draft, clock=clock, origin=Origin.DEMO)


def _user(
    login: str, name: str, role: Role, *, party_id: UUID | None = None, office_code: str | None = None
) -> UserDraft:
    return UserDraft(
        login=login,
        password=SecretStr(PASSWORD),
        display_name=name,
        role=role,
        party_id=party_id,
        office_code=office_code,
    )


def _create_user(session: Session, draft: UserDraft, clock: Clock) -> User:
    user = service.create_user(session, SYSTEM, draft, clock=clock)
    session.flush()
    return user


def _create_broker(session: Session, user: User, position: int, clock: Clock) -> None:
    today = clock.today()
    fields = [item.code for item in code_list("technology_fields").items]
    draft = BrokerDraft(
        user_id=user.id,
        qualification_code="senior" if position % 2 else "intermediate",
        certificate_no=f"演示-{position:03d}",
        qualified_until=date(today.year + 2, 12, 31),
        field_codes=tuple(fields),
        region_codes=("640000",),
        max_load=60,
    )
    service.create_broker(session, SYSTEM, draft, clock=clock)
    session.flush()


def _actor(session: Session, login: str) -> Actor:
    user = queries.find_user_by_login(session, login)
    if user is None:
        raise LookupError(f"demo user {login} is missing")
    broker = queries.broker_of_user(session, user.id) if user.role is Role.BROKER else None
    return Actor(
        user_id=user.id,
        role=user.role,
        party_id=user.party_id,
        office_code=user.office_code,
        broker_id=broker.id if broker else None,
        name=user.display_name,
    )
