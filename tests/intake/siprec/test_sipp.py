"""A foreign sender, sipp of Debian's sip-tester, opens a recording, sends sound, pauses and ends it."""

import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
from tests.intake.siprec.caller import kept, tone
from tests.intake.siprec.conftest import Recorder
from tests.intake.streams.conftest import free_port

SIPP = shutil.which("sipp")
SCENARIO = Path(__file__).with_name("recording.xml")


@pytest.mark.skipif(SIPP is None, reason="sipp is missing: apt-get install sip-tester")
@pytest.mark.parametrize("transport", ["u1", "t1"])
def test_sipp_records_a_call(recording: Recorder, tmp_path: Path, transport: str) -> None:
    call, sound = f"sipp-{uuid.uuid4().hex[:8]}", tmp_path / "tone.ul"
    sound.write_bytes(tone(800, 4))
    scenario = tmp_path / "scenario.xml"
    scenario.write_text(SCENARIO.read_text().replace("CALL", call).replace("SOUND", str(sound)))
    assert SIPP is not None
    command = [SIPP, f"127.0.0.1:{recording.port}", "-sf", str(scenario), "-m", "1", "-t", transport]
    command += ["-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", str(free_port()), "-timeout", "20", "-nostdin"]
    command += ["-mp", "23000", "-trace_err"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=40, check=False)
    faults = [path.read_text() for path in tmp_path.glob("*errors*")]
    assert done.returncode == 0, (faults, done.stdout[-2_000:])
    assert [one["type"] for one in recording.house.ended(call)] == [
        "call.started",
        "recording.started",
        "call.answered",
        "recording.paused",
        "recording.stopped",
        "call.ended",
    ]
    found = kept(recording.home, call)
    assert found.speakers == ["customer", "agent"]
    begins, ends = found.loud(0)[0][0], found.loud(0)[-1][1]
    assert round(found.pitch(0, begins, ends)) == 800
    assert ends - begins == pytest.approx(1.0, abs=0.15)
    assert found.loud(1) == []
