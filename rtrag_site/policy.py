"""The Content-Security-Policy: the strict one of the settings, and a wider one for the admin alone."""

from dataclasses import replace
from typing import Any

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

ADMIN = {
    "script-src": [SELF, UNSAFE_EVAL],  # the theme's Alpine.js evaluates the attributes of its templates
    "style-src": [SELF, UNSAFE_INLINE],  # the theme writes its colours into the page
}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    def get_policy_parts(self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False) -> Any:
        parts = super().get_policy_parts(request, response, report_only)
        is_admin = request.resolver_match is not None and request.resolver_match.app_name == "admin"
        return replace(parts, replace=ADMIN) if is_admin else parts
