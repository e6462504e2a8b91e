"""Words that carry no meaning of their own in a query (written for this project)."""

from __future__ import annotations

from search.analysis.folding import fold

_GERMAN = """
aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf aus bei beim bin
bis bist da dabei dadurch dafür dagegen daher damit dann daran darauf daraus darf darfst darum das dass dein deine
dem den denen denn der deren des dessen dich die dies diese diesem diesen dieser dieses dir doch dort du durch dürfen
eben ein eine einem einen einer eines einige einigen er erst es etwa etwas euch euer eure für gegen gehört gibt ging habe haben
hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist ja jede jedem
jeden jeder jedes jene jenem jenen jener jenes jetzt kann kannst kein keine keinem keinen keiner könnte können
könnt man manche mein meine meinem meinen meiner meines mich mir mit muss musst müssen müsst nach nicht nichts noch nun nur
ob oder ohne schon sehr sein seine seinem seinen seiner seines seit selbst sich sie sind so solche soll
sollen sollte sondern sonst über um und uns unser unsere unserem unseren unserer unter viel vom von vor war waren
warum was weil welche welchem welchen welcher welches wenn wer werde werden wem wen wessen weshalb wie wieder wieso will wir wird wirst
wo wofür woher wohin womit worauf woran worum wozu wurde wurden während wäre zu zum zur zwischen bitte gerne möchte
möchten würde brauche brauchen bekomme bekommt bekommen mal eigentlich denn wann wieviel
"""
_ENGLISH = """
a about after all also am an and any are as at be because been before being but by can could did do does doing for
from get had has have having he her here hers him his how i if in into is it its just me more most my need no not
of on only or other our out over own please same she should so some such than that the their them then there these
they this those through to too under until up very want was we were what when where which while who whom why will
with would you your
"""

STOP_WORDS: dict[str, frozenset[str]] = {
    "de": frozenset(fold(word) for word in _GERMAN.split()),
    "en": frozenset(fold(word) for word in _ENGLISH.split()),
}


def is_stop_word(folded: str, language: str) -> bool:
    return folded in STOP_WORDS.get(language, STOP_WORDS["de"])
