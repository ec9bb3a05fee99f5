import pytest
from tests.journeys.people import *
pytestmark = pytest.mark.journey
def test_a(person, stage):
    page = person()
    r = page.goto("/")
    print(r.status, page.content()[:3000])
    print(open(stage.environment["MAIL_DIR"].replace("/mail","/log")).read()[-3000:])
    assert 0
