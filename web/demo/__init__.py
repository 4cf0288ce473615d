"""A small home that shows what Kezhi does: ten people, twenty notes, two hundred customers, twenty thousand orders."""
