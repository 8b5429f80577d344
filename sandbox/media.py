"""What the links of made-up tasks open: a page that admits there is no recording, its tone, and guidelines."""

from __future__ import annotations

import io
import math
import struct
import wave
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.crews import MATERIAL, Clip, clips

_RATE = 8000
_SYLLABLE = 0.14
_PAUSE = 0.25
_VOLUME = 9000
# Frequencies of a calm scale; a syllable's place in the alphabet picks one, so that no two clips sound alike.
_SCALE = (196.0, 220.0, 246.9, 293.7, 329.6)

_STYLE = """
body { font: 1.05rem/1.7 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem;
  color: #1d1c1d; background: #fff; word-break: keep-all; }
blockquote { font-size: 1.35rem; border-left: .3rem solid #4a154b; margin: 1.5rem 0; padding: .2rem 1rem; }
table { border-collapse: collapse; } td, th { border: 1px solid #ddd; padding: .4rem .6rem; text-align: left; }
p.note { color: #616061; } audio { width: 100%; }
@media (prefers-color-scheme: dark) { body { color: #e8e8e8; background: #1a1d21; } p.note { color: #ababad; } }
"""


def make_tone(words: str) -> bytes:
    """Return a WAV file (mono, 16 bit, 8 kHz) with one soft tone a syllable and silence between words."""
    samples: list[int] = []
    for char in words:
        if not char.isalnum():
            samples += [0] * int(_RATE * _PAUSE / 2)
            continue
        frequency = _SCALE[ord(char) % len(_SCALE)]
        length = int(_RATE * _SYLLABLE)
        for index in range(length):
            # Rising and falling like a half sine, it begins and ends without a click.
            loudness = _VOLUME * math.sin(math.pi * index / length)
            samples.append(int(loudness * math.sin(2 * math.pi * frequency * index / _RATE)))
    file = io.BytesIO()
    with wave.open(file, "wb") as tone:
        tone.setnchannels(1)
        tone.setsampwidth(2)
        tone.setframerate(_RATE)
        tone.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


@lru_cache(maxsize=8)
def _tone(clip: Clip) -> bytes:
    return make_tone(clip.words)


def _page(title: str, body: str, language: str = "ko") -> Response:
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><body>{body}"
    )


async def show_clip(request: Request) -> Response:
    """Serve GET /media/audio/<id>: the words, and a tone in place of a voice."""
    clip = clips().get(request.path_params["clip"])
    if clip is None:
        return PlainTextResponse("sandbox: there is no such clip", 404)
    return _page(
        clip.id,
        f"<h1>{escape(clip.id)}</h1>"
        '<p class="note">연습 공간이라 진짜 녹음은 없어요. 녹음이 있다면 이렇게 들려요.<br>'
        "This is the sandbox: there is no recording. In its place, these are the words one would hear.</p>"
        f"<blockquote>{escape(clip.words)}</blockquote>"
        f'<audio controls src="/media/tone/{escape(clip.id)}.wav"></audio>'
        '<p class="note">재생하면 음절마다 소리가 한 번씩 나요. / It plays one tone for each syllable.</p>',
    )


async def play_tone(request: Request) -> Response:
    """Serve GET /media/tone/<id>.wav."""
    clip = clips().get(request.path_params["clip"])
    if clip is None:
        return PlainTextResponse("sandbox: there is no such clip", 404)
    return Response(_tone(clip), media_type="audio/wav")


async def show_guideline(request: Request) -> Response:
    """Serve GET /media/guideline/<name>."""
    name = request.path_params["name"]
    file = MATERIAL / f"guideline_{name}.md"
    if not name.isalpha() or not file.is_file():
        return PlainTextResponse("sandbox: there is no such guideline", 404)
    text = file.read_text("utf-8")
    title = text.partition("\n")[0].lstrip("# ")
    return _page(title, MarkdownIt("commonmark", {"html": False}).enable("table").render(text), "en")


ROUTES = (
    Route("/media/audio/{clip}", show_clip),
    Route("/media/tone/{clip}.wav", play_tone),
    Route("/media/guideline/{name}", show_guideline),
)
