import pytest

from tests.market.listings.nouns import NOUNS, Noun


@pytest.fixture(params=NOUNS, ids=lambda noun: noun.subject.value)
def noun(request: pytest.FixtureRequest) -> Noun:
    """Each test that asks for it runs for achievements and for needs."""
    return request.param
