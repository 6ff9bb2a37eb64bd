"""What goes in and out of parties, users and brokers. Views for the public hold no personal data."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints

from market.kernel.actor import Role
from market.kernel.text import Code, Command, Keyword, Name, Phrase, View, clean_code
from market.parties.models import Origin, PartyKind

MAX_PASSWORD_LENGTH = 200


def _lower(text: str) -> str:
    return text.lower()


def _no_password_controls(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().isprintable():
        raise ValueError("密码含有不可见的字符,请重新输入")
    return value


def _unique(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


Login = Annotated[
    str,
    BeforeValidator(clean_code),
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{2,39}$"),
    AfterValidator(_lower),
    Field(description="3 至 40 位字母、数字或 . _ @ -,不分大小写", examples=["ningxia-lab"]),
]
NewPassword = Annotated[SecretStr, Field(max_length=MAX_PASSWORD_LENGTH), AfterValidator(_no_password_controls)]
GivenPassword = Annotated[SecretStr, Field(max_length=MAX_PASSWORD_LENGTH)]
CountryCode = Annotated[
    str,
    BeforeValidator(clean_code),
    StringConstraints(pattern=r"^[0-9]{3}$"),
    Field(description="ISO 3166-1 三位数字国家代码,中国为 156"),
]
Phone = Annotated[
    str,
    BeforeValidator(clean_code),
    StringConstraints(pattern=r"^$|^[0-9+() -]{5,30}(转[0-9]{1,8})?$"),
    Field(description="电话号码,可带区号和分机", examples=["0951-5550100"]),
]
PersonName = Annotated[Phrase, StringConstraints(max_length=100)]
Codes = Annotated[tuple[Code, ...], Field(max_length=30), AfterValidator(_unique)]


class SignInCommand(Command):
    login: Annotated[str, BeforeValidator(clean_code), StringConstraints(max_length=100), AfterValidator(_lower)]
    password: GivenPassword


class ChangePassword(Command):
    current_password: GivenPassword
    new_password: NewPassword


class PartyDraft(Command):
    """A new party. `credit_code` is for Chinese organisations only; `region_code` for parties in China."""

    kind: PartyKind
    name: Name
    credit_code: Code | None = None
    party_type_code: Code
    region_code: Code | None = None
    country_code: CountryCode = "156"
    industry_code: Code | None = None
    scale: Code | None = None
    address: Phrase = ""
    legal_representative: PersonName = ""
    contact_name: PersonName = ""
    contact_phone: Phone = ""
    is_transfer_body: bool = False
    is_research_body: bool = False
    is_high_tech_enterprise: bool = False
    is_listed_company: bool = False


class PartyEdit(Command):
    """Only the fields that are given change. A party itself may change `OWN_FIELDS`; the rest is for the administration."""

    kind: PartyKind = PartyKind.ENTERPRISE
    name: Name = ""
    credit_code: Code | None = None
    party_type_code: Code = ""
    region_code: Code | None = None
    country_code: CountryCode = ""
    industry_code: Code | None = None
    scale: Code | None = None
    address: Phrase = ""
    legal_representative: PersonName = ""
    contact_name: PersonName = ""
    contact_phone: Phone = ""
    is_transfer_body: bool = False
    is_research_body: bool = False
    is_high_tech_enterprise: bool = False
    is_listed_company: bool = False


OWN_FIELDS = frozenset({"address", "legal_representative", "contact_name", "contact_phone", "industry_code", "scale"})
"""What the users of a party may change in it by themselves."""


class PartyFilter(Command):
    """Which parties: `q` is part of the name or a whole credit code; `region_code` takes in the regions inside it."""

    q: Keyword | None = None
    kind: PartyKind | None = None
    region_code: Code | None = None
    with_persons: bool = True


class UserDraft(Command):
    """A new user. Traders belong to a party, officials to a registration office."""

    login: Login
    password: NewPassword
    display_name: Name
    role: Role
    party_id: UUID | None = None
    office_code: Code | None = None


class UserEdit(Command):
    """Only the fields that are given change; another role, another party or office, a new password or a disabled account ends the user's sign-ins."""

    display_name: Name = ""
    role: Role = Role.ENTERPRISE
    party_id: UUID | None = None
    office_code: Code | None = None
    is_active: bool = True
    password: NewPassword = SecretStr("")


class BrokerDraft(Command):
    """A broker profile for a user in the role of broker. `max_load` bounds the open matches and deals."""

    user_id: UUID
    name: Name | None = None
    party_id: UUID | None = None
    qualification_code: Code
    certificate_no: Phrase = Field(default="", max_length=60)
    qualified_until: date | None = None
    field_codes: Codes = ()
    industry_codes: Codes = ()
    region_codes: Codes = ()
    max_load: Annotated[int, Field(ge=0, le=1000)] = 20


class BrokerEdit(Command):
    """Only the fields that are given change. Brokers themselves may change `OWN_BROKER_FIELDS`."""

    name: Name = ""
    party_id: UUID | None = None
    qualification_code: Code = ""
    certificate_no: Phrase = Field(default="", max_length=60)
    qualified_until: date | None = None
    field_codes: Codes = ()
    industry_codes: Codes = ()
    region_codes: Codes = ()
    max_load: Annotated[int, Field(ge=0, le=1000)] = 20
    is_active: bool = True


OWN_BROKER_FIELDS = frozenset({"field_codes", "industry_codes", "region_codes", "max_load"})


class PartyPublicView(View):
    """A party as anybody may see it."""

    id: UUID
    version: int
    kind: PartyKind
    name: str
    credit_code: str | None
    party_type_code: str
    region_code: str | None
    country_code: str
    industry_code: str | None
    scale: str | None
    is_transfer_body: bool
    is_research_body: bool
    is_high_tech_enterprise: bool
    is_listed_company: bool
    origin: Origin


class PartyView(PartyPublicView):
    """A party as members see it, with its contact data."""

    address: str
    legal_representative: str
    contact_name: str
    contact_phone: str
    created_at: datetime
    updated_at: datetime


class UserView(View):
    id: UUID
    version: int
    login: str
    display_name: str
    role: Role
    party_id: UUID | None
    office_code: str | None
    is_active: bool
    locked_until: datetime | None
    created_at: datetime
    updated_at: datetime


class BrokerView(View):
    """A broker with the present load: open matches and deals."""

    id: UUID
    version: int
    name: str
    party_id: UUID | None
    party_name: str
    qualification_code: str
    qualification: str
    qualified_until: date | None
    is_qualified: bool
    field_codes: list[str]
    industry_codes: list[str]
    region_codes: list[str]
    load: int
    max_load: int
    is_active: bool
