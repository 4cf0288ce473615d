"""How many bits of a word are set: one instruction of the processor, which numba does not offer by name."""

from mining import numba_setup  # noqa: F401

# isort: split
from numba import types
from numba.extending import intrinsic


@intrinsic
def popcount(typing_context, word):
    """Return the number of set bits of a uint64."""

    def generate(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate
