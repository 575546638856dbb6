"""Encrypted fields: what is stored cannot be read, moved or changed unnoticed (P67, P68)."""

import pytest
from django.db import connection

from clinic.crypto import Sealed, Unreadable, seal, unseal
from clinic.models import OutboxMessage

pytestmark = pytest.mark.django_db


def stored(message: OutboxMessage) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT context FROM clinic_outboxmessage WHERE id = %s", [message.pk])
        return bytes(cursor.fetchone()[0])


def a_message(**context: str) -> OutboxMessage:
    return OutboxMessage.objects.create(kind="receipt", to="a@example.com", context=context)


def test_what_was_saved_is_read_back():
    message = a_message(link="Ñandú 🙂")

    assert OutboxMessage.objects.get(pk=message.pk).context == {"link": "Ñandú 🙂"}


def test_the_database_holds_no_plain_text():
    message = a_message(link="canary-1234")

    assert b"canary-1234" not in stored(message)


def test_the_same_value_is_stored_differently_each_time():
    assert stored(a_message(link="x"))[10:] != stored(a_message(link="x"))[10:]


def test_a_value_moved_to_another_row_is_unreadable():
    first, second = a_message(link="one"), a_message(link="two")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clinic_outboxmessage SET context = %s WHERE id = %s", [stored(first), second.pk]
        )

    with pytest.raises(Unreadable):
        OutboxMessage.objects.get(pk=second.pk).context  # noqa: B018 - reading decrypts


def test_a_flipped_bit_is_noticed():
    sealed = bytearray(seal(b"plain", "t|1|f"))
    sealed[-1] ^= 1

    with pytest.raises(Unreadable):
        unseal(Sealed(sealed), "t|1|f")


def test_a_value_without_its_key_is_unreadable(settings):
    sealed = seal(b"plain", "t|1|f")
    settings.ENCRYPTION_KEYS = "other " + "A" * 43 + "="

    with pytest.raises(Unreadable):
        unseal(sealed, "t|1|f")


def test_an_old_key_still_decrypts_and_the_first_one_encrypts(settings):
    sealed = seal(b"plain", "t|1|f")
    settings.ENCRYPTION_KEYS = "new " + "A" * 43 + "=\n" + settings.ENCRYPTION_KEYS

    assert unseal(sealed, "t|1|f") == b"plain"
    assert seal(b"plain", "t|1|f")[1:4] == b"new"


def test_an_encrypted_field_cannot_be_written_past_save():
    message = a_message(link="x")

    with pytest.raises(TypeError):
        OutboxMessage.objects.filter(pk=message.pk).update(context={"link": "y"})


def test_reading_other_columns_decrypts_nothing(settings):
    message = a_message(link="x")
    settings.ENCRYPTION_KEYS = "other " + "A" * 43 + "="

    assert OutboxMessage.objects.get(pk=message.pk).kind == "receipt"


def test_saving_a_row_again_keeps_an_unread_value():
    message = OutboxMessage.objects.get(pk=a_message(link="x").pk)
    message.attempts = 3
    message.save()

    assert OutboxMessage.objects.get(pk=message.pk).context == {"link": "x"}
