"""What is named by path or URL: every shape of it, what it is merged and in conflict with, and what
packages themselves name by URL. pip is the oracle for what is installed and recorded."""

import hashlib

import pytest

from conftest import pins
from registry import sdist, wheel
from sources import (
    builds,
    commit,
    direct_url,
    git,
    index,
    needs_git,
    paths,
    project,
    repository,
    static_project,
    tar_archive,
    write,
    zip_archive,
)


@pytest.fixture
def counter(tmp_path):
    return tmp_path / "counter"


@pytest.fixture
def install(pipit, env, index, counter):
    def run(*words, **options):
        return pipit(
            "install", "--python", env.python, "-i", index.url, *words,
            env={"BUILD_COUNTER": counter}, **options
        )

    return run


# Shapes.


@pytest.fixture
def places(work, paths):
    """{name: the text that names a demo project}."""
    folder = project(work / "demo", "demo", extras={"x": ["leaf"]})
    (work / "demo-1.tar.gz").write_bytes(tar_archive("demo", "1"))
    (work / "odd name.zip").write_bytes(zip_archive("demo", "1", top="demo-main"))
    whl = wheel("demo", "1")
    (work / whl.filename).write_bytes(whl.data)
    project(work / "mono" / "sub" / "demo", "demo")
    zipped = zip_archive("demo", "1", top="demo-main")
    return {
        "folder": "./demo",
        "folder with a slash": "demo/",
        "folder and extras": "./demo[x]",
        "folder by URL": f"file://{folder}",
        "named folder": f"demo @ file://{folder}",
        "local archive": "./demo-1.tar.gz",
        "local archive by URL": f"demo @ file://{work}/demo-1.tar.gz",
        "a name with a blank": f"demo @ file://{work}/odd%20name.zip",
        "local wheel": f"./{whl.filename}",
        "folder in a folder": "./mono/sub/demo",
        "archive": f"demo @ {paths.add('/demo-1.tar.gz', tar_archive('demo', '1'))}",
        "master.zip": f"demo @ {paths.add('/archive/refs/heads/master.zip', zipped)}",
        "query": f"demo @ {paths.add('/get/demo.zip', zipped)}?ref=1&x=y",
        "unnamed": paths.add("/unnamed/main.zip", zipped),
        "egg": paths.add("/egg/main.zip", zipped) + "#egg=demo",
        "wheel by URL": paths.add(f"/w/{whl.filename}", whl.data),
        "marker": f"demo @ file://{folder} ; python_version > '3'",
    }


