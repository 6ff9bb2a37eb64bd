from decimal import Decimal

from matching import queries
from matching.profiles import profile_achievement, profile_need
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need


def test_profile_when_a_row_was_read_for_pairing_is_that_of_the_listing(session, clock):
    need = make_need(session, clock, min_trl=5, budget_max_cny=Decimal(800_000), field_code="05")
    achievement = make_achievement(session, clock, trl=7, asking_price_cny=Decimal(600_000), field_code="05")

    (need_row,) = queries.needs_by_id(session, [need.id])
    (achievement_row,) = queries.achievements_by_id(session, [achievement.id])

    assert profile_need(need_row) == profile_need(need)
    assert profile_need(need_row).conditions.trl == 5
    assert profile_achievement(achievement_row) == profile_achievement(achievement)
