"""Lists as files for who is signed in: what needs attention, conflicts, and why."""

from fastapi import Request, Response

from app.web.api.exports import export_attention, export_conflicts, export_why
from app.web.exports import Format
from app.web.ui.desk import Visit
from app.web.ui.frame import visit_of
from app.web.ui.pieces import link, tag


def attention(request: Request, format: Format) -> Response:  # noqa: A002  the address's name
    """`/attention.csv`: what needs a person, with reason and fix."""
    visit = visit_of(request)
    return export_attention(visit.desk.parts, language=visit.words.language, format_=format)


def conflicts(request: Request, format: Format) -> Response:  # noqa: A002  as above
    """`/conflicts.csv`: both values of each."""
    return export_conflicts(visit_of(request).desk.parts, format_=format)


def why(request: Request, format: Format) -> Response:  # noqa: A002  as above
    """`/why.csv`: every record that is not in sync, with its answer and fix."""
    visit = visit_of(request)
    return export_why(visit.desk.parts, language=visit.words.language, format_=format)


def files(visit: Visit, address: str) -> None:
    """Links to a page's list as files."""
    with tag("p", classes="chips"):
        tag("span", visit.words("export.label"), "muted")
        for format_ in ("csv", "ndjson"):
            link(format_.upper(), f"{address}.{format_}", download="")
