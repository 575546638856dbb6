"""Every field of every model of ours is declared personal or not."""

import pytest
from django.apps import apps

OURS = [
    model
    for app in ("clinic", "procedures", "requests")
    for model in apps.get_app_config(app).get_models()
    if not model._meta.auto_created
]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_somebody_decided_about_every_field(model):
    fields = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}

    assert set(model.personal_data) == fields
    assert set(model.personal_data.values()) <= {"erase", "keep", "none"}
