"""The builder: one page, and one address that takes every change."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..definition import edits
from ..definition.structure import Definition, Rule, Step
from ..models import FieldGroup, Form, FormVersion
from ..posted import whole_number
from . import proofs, services
from .deeds import DEEDS, Chosen, Doing
from .outline import Drawing, picker
from .panels import FieldPanel, FormPanel, Panel, StepPanel, merged, readable
from .ruling import RulePanel
from .shows import HEADER, Shows
from .words import Names, effect_in_words, rule_in_words, rules_by_key

VIEWS = ("step", "rules", "check")
#: Deeds that only bring the panel again, with other inputs.
AGAIN = frozenset({"again", "more_tests", "more_effects"})


def form_for(request: HttpRequest, pk: int) -> Form:
    """Return the form for whoever may change it. Raises Http404, PermissionDenied."""
    form = get_object_or_404(Form.objects.with_texts().select_related("unit"), pk=pk)
    if not services.may_change(request.user, form):
        raise PermissionDenied
    if form.kind != Form.Kind.OWN:
        raise Http404
    return form


def address(form: Form, chosen: Chosen, view: str = "step", anchor: str = "") -> str:
    """Return where the builder shows ``chosen``."""
    query = {"at": str(chosen), **({"view": view} if view != "step" else {})}
    return f"{reverse('form_build', args=[form.pk])}?{urlencode(query)}{anchor}"


def build(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the builder; a draft is made when there is none."""
    form = form_for(request, pk)
    version = form.draft() or services.open_draft(form=form, by=request.user)
    return page(request, form, version, Chosen.read(request.GET.get("at", "")), request.GET.get("view", "step"))


