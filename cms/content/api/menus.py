"""Menus by API, as the navigation shows them to the caller."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.views import ReadView
from cms.languages.links import home_in

from ..navigation import Navigation


class EntrySerializer(serializers.Serializer):
    """One entry of a menu."""

    title = serializers.CharField()
    url = serializers.CharField()
    icon = serializers.CharField(allow_blank=True)


class LanguageEntrySerializer(serializers.Serializer):
    """A language of the site and its start page."""

    code = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()


class MenusSerializer(serializers.Serializer):
    """The menus around every page."""

    home_url = serializers.CharField()
    main = EntrySerializer(many=True)
    portals = EntrySerializer(many=True, help_text="Intranet and extranet, for those who may enter.")
    footer = EntrySerializer(many=True)
    languages = LanguageEntrySerializer(many=True)
    easy = LanguageEntrySerializer(allow_null=True, help_text="What there is in Leichte Sprache.")
    sign = EntrySerializer(allow_null=True, help_text="The film in sign language.")


class MenuView(ReadView):
    """Main menu, portals, footer and languages."""

    @extend_schema(responses=MenusSerializer)
    def get(self, request: Request) -> Response:
        """Return the menus in the language of the answer."""
        navigation = Navigation(request._request)

        def entries(items: Any) -> list[dict[str, str]]:
            return [
                {"title": str(item.title), "url": request.build_absolute_uri(item.url), "icon": item.icon}
                for item in items
            ]

        easy = navigation.easy
        answer = {
            "home_url": request.build_absolute_uri(navigation.home_url),
            "main": entries(navigation.main),
            "portals": entries(navigation.portals),
            "footer": entries(navigation.footer),
            "languages": [
                {"code": link.code, "name": link.name, "url": request.build_absolute_uri(home_in(link.code))}
                for link in navigation.languages
            ],
            "easy": {"code": easy.code, "name": easy.name, "url": request.build_absolute_uri(easy.url)}
            if easy
            else None,
            "sign": next(iter(entries([navigation.sign])), None) if navigation.sign else None,
        }
        return Response(MenusSerializer(answer).data)
