"""Hand the reader of purchase files broken ones, for as long as one likes, and keep those it does not refuse in words.

``python tools/fuzz_reader.py --minutes 10 --keep FOLDER``. A file is read, or refused with a sentence; every row of one
that is read is loaded, set aside or rejected. Anything else is a find: another error, a file that takes over ten
seconds, one for which the process needs over 700 MB more or ends. Each find is kept as a file.
"""

import argparse
import contextlib
import gzip
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kb.errors import Invalid
from mining.ledger.lines import read
from mining.ledger.options import Options
from mining.ledger.preview import preview
from tests import made_files

ROWS = [
    ["销售明细", "", "", "", ""],
    ["单号", "商品", "客户", "数量", "金额", "日期"],
    ["007", "啤酒 330ml", "张三", "2", "￥1,239.5", "2026/5/1"],
    ["007", '尿布,"大"', "13900000006.0", "-1", "2.02E+18", "3/4/2026 8:26"],
    ["合计", "", "", "", "50", ""],
    ["制表人：王五"],
]
SECONDS, ROOM, EACH = 10, 700 << 20, 200
TOKENS = [
    b"\0", b'"', b"\r", b"\n", b",", b"\t", b";", b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04",
    b"<table>", b"<td colspan=9999>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"9" * 400, b"1e999", b"-", b"\x80", b"\xe5\x95", b"=1+1", b"#N/A",
    b"2026-13-45", b"29/02/2100", b"\x81\x30\x81\x30", b"</Row>", b"</Worksheet>", b'r="XFD1048576"', b"<c>",
]  # fmt: skip
CHOSEN = [
    {}, {"layout": "list"}, {"layout": "matrix"}, {"layout": "baskets"},
    {"dates": "dmy", "serials": "1900", "decimal": ","},
    {"encoding": "gb18030"}, {"encoding": "utf-16"}, {"encoding": "big5"}, {"delimiter": "blanks"}, {"header_row": 2},
    {"no_goods": "*酒*"}, {"returns": "keep", "zero_price": "keep", "off": "blanks,width,money,dates"},
]  # fmt: skip


def seeds():
    """Return small files of each kind."""
    text = "\n".join(
        ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if "," in cell else cell for cell in row) for row in ROWS
    )
    cells = "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in ROWS)
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    inner = "".join("<Row>" + "".join(f"<Cell><Data>{cell}</Data></Cell>" for cell in row) + "</Row>" for row in ROWS)
    xml = f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}"><Worksheet ss:Name="a"><Table>{inner}'
    bare = [
        *(text.encode(each) for each in ("utf-8", "utf-8-sig", "gb18030", "utf-16")),
        text.replace(",", "\t").encode(),
    ]
    pages = [f"<html><table>{cells}</table></html>".encode(), f"{xml}</Table></Worksheet></Workbook>".encode()]
    books = [made_files.xlsx(一月=ROWS, 二月=ROWS), made_files.xls(一月=ROWS)]
    return [*bare, *pages, *books, gzip.compress(bare[0]), made_files.zipped(a_csv=text)]


def broken(chance, files):
    """Return a file with some damage."""
    data = bytearray(chance.choice(files))
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(7):
            case 0 if data:
                data[at - 1] ^= 1 << chance.randrange(8)
            case 1:
                del data[at : at + chance.choice((1, 2, 10, 500))]
            case 2:
                data[at:at] = chance.choice(TOKENS)
            case 3:
                data[at:at] = data[at : at + 200] * chance.choice((1, 3, 200))
            case 4:
                other = chance.choice(files)
                begin = chance.randrange(len(other))
                data[at : at + 50] = other[begin : begin + chance.choice((5, 50, 1_000))]
            case 5:
                del data[at:]
            case 6:
                data[at : at + 4] = chance.randbytes(4)
    return bytes(data)


def tried(path, chosen):
    """Read a file; return what is wrong with that, or None."""
    options = Options(**chosen)
    with contextlib.suppress(Invalid):
        preview(path, options)
    try:
        lines = read(path, options)
    except Invalid as problem:
        problem.details()
        return None
    if lines.read != lines.kept + lines.set_aside + lines.rejected:
        return f"{lines.read} rows read, {lines.kept} + {lines.set_aside} + {lines.rejected} told of"
    return None


def child(seed, count, path):
    """Try some files in a process of its own, which may end at any of them."""
    chance, files = random.Random(seed), seeds()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    for _ in range(count):
        path.write_bytes(broken(chance, files))
        chosen = chance.choice(CHOSEN) if chance.random() < 0.5 else {}
        path.with_suffix(".options").write_text(repr(chosen), "utf-8")
        signal.alarm(SECONDS)
        wrong = tried(path, chosen)
        signal.alarm(0)
        if wrong is None and (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10) - used > ROOM:
            wrong = "too much memory"
        if wrong is not None:
            sys.exit(wrong)


def main():
    """Try files until the time is over; say what was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--keep", type=Path, required=True)
    asked.add_argument("--child", type=Path)
    asked = asked.parse_args()
    if asked.child:
        child(asked.seed, EACH, asked.child)
        return
    asked.keep.mkdir(parents=True, exist_ok=True)
    end, seed, found = time.monotonic() + 60 * asked.minutes, asked.seed, 0
    while time.monotonic() < end:
        path = asked.keep / f"case-{seed}"
        told = subprocess.run(
            [sys.executable, __file__, "--keep", asked.keep, "--seed", str(seed), "--child", path],
            stderr=subprocess.PIPE,
            check=False,
        )
        options = path.with_suffix(".options")
        options.touch()
        if told.returncode:
            found += 1
            why = told.stderr.decode("utf-8", "replace").strip()
            path.with_suffix(".txt").write_text(why, "utf-8")
            last = (why.splitlines() or [""])[-1][:200]
            sys.stdout.write(f"{path}: {options.read_text('utf-8')}: ended with {told.returncode}: {last}\n")
            sys.stdout.flush()
        else:
            path.unlink(missing_ok=True)
            options.unlink()
        seed += 1
    told = f"{found} finds in {asked.minutes:g} minutes among at most {(seed - asked.seed) * EACH:,} files"
    sys.stdout.write(f"{told}\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
