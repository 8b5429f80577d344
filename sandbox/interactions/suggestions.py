"""Menus whose options the app supplies while the person types: block_suggestion."""

from __future__ import annotations

from sandbox.blockkit import find_element
from sandbox.blockkit.problems import Problems
from sandbox.blockkit.text import check_option_groups, check_options
from sandbox.engine import Engine
from sandbox.interactions.failures import report_failure
from sandbox.interactions.payloads import start_payload
from sandbox.interactions.sources import find_source
from sandbox.people import Person
from sandbox.shapes import Json, SlackError


async def ask_options(engine: Engine, person: Person, request: Json) -> Json:
    """Ask the app for options and remember them, so that one can be chosen."""
    source = find_source(engine, person, request)
    found = find_element(source.blocks, request.get("block_id"), str(request.get("action_id")))
    if found is None or "external" not in found[1]["type"]:
        raise SlackError("element_not_found")
    block, element = found
    payload = start_payload(engine, "block_suggestion", person)
    payload |= source.describe(engine)
    payload |= {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": str(request.get("query") or ""),
    }
    outcome = await engine.deliverer.deliver_once("interactive", payload)
    if not outcome.ok:
        return report_failure(engine, person, outcome.shown_error, kind="options", what=element["action_id"])
    body = outcome.body if isinstance(outcome.body, dict) else {}
    problems = Problems()
    if "option_groups" in body:
        options = check_option_groups(problems, body["option_groups"], "/option_groups")
    else:
        options = (
            check_options(problems, body.get("options", []), "/options", 100) if body.get("options") else []
        )
    if problems.found:
        detail = "; ".join(problems.found)
        return report_failure(
            engine, person, "invalid_ack", kind="options", what=element["action_id"], detail=detail
        )
    engine.world.offered[(source.place, block["block_id"], element["action_id"])] = options
    return {
        "ok": True,
        "ack": None,
        **{key: body[key] for key in ("options", "option_groups") if key in body},
    }
