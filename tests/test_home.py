from pathlib import Path

from platformdirs import user_data_path

from index.files import home


def test_home_is_what_the_variable_says(monkeypatch, tmp_path):
    monkeypatch.setenv("QUOTEWISE_HOME", str(tmp_path))
    assert home() == tmp_path


def test_a_tilde_means_the_users_folder(monkeypatch):
    monkeypatch.setenv("QUOTEWISE_HOME", "~/quotes")
    assert home() == Path.home() / "quotes"


def test_without_the_variable_home_is_the_platforms_place(monkeypatch):
    for unset in (None, ""):
        monkeypatch.delenv("QUOTEWISE_HOME", raising=False)
        if unset is not None:
            monkeypatch.setenv("QUOTEWISE_HOME", unset)
        assert home() == user_data_path("quotewise", appauthor=False)
