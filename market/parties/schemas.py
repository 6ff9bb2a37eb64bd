"""What goes in and out of parties, users and brokers. Views for the public hold no personal data."""

import re
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints

from market.kernel.actor import Permission, Role
from market.kernel.text import Code, Command, Keyword, Name, Phrase, View, clean_code
from market.parties.models import Origin, PartyKind

MAX_PASSWORD_LENGTH = 200


def _lower(text: str) -> str:
    return text.lower()


def _no_password_controls(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().isprintable():
        raise ValueError("密码含有不可见的字符,请重新输入")
    return value


def _matching(pattern: str, message: str) -> AfterValidator:
    """A check whose message tells people what is expected; the pattern itself stands in the OpenAPI document."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if compiled.fullmatch(text) is None:
            raise ValueError(message)
        return text

    return AfterValidator(check)


def _without_defaults(schema: dict[str, Any]) -> None:
    """In an edit a field that is not sent stays as it is; a documented default would say otherwise."""
    for field in schema["properties"].values():
        field.pop("default", None)


def _unique(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


_LOGIN = r"[A-Za-z0-9][A-Za-z0-9._@-]{2,39}"
_COUNTRY = r"[0-9]{3}"
_PHONE = r"|[0-9+() -]{5,30}(转[0-9]{1,8})?"

Login = Annotated[
    str,
    BeforeValidator(clean_code),
    _matching(_LOGIN, "登录名应为 3 至 40 位字母、数字或 . _ @ -,并以字母或数字开头"),
    AfterValidator(_lower),
    Field(
        description="不分大小写", examples=["ningxia-lab"], max_length=100, json_schema_extra={"pattern": f"^{_LOGIN}$"}
    ),
]
NewPassword = Annotated[SecretStr, Field(max_length=MAX_PASSWORD_LENGTH), AfterValidator(_no_password_controls)]
GivenPassword = Annotated[SecretStr, Field(max_length=MAX_PASSWORD_LENGTH)]
CountryCode = Annotated[
    str,
    BeforeValidator(clean_code),
    _matching(_COUNTRY, "国家代码应为三位数字,中国为 156"),
    Field(description="ISO 3166-1 三位数字代码", max_length=40, json_schema_extra={"pattern": f"^{_COUNTRY}$"}),
]
Phone = Annotated[
    str,
    BeforeValidator(clean_code),
    _matching(_PHONE, "电话号码只能有数字、空格和 + - ( ),分机写作“转12”"),
    Field(examples=["0951-5550100"], max_length=40, json_schema_extra={"pattern": f"^({_PHONE})$"}),
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

    model_config = ConfigDict(json_schema_extra=_without_defaults)

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

    model_config = ConfigDict(json_schema_extra=_without_defaults)

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

    model_config = ConfigDict(json_schema_extra=_without_defaults)

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


class MyView(View):
    """Who is signed in, for whom, and what that allows."""

    user: UserView
    party: PartyPublicView | None
    broker_id: UUID | None
    permissions: list[Permission]
