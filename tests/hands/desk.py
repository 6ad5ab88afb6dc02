"""Staff at the desk: who they are, and how they sign in."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "山高水长-2026"


ACTORS = {
    "bureau": ("bureau", "220605"),
    "shiren": ("town", "220605105"),
    "principal": ("principal", "220605105"),  # must see nothing
    "teacher": ("teacher", "220605105"),
}


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, wanted: str = "") -> TestResponse:
    form = client.get("/desk/sign-in").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert found
    return client.post(
        "/desk/sign-in",
        data={"csrf_token": found[1], "login": login, "password": password, "next": wanted},
    )
