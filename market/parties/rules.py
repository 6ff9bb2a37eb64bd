"""Pure decisions about parties, users and passwords."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from market.kernel.actor import Role
from market.kernel.errors import FieldError, Invalid, invalid_field
from market.parties.models import PartyKind

CHINA = "156"
NATURAL_PERSON_TYPE = "900"

MIN_PASSWORD_LENGTH = 10
MAX_FAILED_SIGN_INS = 5
LOCK_PERIOD = timedelta(minutes=15)
TOUCH_INTERVAL = timedelta(minutes=1)

# Those of the usual lists that are long enough to pass; the point is the idea, not completeness.
_COMMON_PASSWORDS = frozenset(
    {
        "1234567890", "12345678910", "0123456789", "0987654321", "9876543210", "1111111111", "0000000000", "8888888888",
        "6666666666", "1234512345", "1q2w3e4r5t", "1qaz2wsx3edc", "qwertyuiop", "qwer123456", "qwerty1234", "qwerty12345",
        "asdfghjkl1", "abcd123456", "abc1234567", "abcdefghij", "a123456789", "a1234567890", "aa12345678", "password12",
        "password123", "password1234", "passw0rd123", "p@ssw0rd123", "admin12345", "admin123456", "administrator",
        "iloveyou520", "woaini1314", "woaini520520", "5201314520", "1314520520", "techmarket", "techmarket1",
    }
)  # fmt: skip


def check_credit_code(text: str) -> str:
    """The unified social credit code without blanks and in capitals, checked by GB 32100-2015; raises `Invalid`.

    The check digit catches every single wrong character and every swap of two different ones, but for a swap of the first
    character with the check digit itself, which carry the same weight.
    """
    try:
        return str(uscc.validate(text))
    except InvalidLength:
        message, remedy = "统一社会信用代码应为 18 位。", "请对照营业执照或法人证书核对位数。"
    except InvalidChecksum:
        message, remedy = (
            "统一社会信用代码校验不通过。",
            "请逐位核对,常见原因是相邻两位写反或字母与数字混淆(如 B 与 8)。",
        )
    except ValidationError:
        message, remedy = "统一社会信用代码格式不正确。", "前 8 位为数字,其余为数字或大写字母,不含 I、O、S、V、Z。"
    raise invalid_field("credit_code", message, remedy, "invalid_credit_code")


@dataclass(frozen=True)
class PartyIdentity:
    """What must fit together in a party."""

    kind: PartyKind
    country_code: str
    credit_code: str | None
    party_type_code: str
    region_code: str | None


def check_identity(identity: PartyIdentity) -> PartyIdentity:
    """The identity with its credit code in standard form; raises `Invalid` with every field that does not fit.

    A Chinese organisation has a credit code and a region; a natural person and a foreign organisation have no code.
    """
    problems: list[FieldError] = []
    is_person = identity.kind is PartyKind.NATURAL_PERSON
    is_chinese = identity.country_code == CHINA
    credit_code = identity.credit_code
    if is_person != (identity.party_type_code == NATURAL_PERSON_TYPE):
        problems.append(
            FieldError("party_type_code", "主体性质与主体类别不一致。", "自然人的主体性质为 900,机构不能选 900。")
        )
    if is_person and credit_code is not None:
        problems.append(FieldError("credit_code", "自然人没有统一社会信用代码。", "请将此项留空。"))
    elif not is_chinese and credit_code is not None:
        problems.append(FieldError("credit_code", "境外机构没有统一社会信用代码。", "请将此项留空。"))
    elif not is_person and is_chinese:
        credit_code, found = _checked_code(credit_code)
        problems += found
    if is_chinese and not is_person and identity.region_code is None:
        problems.append(
            FieldError("region_code", "境内机构应填写所在地区。", "请选择六位行政区划代码,外省可填省级代码。")
        )
    if not is_chinese and identity.region_code is not None:
        problems.append(FieldError("region_code", "境外主体没有境内地区。", "请将此项留空。"))
    if problems:
        raise Invalid("invalid_party", "".join(f"{p.message}{p.remedy}" for p in problems), problems)
    return PartyIdentity(
        identity.kind, identity.country_code, credit_code, identity.party_type_code, identity.region_code
    )


def _checked_code(credit_code: str | None) -> tuple[str | None, list[FieldError]]:
    if credit_code is None:
        return None, [FieldError("credit_code", "境内机构应填写统一社会信用代码。", "见营业执照或法人证书,共 18 位。")]
    try:
        return check_credit_code(credit_code), []
    except Invalid as error:
        return credit_code, list(error.fields)


def check_password(password: str, login: str, field: str = "password") -> None:
    """Raise `Invalid` unless the password is long enough, no common one and not the sign-in name in disguise."""
    folded = password.casefold()
    if len(password) < MIN_PASSWORD_LENGTH:
        raise invalid_field(
            field, f"密码不足 {MIN_PASSWORD_LENGTH} 位。", "建议用几个互不相关的词连成一句。", "weak_password"
        )
    if folded in _COMMON_PASSWORDS or len(set(folded)) <= 2:  # noqa: PLR2004  one or two characters over and over
        raise invalid_field(field, "这个密码过于常见。", "请换一个他人不易猜到的密码。", "weak_password")
    core = _core(login.casefold())
    if folded == login.casefold() or (core and _core(folded) == core):
        raise invalid_field(field, "密码与登录名过于相近。", "请换一个与登录名无关的密码。", "weak_password")


def _core(text: str) -> str:
    return text.strip("0123456789!@#._-")


def check_role(role: Role, *, has_party: bool, office_code: str | None) -> None:
    """Raise `Invalid` unless the user's place fits the role: traders have a party, officials an office, nobody both."""
    problems: list[FieldError] = []
    if role in (Role.ENTERPRISE, Role.INSTITUTE) and not has_party:
        problems.append(FieldError("party_id", "企业和院所用户应属于一个机构。", "请先登记机构,再填写其编号。"))
    if role in (Role.OFFICIAL, Role.ADMINISTRATOR) and has_party:
        problems.append(FieldError("party_id", "管理人员不代表任何交易主体。", "请将此项留空。"))
    if role is Role.OFFICIAL and office_code is None:
        problems.append(FieldError("office_code", "登记人员应属于一个登记机构。", "请从登记机构代码表中选择。"))
    if role is not Role.OFFICIAL and office_code is not None:
        problems.append(FieldError("office_code", "只有登记人员属于登记机构。", "请将此项留空。"))
    if problems:
        raise Invalid("invalid_user", "".join(f"{p.message}{p.remedy}" for p in problems), problems)


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    """Whether sign-in is closed at this instant."""
    return locked_until is not None and now < locked_until


def after_failure(failed_sign_ins: int, now: datetime) -> tuple[int, datetime | None]:
    """The count of failures and the end of the lock after one more wrong password; a lock starts the count afresh."""
    failures = failed_sign_ins + 1
    return (0, now + LOCK_PERIOD) if failures >= MAX_FAILED_SIGN_INS else (failures, None)


@dataclass(frozen=True)
class SignInTimes:
    """The instants that decide whether a sign-in still holds."""

    last_used_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def is_sign_in_valid(times: SignInTimes, *, now: datetime, idle: timedelta) -> bool:
    """Neither revoked, nor past its lifetime, nor left unused for longer than `idle`."""
    return times.revoked_at is None and now < times.expires_at and now < times.last_used_at + idle


def is_qualified(qualified_until: date | None, on: date) -> bool:
    """Whether a broker's certificate holds on this day; without an end it does."""
    return qualified_until is None or on <= qualified_until
