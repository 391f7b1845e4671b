import re
from collections import Counter
from importlib.resources import files

import pytest

from agent.web.offline.linker import imports_of, link
from agent.web.offline.page import STYLES, VIEWS, sources

MODULES = sources()


def test_modules_run_after_what_they_need() -> None:
    linked = link(
        "main.js",
        {
            "main.js": 'import {\n  a,\n} from "./x/a.js";\nimport { c } from "./c.js";\na(c);',
            "x/a.js": 'import { c } from "../c.js";\nexport function a(x) {\n  return c + x;\n}',
            "c.js": "export const c = 1;",
        },
    )
    assert linked.splitlines() == ["const c = 1;", "function a(x) {", "  return c + x;", "}", "a(c);"]


@pytest.mark.parametrize(
    "source", ['import x from "./b.js";', "export default 1;", 'export { a } from "./b.js";']
)
def test_other_forms_are_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"a\.js: cannot join"):
        link("a.js", {"a.js": source, "b.js": ""})


def test_circles_are_refused() -> None:
    modules = {"a.js": 'import { b } from "./b.js";', "b.js": 'import { a } from "./a.js";'}
    with pytest.raises(ValueError, match=r"in a circle: a.js -> b.js -> a.js"):
        link("a.js", modules)


def test_our_modules_can_be_joined() -> None:
    linked = link("main.js", MODULES)
    assert not re.search(r"^(import|export)\b", linked, re.MULTILINE)


def test_top_level_names_are_unique_over_all_modules() -> None:
    declared = re.compile(r"^(?:export )?(?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
    names = Counter(name for source in MODULES.values() for name in declared.findall(source))
    assert [name for name, times in names.items() if times > 1] == []


def test_every_module_is_needed_by_the_page() -> None:
    seen, waiting = set[str](), ["main.js"]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += imports_of(path, MODULES[path])
    assert {path for path in MODULES if not path.startswith("lib/")} - seen == set()


def test_the_views_of_pages_and_files_are_the_same() -> None:
    table = re.search(r"VIEWS = \{(.*?)\}", MODULES["views.js"], re.DOTALL)
    assert table is not None
    assert set(re.findall(r"(\w+):", table[1])) == set(VIEWS)
    for path, opener in VIEWS.values():
        assert f"export async function {opener}(" in MODULES[path]


def test_the_joined_style_has_all_styles() -> None:
    folder = files("agent.web") / "static" / "css"
    assert {entry.name for entry in folder.iterdir()} == {f"{name}.css" for name in STYLES}


@pytest.mark.parametrize("path", sorted(MODULES))
def test_text_is_never_read_as_markup_and_nothing_is_fetched_from_elsewhere(path: str) -> None:
    source = MODULES[path]
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", source
    )
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", source)
