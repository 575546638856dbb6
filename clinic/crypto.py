"""Encrypted model fields: AES-256-GCM with a key id and bound to their place.

A stored value is `key id length | key id | nonce | ciphertext`. The table, the
row's primary key and the field are authenticated with it, so a value copied to
another row or field does not decrypt. Rows therefore need a primary key before
they are saved: models with these fields use UUIDs. Decryption happens when the
attribute is read, so a list that never reads it pays nothing.
"""

import base64
import binascii
import json
import os
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute

NONCE_BYTES = 12


class Unreadable(Exception):
    """The value was changed, moved to another place, or its key is not configured."""


class Sealed(bytes):
    """A ciphertext as it stands in the database."""


@cache
def _keys(configured: str) -> dict[str, AESGCM]:
    keys = {}
    for line in filter(None, map(str.strip, configured.splitlines())):
        try:
            name, encoded = line.split()
            keys[name] = AESGCM(base64.urlsafe_b64decode(encoded))
        except (ValueError, binascii.Error):
            raise ImproperlyConfigured(
                "ENCRYPTION_KEYS: each line must be an id, a space and 32 bytes in base64."
            ) from None
    if not keys:
        raise ImproperlyConfigured("ENCRYPTION_KEYS holds no key.")
    return keys


def seal(plain: bytes, place: str) -> Sealed:
    """Encrypt with the first configured key, bound to the place (`table|pk|field`)."""
    name, key = next(iter(_keys(settings.ENCRYPTION_KEYS).items()))
    nonce = os.urandom(NONCE_BYTES)
    label = name.encode()
    return Sealed(bytes([len(label)]) + label + nonce + key.encrypt(nonce, plain, place.encode()))


def unseal(sealed: bytes, place: str) -> bytes:
    """Decrypt; raises Unreadable when value, place or key do not fit."""
    start = 1 + sealed[0] if sealed else 1
    key = _keys(settings.ENCRYPTION_KEYS).get(sealed[1:start].decode(errors="replace"))
    nonce = sealed[start : start + NONCE_BYTES]
    if key is None:
        raise Unreadable(f"The key of {place} is not configured.")
    try:
        return key.decrypt(nonce, sealed[start + NONCE_BYTES :], place.encode())
    except (InvalidTag, ValueError):
        raise Unreadable(f"{place} was changed or moved.") from None


class _Attribute(DeferredAttribute):
    field: "_EncryptedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        there = instance is not None and self.field.attname in instance.__dict__
        value = instance.__dict__[self.field.attname] if there else super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = self.field.opened(value, instance.pk)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _EncryptedField(models.BinaryField):
    descriptor_class = _Attribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"editable": False, **kwargs})

    def place(self, instance: models.Model) -> str:
        if instance.pk is None:
            raise TypeError(f"{instance._meta.label} needs a primary key before it is encrypted.")
        return self.place_of(instance.pk)

    def place_of(self, pk: object) -> str:
        return f"{self.model._meta.db_table}|{pk}|{self.attname}"

    def opened(self, sealed: bytes, pk: object) -> Any:
        """What the column holds in the row with that primary key."""
        return self.decode(unseal(sealed, self.place_of(pk)))

    def pre_save(self, instance: models.Model, add: bool) -> Sealed | None:
        value = instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return seal(self.encode(value), self.place(instance))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is encrypted: it is written by save() and never looked up.")
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self.name} is encrypted and not serialised.")

    def encode(self, value: Any) -> bytes:
        raise AttributeError

    def decode(self, plain: bytes) -> Any:
        raise AttributeError


class EncryptedTextField(_EncryptedField):
    def encode(self, value: str) -> bytes:
        return value.encode()

    def decode(self, plain: bytes) -> str:
        return plain.decode()


class EncryptedJSONField(_EncryptedField):
    def encode(self, value: Any) -> bytes:
        return json.dumps(value, separators=(",", ":")).encode()

    def decode(self, plain: bytes) -> Any:
        return json.loads(plain)
