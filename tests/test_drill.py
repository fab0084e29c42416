"""The mutation drill: faults put into a copy of the project one by one, each noticed by the check that is named for it.

No fault is put into the project itself. Builds are few: what is wrong with a source is asked of the check for sources,
what is wrong with a page of the check for pages, on the built site with one file changed.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import vendored
from scripts.facts import checked, prose
from scripts.pages import stubs
from scripts.paths import ROOT
from scripts.publish import moved
from scripts.publish.edition import BuildError, build
from tests import drill, test_floors, test_suite
from tests.drill import Fault
from tests.facts import test_data
from tests.measure import test_measure
from tests.pages import test_choose_space
from tests.site import (
    test_addresses,
    test_budgets,
    test_build,
    test_content,
    test_dataset,
    test_diagrams,
    test_labs,
    test_links,
    test_publish,
    test_scripts,
    test_server,
    test_styles,
    test_tools,
)


def data(folder: Path) -> Path:
    return folder / "docs/data"


def at(path: str) -> object:
    """An argument of a check: a file of the broken copy."""
    return lambda folder: folder / path


def site(folder: Path) -> Path:
    return folder


def stub_pages() -> None:
    """What every build does first: pages for the rows of the data."""
    stubs.write_stubs(checked.load())


def drawings() -> list[str]:
    """The drawings of one page's sources, without a build."""
    found = test_diagrams.Diagram("path-of-a-system-call", SYSTEM_CALL).problem()
    return [found] if found else []


SYSTEM_CALL = (
    (ROOT / "docs/overview/architecture-comparison.md")
    .read_text(encoding="utf-8")
    .split('name="path-of-a-system-call"')[1]
    .split("\n", 1)[1]
    .split("```")[0]
)
# The checksums of the first package in the lock.
FIRST_HASHES = re.search(r"( \\\n    --hash=\S+)+\n", (ROOT / "requirements.txt").read_text(encoding="utf-8"))[0]  # type: ignore[index]
SUMMARY, LAB = "docs/overview/summary.md", "docs/labs/whose-kernel.md"
CLAIMS, CONTAINER = "docs/data/claims.yml", "docs/data/technologies/container.yml"
CHECK = ".github/workflows/check.yml"
NGINX, HEADERS = "deploy/nginx.conf", "deploy/headers.yml"
RUN = max((ROOT / "docs/data/measurements").glob("2*.json")).relative_to(ROOT).as_posix()
HEAD = {"path": at(SUMMARY)}
WORKFLOW = {"path": at(CHECK)}
DATA = {"folder": data}
WEB = {"web": site}
READ = {"all_read": test_content.read}

