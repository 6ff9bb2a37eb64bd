"""The demo's achievements and needs come onto the market over the last five months, each by its owner and through review."""

from datetime import date, timedelta
from random import Random

from sqlmodel import Session

from market.achievements import queries as achievement_queries
from market.achievements import service as achievement_service
from market.achievements.models import Achievement, IpStatus
from market.achievements.schemas import DraftAchievement, IpInput
from market.kernel.actor import Role
from market.listings.schemas import ReturnListing
from market.needs import queries as need_queries
from market.needs import service as need_service
from market.needs.models import Need
from market.needs.schemas import DraftNeed
from market.parties.models import Origin
from seed.demo import content
from seed.demo.calendar import StoryClock, working_day
from seed.demo.cast import Cast, Member
from seed.demo.content import DemoAchievement, DemoNeed

STORY_NEED, STORY_ACHIEVEMENT = "goji-01", "goji-02"
OPEN_NEED = "goji-02"
"""What the same enterprise still looks for: once it has its vector, whoever signs in as it is told of what fits."""
STORY_DAYS = 60
"""How many days ago the followed need was posted."""

PAIRS = (
    ("dairy-01", "dairy-01", "suggested"),
    ("wine-01", "wine-01", "interested"),
    ("tan_sheep-01", "tan_sheep-01", "declined"),
    ("vegetables-03", "vegetables-02", "consented"),
    ("new_materials-02", "new_materials-02", "talks"),
    ("chemicals-01", "chemicals-01", "proposed"),
    ("clean_energy-01", "clean_energy-01", "closed"),
)
"""Needs and achievements that people have begun to bring together, and how far each pair has come."""

_TALKED_OF = {
    "need": {STORY_NEED, *(need for need, _, _ in PAIRS)},
    "achievement": {STORY_ACHIEVEMENT, *(achievement for _, achievement, _ in PAIRS)},
}
REVIEW_OFFICE = "640101"
_OPEN_FOR_DAYS = 150
_WAITING_EVERY = 40
_RETURNED_AT = 23
_INSTITUTE_SHARE = 0.7


def source_ref(noun: str, key: str) -> str:
    """The stable name of a demo listing."""
    return f"demo:{noun}:{key}"


def achievement_of(session: Session, key: str) -> Achievement:
    """The demo achievement of this key."""
    found = achievement_queries.find_by_source_ref(session, source_ref("achievement", key))
    if found is None:
        raise LookupError(f"demo achievement {key} is missing")
    return found


def need_of(session: Session, key: str) -> Need:
    """The demo need of this key."""
    found = need_queries.find_by_source_ref(session, source_ref("need", key))
    if found is None:
        raise LookupError(f"demo need {key} is missing")
    return found


def list_achievements(session: Session, cast: Cast, today: date) -> None:
    """Draft, submit and publish every achievement; a few wait for review, one was sent back."""
    random = Random("achievements")
    clock = StoryClock(today)
    reviewer = cast.officials[REVIEW_OFFICE][0]
    for position, demo in enumerate(content.achievements()):
        owner = _owner_of_achievement(cast, demo, random)
        is_talked_of = demo.key in _TALKED_OF["achievement"]
        clock.to(_listed_on(today, is_talked_of, random))
        command = _achievement(demo, owner)
        row = achievement_service.draft_achievement(
            session,
            owner.actor,
            command,
            clock=clock,
            origin=Origin.DEMO,
            source_ref=source_ref("achievement", demo.key),
        )
        achievement_service.submit_achievement(session, owner.actor, row.id, clock=clock)
        clock.to(clock.today())
        if position == _RETURNED_AT and not is_talked_of:
            reason = ReturnListing(reason="请补充第三方检测报告编号,并说明指标的测试条件。")
            achievement_service.return_achievement(session, reviewer, row.id, reason, clock=clock)
        elif is_talked_of or position % _WAITING_EVERY != _WAITING_EVERY - 1:
            achievement_service.publish_achievement(session, reviewer, row.id, clock=clock)


