"""The catalogue of the city's own open data by DCAT-AP.de 3.0 (https://www.dcat-ap.de/def/dcatde/3.0/spec/)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SKOS, XSD

from cms.contracts.datasets import Dataset

from .files import FORMATS, columns, datasets, languages
from .models import MeasuredFile

#: Format -> (name in rdflib, media type).
SERIALIZATIONS = {
    "ttl": ("turtle", "text/turtle"),
    "rdf": ("pretty-xml", "application/rdf+xml"),
    "jsonld": ("json-ld", "application/ld+json"),
}
DCATAP = Namespace("http://data.europa.eu/r5r/")
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"
LEVEL = "http://dcat-ap.de/def/politicalGeocoding/Level"
KEY = "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/"
LICENCES = "http://dcat-ap.de/def/licenses"
#: Languages by ISO 639-1 and in the EU's list.
LANGUAGES = {"de": "DEU", "en": "ENG"}
#: The standard that the answers of the API are described by.
OPENAPI = "https://spec.openapis.org/oas/v3.1.0"


@dataclass(frozen=True)
class DescribedFile:
    """One file: language, format, path, and its size in bytes once it was measured."""

    language: str
    form: str
    path: str
    size: int | None


@dataclass(frozen=True)
class Described:
    """A dataset as page and catalogue show it."""

    dataset: Dataset
    api_path: str
    columns: list[str]
    files: list[DescribedFile]
    things: int | None
    changed_at: datetime | None

    def own_files(self) -> list[DescribedFile]:
        """Return the files in the active language, else in the default language."""
        active = translation.get_language() or ""
        return [file for file in self.files if file.language == active] or self.files[: len(FORMATS)]


def described() -> list[Described]:
    """Return all datasets with what is known of their files. One query."""
    measured = {(row.dataset, row.language, row.form): row for row in MeasuredFile.objects.all()}
    found = []
    for dataset, resource in datasets():
        files = []
        for language in languages():
            with translation.override(language):
                for form in FORMATS:
                    row = measured.get((dataset.name, language, form))
                    path = reverse(f"opendata:{form}", args=[dataset.name])
                    files.append(DescribedFile(language, form, path, row.size if row else None))
        rows = [row for key, row in measured.items() if key[0] == dataset.name]
        found.append(
            Described(
                dataset=dataset,
                api_path=f"/api/v1/{resource.path}/",
                columns=columns(resource),
                files=files,
                things=max((row.things for row in rows), default=None),
                changed_at=max((row.changed_at for row in rows), default=None),
            )
        )
    return found


def graph() -> Graph:
    """Return the catalogue. Its addresses are those of the setting SITE_URL, whatever host was asked."""
    found = described()
    with translation.override(settings.LANGUAGE_CODE):
        return _Writer().catalogue(found)


class _Writer:
    """Writes one catalogue into a graph."""

    def __init__(self) -> None:
        self.graph = Graph()
        for prefix, namespace in {
            "dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "skos": SKOS, "vcard": VCARD, "dcatap": DCATAP, "dcatde": DCATDE,
        }.items():  # fmt: skip
            self.graph.bind(prefix, namespace)
        self.page = settings.SITE_URL + reverse("opendata:index")
        self.licence = self.concept(settings.OPENDATA_LICENCE, LICENCES)
        self.publisher = self._publisher()
        self.contact = self._contact()
        self.spatial = self._spatial()
        self.standard = URIRef(OPENAPI)
        self.add(self.standard, RDF.type, DCTERMS.Standard)

    def add(self, subject: Any, predicate: Any, value: Any) -> None:
        self.graph.add((subject, predicate, value))

    def texts(self, subject: Any, predicate: Any, text: Any) -> None:
        """Add a lazy text once a language."""
        for language in languages():
            with translation.override(language):
                self.add(subject, predicate, Literal(str(text), lang=language))

    def concept(self, address: str, scheme: str) -> URIRef:
        """Return an entry of a list, and say which list: readers need not fetch it to know."""
        entry = URIRef(address)
        self.add(entry, RDF.type, SKOS.Concept)
        self.add(entry, SKOS.inScheme, URIRef(scheme))
        self.add(entry, SKOS.prefLabel, Literal(address.rstrip("/").removeprefix(scheme).strip("/"), lang="de"))
        return entry

    def listed(self, name: str, code: str) -> URIRef:
        """Return an entry of one of the EU's lists."""
        return self.concept(f"{EU}{name}/{code}", f"{EU}{name}")

    def _publisher(self) -> URIRef:
        city = URIRef(f"{settings.SITE_URL}/#publisher")
        self.add(city, RDF.type, FOAF.Organization)
        self.add(city, RDF.type, FOAF.Agent)
        self.texts(city, FOAF.name, gettext_lazy("City of Mainz"))
        self.add(city, FOAF.homepage, URIRef(f"{settings.SITE_URL}/"))
        return city

    def _contact(self) -> URIRef:
        contact = URIRef(f"{self.page}#contact")  # not a blank node: RDF/XML loses one that many things refer to
        self.add(contact, RDF.type, VCARD.Organization)
        self.add(contact, RDF.type, VCARD.Kind)
        self.add(contact, VCARD.fn, Literal(_("City of Mainz")))
        is_mail = settings.OPENDATA_CONTACT.startswith("mailto:")
        self.add(contact, VCARD.hasEmail if is_mail else VCARD.hasURL, URIRef(settings.OPENDATA_CONTACT))
        return contact

    def _spatial(self) -> URIRef:
        place = URIRef(f"{KEY}{settings.CITY_KEY}")
        self.add(place, RDF.type, DCTERMS.Location)
        self.add(place, SKOS.prefLabel, Literal(settings.CITY_NAME, lang="de"))
        self.add(place, DCTERMS.identifier, Literal(settings.CITY_KEY))
        return place

    def catalogue(self, found: list[Described]) -> Graph:
        """Write everything."""
        catalogue, service = URIRef(self.page), URIRef(f"{settings.SITE_URL}/api/v1/")
        self.add(catalogue, RDF.type, DCAT.Catalog)
        self.texts(catalogue, DCTERMS.title, gettext_lazy("Open data of the city of Mainz"))
        self.texts(
            catalogue,
            DCTERMS.description,
            gettext_lazy("What the city of Mainz gives to everybody to use, from its own website."),
        )
        self.add(catalogue, DCTERMS.publisher, self.publisher)
        self.add(catalogue, DCTERMS.license, self.licence)
        self.add(catalogue, FOAF.homepage, URIRef(self.page))
        self.add(catalogue, DCTERMS.spatial, self.spatial)
        self.add(URIRef(self.page), RDF.type, FOAF.Document)
        for language in languages():
            self.add(catalogue, DCTERMS.language, self.listed("language", LANGUAGES[language]))
        if changes := [item.changed_at for item in found if item.changed_at]:
            self.add(catalogue, DCTERMS.modified, _moment(max(changes)))
        if found:
            self.add(catalogue, DCTERMS.issued, Literal(min(item.dataset.since for item in found)))
            self.add(catalogue, DCAT.service, service)
            self._service(service)
        for item in found:
            self.add(catalogue, DCAT.dataset, self._dataset(item, service))
        return self.graph

    def _service(self, service: URIRef) -> None:
        self.add(service, RDF.type, DCAT.DataService)
        self.texts(service, DCTERMS.title, gettext_lazy("Interface for programs (API)"))
        self.add(service, DCAT.endpointURL, service)
        self.add(service, DCAT.endpointDescription, URIRef(settings.SITE_URL + reverse("api_schema")))
        self.add(service, DCTERMS.conformsTo, self.standard)
        self.add(service, DCTERMS.publisher, self.publisher)
        self.add(service, DCTERMS.license, self.licence)
        self.add(service, DCAT.contactPoint, self.contact)
        self.add(service, DCTERMS.accessRights, self.listed("access-right", "PUBLIC"))
        self.add(service, DCATAP.availability, self.listed("planned-availability", "STABLE"))

    def _dataset(self, item: Described, service: URIRef) -> URIRef:
        declared, dataset = item.dataset, URIRef(f"{self.page}#{item.dataset.name}")
        self.add(dataset, RDF.type, DCAT.Dataset)
        self.texts(dataset, DCTERMS.title, declared.title)
        self.texts(dataset, DCTERMS.description, declared.description)
        for keyword in declared.keywords:
            self.texts(dataset, DCAT.keyword, keyword)
        self.add(dataset, DCTERMS.identifier, Literal(str(dataset)))
        self.add(dataset, DCTERMS.publisher, self.publisher)
        self.add(dataset, DCAT.contactPoint, self.contact)
        self.add(dataset, DCAT.landingPage, URIRef(self.page))
        self.add(dataset, DCAT.theme, self.listed("data-theme", declared.theme))
        self.add(dataset, DCTERMS.accrualPeriodicity, self.listed("frequency", declared.frequency))
        self.add(dataset, DCTERMS.accessRights, self.listed("access-right", "PUBLIC"))
        self.add(dataset, DCATAP.availability, self.listed("planned-availability", "STABLE"))
        self.add(dataset, DCTERMS.spatial, self.spatial)
        self.add(dataset, DCATDE.politicalGeocodingLevelURI, self.concept(f"{LEVEL}/municipality", LEVEL))
        self.add(dataset, DCTERMS.issued, Literal(declared.since))
        self.add(dataset, DCTERMS.modified, _moment(item.changed_at) if item.changed_at else Literal(declared.since))
        for language in languages():
            self.add(dataset, DCTERMS.language, self.listed("language", LANGUAGES[language]))
        self.add(service, DCAT.servesDataset, dataset)
        for file in item.files:
            self.add(dataset, DCAT.distribution, self._file(declared, file))
        self.add(dataset, DCAT.distribution, self._api(declared, item.api_path, service))
        return dataset

    def _distribution(self, name: str, title: Any, form: str) -> URIRef:
        distribution = URIRef(f"{self.page}#{name}")
        self.add(distribution, RDF.type, DCAT.Distribution)
        self.texts(distribution, DCTERMS.title, title)
        self.add(distribution, DCTERMS.license, self.licence)
        self.texts(distribution, DCATDE.licenseAttributionByText, gettext_lazy("City of Mainz"))
        self.add(distribution, DCTERMS["format"], self.listed("file-type", form.upper()))
        media_type = URIRef(f"{IANA}{FORMATS[form]}")
        self.add(media_type, RDF.type, DCTERMS.MediaType)
        self.add(distribution, DCAT.mediaType, media_type)
        self.add(distribution, DCATAP.availability, self.listed("planned-availability", "STABLE"))
        return distribution

    def _file(self, declared: Dataset, file: DescribedFile) -> URIRef:
        name = f"{declared.name}-{file.language}-{file.form}"
        distribution = self._distribution(
            name, format_lazy("{} ({}, {})", declared.title, file.form.upper(), file.language), file.form
        )
        address = URIRef(settings.SITE_URL + file.path)
        self.add(distribution, DCAT.accessURL, address)
        self.add(distribution, DCAT.downloadURL, address)
        self.add(distribution, DCTERMS.language, self.listed("language", LANGUAGES[file.language]))
        if file.size is not None:
            self.add(distribution, DCAT.byteSize, Literal(file.size, datatype=XSD.nonNegativeInteger))
        return distribution

    def _api(self, declared: Dataset, path: str, service: URIRef) -> URIRef:
        distribution = self._distribution(f"{declared.name}-api", format_lazy("{} (API)", declared.title), "json")
        self.add(distribution, DCAT.accessURL, URIRef(settings.SITE_URL + path))
        self.add(distribution, DCAT.accessService, service)
        self.add(distribution, DCTERMS.conformsTo, self.standard)
        return distribution


def _moment(value: datetime) -> Literal:
    return Literal(value.astimezone(UTC).replace(microsecond=0))
