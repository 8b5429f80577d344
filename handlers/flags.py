"""Reactions that mean something: flags ask for a translation into their language, 🚨 calls people."""

from __future__ import annotations

_COUNTRIES = {
    "ko": ("kr", "kp"),
    "en": ("us", "gb", "uk", "england", "scotland", "wales", "au", "nz", "ca", "ie"),
    "es": ("es", "mx", "ar", "co", "cl", "pe"),
    "ja": ("jp",),
    "zh": ("cn", "tw", "hk"),
    "vi": ("vn",),
    "fr": ("fr",),
    "de": ("de", "at"),
    "pt": ("pt", "br"),
    "id": ("id",),
}
# These have short names of their own in Slack.
_SHORT = ("kr", "us", "gb", "uk", "es", "jp", "cn", "fr", "de")

FLAGS: dict[str, str] = {
    **{f"flag-{country}": language for language, known in _COUNTRIES.items() for country in known},
    **{country: language for language, known in _COUNTRIES.items() for country in known if country in _SHORT},
}
"""Reaction -> ISO 639-1 language."""

ALARM = "rotating_light"
"""Slack's name of 🚨, with which people call for help."""
