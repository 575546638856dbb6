"""Who asks, with what their roles allow."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import connection

from .models import User
from .quick import Given, Statement, made, run

WITH_PERMISSIONS = """
    SELECT {columns}, ARRAY(
        SELECT django_content_type.app_label || '.' || auth_permission.codename
        FROM auth_permission JOIN django_content_type ON django_content_type.id = content_type_id
        WHERE auth_permission.id IN (
            SELECT permission_id FROM clinic_user_user_permissions WHERE user_id = clinic_user.id
            UNION ALL
            SELECT permission_id FROM auth_group_permissions
            JOIN clinic_user_groups ON clinic_user_groups.group_id = auth_group_permissions.group_id
            WHERE clinic_user_groups.user_id = clinic_user.id
        )
    ) AS permissions
    FROM clinic_user WHERE clinic_user.id = %s
"""
COLUMNS = [field.attname for field in User._meta.concrete_fields]


def statement() -> Statement:
    columns = ", ".join(f"clinic_user.{column}" for column in COLUMNS)
    return Statement(WITH_PERMISSIONS.format(columns=columns), [Given(1)])


class RoleBackend(ModelBackend):
    """Django's own, but every staff page reads the person and their permissions at once."""

    def get_user(self, user_id: Any) -> User | None:
        with connection.cursor() as cursor:
            run(cursor, "who_asks", statement, user_id)
            found = list(made(User, [*COLUMNS, "permissions"], cursor.fetchall()))
        if not found or not self.user_can_authenticate(found[0]):
            return None
        if not found[0].is_superuser:
            found[0]._perm_cache = set(found[0].permissions)
        return found[0]
