"""Words that carry grammar, not meaning: a question weighs them lightly, the index keeps them all."""

CHINESE = frozenset(
    """的 地 得 了 吗 呢 吧 啊 呀 么 着 过 是 在 有 和 与 及 或 也 都 就 还 又 很 把 被 给 对 从 到 为 以 于 而 且 但 之
    其 我 你 您 他 她 它 我们 你们 他们 这 那 这个 那个 这些 那些 什么 哪 哪个 哪些 哪里 哪儿 谁 怎么 怎样 怎么样 如何
    为什么 为何 多少 几 请问 请 能 会 要 可以 是否 有没有""".split()  # noqa: SIM905  a list of quoted words is harder to read
)
ENGLISH = frozenset(
    """a an the and or of to in on at for from by with as is are was were be been being do does did has have had it its
    this that these those there what which who whom whose when where why how i you he she we they my your his her our
    their me him us them not no can could may might will would shall should must if than then so such into about any
    some all each more most other over under between during""".split()  # noqa: SIM905  a list of quoted words is harder to read
)
