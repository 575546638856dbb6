"""A real mail server on the loopback, with faults on demand.

    with MailServer() as server: ...    server.mode = "451"; server.mails

`mode` is one of MODES. `at` holds functions to call when a step is reached, for
instance at["content"] = lambda: os.kill(pid, SIGKILL); a step is a verb, or
"content" when the whole mail has arrived and is not yet answered.
"""

import asyncio
import ssl
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from clinic.processes import free_port

MODES = ("normal", "421", "451", "550", "550 content", "hang", "drop", "away")
REPLIES = {"421": "421 4.3.2 Try later", "451": "451 4.7.1 Try later", "550": "550 5.1.1 No such user"}


class MailServer:
    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.mode = "normal"
        self.delay = 0.0
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.verbs: list[str] = []
        self.at: dict[str, Callable[[], object]] = {}
        self.port = free_port()
        self.controller = Controller(
            _Faults(self), hostname="127.0.0.1", port=self.port, tls_context=tls, require_starttls=bool(tls)
        )
        self.controller.factory = lambda: _Protocol(self, **self.controller.SMTP_kwargs)  # type: ignore[method-assign]

    def __enter__(self) -> "MailServer":
        self.controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.controller.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def message_ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mails]

    def reached(self, step: str) -> None:
        self.verbs.append(step)
        if act := self.at.get(step):
            act()


class _Protocol(SMTP):
    """Says what it is asked, and hangs up where it is told to."""

    def __init__(self, owner: MailServer, **options: Any) -> None:
        self.owner = owner
        super().__init__(_Faults(owner), **options)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if self.owner.mode == "away":
            transport.abort()

    async def smtp_EHLO(self, arg: str) -> None:
        self.owner.reached("EHLO")
        await super().smtp_EHLO(arg)

    async def smtp_DATA(self, arg: str) -> None:
        self.owner.reached("DATA")
        if self.owner.mode == "drop":
            await self.push("354 Go on")
            self.transport.abort()
            return
        await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        self.owner.reached("QUIT")
        await super().smtp_QUIT(arg)


class _Faults:
    def __init__(self, owner: MailServer) -> None:
        self.owner = owner

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.owner.reached("MAIL")
        if self.owner.mode == "421":
            return REPLIES["421"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.owner.reached("RCPT")
        if self.owner.mode in ("451", "550"):
            return REPLIES[self.owner.mode]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.owner.mode == "550 content":
            return "550 5.7.1 https://clinic.example/secret is not liked"
        await asyncio.sleep(60 if self.owner.mode == "hang" else self.owner.delay)
        self.owner.mails.append(message_from_bytes(envelope.original_content, policy=policy.default))  # type: ignore[arg-type]
        self.owner.recipients.append(envelope.rcpt_tos)
        self.owner.reached("content")
        return "250 OK"
