from web.templating import drop_others


def test_compiled_templates_of_other_settings_go_and_nothing_else(tmp_path):
    key, now, before = "a" * 40, "b" * 12, "c" * 12
    kept = {f"{key}.{now}", f"{key}.{before}x1.tmp", "notes.txt"}
    for name in (*kept, f"{key}.{before}"):
        (tmp_path / name).touch()
    drop_others(tmp_path, now)
    assert {each.name for each in tmp_path.iterdir()} == kept
