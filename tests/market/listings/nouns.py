"""Both nouns behind one face, so that what they share is tested once for each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from market.achievements import queries as achievement_queries
from market.achievements import service as achievements
from market.achievements.models import Achievement
from market.achievements.schemas import DraftAchievement, EditAchievement
from market.kernel.outbox import Subject
from market.needs import queries as need_queries
from market.needs import service as needs
from market.needs.models import Need
from market.needs.schemas import DraftNeed, EditNeed
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need


@dataclass(frozen=True)
class Noun:
    subject: Subject
    model: type[Any]
    make: Callable[..., Any]
    draft_command: type[Any]
    edit_command: type[Any]
    text_field: str
    draft: Callable[..., Any]
    edit: Callable[..., Any]
    submit: Callable[..., Any]
    publish: Callable[..., Any]
    send_back: Callable[..., Any]
    withdraw: Callable[..., Any]
    renew: Callable[..., Any]
    view: Callable[..., Any]
    service: Any
    queries: Any


ACHIEVEMENT = Noun(
    Subject.ACHIEVEMENT,
    Achievement,
    make_achievement,
    DraftAchievement,
    EditAchievement,
    "description",
    achievements.draft_achievement,
    achievements.edit_achievement,
    achievements.submit_achievement,
    achievements.publish_achievement,
    achievements.return_achievement,
    achievements.withdraw_achievement,
    achievements.renew_achievement,
    achievements.view_achievement,
    achievements,
    achievement_queries,
)
NEED = Noun(
    Subject.NEED,
    Need,
    make_need,
    DraftNeed,
    EditNeed,
    "problem",
    needs.draft_need,
    needs.edit_need,
    needs.submit_need,
    needs.publish_need,
    needs.return_need,
    needs.withdraw_need,
    needs.renew_need,
    needs.view_need,
    needs,
    need_queries,
)
NOUNS = [ACHIEVEMENT, NEED]
