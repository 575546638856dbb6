"""What the web server in front shows while the app is down, in a browser."""

import pytest
from django.core.management import call_command

from tests.browsing import Visitor, assert_accessible


@pytest.mark.parametrize("name", ["stop.html", "500.html"])
def test_a_file_has_its_look_by_itself(visitor: Visitor, tmp_path, name):
    """It carries a policy of its own, which names exactly the style sheet inside."""
    call_command("write_static_pages", tmp_path, verbosity=0)
    page = visitor.page(width=390, javascript=True)

    page.goto((tmp_path / name).as_uri())

    button = page.locator(".btn-danger")
    assert button.evaluate("it => getComputedStyle(it).backgroundColor") != "rgba(0, 0, 0, 0)"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert_accessible(page)
