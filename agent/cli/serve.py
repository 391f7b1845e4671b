"""``journeyman serve``: skills, practice, replays and results in the browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import options
from agent.cli.failures import explain
from agent.cli.output import say

if TYPE_CHECKING:
    from agent.web.views.folders import Folders


def add_to(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command(
        "serve",
        epilog=options.examples(
            "journeyman serve", "journeyman serve --open", "journeyman serve --bundle pages"
        ),
    )(serve_command)


def serve_command(
    library: options.Library = None,
    game: options.Game = "crafter",
    runs_dir: options.RunsDir = Path("runs"),
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; anything but loopback needs the token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port; 0 takes any that is free.")] = 8420,
    names: Annotated[
        list[str] | None,
        typer.Option("--name", help="One more name that this machine is reached by; may be repeated."),
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Show the pages in the browser.")] = False,
    bundle: Annotated[
        Path | None,
        typer.Option(
            "--bundle",
            parser=options.path,
            help="Write the pages as files into this folder instead; they open offline.",
        ),
    ] = None,
) -> None:
    """Show skills, practice, replays and results in the browser, until Ctrl-C, or write them as files.

    What is shown is read from the library and the run folders: practice may run, have ended or have been
    killed, and needs no server. Without --bundle it takes what the extra 'serve' of the package installs.
    """
    from agent.errors import MissingPrerequisite
    from agent.web.views.folders import Folders
    from envs.registry import game_spec

    game_spec(game)
    folders = Folders(runs=runs_dir, library=library, game=game)
    if bundle is not None:
        _write(folders, bundle, open_page=open_page)
        return
    try:
        from agent.web.server.app import make_app
        from agent.web.server.listening import bind, listen
        from agent.web.server.security import Access
    except ModuleNotFoundError as error:
        raise MissingPrerequisite(
            f"the package {error.name!r} is missing; install it with: pip install 'journeyman[serve]'"
        ) from error
    listening = bind(host, port)
    access = Access(host=host, port=listening.getsockname()[1], names=tuple(names or ()))
    app = make_app(folders, access, _explained)
    for line in _not_there(folders):
        say(line)
    say(f"open {access.address()}")
    if not access.reading_is_free:
        say("other machines can reach this; whoever has the address can read and steer, unencrypted")
    if open_page:
        typer.launch(access.address())
    listen(app, listening)


def _not_there(folders: Folders) -> Iterator[str]:
    """Folders that were named, or are taken by default, and do not exist: most often a typing error."""
    if not folders.runs.is_dir():
        yield f"there is no folder {str(folders.runs)!r} for runs; none are shown until one is made there"
    if folders.library is not None and not folders.library.is_dir():
        yield f"there is no library {str(folders.library)!r}; no skills are shown until there is one"


def _write(folders: Folders, folder: Path, *, open_page: bool) -> None:
    from agent.surroundings import expanded
    from agent.web.offline.bundle import write_bundle
    from envs.text import counted

    bundle = write_bundle(folders, expanded(folder))
    for line in _not_there(folders):
        say(line)
    for reason in bundle.left_out:
        say(f"left out: {reason}")
    index = bundle.files[0]
    say(f"wrote {counted(len(bundle.files), 'page')}; open {index}")
    if open_page:
        typer.launch(index.resolve().as_uri())


def _explained(error: Exception) -> Mapping[str, Any] | None:
    failure = explain(error)
    return None if failure is None else failure.to_record()["error"]
