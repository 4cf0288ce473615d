"""A small home that shows what Kezhi does: 24 people, 165 notes, 200 customers, 20,000 orders."""
