"""Words that say nothing of what a question is about: function words of some languages, and words that only ask."""

from __future__ import annotations

_LISTED = """
a about above across after again against all along also although am among an and any anybody anyone anything are
aren around as at be because been before being below between both but by can cannot could did didn do does doesn
doing don done down during each either else ever every everyone few for from further had has have having he her
here hers him his how however i if in into is isn it its itself just least less let like ll many may me might more
most much must my neither no nor not of off on once one ones only onto or other others our out over own per re same
shall she should since so some such t s than that the their them themselves then there therefore these they this
those though through thus to too under until up upon us very was wasn we were weren what whatever when where
whether which while who whom whose why will with within without would yes yet you your
answer calculate compute count describe determine display find get give given identify indicate list mention name
named names please print provide refer refers represent represents retrieve return select show state tell want
according belong called contain contains exist exists following respectively together using
min max sum avg
aber alle als am an auf aus bei bis da das dass dem den der des die ein eine einem einen einer eines er es für hat
haben hatte ich ihr im ist kein keine mit nach nicht oder pro sich sie sind und vom von vor war waren wie wieviel
wieviele viele welche welchem welchen welcher welches wer wo wurde wurden zu zum zur zeige nenne gib
au aux avec ce ces cette combien comme dans de des du elle en est et il ils la le les leur leurs ne nous ont où par
pas plus pour quel quelle quelles quels que qui quoi sa se ses son sont sous sur un une y donne liste affiche
al como con cuál cuáles cuántas cuántos cuántos cada del donde el ella ellos entre era es esta está este fue ha hay
las lo los más muy no o para pero por qué quién se ser si sin sobre su sus una uno unos y muestra
às ao aos com da das do dos em foi isso mais na nas não nos num numa os pela pelo quais qual quanto quantos são sem
ou seu sua tem um uma che chi come con cosa dei del della delle di gli hanno il nel nella ogni per quale quali
quanti quanto sono una
в во и из или как какая какие какой к на не но о об от по с со сколько у что это где за для до его её их кто при
них покажи найди
"""
STOP_WORDS = frozenset(_LISTED.split())
"""In lower case; with the endings that stand behind an apostrophe."""

UNSPACED_STOPS = "的是在有了和与及或吗呢哪些几多少个这那什么请列出每所被把从到对为以且并其谁何"
"""Signs at which a run of Chinese is taken apart: they ask, or bind."""
