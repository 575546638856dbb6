"""Error reports that carry no posted value, no environment and no cookie (F3)."""

from collections.abc import ItemsView
from typing import Any

from django.views.debug import SafeExceptionReporterFilter


class SilentFilter(SafeExceptionReporterFilter):
    def get_post_parameters(self, request: Any) -> dict[str, str]:
        return {}

    def get_safe_request_meta(self, request: Any) -> dict[str, str]:
        return {}

    def get_safe_cookies(self, request: Any) -> dict[str, str]:
        return {}

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> ItemsView[str, Any]:
        return dict[str, Any]().items()
