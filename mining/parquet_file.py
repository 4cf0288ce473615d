"""``python -m mining.parquet_file LINES FILE``: lines of JSON as a Parquet file, for pages, which import no polars."""

import sys
from pathlib import Path

import polars as pl


def write(lines, path):
    """Write the rules in a file of lines of JSON, all columns that any of them has."""
    frame = pl.read_ndjson(lines, infer_schema_length=None) if lines.stat().st_size else pl.DataFrame({"id": []})
    frame.write_parquet(path)


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
