"""Sound forms as cities have them, and a large generated one: what the prover must not complain of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plugins.forms.definition.structure import Definition, from_json

JSON = dict[str, Any]


def text(word: str) -> JSON:
    """Return a text in both languages."""
    return {"de": word, "en": word}


def ask(key: str, kind: str = "text", **more: Any) -> JSON:
    """Return a field; ``options`` as words."""
    if "options" in more:
        more["options"] = [{"value": value, "label": text(value)} for value in more["options"]]
    return {"key": key, "type": kind, "label": text(key), **more}


def page(key: str, *fields: JSON) -> JSON:
    """Return a step."""
    return {"key": key, "title": text(key), "fields": list(fields)}


def when(key: str, *tests: tuple[Any, ...], then: list[JSON], match: str = "all") -> JSON:
    """Return a rule; a test is (field, operator) or (field, operator, value)."""
    asked = [dict(zip(("field", "op", "value"), test, strict=False)) for test in tests]
    return {"key": key, "tests": asked, "effects": then, "match": match}


def do(what: str, target: str = "", **more: Any) -> JSON:
    """Return an effect."""
    return {"do": what, "target": target, **more}


def form(*pages: JSON, rules: list[JSON]) -> JSON:
    """Return a form in German and English."""
    return {"format": 1, "languages": ["de", "en"], "steps": list(pages), "rules": rules}


NO = {"message": text("Das ist hier nicht möglich.")}


def dog() -> JSON:
    return form(
        page(
            "holder",
            ask("holder_name", required=True),
            ask("holder_address", "address", required=True),
            ask("holder_birth", "date", required=True, settings={"latest": "today"}),
            ask("lives_here", "yes_no", required=True),
        ),
        page(
            "dogs_page",
            ask(
                "dogs",
                "group",
                required=True,
                settings={"max_rows": 5},
                fields=[
                    ask("dog_name", required=True),
                    ask("breed", "choice", options=["mixed", "listed", "other"], required=True),
                    ask("breed_name"),
                    ask("permit", "file"),
                    ask("dog_since", "date", required=True),
                ],
            ),
            ask("fee", "calculated", settings={"formula": "12000 + (count(dogs) - 1) * 18000", "money": True}),
        ),
        page("pay", ask("debit", "yes_no", required=True), ask("account", "iban"), ask("truth", "statement")),
        rules=[
            when("r_elsewhere", ("lives_here", "equals", False), then=[do("block", "lives_here", **NO)]),
            when("r_breed", ("breed", "equals", "other"), then=[do("show", "breed_name"), do("require", "breed_name")]),
            when("r_permit", ("breed", "equals", "listed"), then=[do("show", "permit"), do("require", "permit")]),
            when("r_debit", ("debit", "equals", True), then=[do("show", "account"), do("require", "account")]),
            when("r_vet", ("breed", "equals", "listed"), then=[do("hand_over", "order_office")]),
            when("r_price", then=[do("price", "dogs", value=500)]),
        ],
    )


def parking() -> JSON:
    return form(
        page(
            "who",
            ask("who_kind", "choice", options=["resident", "care", "business"], required=True),
            ask("who_address", "address", required=True, settings={"town": "Mainz"}),
            ask("company"),
        ),
        page(
            "car",
            ask("plate", "licence_plate", required=True),
            ask("own_car", "yes_no", required=True),
            ask("lease", "file"),
            ask("months", "choice", options=["12", "24"], required=True),
        ),
        page(
            "company_page", ask("trade_number", required=True), ask("staff", "number", settings={"min": 1, "max": 500})
        ),
        rules=[
            when(
                "r_company", ("who_kind", "equals", "business"), then=[do("show", "company"), do("require", "company")]
            ),
            when("r_skip", ("who_kind", "not_equals", "business"), then=[do("skip", "company_page")]),
            when("r_lease", ("own_car", "equals", False), then=[do("show", "lease"), do("require", "lease")]),
            when("r_12", ("months", "equals", "12"), then=[do("price", value=3000)]),
            when("r_24", ("months", "equals", "24"), then=[do("price", value=5500)]),
            when("r_less", ("who_kind", "equals", "care"), then=[do("price", value=-1000)]),
            when("r_many", ("staff", "more", 50), then=[do("hand_over", "economy")]),
        ],
    )


def event() -> JSON:
    return form(
        page(
            "event",
            ask("event_name", required=True),
            ask("period", "date_range", required=True),
            ask("guests", "number", required=True, settings={"min": 1, "max": 50000}),
            ask("place", "choice", options=["street", "park", "hall"], required=True),
            ask("music", "multiple_choice", options=["live", "dj", "none"], required=True),
        ),
        page(
            "stands_page",
            ask(
                "stands",
                "group",
                settings={"max_rows": 30},
                fields=[
                    ask("stand_kind", "choice", options=["food", "alcohol", "goods"], required=True),
                    ask("metres", "number", required=True, settings={"min": 1, "max": 20}),
                    ask("hygiene", "file"),
                ],
            ),
            ask("length", "calculated", settings={"formula": "sum(metres)"}),
        ),
        page("safety", ask("concept", "file"), ask("medics", "yes_no", required=True), ask("road_plan", "file")),
        rules=[
            when("r_concept", ("guests", "at_least", 1000), then=[do("require", "concept")]),
            when("r_safety", ("guests", "at_least", 200), then=[do("show", "concept"), do("show", "medics")]),
            when("r_road", ("place", "equals", "street"), then=[do("show", "road_plan"), do("require", "road_plan")]),
            when(
                "r_food",
                ("stand_kind", "in", ["food", "alcohol"]),
                then=[do("show", "hygiene"), do("require", "hygiene")],
            ),
            when(
                "r_noise",
                ("music", "contains", "live"),
                ("place", "not_equals", "hall"),
                then=[do("hand_over", "noise")],
            ),
            when("r_length", ("length", "more", 100), then=[do("hand_over", "market")]),
            when(
                "r_too_many", ("guests", "more", 20000), ("place", "equals", "hall"), then=[do("block", "guests", **NO)]
            ),
            when("r_fee", then=[do("price", value=8000)]),
            when("r_stands", then=[do("price", "stands", value=1500)]),
        ],
    )


def certificate() -> JSON:
    return form(
        page(
            "person",
            ask("last_name", required=True),
            ask("birth", "date", required=True, settings={"latest": "today"}),
            ask("certificate", "choice", options=["simple", "extended"], required=True),
            ask("reason", "long_text"),
        ),
        page(
            "send",
            ask("delivery", "choice", options=["post", "mail"], required=True),
            ask("mail", "email"),
            ask("post", "address"),
            ask("copies", "number", required=True, settings={"min": 1, "max": 10}),
        ),
        rules=[
            when(
                "r_reason", ("certificate", "equals", "extended"), then=[do("show", "reason"), do("require", "reason")]
            ),
            when("r_mail", ("delivery", "equals", "mail"), then=[do("show", "mail"), do("require", "mail")]),
            when("r_post", ("delivery", "equals", "post"), then=[do("show", "post"), do("require", "post")]),
            when("r_fee", then=[do("price", "copies", value=900)]),
        ],
    )


def contact() -> JSON:
    return form(
        page(
            "message_page",
            ask("subject", "choice", options=["waste", "roads", "taxes", "else"], required=True),
            ask("message", "long_text", required=True),
            ask("reply", "multiple_choice", options=["mail", "phone"]),
            ask("reply_mail", "email"),
            ask("reply_phone", "phone"),
        ),
        rules=[
            when("r_mail", ("reply", "contains", "mail"), then=[do("show", "reply_mail"), do("require", "reply_mail")]),
            when(
                "r_phone",
                ("reply", "contains", "phone"),
                then=[do("show", "reply_phone"), do("require", "reply_phone")],
            ),
            when("r_waste", ("subject", "equals", "waste"), then=[do("hand_over", "waste")]),
            when("r_rest", ("subject", "not_equals", "waste"), then=[do("hand_over", "centre")]),
        ],
    )


def training() -> JSON:
    return form(
        page(
            "course_page",
            ask("course", required=True),
            ask("first", "date", required=True),
            ask("last", "date", required=True),
            ask("days", "calculated", settings={"formula": "days(first, last) + 1"}),
            ask("costs", "money", settings={"max": 500000}),
            ask("why", "long_text"),
        ),
        page("lead", ask("approval", "consent"), ask("stand_in")),
        rules=[
            when("r_order", ("days", "less", 1), then=[do("block", "last", **NO)]),
            when("r_long", ("days", "more", 5), then=[do("require", "stand_in"), do("hand_over", "personnel")]),
            when("r_dear", ("costs", "at_least", 100000), then=[do("show", "why"), do("require", "why")]),
            when(
                "r_lead",
                ("costs", "at_least", 50000),
                ("days", "more", 3),
                then=[do("require", "approval")],
                match="any",
            ),
        ],
    )


def purchase() -> JSON:
    return form(
        page(
            "goods",
            ask(
                "items",
                "group",
                required=True,
                settings={"max_rows": 20},
                fields=[
                    ask("item", required=True),
                    ask("number", "number", required=True, settings={"min": 1, "max": 100}),
                    ask("each", "money", required=True, settings={"max": 1000000}),
                ],
            ),
            ask("total", "calculated", settings={"formula": "sum(each)", "money": True}),
        ),
        page(
            "offers_page",
            ask("offers", "file", settings={"max_count": 3}),
            ask("urgent", "yes_no"),
            ask("because", "text"),
        ),
        rules=[
            when("r_offers", ("total", "more", 100000), then=[do("show", "offers"), do("require", "offers")]),
            when("r_urgent", ("urgent", "equals", True), then=[do("show", "because"), do("require", "because")]),
            when("r_many", ("items", "more", 10), then=[do("hand_over", "tender")]),
        ],
    )


def problem() -> JSON:
    return form(
        page(
            "where_page",
            ask("where", "map_point"),
            ask("street"),
            ask("kind", "choice", options=["light", "hole", "rubbish", "tree"], required=True),
            ask("danger", "yes_no", required=True),
            ask("photo", "file"),
        ),
        page("you", ask("anonymous", "yes_no", required=True), ask("your_mail", "email")),
        rules=[
            when("r_where", ("where", "empty"), then=[do("require", "street")]),
            when("r_mail", ("anonymous", "equals", False), then=[do("show", "your_mail")]),
            when(
                "r_danger", ("danger", "equals", True), ("kind", "in", ["hole", "tree"]), then=[do("hand_over", "duty")]
            ),
            when("r_word", ("street", "contains", "rhein"), then=[do("hand_over", "harbour")]),
        ],
    )


def survey() -> JSON:
    return form(
        page(
            "bus",
            ask("uses", "yes_no", required=True),
            ask("often", "choice", options=["daily", "weekly", "rarely"]),
            ask("happy", "number", settings={"min": 1, "max": 10}),
            ask("better", "long_text"),
        ),
        page(
            "more",
            ask("age", "number", settings={"min": 0, "max": 120}),
            ask("ticket", "choice", options=["job", "pupil", "none"]),
        ),
        rules=[
            when(
                "r_uses",
                ("uses", "equals", True),
                then=[do("show", "often"), do("show", "happy"), do("require", "often")],
            ),
            when("r_why", ("happy", "at_most", 4), then=[do("show", "better")]),
            when("r_age", ("age", "less", 16), then=[do("set", "ticket", value="pupil")]),
        ],
    )


def hall() -> JSON:
    return form(
        page(
            "rent",
            ask("club", "yes_no", required=True),
            ask("register", "text"),
            ask("from", "time", required=True),
            ask("to", "time", required=True),
            ask("hall", "choice", options=["small", "large"], required=True),
            ask("people", "number", required=True, settings={"min": 1, "max": 800}),
        ),
        page(
            "extras_page",
            ask("extras", "multiple_choice", options=["stage", "kitchen", "sound"], settings={"max_chosen": 2}),
            ask("cook"),
        ),
        rules=[
            when(
                "r_club",
                ("club", "equals", True),
                then=[do("show", "register"), do("require", "register"), do("price", value=-5000)],
            ),
            when("r_fee", then=[do("price", value=20000)]),
            when("r_late", ("to", "more", "22:00"), then=[do("hand_over", "noise")]),
            when("r_small", ("hall", "equals", "small"), ("people", "more", 120), then=[do("block", "people", **NO)]),
            when("r_cook", ("extras", "contains", "kitchen"), then=[do("show", "cook"), do("require", "cook")]),
        ],
    )


def marriage() -> JSON:
    return form(
        page(
            "couple",
            ask("both_adult", "yes_no", required=True),
            ask("abroad", "yes_no", required=True),
            ask("country", "text"),
            ask("before", "choice", options=["none", "divorced", "widowed"], required=True),
        ),
        page("papers", ask("divorce", "file"), ask("death", "file"), ask("births", "file", required=True)),
        page(
            "place",
            ask("room", "choice", options=["town_hall", "castle", "ship"], required=True),
            ask("guests", "number"),
        ),
        rules=[
            when("r_adult", ("both_adult", "equals", False), then=[do("block", "both_adult", **NO)]),
            when("r_country", ("abroad", "equals", True), then=[do("show", "country"), do("require", "country")]),
            when("r_divorce", ("before", "equals", "divorced"), then=[do("show", "divorce"), do("require", "divorce")]),
            when("r_death", ("before", "equals", "widowed"), then=[do("show", "death"), do("require", "death")]),
            when("r_ship", ("room", "equals", "ship"), then=[do("require", "guests"), do("price", value=15000)]),
            when("r_castle", ("room", "equals", "castle"), then=[do("price", value=9000)]),
        ],
    )


def tree() -> JSON:
    return form(
        page(
            "tree",
            ask("girth", "number", required=True, settings={"min": 1, "max": 1000, "decimals": 1, "unit": "cm"}),
            ask("sick", "yes_no", required=True),
            ask("expert", "file"),
            ask("new_tree", "yes_no"),
        ),
        page("replace", ask("species"), ask("plant_by", "date")),
        rules=[
            when("r_free", ("girth", "less", 80), then=[do("hand_over", "archive")]),
            when(
                "r_expert",
                ("girth", "at_least", 80),
                ("sick", "equals", True),
                then=[do("show", "expert"), do("require", "expert")],
            ),
            when("r_new", ("girth", "at_least", 80), then=[do("show", "new_tree"), do("require", "new_tree")]),
            when("r_page", ("new_tree", "equals", True), then=[do("show", "replace")]),
            when("r_species", ("new_tree", "equals", True), then=[do("require", "species")]),
        ],
    )


SOUND: tuple[Callable[[], JSON], ...] = (
    dog, parking, event, certificate, contact, training, purchase, problem, survey, hall, marriage, tree,
)  # fmt: skip


def sound() -> list[tuple[str, Definition]]:
    """Return the sound forms by name."""
    return [(make.__name__, from_json(make())) for make in SOUND]


def large(fields: int = 200, rules: int = 100) -> Definition:
    """Return a form of so many fields and rules, of all kinds, sound."""
    kinds = ("text", "choice", "number", "yes_no", "date", "multiple_choice", "money", "email", "address", "long_text")
    per_page, pages, asked = 10, [], []
    for number in range(fields):
        kind = kinds[number % len(kinds)]
        more: JSON = {"options": ["a", "b", "c", "d"]} if kind.endswith("choice") else {}
        if kind == "number":
            more["settings"] = {"min": 0, "max": 1000}
        item = ask(f"f{number}", kind, required=number % 3 == 0, **more)
        asked.append(item)
        if number % per_page == 0:
            pages.append(page(f"s{number // per_page}"))
        pages[-1]["fields"].append(item)
    tests = {
        "choice": lambda n: ("equals", "abcd"[n % 4]), "number": lambda n: ("more", 10 + n % 900),
        "yes_no": lambda n: ("equals", n % 2 == 0), "multiple_choice": lambda n: ("contains", "abcd"[n % 4]),
        "date": lambda n: ("less", "2027-01-01"), "money": lambda n: ("at_least", 100 * n + 1),
    }  # fmt: skip
    sources = [item for item in asked if item["type"] in tests]
    found = []
    for number in range(rules):
        source = sources[(number * 7) % (len(sources) - 12)]
        at = int(source["key"][1:])
        target = f"f{at + 1 + number % 9}"
        test = (source["key"], *tests[source["type"]](number))
        effect = [do("show", target), do("require", target), do("price", value=100), do("hand_over", f"h{number % 5}")][
            number % 4
        ]
        found.append(when(f"r{number}", test, then=[effect]))
    return from_json(form(*pages, rules=found))
