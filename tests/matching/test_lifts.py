from matching.lifts import Standing, lifts
from matching.weights import weights


def standing(rivals, **parts) -> Standing:
    return Standing(sum(parts.values()), parts, rivals)


def test_lift_is_told_with_both_places_when_the_condition_would_change_the_place():
    share = 40.0 * weights().fit["readiness"]
    here = standing([60.0, 40.0 + share / 2, 40.0 + share / 3, 10.0], characters=40.0, readiness=0.0)

    assert here.place == 4
    assert lifts(here, [("readiness", "若技术成熟度达到 6 级")]) == [
        "若技术成熟度达到 6 级,在这条需求的推荐中可由第 4 位升到第 2 位。"
    ]


def test_nothing_is_told_when_the_place_would_stay_the_same():
    here = standing([90.0, 20.0], characters=40.0, readiness=0.0)

    assert lifts(here, [("readiness", "若技术成熟度达到 6 级")]) == []


def test_a_condition_that_is_met_already_lifts_nothing():
    gained = 40.0 * weights().fit["readiness"]
    here = standing([40.0 + gained * 1.5], characters=40.0, readiness=gained)

    assert lifts(here, [("readiness", "若技术成熟度达到 6 级")]) == []
