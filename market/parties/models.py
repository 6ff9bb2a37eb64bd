"""Tables of the people and organisations of the market: parties, users, sign-ins, brokers."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from market.kernel.actor import Role
from market.kernel.columns import JSON, UTC_INSTANT, enum_type
from market.kernel.rows import Row, VersionedRow


class PartyKind(StrEnum):
    """主体类别: coarse; the form's 买卖方性质 is `party_type_code`."""

    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    BROKERAGE = "brokerage"
    AUTHORITY = "authority"
    OTHER_ORGANIZATION = "other_organization"
    NATURAL_PERSON = "natural_person"


class Origin(StrEnum):
    """Where a row comes from; demo and generated rows are marked wherever they are shown."""

    ENTERED = "entered"
    IMPORTED = "imported"
    DEMO = "demo"
    GENERATED = "generated"


class Party(VersionedRow, table=True):
    """主体: an organisation (机构) or a natural person that offers, asks, mediates or signs.

    `credit_code` is the checked unified social credit code (GB 32100-2015); None for natural persons and foreign parties.
    Contact fields are personal data: members-only, never in logs or the index.
    """

    __tablename__ = "party"

    kind: PartyKind = Field(sa_type=enum_type(PartyKind))
    name: str = Field(max_length=100, index=True)
    credit_code: str | None = Field(default=None, max_length=18, unique=True)
    party_type_code: str = Field(max_length=8)
    region_code: str | None = Field(default=None, max_length=16, index=True)
    country_code: str = Field(default="156", max_length=3)
    industry_code: str | None = Field(default=None, max_length=8)
    scale: str | None = Field(default=None, max_length=16)
    address: str = Field(default="", max_length=200)
    legal_representative: str = Field(default="", max_length=100)
    contact_name: str = Field(default="", max_length=100)
    contact_phone: str = Field(default="", max_length=40)
    is_transfer_body: bool = Field(default=False)
    is_research_body: bool = Field(default=False)
    is_high_tech_enterprise: bool = Field(default=False)
    is_listed_company: bool = Field(default=False)
    origin: Origin = Field(default=Origin.ENTERED, sa_type=enum_type(Origin))


class User(VersionedRow, table=True):
    """用户: a person who signs in, in one role, for one party; officials belong to a registration office."""

    __tablename__ = "user_account"

    login: str = Field(max_length=40, unique=True)
    password_hash: str = Field(max_length=200)
    display_name: str = Field(max_length=100)
    role: Role = Field(sa_type=enum_type(Role))
    party_id: UUID | None = Field(default=None, foreign_key="party.id", index=True)
    office_code: str | None = Field(default=None, max_length=16)
    is_active: bool = Field(default=True)
    failed_sign_ins: int = Field(default=0)
    locked_until: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


class SignIn(Row, table=True):
    """登录会话: a revocable bearer token, of which only the SHA-256 is kept."""

    __tablename__ = "sign_in"

    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UTC_INSTANT)
    last_used_at: datetime = Field(sa_type=UTC_INSTANT)
    expires_at: datetime = Field(sa_type=UTC_INSTANT)
    revoked_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


class Broker(VersionedRow, table=True):
    """技术经理人: a user's qualification, fields and load."""

    __tablename__ = "broker"
    __table_args__ = (sa.CheckConstraint("max_load >= 0", name="max_load"),)

    user_id: UUID = Field(foreign_key="user_account.id", unique=True)
    party_id: UUID | None = Field(default=None, foreign_key="party.id", index=True)
    name: str = Field(max_length=100)
    qualification_code: str = Field(max_length=16)
    certificate_no: str = Field(default="", max_length=60)
    qualified_until: date | None = Field(default=None)
    field_codes: list[str] = Field(default_factory=list, sa_type=JSON)
    industry_codes: list[str] = Field(default_factory=list, sa_type=JSON)
    region_codes: list[str] = Field(default_factory=list, sa_type=JSON)
    max_load: int = Field(default=20)
    is_active: bool = Field(default=True)
