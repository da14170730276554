"""`baton sandbox`: a vendor's API in memory, to rehearse without an account."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

import typer
import yaml
from pydantic import BaseModel, ValidationError

from app.cli.ending import stop_like_ctrl_c
from app.cli.failure import Failed
from app.cli.output import say
from connectors import registry
from connectors.sandbox.server import serve
from connectors.sandbox.state_file import Broken

Name = Annotated[str, typer.Argument(metavar="VENDOR", help="hubspot, salesforce, …")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0: any free one, which is printed.")]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", exists=True, dir_okay=False, help="Settings as YAML.")
]

StateFile = Annotated[
    Path | None,
    typer.Option("--state", dir_okay=False, help="Load the data from here and save it at the end."),
]


def sandbox(
    vendor: Name,
    port: Port = 0,
    host: str = "127.0.0.1",
    config: ConfigFile = None,
    state: StateFile = None,
) -> None:
    """Serve a vendor's sandbox until interrupted. Its data is in memory (and in --state)."""
    offered = registry.vendor(vendor)
    if offered.sandbox is None:
        raise Failed(f"{offered.label} comes without a sandbox")
    module, _, name = offered.sandbox.partition(":")
    create = getattr(importlib.import_module(module), name)
    try:
        app = create(_config(create, config, state))
    except Broken as error:
        raise Failed(f"{state or config}: {error}") from error
    stop_like_ctrl_c()

    def announce(url: str) -> None:
        say(f"{offered.label} sandbox: {url} (control: {url}/_sandbox/, page: {url}/_sandbox/ui)")

    serve(app, port, host, up=announce)


def _config(create: Callable[..., Any], path: Path | None, state: Path | None) -> BaseModel:
    """The file and option as the settings that the sandbox's factory takes first."""
    hint = next(iter(get_type_hints(create).values()))
    model: type[BaseModel] = next(one for one in get_args(hint) if isinstance(one, type))
    try:
        given = {} if path is None else yaml.safe_load(path.read_text("utf-8")) or {}
        return model.model_validate(given | ({} if state is None else {"state_file": str(state)}))
    except yaml.YAMLError as error:
        raise Failed(f"{path}: not YAML: {error}") from error
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise Failed(f"{path}: {'; '.join(wrong)}") from error


def add_to(cli: typer.Typer) -> None:
    cli.command()(sandbox)
