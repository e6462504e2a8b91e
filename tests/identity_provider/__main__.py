"""``python -m tests.identity_provider PORT CALLBACK``: migrate, create people and a client, serve."""

from __future__ import annotations

import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.identity_provider.settings"
import django

django.setup()

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

PEOPLE = {"anna": ["33-buergeramt", "redaktion"], "bert": [], "carl": ["33-buergeramt"]}


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def main() -> None:
    port, callback = int(sys.argv[1]), sys.argv[2]
    call_command("migrate", verbosity=0)
    for name, groups in PEOPLE.items():
        user = User.objects.create_user(
            name, f"{name}@stadt.example", f"geheim-{name}", first_name=name.title(), last_name="Beispiel"
        )
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=name != "carl")
        user.groups.set(Group.objects.get_or_create(name=group)[0] for group in groups)
    client = Client(id="mogontia", name="Mogontia", scopes="openid\nprofile\nemail", skip_consent=True)
    client.redirect_uris = callback
    client.set_secret("geheim")
    client.save()
    with make_server("127.0.0.1", port, get_wsgi_application(), handler_class=Quiet) as server:
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
