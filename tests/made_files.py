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


def xls(**sheets):
    """Return a workbook as Excel wrote it before 2007, of sheets by name, each a list of rows."""

    def record(kind, form="", *values, tail=b""):
        data = struct.pack(f"<{form}", *values) + tail
        return struct.pack("<HH", kind, len(data)) + data

    def begin(what):
        return record(0x0809, "HHHHII", 0x0600, what, 0, 0, 0, 0)

    def cells(rows):
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    yield record(0x0204, "HHHHB", at, column, 0, len(value), 1, tail=value.encode("utf-16-le"))
                else:
                    yield record(0x0203, "HHHd", at, column, 0, value)

    end = record(0x000A)
    parts = [begin(0x0010) + b"".join(cells(rows)) + end for rows in sheets.values()]
    start = len(begin(0x0005) + end) + sum(len(record(0x85, "IBBBB", 0, 0, 0, 0, 1)) + 2 * len(name) for name in sheets)
    book = begin(0x0005)
    for name, part in zip(sheets, parts, strict=True):
        book += record(0x85, "IBBBB", start, 0, 0, len(name), 1, tail=name.encode("utf-16-le"))
        start += len(part)
    return compound(Workbook=book + end + b"".join(parts))


def doc(embedded="Workbook"):
    """Return a Word file of before 2007 in which a table of Excel is embedded."""
    return compound(WordDocument=b"old", embedded={embedded: b"table"})


def compound(embedded=None, **streams):
    """Return a compound file of streams by name; what is ``embedded`` lies in a folder within it."""
    nothing, last = 0xFFFFFFFF, 0xFFFFFFFE
    names = [*streams, *(["ObjectPool"] if embedded else []), *(embedded or {})]
    contents = [*streams.values(), *([None] if embedded else []), *(embedded or {}).values()]
    at_root = len(streams) + bool(embedded)
    table, data, firsts = [0xFFFFFFFD], b"", []
    for content in contents:
        if content is None:
            firsts.append(0)
            continue
        padded = content.ljust(4096, b"\0") + b"\0" * (-len(content) % 512 if len(content) > 4096 else 0)
        count = len(padded) // 512
        firsts.append(len(table))
        table += [len(table) + n + 1 for n in range(count - 1)] + [last]
        data += padded
    directory = len(table)

    def entry(name, kind, child, following, first, size):
        written = name.encode("utf-16-le")
        links = struct.pack("<HBBIII", len(written) + 2, kind, 1, nothing, following, child)
        return written.ljust(64, b"\0") + links + b"\0" * 36 + struct.pack("<IQ", first, size)

    entries = entry("Root Entry", 5, 1, nothing, last, 0)
    for number, (name, content, first) in enumerate(zip(names, contents, firsts, strict=True), 1):
        following = number + 1 if number != at_root and number < len(names) else nothing
        inside = nothing if content is not None else at_root + 1
        size = 0 if content is None else max(len(content), 4096)
        entries += entry(name, 2 if content is not None else 1, inside, following, first, size)
    entries += b"\0" * (-len(entries) % 512)
    table += [len(table) + n + 1 for n in range(len(entries) // 512 - 1)] + [last]
    table += [nothing] * (128 - len(table))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, last, 0, last, 0)
    head += struct.pack("<109I", 0, *[nothing] * 108)
    return head + struct.pack("<128I", *table) + data + entries
