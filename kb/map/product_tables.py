"""What m050 makes: which products each note names, so that the map finds the notes of one; it never changes."""

from kb import products


def make(db):
    """Make the table, and fill it from what notes say."""
    db.execute(
        """CREATE TABLE note_product (
            note_id INTEGER NOT NULL REFERENCES note(id),
            folded TEXT NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY (note_id, folded)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX note_product_folded ON note_product(folded, note_id)")
    products.derive_again(db)