SHAPES = [
    "folder", "folder with a slash", "folder and extras", "folder by URL", "named folder",
    "local archive", "local archive by URL", "a name with a blank", "local wheel",
    "folder in a folder", "archive", "master.zip", "query", "unnamed", "egg", "wheel by URL",
    "marker",
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_installs_as_with_pip(
    install, pip, places, env, make_env, index, write, shape
):
    text = places[shape]
    other = make_env("other")
    if " @ " in text or ";" in text:
        text = write("r.txt", text)
        words = ("-r", text)
    else:
        words = (text,)
    install(*words).ok()
    pip("--python", other.python, "install", "-i", index.url, *words).ok()
    assert env.installed() == other.installed()
    assert direct_url(env, "demo-1") == direct_url(other, "demo-1")
    assert env.run(env.python, "-c", "import demo; print(demo.__file__)").startswith(str(env.path))


@needs_git
@pytest.mark.parametrize("tail", ["", "@main", "@v1", "@{commit}", "@feature/x", "#egg=demo"])
def test_repositories_install_as_with_pip(install, pip, work, env, make_env, index, tail):
    head = repository(project(work / "demo", "demo"))
    git(work / "demo", "tag", "v1")
    git(work / "demo", "branch", "feature/x")
    text = f"git+file://{work}/demo{tail.format(commit=head)}"
    other = make_env("other")
    install(text).ok()
    pip("--python", other.python, "install", "-i", index.url, text).ok()
    assert direct_url(env, "demo-1") == direct_url(other, "demo-1")
    assert direct_url(env, "demo-1")["vcs_info"]["commit_id"] == head


@needs_git
def test_a_subdirectory_of_a_repository(install, pip, work, env, make_env, index):
    project(work / "mono" / "sub" / "demo", "demo", requires=["leaf"])
    repository(work / "mono")
    text = f"git+file://{work}/mono#subdirectory=sub/demo"
    other = make_env("other")
    install(text).ok()
    pip("--python", other.python, "install", "-i", index.url, text).ok()
    assert direct_url(env, "demo-1") == direct_url(other, "demo-1")
    assert env.installed() == other.installed() == {"demo": "1", "leaf": "2"}


def test_a_subdirectory_and_a_hash_in_a_fragment(install, pip, paths, env, make_env, index):
    data = zip_archive("demo", "1", top="mono/sub/demo")
    url = paths.add("/mono.zip", data)
    text = f"{url}#sha256={hashlib.sha256(data).hexdigest()}&subdirectory=sub/demo"
    other = make_env("other")
    install(text).ok()
    pip("--python", other.python, "install", "-i", index.url, text).ok()
    assert direct_url(env, "demo-1") == direct_url(other, "demo-1")


def test_relative_paths_are_seen_from_the_working_directory(install, pip, work, write, env):
    """As by pip and uv: not from the requirements file."""
    project(work / "demo", "demo")
    (work / "sub").mkdir()
    write("sub/r.txt", "./demo")
    install("-r", "sub/r.txt").ok()
    assert env.installed() == {"demo": "1"}
    write("sub/other.txt", "./r.txt")
    install("-r", "sub/other.txt").fails(1, "sub/other.txt:1", "no such file")


def test_all_sources_are_fetched_at_once(install, paths, index, write):
    texts = [
        f"d{i} @ {paths.add(f'/d{i}.zip', zip_archive(f'd{i}', '1'))}" for i in range(4)
    ]
    rule = index.server.on("/d*.zip", latency=0.5)
    write("r.txt", *texts)
    install("-r", "r.txt").ok()
    index.server.off(rule)
    rows = [row for row in index.server.log.rows if row.path.startswith("/d")]
    assert len(rows) == 4
    assert max(row.t_start for row in rows) < min(row.t_end for row in rows)


def test_a_marker_that_does_not_hold_fetches_nothing(install, paths, index, write, env, counter):
    url = paths.add("/d.zip", zip_archive("d", "1"))
    write("r.txt", f"d @ {url} ; python_version < '3'", f"{url} ; python_version < '3'", "leaf")
    install("-r", "r.txt").ok()
    assert env.installed() == {"leaf": "2"}
    assert not [row for row in index.server.log.rows if row.path == "/d.zip"]


# Names.


def test_another_project_than_was_named(install, work, write, env, unchanged):
    project(work / "demo", "demo")
    write("r.txt", "leaf", f"other @ file://{work}/demo")
    with unchanged(env.path):
        install("-r", "r.txt").fails(1, "r.txt:2", "other", "demo")


def test_another_project_than_the_egg_says(install, paths, env, unchanged):
    url = paths.add("/demo.zip", zip_archive("demo", "1"))
    with unchanged(env.path):
        install(f"{url}#egg=other").fails(1, "other", "demo")


def test_names_are_compared_in_normal_form(install, work, env):
    project(work / "demo", "Demo.Pkg")
    install(f"demo-pkg @ file://{work}/demo").ok()
    assert env.installed() == {"Demo.Pkg": "1"}


# The same project twice.


def test_one_project_from_two_places(install, work, write, env, unchanged, counter):
    project(work / "one", "demo")
    project(work / "two", "demo", "2")
    write("r.txt", f"demo @ file://{work}/one", "./two")
    with unchanged(env.path):
        done = install("-r", "r.txt").fails(1, "demo", "r.txt:1", "r.txt:2")
    assert f"file://{work}/one" in done.err and f"file://{work}/two" in done.err


@needs_git
def test_one_repository_at_two_revisions(install, work, write, env, unchanged):
    repository(project(work / "demo", "demo"))
    git(work / "demo", "tag", "v1")
    project(work / "demo", "demo", "2")
    commit(work / "demo")
    write("r.txt", f"demo @ git+file://{work}/demo@v1", f"demo @ git+file://{work}/demo@main")
    with unchanged(env.path):
        install("-r", "r.txt").fails(1, "demo", "r.txt:1", "r.txt:2")
    git(work / "demo", "tag", "same", "v1")
    write("r.txt", f"demo @ git+file://{work}/demo@v1", f"demo @ git+file://{work}/demo@same")
    install("-r", "r.txt").ok()
    assert env.installed() == {"demo": "1"}


def test_one_place_twice_is_one_wish(install, work, write, env):
    project(work / "demo", "demo", extras={"x": ["leaf"], "y": ["leaf<2"]})
    write("r.txt", "./demo[x]", f"demo[y] @ file://{work}/demo")
    install("-r", "r.txt").ok()
    assert env.installed() == {"demo": "1", "leaf": "1"}


@pytest.mark.parametrize("name, text", [("a;b", "'./a;b'"), ("a dir", "./a\\ dir")])
def test_an_editable_quoted_as_for_a_shell(install, pip, work, write, make_env, env, name, text):
    project(work / name, "demo")
    write("r.txt", f"-e {text}")
    install("-r", "r.txt").ok()
    other = make_env("other")
    pip("--python", other.python, "install", "--no-index", "-r", "r.txt").ok()
    assert direct_url(env, "demo-1") == direct_url(other, "demo-1")


def test_an_editable_wins_over_the_same_folder(install, work, write, env):
    project(work / "demo", "demo", extras={"x": ["leaf"]})
    write("r.txt", "./demo[x]", "-e ./demo")
    install("-r", "r.txt").ok()
    assert env.installed() == {"demo": "1", "leaf": "2"}
    assert direct_url(env, "demo-1")["dir_info"] == {"editable": True}


def test_two_places_for_two_platforms(pipit, index, work, write):
    project(work / "one", "demo")
    project(work / "two", "demo", "2")
    write(
        "r.in",
        f"demo @ file://{work}/one ; sys_platform == 'linux'",
        f"demo @ file://{work}/two ; sys_platform != 'linux'",
    )
    done = pipit("compile", "-i", index.url, "r.in", "--universal", "--no-header").ok()
    assert f'demo @ file://{work}/one ; sys_platform == "linux"' in done.out
    assert f'demo @ file://{work}/two ; sys_platform != "linux"' in done.out


def test_a_version_and_a_place(install, work, write, env, unchanged):
    project(work / "demo", "demo")
    write("r.txt", "demo>=2", "./demo")
    with unchanged(env.path):
        install("-r", "r.txt").fails(1, "demo", "demo>=2 (r.txt:1)")
    write("r.txt", "demo>=1", "./demo")
    install("-r", "r.txt").ok()
    assert env.installed() == {"demo": "1"}


# Constraints and overrides.


def test_a_constraint_says_where_it_comes_from(install, index, work, write, env, counter):
    index.add(wheel("demo", "2"), wheel("a", "1", requires=["demo"]))
    project(work / "demo", "demo")
    write("c.txt", f"demo @ file://{work}/demo")
    install("leaf", "-c", "c.txt").ok()
    assert not builds(counter), "a constraint that binds nothing was built"
    install("a", "-c", "c.txt").ok()
    assert env.installed() == {"leaf": "2", "a": "1", "demo": "1"}
    assert direct_url(env, "demo-1")["url"] == f"file://{work}/demo"


def test_a_constraint_at_another_place(install, work, write, env, unchanged):
    project(work / "one", "demo")
    project(work / "two", "demo")
    write("c.txt", f"demo @ file://{work}/one")
    with unchanged(env.path):
        done = install("./two", "-c", "c.txt").fails(1, "demo", "c.txt:1")
    assert f"file://{work}/two" in done.err
    install("./one", "-c", "c.txt").ok()


def test_a_constraint_that_is_another_project(install, index, work, write, env, unchanged):
    index.add(wheel("demo", "2"))
    project(work / "other", "other")
    write("c.txt", f"demo @ file://{work}/other")
    with unchanged(env.path):
        install("demo", "-c", "c.txt").fails(1, "c.txt:1", "demo", "other")


def test_an_editable_constraint_is_refused(install, work, write, env, unchanged):
    project(work / "demo", "demo")
    write("c.txt", "-e ./demo")
    with unchanged(env.path):
        install("leaf", "-c", "c.txt").fails(1, "c.txt:1", "editable")


def test_an_override_says_where_it_comes_from(install, index, work, write, env):
    index.add(wheel("demo", "2"), wheel("a", "1", requires=["demo>=2"]))
    project(work / "demo", "demo")
    install("a", "--override", write("o.txt", f"demo @ file://{work}/demo")).ok()
    assert env.installed() == {"a": "1", "demo": "1"}


# What packages name by URL.


def test_a_package_names_a_url(install, pip, index, paths, env, make_env):
    url = paths.add("/demo.zip", zip_archive("demo", "1", requires=["leaf<2"]))
    index.add(wheel("a", "1", requires=[f"demo @ {url}"]), wheel("demo", "5"))
    install("a").ok()
    other = make_env("other")
    pip("--python", other.python, "install", "-i", index.url, "a").ok()
    assert env.installed() == other.installed() == {"a": "1", "demo": "1", "leaf": "1"}
    assert direct_url(env, "demo-1") == direct_url(other, "demo-1")


def test_names_that_only_a_url_has(install, paths, env):
    """a by URL needs b by URL needs c by URL; no index has any."""
    c = paths.add("/c.zip", zip_archive("c", "1"))
    b = paths.add("/b.zip", zip_archive("b", "1", requires=[f"c @ {c}"]))
    a = paths.add("/a.zip", zip_archive("a", "1", requires=[f"b @ {b}", "c>=1"]))
    install(f"a @ {a}").ok()
    assert env.installed() == {"a": "1", "b": "1", "c": "1"}


def test_a_url_met_late_is_taken_for_all(install, index, paths, env):
    """b is decided from the index before a version of z is looked at that names a URL for it."""
    url = paths.add("/b.zip", zip_archive("b", "3"))
    index.add(
        wheel("b", "9"),
        wheel("z", "1", requires=["y"]),
        wheel("y", "1", requires=["x"]),
        wheel("x", "1", requires=[f"b @ {url}"]),
    )
    install("b", "z").ok()
    assert env.installed() == {"b": "3", "z": "1", "y": "1", "x": "1"}


def test_a_url_that_does_not_fit_leads_to_another_version(install, index, paths, env):
    url = paths.add("/b.zip", zip_archive("b", "3"))
    index.add(
        wheel("b", "9"), wheel("a", "2", requires=[f"b @ {url}"]), wheel("a", "1", requires=["b"])
    )
    install("a", "b>=9").ok()
    assert env.installed() == {"a": "1", "b": "9"}


def test_a_url_nobody_asks_for_in_the_end_is_not_taken(install, index, paths, env, unchanged):
    """a 2 names b 5 by URL, but needs something that is not there; a 1 wants b>=5, which no index
    has."""
    url = paths.add("/b.zip", zip_archive("b", "5"))
    index.add(
        wheel("b", "1"),
        wheel("a", "2", requires=[f"b @ {url}", "leaf>=9"]),
        wheel("a", "1", requires=["b>=5"]),
    )
    with unchanged(env.path):
        install("a").fails(1, "b")
    index.add(wheel("a", "0", requires=["b"]))
    install("a", "--refresh").ok()
    assert env.installed() == {"a": "0", "b": "1"}


def test_two_packages_name_two_urls(install, index, paths, env, unchanged):
    one = paths.add("/one.zip", zip_archive("b", "1"))
    two = paths.add("/two.zip", zip_archive("b", "1"))
    index.add(
        wheel("a", "1", requires=[f"b @ {one}"]), wheel("c", "1", requires=[f"b @ {two}"])
    )
    with unchanged(env.path):
        done = install("a", "c").fails(1, "a 1", "c 1")
    assert one in done.err and two in done.err and "from.url" not in done.err


def test_a_package_names_another_place_than_the_user(install, index, paths, env, unchanged):
    one = paths.add("/one.zip", zip_archive("b", "1"))
    two = paths.add("/two.zip", zip_archive("b", "1"))
    index.add(wheel("a", "1", requires=[f"b @ {one}"]))
    with unchanged(env.path):
        done = install("a", f"b @ {two}").fails(1, "a 1")
    assert one in done.err and two in done.err
    install("a", f"b @ {one}").ok()
    assert env.installed() == {"a": "1", "b": "1"}


def test_a_package_names_a_url_that_is_another_project(install, index, paths, env, unchanged):
    url = paths.add("/demo.zip", zip_archive("demo", "1"))
    index.add(wheel("a", "1", requires=[f"b @ {url}"]))
    with unchanged(env.path):
        install("a").fails(1, "a 1", "b @ ", "demo")


def test_a_package_names_a_url_that_is_not_there(install, index, env, unchanged):
    index.add(wheel("a", "1", requires=[f"b @ {index.server.origin}/none.zip"]))
    with unchanged(env.path):
        install("a").fails(1, "/none.zip", "404")


def test_a_package_names_a_url_for_one_platform(pipit, index, paths, write):
    url = paths.add("/b.zip", zip_archive("b", "3", requires=["leaf"]))
    index.add(
        wheel("b", "9"),
        wheel("a", "1", requires=[f"b @ {url} ; sys_platform == 'win32'", "b; sys_platform!='win32'"]),
    )
    done = pipit(
        "compile", "-i", index.url, write("r.in", "a"), "--universal", "--no-header"
    ).ok()
    assert f'b @ {url} ; sys_platform == "win32"' in done.out
    assert 'b==9 ; sys_platform != "win32"' in done.out
    assert 'leaf==2 ; sys_platform == "win32"' in done.out


def test_the_answer_does_not_depend_on_the_order_of_lines(pipit, index, paths, write):
    one = paths.add("/one.zip", zip_archive("b", "1"))
    two = paths.add("/two.zip", zip_archive("b", "2"))
    index.add(
        wheel("a", "2", requires=[f"b @ {one}"]), wheel("a", "1", requires=["b"]),
        wheel("c", "2", requires=[f"b @ {two}"]), wheel("c", "1", requires=["b"]),
        wheel("b", "9"),
    )  # fmt: skip
    answers = set()
    for lines in (["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"]):
        write("r.in", *lines)
        done = pipit("compile", "-i", index.url, "r.in", "--no-header", "--no-annotate").ok()
        answers.add(done.out)
    assert len(answers) == 1, answers


# Policies.


def test_only_binary_refuses_sources(install, work, paths, env, unchanged, counter):
    project(work / "demo", "demo")
    url = paths.add("/demo.zip", zip_archive("demo", "1"))
    for words in (["./demo"], [f"demo @ {url}"], [url]):
        with unchanged(env.path):
            install(*words, "--only-binary", ":all:").fails(1, "--only-binary", "demo")
    assert not builds(counter)
    with unchanged(env.path):
        install("./demo", "--only-binary", "demo").fails(1, "--only-binary", "demo")
    install("./demo", "--only-binary", ":all:", "--no-binary", "demo").ok()
    install("-e", "./demo", "--only-binary", ":all:").ok()


def test_no_binary_refuses_a_wheel_by_url(install, paths, env, unchanged):
    whl = wheel("demo", "1")
    url = paths.add(f"/{whl.filename}", whl.data)
    with unchanged(env.path):
        install(url, "--no-binary", ":all:").fails(1, "--no-binary", "demo")


def test_hash_mode_wants_hashes_of_archives_and_refuses_the_rest(
    install, work, paths, write, env, unchanged, counter
):
    project(work / "demo", "demo")
    data = zip_archive("demo", "1")
    url, digest = paths.add("/demo.zip", data), hashlib.sha256(data).hexdigest()
    with unchanged(env.path):
        install("./demo", "--require-hashes").fails(1, "demo", "folder")
        install("-e", "./demo", "--require-hashes").fails(1, "demo", "folder")
        install("git+file:///nowhere/demo", "--require-hashes").fails(1, "demo", "repository")
        install(f"demo @ {url}", "--require-hashes").fails(1, "demo", "hashes are required")
        write("r.txt", f"demo @ {url} --hash=sha256:{'0' * 64}")
        install("-r", "r.txt").fails(1, "demo", digest)
        install(f"demo @ {url}#sha256={'0' * 64}").fails(1, "demo", digest)
    assert not builds(counter), "built before its hash was checked"
    write("r.txt", f"demo @ {url} --hash=sha256:{digest}")
    install("-r", "r.txt").ok()
    assert env.installed() == {"demo": "1"}


# What is installed already.


def test_a_folder_is_installed_anew_and_an_archive_is_not(install, work, paths, env, counter):
    project(work / "demo", "demo")
    url = paths.add("/other.zip", zip_archive("other", "1"))
    words = ("./demo", f"other @ {url}")
    install(*words).ok()
    before = builds(counter)
    done = install(*words).ok()
    assert "~ demo==1 (from file://" in done.err and "other" not in done.err, done.err
    assert builds(counter)[len(before):] == ["build_wheel demo"]


@needs_git
def test_a_commit_that_is_installed_is_left_alone(install, work, env):
    repository(project(work / "demo", "demo"))
    text = f"demo @ git+file://{work}/demo@main"
    install(text).ok()
    assert "nothing to do" in install(text).ok().err
    project(work / "demo", "demo", "2")
    head = commit(work / "demo")
    done = install(text).ok()
    assert "- demo==1" in done.err and f"+ demo==2 (from git+file://{work}/demo@{head})" in done.err


def test_to_editable_and_back(install, work, env):
    project(work / "demo", "demo")
    install("-e", "./demo").ok()
    assert direct_url(env, "demo-1")["dir_info"] == {"editable": True}
    install("./demo").ok()
    assert direct_url(env, "demo-1")["dir_info"] == {}
    install("-e", "./demo").ok()
    assert direct_url(env, "demo-1")["dir_info"] == {"editable": True}


def test_back_to_the_index(install, work, env, index):
    index.add(wheel("demo", "1"))
    project(work / "demo", "demo")
    install("./demo").ok()
    assert "nothing to do" in install("demo").ok().err
    install("demo", "--reinstall").ok()
    assert not (env.info("demo-1") / "direct_url.json").exists()


def test_uninstall_by_place(install, pipit, work, env, write):
    """pip passes over lines without a name."""
    project(work / "demo", "demo")
    project(work / "place", "place")
    write("r.txt", "./demo", "-e ./place", "leaf")
    install("-r", "r.txt").ok()
    project(work / "other", "other")
    write("r.txt", "./demo", "-e ./place", "./other")
    done = pipit("uninstall", "-y", "--python", env.python, "-r", "r.txt").ok()
    assert f"file://{work}/other: not installed" in done.err
    assert env.installed() == {"leaf": "2"}


# Failures.


def test_a_build_that_fails_ends_the_resolution(install, index, env, unchanged):
    broken = sdist("b", "2", metadata_version="2.1", files={"backend.py": "raise SystemExit('no way')\n"})
    index.add(wheel("a", "1", requires=["b>=1"]), wheel("b", "1"))
    index.add(broken)
    with unchanged(env.path):
        done = install("a").fails(1, "b", "no way")
    assert "b is needed because you need a, a 1 needs b>=1" in done.err
    install("a", "--only-binary", "b").ok()
    assert env.installed() == {"a": "1", "b": "1"}


@pytest.mark.parametrize("metadata_version", ["2.1", "2.2"])
def test_a_build_that_fails_behind_a_url(install, work, paths, env, unchanged, metadata_version):
    """Before the resolution ends, or, where no build was needed to know its needs, after it."""
    files = {"backend.py": "raise SystemExit('no way')\n"}
    broken = zip_archive("b", "1", files=files, metadata_version=metadata_version)
    a = project(work / "a", "a", requires=[f"b @ {paths.add('/b.zip', broken)}"])
    with unchanged(env.path):
        done = install("./a").fails(1, "b", "no way")
    if metadata_version == "2.1":
        assert f"b is needed because you need a @ file://{a}, a 1 needs b @ http" in done.err
    else:
        assert "b is needed by a" in done.err


def test_a_folder_whose_build_fails(install, work, env, unchanged):
    project(work / "demo", "demo", files={"backend.py": "raise SystemExit('no way')\n"})
    with unchanged(env.path):
        install("./demo").fails(1, "./demo", "no way")


@needs_git
def test_a_revision_that_does_not_exist(install, work, env, unchanged):
    repository(project(work / "demo", "demo"))
    with unchanged(env.path):
        install(f"demo @ git+file://{work}/demo@no-such-branch").fails(
            1, f"git+file://{work}/demo", "no-such-branch"
        )
        install(f"demo @ git+file://{work}/demo@{'0' * 40}").fails(1, "demo", "0" * 40)


@needs_git
def test_a_repository_that_does_not_exist(install, work, env, unchanged):
    with unchanged(env.path):
        install(f"demo @ git+file://{work}/nowhere").fails(1, f"{work}/nowhere")


@pytest.mark.parametrize(
    "text, message",
    [
        ("./nowhere", "no such file"),
        ("demo @ file:///nowhere/demo.zip", "no such file"),
        ("hg+https://host/x", "hg"),
        ("demo @ ftp://host/x.zip", "ftp"),
        ("-e demo-1-py3-none-any.whl", "no such file"),
        ("-e leaf==1", "editable"),
        ("demo @ git+https://host/x@", "revision"),
        ("demo @ git+https://-host/x", "host"),
        ("./demo#subdirectory=../x", "subdirectory"),
    ],
)
def test_what_cannot_be_meant(install, work, write, env, unchanged, text, message):
    project(work / "demo", "demo")
    write("r.txt", "leaf", text)
    with unchanged(env.path):
        install("-r", "r.txt").fails(1, "r.txt:2", message)


def test_passwords_are_not_shown(install, index, env, unchanged, work, write):
    origin = index.server.origin.replace("http://", "http://user:secret@")
    with unchanged(env.path):
        done = install(f"demo @ {origin}/none.zip").fails(1, "/none.zip")
    assert "secret" not in done.err


def test_credentials_of_a_url_are_used(install, index, paths, env, pipit):
    paths.add("/demo.zip", zip_archive("demo", "1"))
    index.server.knobs.auth = ("user", "secret")
    origin = index.server.origin.replace("http://", "http://user:secret@")
    install("--no-index", f"demo @ {origin}/demo.zip").ok()
    recorded = direct_url(env, "demo-1")["url"]
    assert recorded == f"{index.server.origin}/demo.zip"
    found = [
        path for path in pipit.cache.rglob("*") if path.is_file() and b"secret" in path.read_bytes()
    ]
    assert not found


# Other commands' inputs.


def test_only_deps_of_what_has_to_be_built(install, work, paths, env, write):
    project(work / "demo", "demo", requires=["leaf<2"], extras={"x": ["demo[y]"], "y": ["b"]})
    url = paths.add("/other.zip", zip_archive("other", "1", requires=["leaf"]))
    install("--only-deps", "./demo").ok()
    assert env.installed() == {"leaf": "1"}
    install("--only-deps", f"other @ {url}", "-U").ok()
    install("--only-deps", "./demo[nope]").fails(1, "nope")


def test_the_needs_of_a_project_that_has_to_be_built(pipit, index, work, write):
    index.add(wheel("b", "1"), wheel("c", "1"))
    project(
        work, "demo", requires=["leaf ; python_version > '3'", "b ; python_version < '3'"],
        extras={"x": ["demo[y]"], "y": ["c"]},
    )  # fmt: skip
    ask = ("compile", "-i", index.url, "--no-header")
    done = pipit(*ask, "pyproject.toml").ok()
    assert done.out == "leaf==2\n    # via demo (pyproject.toml)\n"
    assert pins(pipit(*ask, ".").ok().out) == {"leaf": "2"}
    assert pins(pipit(*ask, "pyproject.toml", "--extra", "x").ok().out) == {"leaf": "2", "c": "1"}
    assert pins(pipit(*ask, "pyproject.toml", "--all-extras").ok().out) == {"leaf": "2", "c": "1"}
    pipit(*ask, "pyproject.toml", "--extra", "no").fails(1, "no extra named no")


def test_a_static_project_needs_no_build(install, work, env, counter, pipit, index):
    static_project(work / "demo", "demo", requires=["leaf"])
    (work / "r.in").write_text("./demo\n")
    done = pipit("compile", "-i", index.url, "r.in", env={"BUILD_COUNTER": counter}).ok()
    assert pins(done.out) == {"leaf": "2"}
    assert not builds(counter)