CONTENT = [
    Fault(
        "no title",
        SUMMARY,
        "title: Summary table\n",
        "",
        test_content.test_front_matter_has_title_and_description,
        "overview/summary.md: add a title",
        HEAD,
    ),
    Fault(
        "a description of three words",
        SUMMARY,
        "description: Docker containers against",
        "description: Short # ",
        test_content.test_front_matter_has_title_and_description,
        "50 to 160 are needed",
        HEAD,
    ),
    Fault(
        "a quotation mark in a description",
        SUMMARY,
        "description: Docker",
        'description: Docker "and"',
        test_content.test_front_matter_has_title_and_description,
        "docs/overview/summary.md: the theme does not escape quotes",
        HEAD,
    ),
    Fault(
        "a figure in prose",
        SUMMARY,
        "## The same",
        "It starts in 12 ms.\n\n## The same",
        prose.stray_figures,
        "docs/overview/summary.md:12: '12 ms' is a figure outside the ledger",
    ),
    Fault(
        "a figure in words",
        SUMMARY,
        "## The same",
        "It takes fifty megabytes.\n\n## The same",
        prose.stray_figures,
        "'fifty megabytes' is a figure outside the ledger",
    ),
    Fault(
        "a figure in the title of a note",
        SUMMARY,
        "## The same",
        '!!! note "In 12 ms"\n\n## The same',
        prose.stray_figures,
        "'12 ms' is a figure outside the ledger",
    ),
    Fault(
        "a figure in the frame",
        "overrides/404.html",
        "</ul>",
        "</ul>\n<p>It takes 5 ms.</p>",
        prose.stray_figures,
        "overrides/404.html:12: '5 ms' is a figure outside the ledger",
    ),
    Fault(
        "a picture without words",
        SUMMARY,
        "## The same",
        "![](x.png)\n\n## The same",
        test_suite.test_a_picture_has_words_and_not_the_name_of_its_file,
        "say in the brackets what the picture",
    ),
    Fault(
        "a picture called by its file",
        SUMMARY,
        "## The same",
        "![kernel.png](kernel.png)\n\n## The same",
        test_suite.test_a_picture_has_words_and_not_the_name_of_its_file,
        "say what it shows, not how it is called",
    ),
    Fault(
        "a turned direction in code",
        LAB,
        "```sh",
        "```sh\n# \u202e",
        test_suite.test_no_text_turns_the_direction_of_writing,
        ": delete the bidirectional character",
    ),
    Fault(
        "capitals in the name of a file",
        "docs/guides/Patch.md",
        "",
        "# x\n",
        test_suite.test_files_are_named_so_that_every_system_can_hold_them,
        "docs/guides/Patch.md: use lower-case",
    ),
    Fault(
        "a name that Windows keeps",
        "docs/guides/aux.md",
        "",
        "# x\n",
        test_suite.test_files_are_named_so_that_every_system_can_hold_them,
        "Windows keeps this name for a device",
    ),
    Fault(
        "a name that is too long",
        f"docs/guides/{'a' * 150}.md",
        "",
        "# x\n",
        test_suite.test_files_are_named_so_that_every_system_can_hold_them,
        "too long a path for some systems",
    ),
    Fault(
        "a page written among those that are made",
        "docs/reference/technologies/mine.md",
        "",
        "# Mine\n",
        stub_pages,
        "the pages of this folder are written from docs/data",
    ),
    Fault(
        "a picture's source changed, and not drawn anew",
        "docs/assets/diagrams/path-of-a-system-call.svg",
        'data-source="',
        'data-source="0',
        drawings,
        "run python3 scripts/dev.py diagrams",
    ),
    Fault(
        "a drawing deleted",
        "docs/assets/diagrams/path-of-a-system-call.svg",
        "<svg",
        None,
        drawings,
        "has no drawing yet",
    ),
    Fault(
        "commands that nobody runs",
        LAB,
        "```sh",
        "```bash",
        test_labs.test_each_lab_and_guide_is_run_or_says_so,
        "docs/labs/whose-kernel.md: {'bash'} is never run; call it sh",
    ),
    Fault(
        "a lab that does not describe itself",
        LAB,
        "hands_on:",
        "hands_off:",
        test_labs.test_each_lab_and_guide_is_run_or_says_so,
        "whose-kernel.md lacks hands_on in its front matter",
    ),
]
ROWS = [
    Fault(
        "a source that is not there",
        CLAIMS,
        "[crun-readme]",
        "[crun-readyou]",
        checked.load,
        "there is no source 'crun-readyou'. Correct the id",
        DATA,
    ),
    Fault("text and value disagree", CLAIMS, "  value: 17\n", "  value: 71\n", checked.load, "does not say 71", DATA),
    Fault(
        "a review in a far future",
        CLAIMS,
        "  review_by: 20",
        "  review_by: 9999-01-01 # 20",
        checked.load,
        "more than five years after 'checked'",
        DATA,
    ),
    Fault(
        "markup in a unit",
        CLAIMS,
        "  unit: ms\n",
        "  unit: <b>ms</b>\n",
        checked.load,
        "docs/data/claims.yml:12: 0.unit",
        DATA,
    ),
    Fault(
        "a quotation too long",
        CLAIMS,
        '  quote: "',
        f'  quote: "{"word " * 30}',
        checked.load,
        "holds more than 25 words",
        DATA,
    ),
    Fault(
        "a figure measured otherwise",
        CLAIMS,
        "case: bare/exit/busybox}",
        "case: crun/exit/busybox}",
        checked.load,
        "measured-process-exit",
        DATA,
    ),
    Fault(
        "a cell that is left out",
        CONTAINER,
        "  kernel:\n",
        "  colonel:\n",
        checked.load,
        "has no answer to 'kernel'. Add the cell",
        DATA,
    ),
    Fault(
        "a script in a cell",
        CONTAINER,
        '    text: "',
        '    text: "<script>alert(1)</script>',
        checked.load,
        "docs/data/technologies/container.yml",
        DATA,
    ),
    Fault(
        "a place in the order given twice",
        CONTAINER,
        "order: 20\n",
        "order: 120\n",
        checked.load,
        "is the order of",
        DATA,
    ),
    Fault(
        "a topic that is not there",
        CLAIMS,
        "  topic: start-up\n",
        "  topic: shut-down\n",
        checked.load,
        "there is no topic 'shut-down'",
        DATA,
    ),
    Fault(
        "a chart of nothing",
        "docs/data/charts.yml",
        "{claim: crun-create,",
        "{claim: crun-destroy,",
        checked.load,
        "there is no figure 'crun-destroy'",
        DATA,
    ),
    Fault(
        "a verdict changed below a rule of the guide",
        CONTAINER,
        "  os-family:\n    text: ",
        "  os-family:\n    text: No. #",
        test_choose_space.test_a_rule_is_looked_at_again_when_its_cell_changes,
        "the cell container/os-family now says",
    ),
    Fault(
        "a measured figure edited by hand",
        RUN,
        '"median": ',
        '"median": 1',
        test_measure.test_every_published_figure_follows_from_its_raw_samples,
        ".json",
    ),
    Fault(
        "a run that names its machine",
        RUN,
        '"reason": "',
        '"reason": "/home/frodo ',
        test_measure.test_published_runs_hold_nothing_identifying,
        "a home folder",
    ),
    Fault(
        "a schema that is older than its rows",
        "docs/data/schema/claims.json",
        '"',
        '" ',
        test_data.test_the_exported_schemas_are_up_to_date,
        "run python3 scripts/dev.py schema",
    ),
    Fault(
        "a version without its change",
        "docs/data/version.yml",
        "\nversion: ",
        "\nversion: 1.9.0 # ",
        test_dataset.test_the_version_is_that_of_its_newest_change,
        "1.9.0",
    ),
]
CONFIGURATION = [
    Fault(
        "rights for a whole workflow",
        CHECK,
        "permissions: {}",
        "permissions: {contents: write}",
        test_publish.test_a_workflow_has_few_rights_and_runs_what_was_looked_at,
        "rights are given to the job",
        WORKFLOW,
    ),
    Fault(
        "a job that may run for ever",
        CHECK,
        "    timeout-minutes: 60\n",
        "",
        test_publish.test_a_workflow_has_few_rights_and_runs_what_was_looked_at,
        "test may run for hours",
        WORKFLOW,
    ),
    Fault(
        "a stranger's words in a command",
        CHECK,
        "run: sudo CI=true",
        "run: echo ${{ github.head_ref }}; sudo CI=true",
        test_publish.test_a_workflow_has_few_rights_and_runs_what_was_looked_at,
        "others' values may end the command",
        WORKFLOW,
    ),
    Fault(
        "a pipe that hides what failed",
        ".github/workflows/scheduled.yml",
        "    shell: bash\n",
        "    shell: sh\n",
        test_publish.test_a_workflow_has_few_rights_and_runs_what_was_looked_at,
        "a pipe succeeds whatever its first command says",
        {"path": at(".github/workflows/scheduled.yml")},
    ),
    Fault(
        "a job that waits for one that is not there",
        ".github/workflows/pages.yml",
        "    needs: build\n",
        "    needs: built\n",
        test_publish.test_actionlint_finds_nothing_in_the_workflows,
        'job "publish" needs job "built" which does not exist',
    ),
    Fault(
        "an expression that names a step that is not there",
        ".github/workflows/pages.yml",
        "steps.pages.outputs",
        "steps.page.outputs",
        test_publish.test_actionlint_finds_nothing_in_the_workflows,
        'property "page" is not defined',
    ),
    Fault(
        "a workflow that calls a command that is not there",
        ".github/workflows/scheduled.yml",
        "sources --overdue",
        "sources --overdone",
        test_publish.test_the_commands_of_the_workflows_exist,
        "--overdone",
    ),
    Fault(
        "a pull request with the rights of the repository",
        CHECK,
        "  pull_request:",
        "  pull_request_target:",
        test_publish.test_a_workflow_has_few_rights_and_runs_what_was_looked_at,
        "pull_request_target",
        WORKFLOW,
    ),
    Fault(
        "a pull request that may write",
        CHECK,
        "      contents: read",
        "      contents: write",
        test_publish.test_a_pull_request_may_write_nothing,
        "a stranger's change may only read",
    ),
    Fault(
        "a form that asks for nothing",
        ".github/ISSUE_TEMPLATE/wrong-fact.yml",
        "name: A wrong fact\n",
        "",
        test_publish.test_a_form_asks_for_what_is_needed,
        "name",
        {"path": at(".github/ISSUE_TEMPLATE/wrong-fact.yml")},
    ),
    Fault(
        "a header that the server forgets",
        NGINX,
        'add_header X-Content-Type-Options "nosniff" always;',
        "",
        test_server.test_the_configuration_and_the_list_of_headers_agree,
        "nginx.conf and deploy/headers.yml differ",
    ),
    Fault(
        "a place of the server that drops the headers",
        NGINX,
        "location / {",
        "location /x { add_header A b; }\n location / {",
        test_server.test_the_configuration_and_the_list_of_headers_agree,
        "sets 11 headers: list them in deploy/headers.yml",
    ),
    Fault(
        "scripts inside pages allowed",
        HEADERS,
        "script-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        test_server.test_the_policy_allows_nothing_inline_and_nothing_foreign,
        "unsafe",
    ),
    Fault(
        "another host allowed",
        HEADERS,
        "img-src 'self' data:",
        "img-src https:",
        test_server.test_the_policy_allows_nothing_inline_and_nothing_foreign,
        "the policy allows other hosts",
    ),
    Fault(
        "hooks in the configuration",
        "mkdocs.yml",
        "plugins:\n",
        "hooks: [x.py]\nplugins:\n",
        test_build.test_the_site_uses_no_hooks,
        "another engine would drop hooks",
    ),
    Fault(
        "markup in a Python string",
        "scripts/pages/text.py",
        '"""',
        '"""<div class="x">',
        test_floors.test_markup_stands_in_templates_only,
        "belongs into a template",
    ),
    Fault(
        "floors drawn otherwise than kept",
        "CONTRIBUTING.md",
        " · markdown   ",
        " · markup     ",
        test_floors.test_the_picture_in_contributing_is_the_contract,
        "markup",
    ),
    Fault(
        "markup made of text in a script",
        "docs/assets/scripts/copy.js",
        '"use strict";',
        '"use strict";document.body.innerHTML="";',
        test_scripts.test_no_script_makes_markup_of_text,
        "innerHTML",
        {"script": at("docs/assets/scripts/copy.js")},
    ),
    Fault(
        "a test that may fail",
        "tests/test_new.py",
        "\ndef test_",
        "\n@pytest.mark.xfail\ndef test_",
        test_suite.test_tests_are_skipped_for_stated_reasons_only,
        "'xfail' hides a fault; mend it",
    ),
    Fault(
        "a test skipped for no stated reason",
        "tests/test_new.py",
        "\ndef test_",
        '\n@pytest.mark.skip(reason="slow")\ndef test_',
        test_suite.test_tests_are_skipped_for_stated_reasons_only,
        "add the reason to EXPECTED_SKIPS",
    ),
]
SUPPLY = [
    Fault(
        "a vendored file changed",
        "docs/assets/vendor/minisearch.js",
        "function",
        "function ",
        vendored.problems,
        "minisearch.js is not the file of npm package minisearch",
    ),
    Fault(
        "a vendored file gone",
        "docs/assets/vendor/minisearch.js",
        "function",
        None,
        vendored.problems,
        "minisearch.js is missing: take it from",
    ),
    Fault(
        "a library that slipped in",
        "docs/assets/vendor/extra.js",
        "",
        "x()",
        test_build.test_every_vendored_file_is_in_the_manifest,
        "extra.js",
    ),
    Fault(
        "a locked package without its hashes",
        "requirements.txt",
        FIRST_HASHES,
        "\n",
        test_build.test_locks_pin_everything_with_hashes_and_agree_with_the_requirements,
        "have no checksum: run dev.py lock",
        {"folder": "."},
    ),
    Fault(
        "a lock older than what is wanted",
        "requirements.in",
        "mkdocs==1.6.1",
        "mkdocs==1.6.0",
        test_build.test_locks_pin_everything_with_hashes_and_agree_with_the_requirements,
        "run dev.py lock",
        {"folder": "."},
    ),
    Fault(
        "a package from another place",
        "requirements.txt",
        "\nmkdocs==",
        "\n--extra-index-url https://example.org/\nmkdocs==",
        test_build.test_a_lock_names_no_other_place_to_take_packages_from,
        "requirements.txt",
        {"folder": "."},
    ),
    Fault(
        "a checker without its checksum",
        "tests/package-lock.json",
        '"integrity": "sha512',
        '"was": "sha512',
        test_build.test_what_npm_installs_is_locked_with_checksums,
        "has no checksum: run npm install",
        {"folder": "tests"},
    ),
    Fault(
        "a checker of any version",
        "tests/package.json",
        '"axe-core": "',
        '"axe-core": "^',
        test_build.test_what_npm_installs_is_locked_with_checksums,
        "axe-core",
        {"folder": "tests"},
    ),
    Fault(
        "an action by its tag",
        CHECK,
        "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0",
        "actions/checkout@v5",
        test_publish.test_a_workflow_has_few_rights_and_runs_what_was_looked_at,
        "name a commit, and behind it the version",
        WORKFLOW,
    ),
    Fault(
        "an action pinned in two ways",
        CHECK,
        "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8",
        f"actions/checkout@{'0' * 40}",
        test_publish.test_what_is_used_twice_is_pinned_alike,
        "actions/checkout",
    ),
    Fault(
        "a base image by its tag",
        "deploy/Containerfile",
        "@sha256:88200866dfff7ea7f5cbcb6ec7c8a701889efe6fe859fe64d6990e4b07ea4171",
        "",
        test_publish.test_what_is_used_twice_is_pinned_alike,
        "the images stand on different bases",
    ),
]
# On the built site, with one file changed.
PAGES = [
    Fault(
        "a link to no page",
        "overview/summary/index.html",
        'href="../key-differences/',
        'href="../key-similarities/',
        test_links.problems,
        "leads to no file; correct it or add the page",
        {"edition": site},
    ),
    Fault(
        "a link to no anchor",
        "overview/summary/index.html",
        'href="../key-differences/',
        'href="../key-differences/#nowhere',
        test_links.problems,
        "docs/overview/summary.md: the link",
        {"edition": site},
    ),
    Fault(
        "an e-mail address that is none",
        "overview/summary/index.html",
        "</article>",
        '<a href="mailto:nobody">x</a></article>',
        test_links.problems,
        "'mailto:nobody' is no e-mail address",
        {"edition": site},
    ),
    Fault(
        "a link without encryption",
        "overview/summary/index.html",
        "</article>",
        '<a href="http://example.org/">x</a></article>',
        test_links.test_external_links_are_https_and_registered,
        "is not a well-formed https address",
        WEB,
    ),
    Fault(
        "a link that nobody registered",
        "overview/summary/index.html",
        "</article>",
        '<a href="https://example.org/">x</a></article>',
        test_links.test_external_links_are_https_and_registered,
        "is in no register: cite a row of docs/data/sources.yml",
        WEB,
    ),
    Fault(
        "a style sheet that loads what is not there",
        "assets/styles/reference.css",
        "{",
        "{background:url(gone.png);",
        test_links.test_style_sheets_load_only_files_that_exist,
        "gone.png",
        WEB,
    ),
    Fault(
        "a page that has grown heavy",
        "overview/summary/index.html",
        "</article>",
        f"<p>{os.urandom(20_000).hex()}</p></article>",
        test_budgets.test_no_page_is_heavy,
        "docs/overview/summary.md",
        WEB,
    ),
    Fault(
        "a file of a kind that is not published",
        "assets/notes.docx",
        "",
        "x",
        test_budgets.test_every_published_file_is_of_a_known_kind_and_size,
        "notes.docx: files of this kind are not published",
        WEB,
    ),
    Fault(
        "a heading renamed, and its anchor lost",
        "overview/summary/index.html",
        'id="the-same-in-three-sentences"',
        'id="in-short"',
        test_addresses.test_no_published_address_has_gone,
        "overview/summary/#the-same-in-three-sentences was published and is gone",
        WEB,
    ),
    Fault(
        "a page gone",
        "overview/summary/index.html",
        "<html",
        None,
        test_addresses.test_no_published_address_has_gone,
        "overview/summary/ was published and is gone",
        WEB,
    ),
    Fault(
        "a key taken out of the data",
        "data/v1/claims.json",
        '"conditions":',
        '"terms":',
        test_dataset.test_a_consumer_of_the_first_version_reads_todays,
        "a key stays as long as the folder is v1",
        {**WEB, "name": "claims"},
    ),
    Fault(
        "a page that llms.txt does not list",
        "llms.txt",
        "](markdown/overview/summary.md",
        "](markdown/overview/sum.md",
        test_tools.test_llms_txt_lists_every_copy,
        "markdown/overview/sum.md",
        WEB,
    ),
]
# Enough of the site for checks that look at each page by itself.
FEW = [
    Fault(
        "two pages of one title",
        "overview/summary/index.html",
        "<title>Summary table",
        "<title>Key differences",
        test_content.test_descriptions_and_titles_are_unique,
        "have the same title",
        READ,
    ),
    Fault(
        "a heading that skips a level",
        "overview/summary/index.html",
        "<h2",
        "<h4>x</h4><h2",
        test_content.test_every_page_has_one_h1_and_skips_no_heading_level,
        "h1 is followed by h4",
        READ,
    ),
    Fault(
        "words that were to be replaced",
        "overview/summary/index.html",
        "</article>",
        "<p>TODO</p></article>",
        test_content.test_no_page_shows_a_placeholder_or_an_unexpanded_macro,
        "'TODO' stands in the page",
        READ,
    ),
    Fault(
        "an overview without one of its parts",
        "overview/summary/index.html",
        "Use case",
        "Use",
        test_content.test_the_summary_table_has_its_six_rows,
        "Use case",
        WEB,
    ),
    Fault(
        "a letter that the font lacks",
        "overview/summary/index.html",
        "</article>",
        "<p>\u0416</p></article>",
        test_styles.test_the_font_holds_every_letter_of_the_pages,
        "\u0416",
        WEB,
    ),
    Fault(
        "a macro left in a copy for assistants",
        "markdown/overview/summary.md",
        "## ",
        "[= x =]\n\n## ",
        test_tools.test_every_page_has_a_copy_with_its_text_and_without_macros,
        "overview/summary/",
        WEB,
    ),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drill.copied(tmp_path_factory.mktemp("drill") / "project")


@pytest.fixture(scope="module")
def pages(web: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("drill") / "site"
    # The same files under a second name: only what is broken is written anew.
    shutil.copytree(web, folder, copy_function=os.link)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def few(web: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drill") / "few"
    for name in ("overview/summary", "overview/key-differences", "overview/introduction", "markdown/overview"):
        shutil.copytree(web / name, folder / name)
    return folder


def noticed(fault: Fault, folder: Path, complaints: str) -> None:
    assert complaints, f"nobody noticed: {fault.what} in {fault.file}"
    assert fault.said in complaints, f"{fault.check.__name__} does not say {fault.said!r}, but: {complaints[:500]}"
    assert str(folder) not in complaints.split("\n")[0], "the message names a file as the repository does"


@pytest.mark.parametrize("fault", [*CONTENT, *ROWS, *CONFIGURATION, *SUPPLY], ids=lambda fault: fault.name)
def test_a_fault_of_the_sources_is_noticed(fault: Fault, project: Path) -> None:
    with drill.broken(project, fault), drill.standing_in(project):
        drill.git(project, "add", "--all")
        complaints = fault.complaints(project)
    noticed(fault, project, complaints)


@pytest.mark.parametrize("fault", [*PAGES, *FEW], ids=lambda fault: fault.name)
def test_a_fault_of_the_pages_is_noticed(fault: Fault, pages: Path, few: Path) -> None:
    folder = few if fault in FEW else pages
    with drill.broken(folder, fault):
        drill.forget()
        complaints = fault.complaints(folder)
    drill.forget()
    noticed(fault, folder, complaints)


def test_a_real_build_names_a_row_that_leads_nowhere(
    project: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    row = '\n  - {from: "old/", to: "nowhere/"}'
    fault = Fault("a row that leads nowhere", moved.LIST, "\nmoved:", f"\nmoved:{row}", build, "")
    with drill.broken(project, fault), pytest.raises(BuildError):
        build(tmp_path / "site", source=project)
    assert "docs/data/addresses.yml:6: moved: 'old/' leads to 'nowhere/', which is not there" in capfd.readouterr().err


def unique(faults: list[Fault], folder: Path) -> list[Fault]:
    """One fault for each check and each file that it looks at."""
    given = {
        (fault.check, *(str(v(folder) if callable(v) else v) for v in fault.given.values())): fault for fault in faults
    }
    return list(given.values())


def test_the_checks_are_content_with_what_is_not_broken(project: Path, pages: Path, few: Path) -> None:
    """So each complaint was about the fault, and not about the copy."""
    found = {}
    with drill.standing_in(project):
        drill.git(project, "add", "--all")
        for fault in unique([*CONTENT, *ROWS, *CONFIGURATION, *SUPPLY], project):
            found[fault.name] = fault.complaints(project)
    drill.forget()
    for faults, folder in ((PAGES, pages), (FEW, few)):
        found |= {fault.name: fault.complaints(folder) for fault in unique(faults, folder)}
    wrong = [f"{name}: {complaints[:300]}" for name, complaints in found.items() if complaints]
    assert not wrong, "\n".join(wrong)


def test_there_are_enough_faults_of_each_kind() -> None:
    assert min(map(len, (CONTENT, ROWS, CONFIGURATION, SUPPLY, [*PAGES, *FEW]))) >= 10
    assert sum(map(len, (CONTENT, ROWS, CONFIGURATION, SUPPLY, PAGES, FEW))) >= 75
