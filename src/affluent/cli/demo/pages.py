"""The routes of the customers' side, on the centre's own server: only in the demonstration, only on loopback."""

import smtplib
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response

from affluent.centre.refusals import Forbidden, NotFound
from affluent.centre.signing_in import From
from affluent.channels.email.message import Attachment
from affluent.channels.origins import allowed
from affluent.cli.compose import Centre
from affluent.cli.demo import drawing, webmail
from affluent.cli.demo.doors import keys_of
from affluent.cli.demo.entrance import OFFERED, now
from affluent.cli.demo.entrance import page as entrance_page
from affluent.cli.demo.mailbox import Draft, Mailbox
from affluent.cli.demo.people import PASSWORD, PEOPLE
from affluent.cli.demo.simulation import Simulation
from affluent.web.errors import accepted_language
from affluent.web.services import PAGES
from affluent.web.signin import COOKIE

LANGUAGE_COOKIE = "affluent_demo_language"
LANDING = {"administrator": "/admin/queues"}
STATIC = drawing.HERE / "static"


def add(centre: Centre, mailbox: Mailbox, mail_port: int, simulation: Simulation) -> None:
    """Before the pages of the centre, which take every path that is left."""
    router = build(centre, mailbox, mail_port, simulation)
    centre.app.router.routes[:0] = router.routes


def build(centre: Centre, mailbox: Mailbox, mail_port: int, simulation: Simulation) -> APIRouter:
    """`mail_port` is the centre's SMTP listener."""
    router = APIRouter(prefix="/demo", include_in_schema=False)

    @router.get("")
    def entrance(request: Request) -> Response:
        state = now(centre, simulation)
        return _page(request, entrance_page(_language(request), state, f"127.0.0.1:{mail_port}"))

    @router.get("/now")
    def how_things_stand() -> Response:
        return JSONResponse(now(centre, simulation), headers={"Cache-Control": "no-store"})

    @router.post("/pace")
    def change_pace(request: Request, pace: Annotated[str, Form()]) -> Response:
        _own(request)
        if pace not in OFFERED:
            raise NotFound("not_found")
        simulation.set_pace(pace)
        return RedirectResponse("/demo", status_code=303)

    @router.post("/signin")
    def sign_in(request: Request, email: Annotated[str, Form()]) -> Response:
        _own(request)
        person = next((one for one in PEOPLE if one.email == email), None)
        if person is None:
            raise NotFound("not_found")
        came = From(
            request.client.host if request.client else "", request.headers.get("user-agent", "")[:300]
        )
        simulation.take_seat(email)
        opened = centre.app.state.services.signing_in.sign_in(email, PASSWORD, came)
        answer = RedirectResponse(LANDING.get(person.role, "/desk"), status_code=303)
        answer.set_cookie(COOKIE, opened.token, httponly=True, samesite="lax", path="/")
        return answer

    @router.get("/site/{key}")
    def site(request: Request, key: str) -> Response:
        if key not in drawing.sites():
            raise NotFound("not_found")
        keys = keys_of(centre).get(drawing.sites()[key]["brand"], {})
        text = drawing.site(_language(request), key, keys=keys)
        return _page(request, text)

    @router.get("/static/{name}")
    def static(name: str) -> Response:
        if name == "type.woff2":
            for font in sorted((PAGES / "assets").glob("atkinson-*-latin-wght-normal-*.woff2")):
                return FileResponse(font, media_type="font/woff2")
        if name not in ("demo.css", "mail.js", "entrance.js"):
            raise NotFound("not_found")
        return FileResponse(STATIC / name, headers={"Cache-Control": "no-cache"})

    _add_mail(router, mailbox, mail_port)
    return router


