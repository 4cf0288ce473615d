"""Search: which notes match these words, how well, where."""
