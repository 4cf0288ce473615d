"""Lists of items in a frame, as the matrix that counts them."""

import numpy as np
from scipy import sparse


def as_matrix(lists, n_items):
    """Return a polars Series of lists of columns as csr_array of bool, shape (n_lists, n_items)."""
    lengths = lists.list.len().to_numpy()
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    items = lists.explode(empty_as_null=False).to_numpy().astype(np.int32) if len(lists) else np.zeros(0, np.int32)
    return sparse.csr_array((np.ones(len(items), bool), items, ends), shape=(len(lists), n_items))
