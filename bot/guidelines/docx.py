"""Word documents to HTML, after looking at the container they come in."""

from __future__ import annotations

import io
import zipfile

import mammoth

from bot.guidelines.problems import BadGuideline, GuidelineProblem

BODY = "word/document.xml"
MAX_UNPACKED = 60 * 1024 * 1024
# Pictures take most of a large file; a text this long would keep the parser busy for minutes.
MAX_BODY = 16 * 1024 * 1024
MAX_PARTS = 2_000
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
"""


def docx_to_html(data: bytes) -> str:
    """HTML of a .docx file with its heading styles and lists, without pictures.

    Raises BadGuideline: encrypted, too_large (what it unpacks to), broken or unknown_format (another zip).
    """
    check_container(data)
    # Pictures would come as long data: addresses; nothing in them can be read anyway.
    no_picture = mammoth.images.img_element(lambda _image: {"src": ""})
    return str(mammoth.convert_to_html(io.BytesIO(data), style_map=STYLES, convert_image=no_picture).value)


def check_container(data: bytes) -> None:
    """Refuses a container before anything in it is unpacked; sizes it declares are binding for zipfile."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            parts = container.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise BadGuideline(GuidelineProblem.ENCRYPTED)
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise BadGuideline(GuidelineProblem.TOO_LARGE, unpacked=str(MAX_UNPACKED // 1024 // 1024))
            if BODY not in container.namelist():
                word = "[Content_Types].xml" in container.namelist()
                code = GuidelineProblem.BROKEN if word else GuidelineProblem.UNKNOWN_FORMAT
                raise BadGuideline(code, part=BODY)
            if container.getinfo(BODY).file_size > MAX_BODY:
                raise BadGuideline(GuidelineProblem.TOO_LARGE, unpacked=str(MAX_BODY // 1024 // 1024))
            for part in parts:
                # Word never writes entities; a document that defines them wants to grow in the parser.
                if part.filename.endswith((".xml", ".rels")) and b"<!ENTITY" in container.read(part):
                    raise BadGuideline(GuidelineProblem.BROKEN, part="entities")
    except (zipfile.BadZipFile, NotImplementedError):
        raise BadGuideline(GuidelineProblem.BROKEN) from None