def _add_mail(router: APIRouter, mailbox: Mailbox, mail_port: int) -> None:
    def every() -> list[webmail.Conversation]:
        return webmail.conversations(mailbox.letters())

    def chosen(all_of_them: list[webmail.Conversation], name: str) -> webmail.Conversation:
        for one in all_of_them:
            if any(letter.id == name for letter in one.letters):
                return one
        raise NotFound("not_found")

    def sent(draft: Draft) -> str | Exception:
        try:
            return mailbox.send(draft, mail_port)
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            return fault

    @router.get("/mail")
    def boxes(request: Request) -> Response:
        return _page(request, webmail.shown(_language(request), every(), None))

    @router.get("/mail/newest")
    def newest() -> Response:
        return JSONResponse({"id": max((one.last.id for one in every()), default="")})

    @router.get("/mail/new")
    def write(request: Request) -> Response:
        values = {"to": request.query_params.get("to", "")}
        return _page(request, webmail.new_mail(_language(request), every(), values))

    @router.post("/mail/new")
    def send(
        request: Request,
        to: Annotated[str, Form()],
        text: Annotated[str, Form()] = "",
        subject: Annotated[str, Form()] = "",
        from_name: Annotated[str, Form()] = "",
        sender: Annotated[str, Form(alias="from")] = "",
        file: Annotated[UploadFile | None, File()] = None,
    ) -> Response:
        _own(request)
        language, say = _language(request), drawing.words(_language(request))
        values = {"to": to, "text": text, "subject": subject, "from_name": from_name, "from": sender}
        if "@" not in sender or to not in webmail.ADDRESSES.values() or not text.strip():
            return _page(request, webmail.new_mail(language, every(), values, error=say["missing"]))
        draft = Draft(from_name, sender.strip(), to, subject, text, attachments=_attached(file))
        gone = sent(draft)
        if isinstance(gone, Exception):
            error = say["not_sent"].format(error=gone)
            return _page(request, webmail.new_mail(language, every(), values, error=error))
        return RedirectResponse(f"/demo/mail/{gone}", status_code=303)

    @router.get("/mail/{name}")
    def read(request: Request, name: str) -> Response:
        conversations = every()
        return _page(request, webmail.shown(_language(request), conversations, chosen(conversations, name)))

    @router.post("/mail/{name}")
    def reply(
        request: Request,
        name: str,
        text: Annotated[str, Form()] = "",
        file: Annotated[UploadFile | None, File()] = None,
    ) -> Response:
        _own(request)
        language, conversations = _language(request), every()
        say, one = drawing.words(language), chosen(conversations, name)
        draft = webmail.answer(one, text, language, _attached(file))
        gone = sent(draft) if text.strip() and draft.to else ValueError(say["missing"])
        if isinstance(gone, Exception):
            error = say["not_sent"].format(error=gone)
            return _page(request, webmail.shown(language, conversations, one, error=error, text=text))
        return RedirectResponse(f"/demo/mail/{one.id}", status_code=303)

    @router.get("/mail/{name}/file/{number}")
    def attachment(name: str, number: int) -> Response:
        letter = mailbox.letter(name)
        if letter is None or not 0 <= number < len(letter.mail.attachments):
            raise NotFound("not_found")
        file = letter.mail.attachments[number]
        shown = "".join(
            c if c.isascii() and c.isprintable() and c not in '"\\/' else "_" for c in file.filename or "file"
        )
        return Response(
            file.content,
            media_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{shown}"'},
        )


def _attached(file: UploadFile | None) -> tuple[Attachment, ...]:
    # A file control left empty is sent as a part without a name.
    if file is None or not file.filename:
        return ()
    return (Attachment(file.filename, file.content_type or "application/octet-stream", file.file.read()),)


def _language(request: Request) -> str:
    """What was chosen on a page, else what the browser prefers."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return asked if asked in ("fr", "en") else accepted_language(request.headers.get("accept-language", ""))


def _page(request: Request, text: str) -> Response:
    answer = HTMLResponse(text, headers={"Cache-Control": "no-store"})
    asked = request.query_params.get("lang")
    if asked in ("fr", "en"):
        answer.set_cookie(LANGUAGE_COOKIE, asked, samesite="lax", path="/demo")
    return answer


def _own(request: Request) -> None:
    """No other site may write here in the name of whoever is looking. Raises `Forbidden`."""
    if not allowed(request.headers.get("origin"), request.headers.get("host", ""), ()):
        raise Forbidden("foreign_origin")
