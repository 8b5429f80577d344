"""Addresses of messages: they name where a message stands and hold nothing of what it says."""

from __future__ import annotations

from urllib.parse import urlencode


def message_link(team: str, channel: str, ts: str, thread_ts: str | None = None) -> str:
    """Return an address that opens a message in Slack; `team` is the workspace's id there."""
    query = {"team": team, "channel": channel, "message_ts": ts}
    if thread_ts is not None and thread_ts != ts:
        query["thread_ts"] = thread_ts
    return f"https://slack.com/app_redirect?{urlencode(query)}"
