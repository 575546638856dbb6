"""What the stories and walks share."""

import pytest

from . import library


@pytest.fixture
def real_pages(live_site: str) -> None:
    """All pages of procedures/content, published."""
    library.bring_back()
