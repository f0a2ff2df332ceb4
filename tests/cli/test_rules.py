from pathlib import Path

from tests.cli.conftest import Running


def test_rules_are_listed_by_pack(run: Running) -> None:
    result = run("rules", "list", "pci-dss")
    assert result.exit_code == 0
    assert "no-card-number-while-recording" in result.stdout
    assert "opt-out" not in result.stdout
    assert run("rules", "list", "pci").exit_code == 2


def test_a_rule_is_shown_and_explained(run: Running) -> None:
    assert (
        "forbid payment_card while recording" in run("rules", "show", "no-card-number-while-recording").stdout
    )
    explained = run("rules", "explain", "no-card-number-while-recording")
    assert explained.exit_code == 0
    assert "absence" in explained.stdout


def test_a_wrong_id_gets_the_one_that_was_meant(run: Running) -> None:
    result = run("rules", "show", "no-card-numbers-while-recording")
    assert result.exit_code == 2
    assert "Did you mean `no-card-number-while-recording`?" in result.stderr
    assert "`clearline rules list` shows all" in run("rules", "explain", "xyz").stderr


def test_a_pack_without_faults_ends_with_0(run: Running) -> None:
    result = run("rules", "test", "opt-out")
    assert result.exit_code == 0
    assert "0 faults" in result.stderr
    assert run("rules", "test", "opt-uot").exit_code == 2


def test_a_new_rule_tells_what_is_left_to_write(run: Running, tmp_path: Path) -> None:
    made = run("rules", "new", "mine", "no-shouting", "--in", tmp_path)
    assert made.exit_code == 0
    assert (tmp_path / "mine" / "rules" / "no-shouting.toml").exists()
    tried = run("rules", "test", "mine", "--rules", tmp_path)
    assert tried.exit_code == 1
    assert "no-shouting.toml:" in tried.stdout
    assert run("rules", "new", "mine", "no-shouting", "--in", tmp_path).exit_code == 2
    assert run("rules", "new", "mine", "No Shouting", "--in", tmp_path).exit_code == 2
    assert "is taken" in run("rules", "new", "mine", "card-pin-never-asked", "--in", tmp_path).stderr


def test_a_lock_is_written_once_there_are_no_faults(run: Running, tmp_path: Path) -> None:
    run("rules", "new", "mine", "no-shouting", "--in", tmp_path)
    refused = run("rules", "lock", "--rules", tmp_path)
    assert refused.exit_code == 2
    assert "nothing is locked while there are faults" in refused.stderr
    file = tmp_path / "mine" / "rules" / "no-shouting.toml"
    text = "\n".join(line for line in file.read_text().splitlines() if not line.startswith("note"))
    file.write_text(text.replace("TODO: ", "").replace('"TODO', '"'))
    locked = run("rules", "lock", "--rules", tmp_path)
    assert locked.exit_code == 0, locked.output
    assert "no-shouting: new -> 1" in locked.stdout
    assert "no-shouting" in (tmp_path / "versions.toml").read_text()


def test_coverage_is_printed_as_markdown(run: Running) -> None:
    assert run("rules", "coverage").stdout.startswith("# Coverage\n")


def test_a_pack_that_is_no_slug_is_refused_before_anything_is_written(run: Running, tmp_path: Path) -> None:
    assert "`My Shop` is no slug" in run("rules", "new", "My Shop", "no-shouting", "--in", tmp_path).stderr
    assert list(tmp_path.iterdir()) == []


def test_the_list_says_that_rules_are_missing_from_it(run: Running, tmp_path: Path) -> None:
    run("rules", "new", "mine", "no-shouting", "--in", tmp_path)
    listed = run("rules", "list", "mine", "--rules", tmp_path)
    assert "`clearline rules test` tells why" in listed.stderr
    assert "--rules FOLDER" in run("rules", "list", "mine").stderr


def test_signals_of_a_rule_that_cannot_be_read_are_not_called_unused(run: Running, tmp_path: Path) -> None:
    run("rules", "new", "mine", "no-shouting", "--in", tmp_path)
    signal = '[shouting]\ntitle = "Shouting"\nphrases = ["shut up"]\nexamples = ["Shut up!"]\n'
    (tmp_path / "mine" / "signals.toml").write_text(signal)
    rule = tmp_path / "mine" / "rules" / "no-shouting.toml"
    rule.write_text(rule.read_text().replace("require agent_says", "require shoutings"))
    told = run("rules", "test", "mine", "--rules", tmp_path).stdout
    assert "Did you mean `shouting`?" in told
    assert "no rule uses" not in told
