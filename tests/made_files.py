"""Files of every kind, made where they are needed: honest ones and such as their sender means ill with."""

import io
import struct
import zipfile
import zlib

import xlsxwriter
from PIL import Image

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = "<!doctype html><title>合同</title><script>alert(1)</script>".encode()
RIGHT_TO_LEFT = "\u202e"


def zipped(**members):
    """Return an archive of texts by name, with ``__`` for a slash and ``_`` for a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return file.getvalue()


def docx(*pages, extra=""):
    """Return a Word file whose pages have one paragraph each."""
    broken = "<w:r><w:lastRenderedPageBreak/></w:r>".join(f"<w:r><w:t>{page}</w:t></w:r>" for page in pages)
    document = f"<w:document {_W}><w:body><w:p>{broken}</w:p>{extra}</w:body></w:document>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", document)
    return file.getvalue()


def bomb(megabytes):
    """Return a Word file that unpacks to so much."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as member:
            member.write(f"<w:document {_W}><w:body>".encode())
            for _ in range(megabytes):
                member.write(b" " * 1_048_576)
            member.write(b"</w:body></w:document>")
    return file.getvalue()


def pptx(*slides):
    """Return slides that are shown in the opposite order of their names."""
    count = len(slides)
    shown = "".join(f'<p:sldId id="{n}" r:id="r{n}"/>' for n in range(count))
    related = "".join(f'<Relationship Id="r{n}" Target="slides/slide{count - n}.xml"/>' for n in range(count))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("ppt/presentation.xml", f"<p:presentation {_P} {_R}>{shown}</p:presentation>")
        archive.writestr("ppt/_rels/presentation.xml.rels", f"<Relationships>{related}</Relationships>")
        for n, text in enumerate(slides):
            archive.writestr(
                f"ppt/slides/slide{count - n}.xml", f"<p:sld {_P} {_A}><a:p><a:t>{text}</a:t></a:p></p:sld>"
            )
    return file.getvalue()


def xlsx(**sheets):
    """Return a workbook of sheets by name, each a list of rows."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return file.getvalue()


def pdf(*pages, encrypt=False):
    """Return a PDF whose pages have one line each, in a font every reader has; with `encrypt` as if locked."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    bodies = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {count}>>"]
    bodies.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for n, text in enumerate(pages):
        drawn = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET"
        bodies.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {5 + 2 * n} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        bodies.append(f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj{body}endobj\n"
    start = len(out)
    out += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n" + "".join(f"{at:010} 00000 n \n" for at in offsets)
    locked = f"/Encrypt<</Filter/Standard/V 1/R 2/O({'o' * 32})/U({'u' * 32})/P -4>>/ID[(a)(a)]" if encrypt else ""
    return (out + f"trailer<</Size {len(bodies) + 1}/Root 1 0 R{locked}>>\nstartxref\n{start}\n%%EOF").encode("latin-1")


def picture(kind="png", size=(40, 30), colour=(200, 30, 30), **options):
    """Return a picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind.upper(), **options)
    return file.getvalue()


def from_a_phone(place=b"Suzhou 31.3N"):
    """Return a jpeg that says where it was taken, lies on its side, and goes on behind its end."""
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    exif[0x010E] = place.decode()
    exif.get_ifd(0x8825)[1] = "N"
    return picture("jpeg", exif=exif, comment=place) + b"<script>alert(1)</script>" + place


def huge(width=60_000, height=60_000):
    """Return a png of a few bytes that says it is as large as that."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
