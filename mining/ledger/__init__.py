"""The ledger: from a file of purchases to immutable, cleaned lines, each traceable to its row.

`options` says how to read, `unpack` opens the file, `detect` finds encoding, delimiter and header, `read` gives rows,
`columns` names them; `columnar` writes Parquet as text, `blocks` and `by_block` go through a text piece by piece, of
which `plain` takes most rows by column and `reader` the others one by one. `stage` numbers the lines and puts them on
the disk, `load` brings them into the ledger. `batches` answers pages about what is there and imports none of the
others.
"""
