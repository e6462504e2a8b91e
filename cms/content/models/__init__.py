"""Page types, what they refer to, and documents."""

from .base import SitePage, SitePageForm
from .chapters import ChapterFootnote, ChapterPage, GuidePage, PublicationPage
from .contact import ContactPage
from .files import CityDocument
from .pages import PORTAL_GROUPS, ContentPage, HomePage, LandingPage, SectionPage
from .short_links import ShortLink
from .steps import StepByStepPage, StepTarget
from .topics import PageTopic, Topic, TopicPage, TopicText

__all__ = [
    "PORTAL_GROUPS",
    "ChapterFootnote",
    "ChapterPage",
    "CityDocument",
    "ContactPage",
    "ContentPage",
    "GuidePage",
    "HomePage",
    "LandingPage",
    "PageTopic",
    "PublicationPage",
    "SectionPage",
    "ShortLink",
    "SitePage",
    "SitePageForm",
    "StepByStepPage",
    "StepTarget",
    "Topic",
    "TopicPage",
    "TopicText",
]
