"""A loopback package index whose every property is a knob, and builders for what it serves.

    with Server(Knobs(ranges="off")) as server:
        index = Index(server)
        index.add(wheel("a", "1.0"))
        hang = server.on(index.page_path("b"), hang=True)
        ...                                    # run an installer against index.url
        assert not [row for row in server.log.rows if row.method == "HEAD"]

Standard library only. `python -m registry DIR` (from the folder above) serves a wheelhouse.
"""

from .index import File, Index, normalize
from .knobs import Knobs, Rule
from .log import Log, Row
from .proxy import Proxy
from .server import Request, Resource, Server
from .tls import Authority, Identity
from .wheels import Built, Graph, Member, graph, sdist, sdist_contents, wheel, zip_bytes

__all__ = [
    "Authority",
    "Built",
    "File",
    "Graph",
    "Identity",
    "Index",
    "Knobs",
    "Log",
    "Member",
    "Proxy",
    "Request",
    "Resource",
    "Row",
    "Rule",
    "Server",
    "graph",
    "normalize",
    "sdist",
    "sdist_contents",
    "wheel",
    "zip_bytes",
]
