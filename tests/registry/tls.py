"""A made-up certificate authority, by the openssl command line in a temporary directory.

`Authority(folder)` makes the CA; `server()` gives identities whose certificates are right, for
another host, or out of date.
"""

from __future__ import annotations

import dataclasses
import pathlib
import ssl
import subprocess

CA_CONFIG = """
[ca]
default_ca = made_up
[made_up]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
"""


@dataclasses.dataclass
class Identity:
    """A server's certificate and key."""

    cert: pathlib.Path
    key: pathlib.Path
    tls12_only: bool = False
    client_ca: pathlib.Path | None = None  # clients must show a certificate of this authority

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        if self.tls12_only:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        if self.client_ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.client_ca)
        return context


class Authority:
    """`pem` is the bundle that a client has to trust. kind: rsa | p256, of all keys."""

    def __init__(self, folder, kind: str = "rsa", name: str = "made-up authority"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.kind = kind
        self.pem = self.folder / "ca.pem"
        self.key = self.folder / "ca.key"
        (self.folder / "index.txt").write_text("")
        (self.folder / "ca.cnf").write_text(CA_CONFIG.format(folder=self.folder))
        self._openssl(
            "req",
            "-x509",
            *self._new_key(),
            "-keyout",
            self.key,
            "-out",
            self.pem,
            "-days",
            "3650",
            "-subj",
            f"/CN={name}",
            "-addext",
            "keyUsage=critical,keyCertSign,cRLSign",
        )

    def server(
        self,
        label: str = "good",
        names=("DNS:localhost", "IP:127.0.0.1"),
        start: str | None = None,
        end: str | None = None,
    ) -> Identity:
        """An identity for `names`; start and end as YYYYMMDDHHMMSSZ, usually now and in ten years."""
        key, cert = self.folder / f"{label}.key", self.folder / f"{label}.pem"
        request = self.folder / f"{label}.csr"
        self._openssl(
            "req",
            "-new",
            *self._new_key(),
            "-keyout",
            key,
            "-out",
            request,
            "-subj",
            f"/CN={label}",
            "-addext",
            f"subjectAltName={','.join(names)}",
        )
        span = ["-startdate", start, "-enddate", end] if start else ["-days", "3650"]
        self._openssl(
            "ca",
            "-batch",
            "-notext",
            "-config",
            self.folder / "ca.cnf",
            "-cert",
            self.pem,
            "-keyfile",
            self.key,
            "-in",
            request,
            "-out",
            cert,
            *span,
        )
        return Identity(cert, key)

    def wrong_host(self) -> Identity:
        return self.server("elsewhere", names=("DNS:elsewhere.example",))

    def expired(self) -> Identity:
        return self.server("expired", start="20200101000000Z", end="20210101000000Z")

    def _new_key(self) -> list[str]:
        if self.kind == "p256":
            return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        return ["-newkey", "rsa:2048", "-nodes"]

    def _openssl(self, *args) -> None:
        done = subprocess.run(["openssl", *map(str, args)], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"openssl {args[0]}: {done.stderr}")
