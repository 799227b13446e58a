"""Proper names that schemas hold: countries by their codes, and words that keep their capital."""

from __future__ import annotations

from querywright.synthesis.lexicon.listing import listed

COUNTRIES: dict[str, str] = dict(
    pair.strip().split("=")
    for pair in """
AR=Argentina, AT=Austria, AU=Australia, BE=Belgium, BG=Bulgaria, BR=Brazil, CA=Canada, CH=Switzerland, CL=Chile,
CN=China, CO=Colombia, CZ=the Czech Republic, DE=Germany, DK=Denmark, EE=Estonia, EG=Egypt, ES=Spain, FI=Finland,
FR=France, GB=the United Kingdom, GR=Greece, HK=Hong Kong, HR=Croatia, HU=Hungary, ID=Indonesia, IE=Ireland,
IL=Israel, IN=India, IS=Iceland, IT=Italy, JP=Japan, KE=Kenya, KR=South Korea, LT=Lithuania, LU=Luxembourg,
LV=Latvia, MA=Morocco, MX=Mexico, MY=Malaysia, NG=Nigeria, NL=the Netherlands, NO=Norway, NZ=New Zealand, PE=Peru,
PH=the Philippines, PL=Poland, PT=Portugal, RO=Romania, RS=Serbia, RU=Russia, SA=Saudi Arabia, SE=Sweden,
SG=Singapore, SI=Slovenia, SK=Slovakia, TH=Thailand, TR=Turkey, TW=Taiwan, UA=Ukraine, UK=the United Kingdom,
US=the United States, VN=Vietnam, ZA=South Africa
""".replace("\n", " ").split(",")
)
"""Two letters, as ISO 3166 has them (and `UK`) → how the country is called in a sentence."""
SPOKEN_CODES = listed("""
    USA UK UAE EU USSR GDR NASA NATO BBC CNN NBC CBS ABC FOX HBO MTV NBA NFL NHL MLB FIFA UEFA IBM BMW AMD HP VIP
    CEO CFO CTO COO DVD CD PC TV HD USB PDF CSV XML HTML SQL iOS GPS SMS MBA BSc MSc PhD Ph.D. MD UPS DHL FBI CIA
    GMC KIA AMC LP EP DJ MC ATM SUV RPG FPS NYC LA
""")
"""Capitals that people say as they stand."""
CAPITAL = listed("""
    france germany spain italy austria sweden poland portugal ireland england scotland wales europe asia africa
    america australia antarctica oceania english french german spanish italian portuguese dutch swedish polish
    russian chinese japanese korean arabic hindi turkish greek danish norwegian finnish czech hungarian romanian
    american british canadian european asian african latin christian muslim jewish hindu buddhist catholic
    monday tuesday wednesday thursday friday saturday sunday january february april june july august september
    october november december visa mastercard paypal android windows linux canada mexico brazil argentina chile peru
    colombia china japan india korea russia turkey greece egypt kenya nigeria israel switzerland belgium denmark
    norway finland hungary romania bulgaria croatia serbia ukraine iceland luxembourg lisbon vienna berlin paris
    london madrid rome prague moscow california texas florida prague bohemia moravia
""")
"""Lower-case forms of words that are written with a capital."""
