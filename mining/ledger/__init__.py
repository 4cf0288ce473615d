"""The ledger: from a file of purchases to immutable, cleaned lines, each traceable to its row.

`options` says how to read, `unpack` opens the file, `detect` finds encoding, delimiter and header, `read` gives rows,
`columns` names them, `clean` (with `numbers` and `dates`) types them, `stage` counts and keeps them, `load` brings
them into the ledger. `batches` answers pages about what is there and imports none of the others.
"""
