"""Small documents made by hand: PDF pages line by line, Word packages part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

# (left, distance from the top, size, bold, text)
Printed = tuple[float, float, float, bool, str]


def make_pdf(pages: Sequence[Sequence[Printed]], *, trailer: str = "") -> bytes:
    """A PDF of A4 pages with Helvetica in two weights."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{weight} /Encoding /WinAnsiEncoding >>"
        for weight in ("Helvetica", "Helvetica-Bold")
    ]
    kids = []
    for page in pages:
        content = "".join(
            # Narrow spaces, as justified lines have them.
            f"BT -0.8 Tw /F{2 if bold else 1} {size} Tf {left} {842 - top} Td ({quoted(text)}) Tj ET\n"
            for left, top, size, bold, text in page
        )
        objects.append(f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{offset:010} 00000 n \n" for offset in offsets).encode())
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\n".encode())
    out.write(f"startxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def quoted(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)


def make_docx(paragraphs: Sequence[tuple[str, str]], **parts: bytes) -> bytes:
    """A Word file of (style, text) paragraphs; "**" around words makes them bold. More parts by path."""
    body = "".join(paragraph(style, text) for style, text in paragraphs)
    names = {style for style, _ in paragraphs if style}
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name.lower()}"/></w:style>'
        for name in sorted(names)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    relation = RELATIONS.replace("word/document.xml", "styles.xml").replace('officeDocument"', 'styles"')
    files = {
        "[Content_Types].xml": CONTENT_TYPES.encode(),
        "_rels/.rels": RELATIONS.encode(),
        "word/_rels/document.xml.rels": relation.encode(),
        "word/styles.xml": f'{head}<w:styles xmlns:w="{W}">{styles}</w:styles>'.encode(),
        "word/document.xml": f'{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'.encode(),
    } | {name.replace("__", "/"): data for name, data in parts.items()}
    return make_zip(files)


def paragraph(style: str, text: str) -> str:
    runs = "".join(
        f'<w:r>{"<w:rPr><w:b/></w:rPr>" if index % 2 else ""}<w:t xml:space="preserve">{escape(run)}</w:t></w:r>'
        for index, run in enumerate(text.split("**"))
        if run
    )
    styled = f'<w:pPr><w:pStyle w:val="{style.replace(" ", "")}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}{runs}</w:p>"


def make_zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        for name, data in files.items():
            container.writestr(name, data)
    return out.getvalue()
