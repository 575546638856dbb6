"""What comes out of the printer: no page is too long, and every sheet says whose it is (E44)."""

import io

import pypdf
import pytest

from procedures.models import Edition
from tests.browsing import Visitor

pytestmark = pytest.mark.usefixtures("real_pages")


def test_pages_print_on_few_sheets_with_phone_and_review_on_each(visitor: Visitor) -> None:
    explainers = [edition.explainer for edition in Edition.objects.current().select_related("explainer")]
    most = {explainer.get_absolute_url(): 4 for explainer in explainers}
    most |= {f"{url}checklist/": 1 for url in list(most) if url.startswith("/procedures/")}
    most |= {"/pain-diary/": 2}
    page = visitor.page()

    faults = []
    for url, sheets in most.items():
        page.goto(url)
        printed = pypdf.PdfReader(io.BytesIO(page.pdf(format="Letter", prefer_css_page_size=True))).pages
        words = [" ".join(sheet.extract_text().split()) for sheet in printed]
        if len(words) > sheets or not all("202-555-0100. Not reviewed yet." in sheet for sheet in words):
            faults.append((url, len(words)))

    assert faults == []
    assert len(most) > 15
