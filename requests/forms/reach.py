"""Phone numbers and email addresses, however people write them."""

import unicodedata
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from .fields import Line


class Visible(Line):
    """Without what cannot be seen: it is copied along by accident, and no mail would arrive."""

    def tidy(self, text: str) -> str:
        return super().tidy("".join(c for c in text if unicodedata.category(c) != "Cf"))


class Phone(Visible):
    """Any way of writing a number; kept as typed and as E.164."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "format": _("%(name)s must be written in numbers, like 202-555-0147"),
            "country": _("%(name)s has a country code that we do not know. Check the numbers after +"),
            "too_short": _("%(name)s has too few numbers. Include the area code"),
            "too_long": _("%(name)s has too many numbers"),
            "impossible": _("%(name)s does not exist. Check the area code and the numbers after it"),
        }
        attrs = {"inputmode": "tel", "type": "tel"}
        super().__init__(limit=40, width=20, error_messages=messages, attrs=attrs, **kwargs)
        self.widget.input_type = "tel"

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text:
            self.e164(text)
        return text

    def e164(self, typed: str) -> str:
        try:
            number = phonenumbers.parse(typed, "US")
        except phonenumbers.NumberParseException as error:
            digits = sum(character.isdecimal() for character in typed)
            short = error.error_type == error.TOO_SHORT_NSN or 0 < digits < 4
            unknown = error.error_type == error.INVALID_COUNTRY_CODE and typed.lstrip().startswith("+")
            raise self.fail("too_short" if short else "country" if unknown else "format") from None
        match phonenumbers.is_possible_number_with_reason(number):
            case phonenumbers.ValidationResult.IS_POSSIBLE:
                pass
            case phonenumbers.ValidationResult.TOO_LONG:
                raise self.fail("too_long")
            case phonenumbers.ValidationResult.INVALID_COUNTRY_CODE:
                raise self.fail("country")
            case _other:
                raise self.fail("too_short")
        # Not the library's list of area codes in use: a new one must not lock a patient out.
        national = str(number.national_number)
        if number.country_code == 1 and (len(national) != 10 or national[0] in "01" or national[3] in "01"):
            raise self.fail("impossible")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def keys(self, name: str) -> list[str]:
        return [name, f"{name}_typed"]

    def answers(self, name: str, cleaned: Any) -> dict[str, Any]:
        return {name: self.e164(cleaned) if cleaned else "", f"{name}_typed": cleaned}

    def typed(self, name: str, answers: dict[str, Any]) -> Any:
        return answers.get(f"{name}_typed")

    def lines(self, name: str, answers: dict[str, Any]) -> list[str]:
        return super().lines(f"{name}_typed", answers)


class Email(Visible):
    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "at": _("%(name)s must have one @ sign, like name@example.com"),
            "domain": _("%(name)s must have a dot after the @ sign, like name@example.com"),
            "format": _("%(name)s must be in the correct format, like name@example.com"),
        }
        attrs = {"autocapitalize": "none"}
        super().__init__(limit=254, error_messages=messages, attrs=attrs, **kwargs)
        self.widget.input_type = "email"

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        if text.count("@") != 1:
            raise self.fail("at")
        before, after = text.split("@")
        if "." not in after.strip("."):
            raise self.fail("domain")
        try:
            EmailValidator()(text)
        except ValidationError:
            raise self.fail("format") from None
        if not before.isascii() or after.startswith("["):
            raise self.fail("format")
        return text