def post_needs(session: Session, cast: Cast, today: date) -> None:
    """Draft, submit and publish every need; two wait for review."""
    random = Random("needs")
    clock = StoryClock(today)
    reviewer = cast.officials[REVIEW_OFFICE][1]
    for position, demo in enumerate(content.needs()):
        owner = _owner_of_need(cast, demo, random)
        is_talked_of = demo.key in _TALKED_OF["need"]
        clock.to(_listed_on(today, is_talked_of, random))
        row = need_service.draft_need(
            session,
            owner.actor,
            _need(demo, today),
            clock=clock,
            origin=Origin.DEMO,
            source_ref=source_ref("need", demo.key),
        )
        need_service.submit_need(session, owner.actor, row.id, clock=clock)
        if is_talked_of or position % _WAITING_EVERY != _WAITING_EVERY - 1:
            clock.to(clock.today())
            need_service.publish_need(session, reviewer, row.id, clock=clock)


def _listed_on(today: date, is_talked_of: bool, random: Random) -> date:  # noqa: FBT001  a fact of the row, not a switch
    days = STORY_DAYS + 1 if is_talked_of else random.randint(1, _OPEN_FOR_DAYS)
    return min(working_day(today - timedelta(days=days)), today)


def _owner_of_achievement(cast: Cast, demo: DemoAchievement, random: Random) -> Member:
    role = Role.INSTITUTE if random.random() < _INSTITUTE_SHARE else Role.ENTERPRISE
    if demo.key in _TALKED_OF["achievement"]:
        role = Role.INSTITUTE
    return random.choice(cast.traders(demo.local_industry_code, role))


def _owner_of_need(cast: Cast, demo: DemoNeed, random: Random) -> Member:
    if demo.key == STORY_NEED:
        return cast.member("goji-zhongning")
    candidates = cast.traders(demo.local_industry_code, Role.ENTERPRISE)
    near = [member for member in candidates if member.demo.region_code == demo.region_code]
    drawn = random.choice(near or candidates)  # also where it is not used: those after it stay with their owners
    return cast.member("goji-zhongning") if demo.key == OPEN_NEED else drawn


def _achievement(demo: DemoAchievement, owner: Member) -> DraftAchievement:
    rights = []
    if "transfer" in demo.transfer_ways:
        number = f"示范专利-{demo.key}"
        rights.append(
            IpInput(
                kind_code="patent_invention",
                number=number,
                title=demo.title,
                status=IpStatus.GRANTED,
                filed_on=date(2022, 3, 15),
            )
        )
    if "licence" in demo.transfer_ways:
        rights.append(IpInput(kind_code="trade_secret", title=f"{demo.title}技术秘密"))
    values = demo.model_dump(exclude={"key", "asking_price_wan"})
    if owner.actor.role is Role.INSTITUTE:
        values["plan_source_code"] = "province"
    return DraftAchievement.model_validate(
        values
        | {
            "industry_code": content.section_of(demo.local_industry_code),
            "asking_price_cny": None if demo.asking_price_wan is None else content.yuan(demo.asking_price_wan),
            "intellectual_property": rights,
            "wants_broker": demo.asking_price_wan is None,
        }
    )


def _need(demo: DemoNeed, today: date) -> DraftNeed:
    values = demo.model_dump(exclude={"key", "budget_min_wan", "budget_max_wan"})
    return DraftNeed.model_validate(
        values
        | {
            "summary": f"寻求{'、'.join(demo.keywords)}方面的技术与合作方。",
            "industry_code": content.section_of(demo.local_industry_code),
            "activity_type_code": "rd_application",
            "budget_min_cny": content.yuan(demo.budget_min_wan),
            "budget_max_cny": content.yuan(demo.budget_max_wan),
            "needed_by": date(today.year + 1, 6, 30),
        }
    )
