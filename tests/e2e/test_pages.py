"""What a project page says of its files, and what on it is no link at all."""

import hashlib
import json

import pytest

from registry import wheel

JSON = "application/vnd.pypi.simple.v1+json"
OLD, NEW = wheel("alpha", "1"), wheel("alpha", "2")


@pytest.fixture
def index(serve):
    index = serve()
    index.add(OLD, NEW)
    return index


@pytest.fixture
def page(index):
    """page(html) or page(files): what the index says of alpha from now on."""

    def answer(content):
        html = isinstance(content, str)
        body = content if html else json.dumps(
            {"meta": {"api-version": "1.0"}, "name": "alpha", "files": content}
        )  # fmt: skip
        kind = "text/html" if html else JSON
        index.server.on("/simple/alpha/", body=body.encode(), content_type=kind)

    return answer


def link(built, fragment="", attributes=""):
    return f'<a href="../-/files/{built.filename}{fragment}"{attributes}>{built.filename}</a>'


def row(built, **more):
    digest = hashlib.sha256(built.data).hexdigest()
    url = f"../-/files/{built.filename}"
    return {"filename": built.filename, "url": url, "hashes": {"sha256": digest}, **more}


@pytest.fixture
def add(pipit, env, index):
    def run(*args, command="install"):
        return pipit(command, "--python", env.python, "-i", index.url, *args)

    return run


# Links.


@pytest.mark.parametrize(
    "around",
    [
        "<script>var t = \"{}\";</script>",
        "<SCRIPT>'</scr' + 'ipt>' + '{}'</Script >",
        "<script><!-- <script> </script> {} --></script>",
        "<style>a:after {{ content: '{}' }}</style>",
        "<textarea>{}</textarea>",
        "<head><title>{}</title></head>",
        "<iframe>{}</iframe>",
        "<![CDATA[ {} ]]>",
        "<!-- <script> {} </script> -->",
        "<!-- {} --!>",
        "<p title='{}'>",
        "<script>{}",
        "<!-- {}",
    ],
)
def test_a_link_inside_of_text_is_no_link(page, add, env, around):
    page(f"<html>{link(OLD)}{around.format(link(NEW))}")
    add("alpha").ok()
    assert env.installed() == {"alpha": "1"}


@pytest.mark.parametrize(
    "before",
    [
        "<script>'<!-- <a>'</script>",
        "<!-- <script> -->",
        "<!-->",
        "<title></head></title>",
        "<script></script\n>",
        "<br/><hr>1 < 2",
        "</ a><?x?><!x>",
    ],
)
def test_what_follows_text_is_read(page, add, env, before):
    page(f"<html>{link(OLD)}{before}<noscript>{link(NEW)}</noscript>")
    add("alpha").ok()
    assert env.installed() == {"alpha": "2"}


def test_an_element_whose_name_begins_with_a_is_no_link(page, add, env):
    page(link(OLD) + "<a>x</a><a name=x><a href><a href=''>" + link(NEW).replace("<a ", "<a-b "))
    add("alpha").ok()
    assert env.installed() == {"alpha": "1"}


# Hashes that no file can have.

TORN = ["sha256=", "sha256=zz", "sha256=" + "a" * 40, "sha256=" + "g" * 64, "sha512=" + "a" * 64]
TORN += ["md5=torn", "sha1=", "SHA256=abc", "egg=alpha&sha256=zz", "md5=" + "0" * 32 + "&sha256=zz"]


@pytest.mark.parametrize("fragment", TORN)
def test_a_torn_hash_in_a_link_is_not_the_same_as_none(page, add, env, index, fragment):
    page(link(OLD) + link(NEW, f"#{fragment}"))
    add("alpha").fails(1, NEW.filename, index.url.rstrip("/"), "which no file can have")
    assert env.installed() == {}
    add("--no-deps", "alpha").fails(1, NEW.filename, "which no file can have")
    add("alpha<2").ok()  # nothing of the other release is needed


@pytest.mark.parametrize(
    "fields",
    [
        {"hashes": {"sha256": ""}},
        {"hashes": {"sha256": "zz"}},
        {"hashes": {"sha256": 5}},
        {"hashes": {"sha256": ["zz"]}},
        {"hashes": {"md5": "zz"}},
        {"hashes": "zz"},
        {"hashes": ["zz"]},
        {"core-metadata": {"sha256": "zz"}},
        {"dist-info-metadata": {"sha256": ""}},
        {"core-metadata": {"sha512": "zz"}},
    ],
)
def test_a_torn_hash_in_json_is_not_the_same_as_none(page, add, env, fields):
    page([row(OLD), row(NEW, **fields)])
    add("alpha").fails(1, NEW.filename, "which no file can have")
    assert env.installed() == {}


@pytest.mark.parametrize("name", ["data-core-metadata", "data-dist-info-metadata"])
@pytest.mark.parametrize("value", ["sha256=zz", "sha256=", "md5=zz"])
def test_a_torn_hash_of_a_metadata_file_is_not_the_same_as_none(page, add, name, value):
    page(link(OLD) + link(NEW, attributes=f' {name}="{value}"'))
    add("alpha").fails(1, f"{NEW.filename}.metadata", "which no file can have")


@pytest.mark.parametrize("command", ["compile", "lock", "download", "wheel"])
def test_every_command_refuses_a_torn_hash(page, add, work, command):
    page(link(OLD) + link(NEW, "#sha256=zz"))
    (work / "r.in").write_text("alpha\n")
    what = ["r.in", "--no-deps"] if command in ("compile", "lock") else ["alpha"]
    add(*what, command=command).fails(1, "which no file can have")


def test_a_torn_hash_beside_a_sha256_does_not_count(page, add, env):
    good = hashlib.sha256(NEW.data).hexdigest()
    page([row(OLD), row(NEW, hashes={"sha256": good, "md5": "zz"})])
    add("alpha").ok()
    assert env.installed() == {"alpha": "2"}


def test_an_unknown_algorithm_is_none(page, add, env):
    page(link(NEW, "#blake9=zz") + link(OLD, "#sha256"))
    add("alpha").ok()
    assert env.installed() == {"alpha": "2"}


# Yanked.


@pytest.mark.parametrize(
    "value, version", [("", "2"), (None, "2"), (False, "2"), (True, "1"), ("why", "1")]
)
def test_an_empty_reason_in_json_yanks_nothing(page, add, env, value, version):
    page([row(OLD), row(NEW, yanked=value)])
    add("alpha").ok()
    assert env.installed() == {"alpha": version}


def test_an_empty_attribute_in_html_yanks(page, add, env):
    page(link(OLD) + link(NEW, attributes=' data-yanked=""'))
    add("alpha").ok()
    assert env.installed() == {"alpha": "1"}
