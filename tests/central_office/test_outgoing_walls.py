"""Where webhooks may go: never behind the office's own walls, and only to whom the certificate names."""

import ipaddress
import ssl
import subprocess
from typing import Any

import pytest

from tests.central_office.test_outgoing import add, queue, send

PRIVATE = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1"),
    *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"),
    *("2002:7f00:1::", "::127.0.0.1", "255.255.255.255", "240.0.0.1"),
)
PUBLIC = ("8.8.8.8", "203.162.4.191", "2001:ee0:4c00::1", "64:ff9b::808:808", "::ffff:8.8.8.8")


def test_nothing_is_sent_behind_the_offices_own_walls(small_office: Any, receivers: Any) -> None:
    from central_office.outgoing import addresses, subscribers
    from central_office.outgoing.addresses import AddressRefused, door_of, is_public
    from central_office.outgoing.models import Message, Subscriber

    assert [text for text in PRIVATE if is_public(ipaddress.ip_address(text))] == []
    assert [text for text in PUBLIC if not is_public(ipaddress.ip_address(text))] == []
    looks = []

    def look(host: str, port: int) -> list[str]:
        looks.append(host)
        return ["8.8.8.8", "10.0.0.1"] if host == "mixed.example" else ["8.8.8.8"] if len(looks) == 1 else ["127.0.0.1"]

    door = door_of("https://hub.example/x", private=False, look=look)
    assert (door.ip, door.host, door.port, len(looks)) == ("8.8.8.8", "hub.example", 443, 1)  # held to, not asked again
    for url in ("https://hub.example/", "https://mixed.example/"):
        with pytest.raises(AddressRefused):
            door_of(url, private=False, look=look)
    odd = (
        *("http://a.example/", "ftp://a.example/", "https://u:p@a.example/", "https://a.example/#x", "https:///x"),
        *("https://a.example:99999/", "https://a.example/\r\nX: y", "file:///etc/passwd", "https://á.example/"),
    )
    for url in odd:
        with pytest.raises(AddressRefused):
            addresses.check_url(url, private=False)
        with pytest.raises(subscribers.SubscriberRefused):
            add(url)
    with receivers.Hook() as hook:
        made = add("https://hub.example/")
        Subscriber.objects.filter(pk=made.pk).update(address=hook.url.replace("http:", "https:"))
        queue()
        assert send() == {"dead": 1}
    assert hook.got == []
    assert Message.objects.get().trouble == "127.0.0.1 is not a public address"
    print(f"{len(PRIVATE)} private addresses refused, {len(PUBLIC)} public ones let, {len(odd)} odd URLs refused")


def test_a_certificate_must_name_the_host_that_was_looked_up(receivers: Any, tmp_path: Any) -> None:
    """The connection goes to the address that was looked up, the certificate is asked for the name."""
    from central_office.outgoing import webhook
    from central_office.outgoing.addresses import Door

    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    named = ("-subj", "/CN=hub.example", "-addext", "subjectAltName=DNS:hub.example")
    subprocess.run(["openssl", *made, "-keyout", key, "-out", certificate, *named], check=True, capture_output=True)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate, key)
    trust = ssl.create_default_context(cafile=str(certificate))
    with receivers.Hook(tls=served) as hook:
        port = int(hook.url.rpartition(":")[2])
        outcomes = [
            webhook.send(Door(True, host, "127.0.0.1", port, "/x"), {}, b"{}", trusted)
            for host, trusted in (("hub.example", trust), ("other.example", trust), ("hub.example", None))
        ]
    assert [outcome.done for outcome in outcomes] == [True, False, False]
    assert all("TLS: CERTIFICATE_VERIFY_FAILED" in outcome.trouble for outcome in outcomes[1:])
    assert [headers["Host"] for _, headers, _ in hook.got] == [f"hub.example:{port}"]
