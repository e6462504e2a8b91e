"""``manage.py emergency``: a notice on every page, when the admin can't be reached."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.notices import services
from cms.notices.models import Notice
from cms.records.texts import default_language


class Command(BaseCommand):
    """Publish, list and end emergency notices. Needs the database and nothing else."""

    help = "Puts an emergency notice on every page at once; --list shows what is on, --end takes one off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("title", nargs="?", default="", help="what is the matter, in German")
        parser.add_argument("--text", default="", help="what people are to do, in German")
        parser.add_argument("--title-en", default="")
        parser.add_argument("--text-en", default="")
        parser.add_argument("--easy", default="", help="the same in Leichte Sprache")
        parser.add_argument("--link", default="", help="https://… or a path of the site")
        parser.add_argument("--hours", type=int, default=services.EMERGENCY_HOURS)
        parser.add_argument("--list", action="store_true", help="show what is on the site or planned")
        parser.add_argument("--end", type=int, metavar="NUMBER", help="take this notice off the site")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for notice in services.running_emergencies():
                self.stdout.write(f"{notice.pk}  {notice}  {notice.starts:%d.%m.%Y %H:%M} – {notice.ends or '…'}")
        elif options["end"]:
            notice = Notice.objects.filter(pk=options["end"]).first()
            if notice is None:
                raise CommandError(f"There is no notice {options['end']}. See: manage.py emergency --list")
            ended = services.end_notice(notice=notice)
            self.stdout.write("ended" if ended else "was over already")
        elif options["title"]:
            self._publish(options)
        else:
            raise CommandError('Say what is the matter: manage.py emergency "Bombenfund in der Neustadt" --text "…"')

    def _publish(self, options: dict[str, Any]) -> None:
        if options["hours"] < 1:
            raise CommandError("--hours must be at least 1.")
        language = default_language()
        headline = {language: options["title"], "en": options["title_en"]}
        text = {language: options["text"], "en": options["text_en"]}
        notice = services.emergency(
            headline={code: words for code, words in headline.items() if words},
            text={code: words for code, words in text.items() if words},
            easy_text=options["easy"],
            link=options["link"],
            hours=options["hours"],
        )
        try:
            services.publish_emergency(notice=notice)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"notice {notice.pk} is on every page; to end it: manage.py emergency --end {notice.pk}")
