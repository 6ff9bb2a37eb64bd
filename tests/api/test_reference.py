"""The code lists over HTTP."""

import pytest

from market.reference.lists import list_names


def test_names_every_list_with_its_source(client):
    answer = client.get("/v1/reference")

    assert answer.status_code == 200
    assert [each["name"] for each in answer.json()] == list(list_names())
    assert all(each["source"] and each["mark"] and each["size"] for each in answer.json())
    assert "max-age" in answer.headers["Cache-Control"]


def test_gives_every_list_with_a_mark_on_each_code(client):
    for name in list_names():
        items = client.get(f"/v1/reference/{name}").json()["items"]

        assert items
        assert all(item["mark"] in {"sourced", "unchecked", "ours"} for item in items)


def test_gives_the_codes_of_a_day(client):
    then = client.get("/v1/reference/local_industries", params={"active_on": "2022-03-01"}).json()["items"]

    assert [item["code"] for item in then] == [f"JZ0{n}" for n in range(1, 10)]
    assert client.get("/v1/reference/local_industries", params={"active_on": "soon"}).status_code == 422


@pytest.mark.parametrize("name", ["nothing", "..%2Flists", "%00", "代码"])
def test_is_not_found_when_there_is_no_such_list(client, name):
    assert client.get(f"/v1/reference/{name}").status_code == 404
