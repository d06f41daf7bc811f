import json

from processes import run_python

# Lets nothing through but the machine itself, and notes who tried.
GUARDED = """
import json, socket, sys

tried = []
connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

def is_local(host):
    return host in ("localhost", "127.0.0.1", "::1", None, "")

def guard(real):
    def guarded(self, address):
        if self.family != getattr(socket, "AF_UNIX", None) and not is_local(address[0]):
            tried.append(str(address))
            raise OSError(f"no network here: {address}")
        return real(self, address)
    return guarded

def guarded_getaddrinfo(host, *arguments, **options):
    if not is_local(host):
        tried.append(str(host))
        raise OSError(f"no network here: {host}")
    return getaddrinfo(host, *arguments, **options)

socket.socket.connect, socket.socket.connect_ex = guard(connect), guard(connect_ex)
socket.getaddrinfo = guarded_getaddrinfo

from qa import ask

answer = ask(sys.argv[1], sys.argv[2:] or None, threshold=0.0)
exported = "torch" in sys.modules
guards = 0
for attempt, address in (
    (socket.create_connection, ("huggingface.co", 443)),
    (socket.socket().connect, ("1.1.1.1", 80)),
):
    try:
        attempt(address)
    except OSError as error:
        guards += "no network here" in str(error)
print(json.dumps({"text": answer.text, "tried": tried, "exported": exported, "guards": guards}))
"""


def test_from_nothing_to_an_answer_without_a_network(tmp_path, fixtures):
    files = [fixtures / name for name in ("lighthouse.pdf", "harbour.docx", "ferry.html", "garden.md")]
    printed = run_python(
        GUARDED, "Who built the lighthouse?", *files, QUOTEWISE_HOME=str(tmp_path), HF_HUB_OFFLINE=None
    )
    found = json.loads(printed.splitlines()[-1])
    assert "Marta Lind" in found["text"]
    assert found["exported"]  # the encoder, too, was made from nothing
    assert found["guards"] == 2
    assert found["tried"] == ["huggingface.co", "('1.1.1.1', 80)"]  # the guard's own trial, and nothing before
