"""The site: built strictly, complete, and in need of no other host."""

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml
from tests.support.pages import ROOT

LOADING = {
    "audio": "src", "embed": "src", "iframe": "src", "img": "src", "link": "href", "object": "data",
    "script": "src", "source": "src", "track": "src", "video": "src",
}  # fmt: skip
"""Element → the attribute that makes a browser load something."""


class _Loaded(HTMLParser):
    """What a page makes a browser load."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in (LOADING.get(tag), "srcset"):
            url = given.get(name) if name else None
            if url and given.get("rel") != "canonical":
                self.urls.append(url)


def loaded_by(page: Path) -> list[str]:
    parser = _Loaded()
    parser.feed(page.read_text())
    return parser.urls


def build(folder: Path) -> Path:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def has_a_page_for_each_document(site: Path) -> None:
    documents = {file.with_suffix(".html").name for file in (ROOT / "docs").glob("*.md")}
    assert documents | {"404.html"} == {page.name for page in pages(site)}


def loads_nothing_from_another_host(site: Path) -> None:
    loaded = {f"{page.name}: {url}" for page in pages(site) for url in loaded_by(page)}
    assert [each for each in sorted(loaded) if "//" in each] == []
    assert len(loaded) > len(pages(site))
    for sheet in site.rglob("*.css"):
        assert "url(http" not in sheet.read_text(), sheet
        assert "url(//" not in sheet.read_text(), sheet


def has_all_that_it_loads(site: Path) -> None:
    for page in pages(site):
        if page.name == "404.html":  # for a server's root: its addresses start with a slash
            continue
        for url in loaded_by(page):
            assert (page.parent / url).is_file(), (page.name, url)


def search_needs_no_server(site: Path) -> None:
    assert (site / "search" / "search_index.js").read_text().startswith("var __index = {")
    assert "assets/iframe-worker.js" in loaded_by(site / "index.html")


def ranks_the_page_of_errors_first(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text())
    boosts = {each["location"].partition("#")[0]: each.get("boost", 1) for each in index["docs"]}

    assert max(boosts, key=lambda page: boosts[page]) == "errors.html"
    # Higher, a page with one of the error's words in a heading would come first.
    assert (
        index["config"]["fields"]["title"]["boost"]
        <= 20 * index["config"]["fields"]["text"]["boost"]
    )
    assert re.split(index["config"]["separator"], "failed: HTTP 403, x.y?")[0] == "failed"


def has_every_public_name(site: Path) -> None:
    import pulumi_fc_async_invoke as package  # noqa: PLC0415  its names alone

    reference = (site / "reference.html").read_text()
    missing = [name for name in package.__all__ if name != "__version__" and name not in reference]
    assert missing == []
    for name in inspect.signature(package.AsyncInvokeConfigArgs).parameters:
        assert f'id="pulumi_fc_async_invoke.AsyncInvokeConfig.{name}"' in reference
    assert "Unpack" not in reference  # the keywords themselves are there
    for name in (*package.destinations.__all__, "EmulatorServer", "fc_emulator"):
        assert name in reference


def test_the_site_is_complete_and_needs_no_other_host_and_no_server(tmp_path: Path) -> None:
    # One test, as the site is built once.
    site = build(tmp_path / "site")
    has_a_page_for_each_document(site)
    loads_nothing_from_another_host(site)
    has_all_that_it_loads(site)
    search_needs_no_server(site)
    ranks_the_page_of_errors_first(site)
    has_every_public_name(site)


def test_every_page_is_in_the_navigation() -> None:
    navigation = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    documents = [file.name for file in (ROOT / "docs").glob("*.md")]
    assert sorted(listed(navigation)) == sorted(documents)


def test_each_page_has_one_name() -> None:
    navigation = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    names = dict(named(navigation))
    files = {name: ROOT / "docs" / file for name, file in names.items() if file != "security.md"}

    assert {name: f"# {name}" for name in files} == {
        name: next(line for line in file.read_text().splitlines() if line.startswith("# "))
        for name, file in files.items()
    }


def named(navigation: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Name and file of each page in a part of the navigation."""
    for entry in navigation:
        for name, below in entry.items():
            if isinstance(below, str):
                yield name, below
            else:
                yield from named(below)


def listed(navigation: list[Any] | dict[str, Any] | str) -> Iterator[str]:
    """The files that a part of the navigation names."""
    if isinstance(navigation, str):
        yield navigation
    elif isinstance(navigation, dict):
        yield from listed([*navigation.values()])
    else:
        for each in navigation:
            yield from listed(each)
