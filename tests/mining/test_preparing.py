"""Processes that begin together compile the miner once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from mining import kernel_cache, preparing


def test_of_two_that_begin_together_one_compiles_and_the_other_waits_for_it(tmp_path, monkeypatch):
    begun, may_end, ended = threading.Event(), threading.Event(), []

    def compile_all():
        begun.set()
        may_end.wait(30)
        ended.append("compiled")

    def ask():
        preparing.prepare()
        ended.append("ready")

    monkeypatch.setattr(kernel_cache, "FOLDER", tmp_path)
    monkeypatch.setattr(preparing, "_mine_a_little", compile_all)
    with ThreadPoolExecutor() as pool:
        both = [pool.submit(ask)]
        assert begun.wait(30)
        both.append(pool.submit(ask))
        assert not kernel_cache.is_prepared()
        may_end.set()
        for each in both:
            each.result()

    assert ended == ["compiled", "ready", "ready"]
    assert kernel_cache.is_prepared()
