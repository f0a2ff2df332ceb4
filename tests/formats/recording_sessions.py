"""Recording sessions as different senders write them: parts of the bodies of INVITEs."""

from collections.abc import Sequence

BOUNDARY = "edge-of-part"
NEW = "urn:ietf:params:xml:ns:recording:1"
OLD = "urn:ietf:params:xml:ns:recording"


def sdp(
    ports: Sequence[int] = (40_000, 40_002),
    labels: Sequence[str] = ("1", "2"),
    direction: str = "sendonly",
    formats: str = "0 101",
    address: str = "127.0.0.1",
) -> bytes:
    lines = ["v=0", f"o=src 1 1 IN IP4 {address}", "s=-", f"c=IN IP4 {address}", "t=0 0"]
    for port, label in zip(ports, labels, strict=True):
        lines += [f"m=audio {port} RTP/AVP {formats}", "a=rtpmap:0 PCMU/8000"]
        lines += ["a=rtpmap:101 telephone-event/8000", f"a={direction}", f"a=label:{label}"]
    return ("\r\n".join(lines) + "\r\n").encode()


def metadata(
    *,
    session: str = "c-1",
    namespace: str = NEW,
    labels: Sequence[str] = ("1", "2"),
    mode: str = "<datamode>complete</datamode>",
    assoc: bool = True,
    more: str = "",
    begin: str = '<?xml version="1.0" encoding="UTF-8"?>\n',
) -> bytes:
    """As RFC 7865 has it: the customer is heard on the first label, the agent on the second."""
    sent = """
  <participantstreamassoc participant_id="p-cust"><send>s-1</send><recv>s-2</recv></participantstreamassoc>
  <participantstreamassoc participant_id="p-agent"><send>s-2</send><recv>s-1</recv></participantstreamassoc>"""
    return f"""{begin}<recording xmlns='{namespace}'>
  {mode}
  <session session_id="{session}"><start-time>2026-11-01T10:00:00Z</start-time></session>
  <participant participant_id="p-cust">
    <nameID aor="sip:+15125550100@carrier.example"><name xml:lang="en">Pat</name></nameID>
  </participant>
  <participant participant_id="p-agent"><nameID aor="sip:2001@pbx.example:5061;user=phone"><name>Dana</name></nameID></participant>
  <stream stream_id="s-1" session_id="{session}"><label>{labels[0]}</label></stream>
  <stream stream_id="s-2" session_id="{session}"><label>{labels[1]}</label></stream>
  <sessionrecordingassoc session_id="{session}"><associate-time>2026-11-01T10:00:00Z</associate-time></sessionrecordingassoc>
  {sent if assoc else ""}{more}
</recording>
""".encode()


def draft(session: str = "c-1") -> bytes:
    """As drafts had it: plain `id`, `dataMode`, and who sends stands within the participants."""
    return f"""<recording xmlns="{OLD}"><dataMode>complete</dataMode>
  <session id="{session}"/>
  <participant id="p-cust" session="{session}"><aor>sip:+15125550100@carrier.example</aor><name>Pat</name><send>s-1</send></participant>
  <participant id="p-agent" session="{session}"><nameID aor="sip:2001@pbx.example"/><send>s-2</send></participant>
  <stream id="s-1" session="{session}"><label>1</label><mode>separate</mode></stream>
  <stream id="s-2" session="{session}" label="2"/>
</recording>""".encode()


def mixed(*parts: tuple[str, bytes], end: str = "\r\n", last: str = "--") -> bytes:
    told = b""
    for kind, content in parts:
        head = f"--{BOUNDARY}{end}Content-Type: {kind}{end}Content-Disposition: recording-session{end}{end}"
        told += head.encode() + content + end.encode()
    return told + f"--{BOUNDARY}{last}{end}".encode()


KIND = f"multipart/mixed;boundary={BOUNDARY}"
XML = "application/rs-metadata+xml"
SDP = "application/sdp"