@require_POST
def do(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one change: "deed" says which, "at" what is chosen, "seen" which revision the editor saw."""
    form = form_for(request, pk)
    version = form.draft() or services.open_draft(form=form, by=request.user)
    chosen, view = Chosen.read(request.POST.get("at", "")), request.POST.get("view", "step")
    deed = request.POST.get("deed", "")
    if deed == "save" or deed in AGAIN:
        return save(request, form, version, chosen, view)
    if deed not in DEEDS:
        raise Http404
    doing = Doing(request=request, form=form, version=version, chosen=chosen)
    try:
        chosen = DEEDS[deed](doing)
    except (edits.EditError, services.NotADraft) as error:
        messages.error(request, str(error) or _("This version does not change any more."))
        doing.version = services.open_draft(form=form, by=request.user)
    return shown(request, form, doing.version, chosen, view, before=version)


def shown(
    request: HttpRequest, form: Form, version: FormVersion, chosen: Chosen, view: str, *, before: FormVersion
) -> HttpResponse:
    """Lead to the builder after a change; htmx gets it at once, with the address to show."""
    if not request.htmx:
        return redirect(address(form, chosen, view, "#chosen"))
    response = page(request, form, version, chosen, view, before=before)
    response["HX-Push-Url"] = address(form, chosen, view)
    return response


def panel_of(definition: Definition, chosen: Chosen, data: Any = None, *, again: bool = False) -> Any:
    """Return the panel of what is chosen; None when it is not there (any more)."""
    try:
        if chosen.kind == "rule":
            return RulePanel(definition, chosen.key, data, again=again)
        kinds: dict[str, type[Panel]] = {"step": StepPanel, "field": FieldPanel, "form": FormPanel}
        return kinds[chosen.kind](definition, chosen.key, data)
    except (KeyError, StopIteration):
        return None


class Clash(Exception):
    """Both editors changed the same; ``values``: name -> (theirs, mine)."""

    def __init__(self, values: dict[str, tuple[Any, Any]]) -> None:
        super().__init__()
        self.values = values


def save(request: HttpRequest, form: Form, version: FormVersion, chosen: Chosen, view: str) -> HttpResponse:
    """Store the panel; what both editors changed is shown, and nothing is stored until one decides."""
    again = request.POST.get("deed") in AGAIN
    panel = panel_of(version.definition, chosen, request.POST, again=again)
    if panel is None:
        typed = [value for name, value in request.POST.items() if name not in SYSTEM and value]
        messages.error(
            request,
            _("Somebody has deleted this in the meantime. You had typed: %(typed)s") % {"typed": "; ".join(typed)},
        )
        return page(request, form, version, Chosen("form"), view)
    if again or not panel.is_valid():
        return page(request, form, version, chosen, view, panel=panel, quiet=again)
    seen = whole_number(request.POST.get("seen", ""), version.revision)
    base = services.definition_at(version, seen)

    def edit(definition: Definition) -> Definition:
        if isinstance(panel, RulePanel):
            return _with_rule(definition, base, panel)
        theirs = panel_of(definition, chosen)
        if theirs is None:
            raise edits.EditError(_("Somebody has deleted this in the meantime."))
        was = panel_of(base, chosen) if base else None
        values, conflicts = merged((was or theirs).values, panel.cleaned(), theirs.values)
        if conflicts:
            raise Clash(conflicts)
        return panel.write(definition, values)

    rule = panel.written() if isinstance(panel, RulePanel) else None
    words = _("%(thing)s changed") % {"thing": _name(version.definition, chosen, rule)}
    try:
        changed = services.change_draft(version=version, edit=edit, words=words, by=request.user)
    except Clash as clash:
        return page(request, form, version, chosen, view, panel=panel, clash=_explained(panel, clash, version, seen))
    except (edits.EditError, services.NotADraft) as error:
        panel.add_error(None, str(error) or _("This version does not change any more."))
        return page(request, form, version, chosen, view, panel=panel)
    if isinstance(panel, (FieldPanel, StepPanel)):
        chosen = Chosen(chosen.kind, panel.cleaned_data["new_key"])
    if "partial" in request.POST and str(chosen) == request.POST.get("at"):
        return page(request, form, changed, chosen, view, before=version)
    return shown(request, form, changed, chosen, view, before=version)


#: Names in a POST that nobody has typed.
SYSTEM = frozenset({"csrfmiddlewaretoken", "deed", "at", "view", "seen", "partial", "option_rows", "new_key"})


def _with_rule(definition: Definition, base: Definition | None, panel: RulePanel) -> Definition:
    mine = panel.written()
    theirs = next((rule for rule in definition.rules if rule.key == panel.key), None)
    was = next((rule for rule in base.rules if rule.key == panel.key), None) if base else None
    if theirs is None:
        raise edits.EditError(_("Somebody has deleted this in the meantime."))
    if was is not None and theirs != was and mine != theirs:
        names = Names(definition)
        raise Clash({"": (rule_in_words(theirs, names), rule_in_words(mine, names))})
    changes = {name: getattr(mine, name) for name in ("tests", "effects", "match", "note")}
    return edits.change_rule(definition, panel.key, **changes)


def _explained(panel: Any, clash: Clash, version: FormVersion, seen: int) -> dict[str, Any]:
    """Return what the page says about the clash: who, and both values of each name."""
    other = version.states.filter(revision__gt=seen).select_related("by").first()
    rows = []
    for name, (theirs, mine) in clash.values.items():
        label = panel[name].label if name in panel.fields else _("Options") if name == "options" else _("Rule")
        code = name.rsplit("_", 1)[-1] if name.split("_")[-1] in version.definition.languages else ""
        rows.append((f"{label} ({code})" if code else label, readable(theirs), readable(mine)))
    return {"who": other.by.get_full_name() or other.by.username if other and other.by else "", "rows": rows}


def _name(definition: Definition, chosen: Chosen, rule: Rule | None) -> str:
    names = Names(definition)
    if rule:
        about = next((effect.target for effect in rule.effects if effect.target and effect.do != "hand_over"), "")
        if about:
            return _("Rule for “%(name)s”") % {"name": names.target(about)}
        return (
            _("Rule (%(effect)s)") % {"effect": effect_in_words(rule.effects[0], names)} if rule.effects else _("Rule")
        )
    return _("“%(name)s”") % {"name": names.target(chosen.key)} if chosen.key else _("Form")


def page(
    request: HttpRequest, form: Form, version: FormVersion, chosen: Chosen, view: str, *,
    panel: Any = None, clash: dict[str, Any] | None = None, quiet: bool = False, before: FormVersion | None = None,
) -> HttpResponse:  # fmt: skip
    """Return the builder: whole, its inside for htmx, or of the inside what the browser does not show yet.

    ``before``: the draft as it was before this request changed it.
    """
    definition = version.definition
    view = view if view in VIEWS else "step"
    panel = panel or panel_of(definition, chosen)
    if panel is None:
        chosen = Chosen("step", definition.steps[0].key) if definition.steps else Chosen("form")
        panel = panel_of(definition, chosen)
    step = step_shown(definition, chosen)
    names = Names(definition)
    touched = rules_by_key(definition.rules)
    drawing = Drawing(definition, names, touched, (chosen.kind, chosen.key))
    state = version.states.filter(revision=version.revision).select_related("by").first()
    context = {
        "form": form,
        "here": reverse("form_build", args=[form.pk]),
        "version": version,
        "chosen": chosen,
        "view": view,
        "panel": panel,
        "quiet": quiet,
        "clash": clash,
        "names": names,
        "step": step,
        "outline": drawing.outline(),
        "preview": f"{reverse('form_preview', args=[form.pk])}?{urlencode({'at': str(chosen), 'language': names.language})}",
        "rules": [(rule, rule_in_words(rule, names)) for rule in definition.rules] if view == "rules" else [],
        "rules_count": len(definition.rules),
        "chosen_rules": drawing.rules_of(chosen.key) if chosen.kind in ("field", "step") else [],
        "picker": picker(),
        "groups": FieldGroup.objects.only("pk", "title"),
        "targets": form.targets.values_list("name", flat=True) if chosen.kind == "rule" else [],
        "state": state,
        "can_undo": bool(state and state.back is not None),
        "can_redo": bool(state and state.forth is not None),
        "may_publish": services.may_publish(request.user, form),
        "fields_count": len(names.fields),
    }
    if view == "check":
        context |= proofs.checked(version, request.GET.get("replay", ""), request.GET.get("test", ""))
    partial = "partial" in request.POST
    shows = Shows.read(request.headers.get(HEADER, "")) if request.htmx else None
    template = "parts" if shows or (partial and request.htmx) else "builder" if request.htmx else "build"
    if template == "parts":
        context |= {
            "rows": shows.rows(version, before or version, context["outline"]) if shows else None,
            "keeps_preview": shows and shows.preview and view == "step" and step,
            # What is typed into stays as it is, unless there is something to say about it, or more inputs.
            "with_panel": not partial or panel.is_bound or clash or chosen.kind == "rule"
            or "options" in getattr(panel, "values", {}) or str(chosen) != request.POST.get("at"),
        }  # fmt: skip
    response = render(request, f"forms/building/{template}.html", context)
    response["Vary"] = f"HX-Request, {HEADER}"
    if template == "parts":
        response["HX-Reswap"] = "none show:none"
    return response


def step_shown(definition: Definition, chosen: Chosen) -> Step | None:
    """Return the step the stage shows for what is chosen; None when the form has none."""
    if chosen.kind == "step":
        return next((step for step in definition.steps if step.key == chosen.key), None)
    if chosen.kind == "field":
        return next((step for step, item in definition.walk() if item.key == chosen.key), None)
    if chosen.kind == "rule":
        rule = next((rule for rule in definition.rules if rule.key == chosen.key), None)
        targets = [effect.target for effect in rule.effects] + [test.field for test in rule.tests] if rule else []
        for target in targets:
            for step, item in definition.walk():
                if target in (item.key, step.key):
                    return step
    return definition.steps[0] if definition.steps else None
