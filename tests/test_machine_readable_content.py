"""The real pages tell machines all that they say: no property is lost to other wording."""

import pytest
from django.core.management import call_command

from procedures.models import Explainer
from tests.test_machine_readable_pages import data, misplaced

pytestmark = pytest.mark.django_db

THERAPY = {"bodyLocation", "contraindication", "preparation", "howPerformed", "followup", "adverseOutcome"}
CONDITION = {"signOrSymptom", "epidemiology", "possibleTreatment"}


def test_every_real_page_is_told_in_full(client):
    call_command("load_pages", verbosity=0)
    missing = {}
    for explainer in Explainer.objects.all():
        page = data(client, explainer.get_absolute_url())
        wanted = THERAPY | {"seriousAdverseOutcome"} if explainer.kind == "procedure" else CONDITION
        missing[explainer.slug] = (wanted - set(page["mainEntity"]), [*misplaced(page)])

    assert missing == dict.fromkeys(missing, (set(), []))
    assert len(missing) == 12
