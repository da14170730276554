"""Why is it (not) there? A search by e-mail or id, the answer in a sentence, and the chain."""

import asyncio
from functools import partial

from fastapi import Request

from app.flows import rules as rules_
from app.flows.asked import of_text
from app.flows.why import Step, Why
from app.web.ui import actions
from app.web.ui.desk import Visit
from app.web.ui.downloads import files
from app.web.ui.frame import act, frame, visit_of, watch
from app.web.ui.pieces import Moment, Tone, badge, given, link, name_of, tag
from app.web.why_words import answer, mends, says

TONES: dict[str, Tone] = {"ok": "good", "waiting": "warn", "stopped": "bad"}


async def page(request: Request) -> None:
    """The page `/why`; `?q=` is an e-mail address, Baton's id, a vendor's, or a webhook's."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    q = request.query_params.get("q", "").replace("\x00", "").strip()[:300]
    found = await asyncio.to_thread(_read, visit, q) if q else []
    with frame(request, "why", sight) as main:
        tag("h1", words("why.title"))
        _form(visit, q)
        files(visit, "/why")
        for one in found:
            _why(visit, one, q)
    watch(visit, main)


def _form(visit: Visit, q: str) -> None:
    words = visit.words
    with tag("form", classes="filters card", method="get", action="/why", role="search"):
        with tag("div", classes="field grow"):
            tag("label", words("why.search"), for_="q")
            given(tag("input", id="q", name="q", type="search", maxlength="300"), q)
        tag("button", words("why.ask"), "button main", type="submit")


def _read(visit: Visit, q: str) -> list[Why]:
    with visit.desk.parts.database.begin() as tx:
        return of_text(tx, rules_.load(tx), q)


def _why(visit: Visit, why: Why, q: str) -> None:
    words = visit.words
    step = why.answer
    with tag("section", classes="card"):
        with tag("div", classes="card-head"):
            tag("h2", answer(why).text(words.language))
            badge(words(f"why.{step.verdict}"), TONES[step.verdict])
        if (mend := mends(step)) is not None:
            tag("p", mend.text(words.language), "notice warn")
        with tag("ol", classes="timeline"):
            for one in why.steps:
                _step(visit, one)
        with tag("div", classes="card-foot"):
            if why.link_id is not None:
                link(words("why.person"), f"/people/{why.link_id}")
            if visit.may_operate:
                button = tag("button", words("why.look"), "button", type="button")
                button.on("click", act(visit, partial(actions.look, visit, why.link_id, q)))


def _step(visit: Visit, step: Step) -> None:
    language = visit.words.language
    with tag("li"):
        with tag("p"):
            badge(visit.words(f"why.{step.verdict}"), TONES[step.verdict])
            tag("span", f" {says(step).text(language)}")
        mend = mends(step)
        if mend is not None:
            tag("p", mend.text(language), "muted")
        if step.named:
            with tag("p", classes="chips"):
                for id_, fields in step.named.items():
                    link(name_of(fields, language, id_), f"/people/{id_}")
        if step.at is not None:
            Moment(step.at, visit, "full").classes("muted")
