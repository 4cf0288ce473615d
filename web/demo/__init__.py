"""A small home that shows what Kezhi does: ten people, twenty notes, three thousand orders."""
