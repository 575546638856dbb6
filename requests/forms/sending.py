"""The last page: an acknowledgement, and traps for robots that no person meets (F28)."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Nobody answers this form faster.
FASTEST_PERSON = timedelta(seconds=3)


class SendForm(forms.Form):
    use_required_attribute = False

    privacy_given = forms.BooleanField(
        label=_("I have been given the Notice of Privacy Practices"), required=False
    )
    # Out of sight of people and of screen readers; robots fill in whatever they find.
    company_website = forms.CharField(required=False)


def looks_automatic(form: SendForm, began_at: datetime) -> bool:
    is_trapped = not form.is_valid() or bool(form.cleaned_data["company_website"])
    return is_trapped or timezone.now() - began_at < FASTEST_PERSON
