"""What the pages of a run tell beside its rules: its plan and its log, also while it works."""

from mining import run_log, runs


def test_the_plan_is_shown_copied_and_kept_as_a_file(world, signed_in):
    lin = signed_in("lin")
    page = lin.get(f"/runs/{world.run}/plan")
    file = lin.get(f"/runs/{world.run}/plan.toml", headers={"Accept": "text/plain"})
    assert "min_support = 2" in file.text
    assert file.mimetype == "text/plain"
    assert file.text.replace('"', "&#34;") in page.text
    assert f"kezhi mine rules --plan run-{world.run}.toml" in page.text
    kept = lin.get(f"/runs/{world.run}/plan.toml")
    assert (kept.text, f"filename=run-{world.run}.toml" in kept.headers["Content-Disposition"]) == (file.text, True)
    # An import has no plan: who asks for it is led to its page.
    assert lin.get(f"/runs/{world.import_run}/plan").location.endswith(f"/runs/{world.import_run}")


def test_the_log_is_seen_while_a_run_works_and_afterwards(world, signed_in, db, people, now):
    runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False, only=world.waiting_run)
    lin = signed_in("lin")
    assert "开始，第 1 次。" in lin.get(f"/runs/{world.waiting_run}").text
    run_log.write(db, world.waiting_run, "No more lines are kept.", now=now)
    part = lin.get(f"/runs/{world.waiting_run}/progress").text
    assert 'id="run-log" hx-swap-oob="true"' in part
    assert "后面的不再记录。" in part
    runs.cancelled(db, world.waiting_run, "lease", now=now)
    for address in ("", "/plan"):
        assert "已取消，没有写入任何东西。" in lin.get(f"/runs/{world.waiting_run}{address}").text
    assert signed_in("vera").get(f"/runs/{world.waiting_run}/plan").status_code == 403
