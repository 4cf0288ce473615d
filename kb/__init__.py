"""The knowledge store, its search and its map. Knows no browser."""
