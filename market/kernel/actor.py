"""Who acts, and what a role may do. Services ask the actor; they never see HTTP."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from market.kernel.errors import Forbidden, Unauthenticated


class Role(StrEnum):
    """What a user is in the market; one per user."""

    ENTERPRISE = "enterprise"
    INSTITUTE = "institute"
    BROKER = "broker"
    OFFICIAL = "official"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What can be allowed. Ownership of the row is asked for besides, by the use-case."""

    READ_MEMBER_FIELDS = "read_member_fields"
    LIST_ACHIEVEMENT = "list_achievement"
    POST_NEED = "post_need"
    REVIEW_LISTINGS = "review_listings"
    ACT_ON_MATCHES = "act_on_matches"
    ASSIGN_BROKER = "assign_broker"
    NEGOTIATE_DEALS = "negotiate_deals"
    FILE_CONTRACTS = "file_contracts"
    REGISTER_CONTRACTS = "register_contracts"
    MANAGE_PROJECTS = "manage_projects"
    SET_TARGETS = "set_targets"
    MANAGE_PARTIES = "manage_parties"
    MANAGE_USERS = "manage_users"
    READ_AUDIT = "read_audit"
    EXPORT = "export"
    OPERATE = "operate"


_TRADER = {
    Permission.READ_MEMBER_FIELDS,
    Permission.ACT_ON_MATCHES,
    Permission.NEGOTIATE_DEALS,
    Permission.FILE_CONTRACTS,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ENTERPRISE: frozenset(_TRADER | {Permission.LIST_ACHIEVEMENT, Permission.POST_NEED}),
    Role.INSTITUTE: frozenset(_TRADER | {Permission.LIST_ACHIEVEMENT, Permission.POST_NEED}),
    Role.BROKER: frozenset(_TRADER | {Permission.LIST_ACHIEVEMENT, Permission.POST_NEED, Permission.ASSIGN_BROKER}),
    Role.OFFICIAL: frozenset(
        {
            Permission.READ_MEMBER_FIELDS,
            Permission.REVIEW_LISTINGS,
            Permission.ASSIGN_BROKER,
            Permission.REGISTER_CONTRACTS,
            Permission.MANAGE_PROJECTS,
            Permission.MANAGE_PARTIES,
            Permission.READ_AUDIT,
            Permission.EXPORT,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.READ_MEMBER_FIELDS,
            Permission.MANAGE_PARTIES,
            Permission.MANAGE_USERS,
            Permission.SET_TARGETS,
            Permission.READ_AUDIT,
            Permission.EXPORT,
            Permission.OPERATE,
        }
    ),
}


@dataclass(frozen=True)
class Actor:
    """The one on whose behalf a use-case runs.

    `party_id` is the organisation (or person) the user acts for; `office_code` the registration office of an official;
    `broker_id` the broker profile. All of them None: an anonymous visitor. `is_system`: the worker and the command line.
    """

    user_id: UUID | None = None
    role: Role | None = None
    party_id: UUID | None = None
    office_code: str | None = None
    broker_id: UUID | None = None
    name: str = ""
    is_system: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None or self.is_system

    def may(self, permission: Permission) -> bool:
        return self.is_system or (self.role is not None and permission in PERMISSIONS[self.role])

    def require(self, permission: Permission) -> None:
        """Raise `Unauthenticated` or `Forbidden` unless the role allows it."""
        if not self.is_signed_in:
            raise Unauthenticated("sign_in_required", "此操作需要登录后进行。")
        if not self.may(permission):
            raise Forbidden("permission_denied", "您的角色没有进行此操作的权限。")

    def acts_for(self, party_id: UUID | None) -> bool:
        """Whether the actor belongs to this party."""
        return party_id is not None and self.party_id == party_id


ANONYMOUS = Actor()
SYSTEM = Actor(name="system", is_system=True)
