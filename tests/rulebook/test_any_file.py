"""Whatever stands in the files of a pack, reading them ends with faults, never with an error."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearline.rulebook.checking import check
from clearline.rulebook.reading import read

VALUES = (
    *(
        '""',
        '"x"',
        "5",
        "1.5",
        "true",
        "[]",
        "[5]",
        '["x"]',
        "{}",
        "{ a = 1 }",
        "2026-01-01",
        "2026-01-01T10:00:00",
    ),
    *(
        '"require x"',
        '"forbid call.ended"',
        '["require agent_says", 5]',
        '"call.x &&"',
        '"1 == 1"',
        '"kept"',
        '"..."',
    ),
    *(
        '["4 agent: hi"]',
        '["call.ended"]',
        '[["x"]]',
        "[{}]",
        "{ call = { x = [] } }",
        '"anyone"',
        '"(a|b"',
        '"1d"',
    ),
)


@given(
    file=st.sampled_from(
        ["us/pack.toml", "us/signals.toml", "us/rules/recording-notice.toml", "versions.toml"]
    ),
    line=st.integers(0, 24),
    value=st.sampled_from(VALUES),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_of_any_key_is_read_or_is_a_fault(
    good: dict[str, str], file: str, line: int, value: str
) -> None:
    lines = good.get(file, 'recording-notice = { version = 1, hash = "x" }\n').splitlines()
    number = line % len(lines)
    key, equals, _ = lines[number].partition("=")
    lines[number] = f"{key}= {value}" if equals else f"{lines[number]}\nodd = {value}"
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (good | {file: "\n".join(lines)}).items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        faults = check(read(Path(folder)))
    assert all(fault.line >= 1 and fault.message for fault in faults)
