"""`python -m sandbox`: run the throw-away Slack in the foreground."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import socket
from pathlib import Path

from sandbox.engine import Engine
from sandbox.events import Settings
from sandbox.seeds import DEMO
from sandbox.server import listen, make_server, run
from sandbox.world import App, World


def main() -> None:
    """Read the options and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="0 picks a free port")
    parser.add_argument("--seed", type=Path, help="JSON with people, channels and a manifest")
    parser.add_argument("--manifest", type=Path, help="the app's manifest.json")
    parser.add_argument("--signing-secret", default=App.signing_secret)
    parser.add_argument("--events-url", help="deliver by signed HTTP to this address instead of Socket Mode")
    options = parser.parse_args()
    seed = json.loads(options.seed.read_text("utf-8")) if options.seed else DEMO
    if options.manifest:
        seed = seed | {"manifest": json.loads(options.manifest.read_text("utf-8"))}
    world = World(App(signing_secret=options.signing_secret), seed)
    engine = Engine(world, Settings(events_url=options.events_url))
    listener = listen(options.port)
    engine.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    # Ctrl-C is how one leaves the sandbox: no traceback for it.
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(engine, listener))


async def _serve(engine: Engine, listener: socket.socket) -> None:
    server = make_server(engine)
    serving = asyncio.create_task(run(engine, listener, server))
    while not server.started and not serving.done():
        await asyncio.sleep(0.005)
    print(f"sandbox: {engine.base_url}/", flush=True)
    await serving


if __name__ == "__main__":
    main()
