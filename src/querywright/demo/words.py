"""The names the demo databases are peopled with: hand-made lists and the small grammars that combine them."""

from __future__ import annotations

from random import Random


def listed(text: str) -> tuple[str, ...]:
    """`"a|b c|d"` as `("a", "b c", "d")`: long lists of names stay readable."""
    return tuple(text.split("|"))


WOMEN = listed(
    "Agnes|Aisha|Alice|Amara|Amélie|Anna|Astrid|Beatriz|Bianca|Camille|Carmen|Caroline|Chiara|Chloé|Clara|Daniela|"
    "Delia|Dorothea|Edith|Elena|Elif|Elisa|Emma|Esther|Eva|Fatima|Fiona|Florence|Freya|Gabriela|Greta|Hana|Hannah|"
    "Heidi|Helen|Ida|Imani|Ines|Ingrid|Irene|Isabel|Ivy|Jana|Joanna|Judith|Julia|Karin|Katarína|Laila|Lea|Leonie|"
    "Lina|Louisa|Lucia|Magda|Maja|Margot|María|Marion|Marta|Mei|Mina|Miriam|Nadia|Naomi|Nina|Noor|Nora|Olga|Olivia|"
    "Paula|Petra|Priya|Rachel|Renée|Rita|Rosa|Ruth|Sabine|Salma|Sara|Sigrid|Silvia|Sofia|Stella|Svenja|Tamar|Teresa|"
    "Thea|Tova|Ursula|Valentina|Vera|Viola|Wanda|Yara|Yuki|Zofia|Zoë"
)
MEN = listed(
    "Aaron|Adam|Ahmed|Albert|Aleksander|André|Anton|Arjun|Arthur|Axel|Bastian|Ben|Björn|Bruno|Carlos|Casper|Christian|"
    "Conrad|Cyril|Daniel|David|Dieter|Dmitri|Edgar|Elias|Emil|Enzo|Erik|Farid|Felix|Filip|Florian|Frank|François|"
    "Gabriel|Georg|Gideon|Gustav|Hamid|Harald|Hassan|Henrik|Hugo|Ibrahim|Igor|Isaac|Ivan|Jakob|Jan|Jérôme|Joel|Jonas|"
    "José|Julian|Kai|Karim|Kenji|Klaus|Lars|Leo|Levi|Louis|Lukas|Magnus|Malik|Marco|Marek|Martin|Mateo|Matthias|Max|"
    "Milan|Nathan|Niklas|Nils|Noah|Oliver|Omar|Oscar|Otto|Pablo|Paul|Pedro|Peter|Philip|Rafael|Rashid|Robert|Roman|"
    "Ruben|Samuel|Sebastian|Simon|Stefan|Sven|Theo|Thomas|Tobias|Tomás|Viktor|Vincent|Walter|Wei|Xavier|Yusuf"
)
SURNAMES = listed(
    "Abbott|Adeyemi|Aguilar|Ahlberg|Almeida|Amadi|Andersen|Arslan|Bakker|Baranski|Barlow|Bauer|Bell|Benali|Berger|"
    "Bianchi|Blake|Bondar|Borg|Brandt|Brennan|Byrne|Calloway|Castillo|Cavalli|Chen|Clarke|Cohen|Conti|Cruz|Dahl|"
    "D'Angelo|Danso|de Vries|Delacroix|Diallo|Dietrich|Dubois|Duarte|Eklund|Ellis|Engel|Faber|Farkas|Ferreira|Fischer|"
    "Fontaine|Foster|Fournier|Frost|Fujita|Garcia|Gauthier|Gomez|Grant|Greco|Haddad|Hansen|Hartmann|Hayes|Hoang|"
    "Holm|Horvath|Hughes|Ibarra|Ivanova|Iyer|Jansen|Jensen|Kaplan|Karlsson|Kaya|Keller|Khan|Kimura|Klein|Kovač|"
    "Kowalski|Kruger|Laurent|Leclerc|Lehmann|Lindqvist|Lombardi|Lopez|Lund|MacLeod|Maier|Marchetti|Martínez|Mbeki|"
    "McAllister|Mensah|Meyer|Moreau|Morgan|Müller|Nagy|Nakamura|Navarro|Nguyen|Nilsson|Novák|O'Brien|O'Connor|"
    "O'Neill|Okafor|Olsen|Ortega|Osei|Owens|Papadakis|Park|Patel|Pereira|Petrov|Popescu|Quinn|Rahman|Ramírez|Rao|"
    "Reyes|Ricci|Richter|Rivera|Romano|Rossi|Sandoval|Santos|Sato|Schneider|Schulz|Shah|Silva|Simić|Singh|Sørensen|"
    "Stein|Strand|Suzuki|Svoboda|Tanaka|Teixeira|Thorne|Tóth|Vance|Vargas|Vasquez|Vogel|Wagner|Walsh|Weber|Whitaker|"
    "Wójcik|Wolff|Yamada|Yilmaz|Young|Zanetti|Zhang|Ziegler"
)
STREETS = listed(
    "Abbey Road|Alder Lane|Bridge Street|Brook Street|Canal Street|Castle Hill|Cedar Avenue|Chapel Lane|Church Street|"
    "Elm Grove|Garden Row|Harbour Road|High Street|King's Road|Linden Avenue|Market Square|Meadow Lane|Mill Road|"
    "Oak Street|Orchard Way|Park Avenue|Queen's Gate|River Walk|Rose Lane|School Lane|St. John's Street|Station Road|"
    "Victoria Street|Willow Close|Windmill Hill"
)


def unique_people(rng: Random, count: int) -> list[tuple[str, str, str]]:
    """`count` people `(first name, last name, F|M)`, no full name twice; at most a few thousand."""
    people: dict[tuple[str, str], str] = {}
    while len(people) < count:
        sex = "F" if rng.random() < 0.52 else "M"
        people.setdefault((rng.choice(WOMEN if sex == "F" else MEN), rng.choice(SURNAMES)), sex)
    return [(first, last, sex) for (first, last), sex in people.items()]


def street_address(rng: Random) -> str:
    """`27 Elm Grove`"""
    return f"{rng.randint(1, 180)} {rng.choice(STREETS)}"


def plain_letters(text: str) -> str:
    """Lower case with accents, apostrophes and spaces taken away, as in an e-mail address."""
    table = str.maketrans("áàâäãéèêëíìïóòôöõøúùüñçčćšžýł", "aaaaaeeeeiiioooooouuuncccszyl")
    return "".join(c for c in text.lower().translate(table) if c.isascii() and c.isalnum())


def email(rng: Random, first: str, last: str) -> str:
    """An address made from a name; one in twelve typed with capitals, as people do."""
    host = rng.choice(("example.com", "example.org", "mail.example.net", "post.example.com"))
    number = str(rng.randint(1, 99)) if rng.random() < 0.3 else ""
    address = f"{plain_letters(first)}.{plain_letters(last)}{number}@{host}"
    return address.title() if rng.random() < 1 / 12 else address


def phone(rng: Random) -> str:
    """A number in one of the four ways in which people write them."""
    a, b, c = rng.randint(200, 989), rng.randint(100, 999), rng.randint(1000, 9999)
    return rng.choice((f"555-{b}-{c}", f"({a}) 555-{c}", f"+1 {a} 555 {c}", f"{a}.555.{c}"))


def untidy(rng: Random, text: str) -> str:
    """The text as somebody in a hurry typed it: one time in eight with stray spaces or the wrong case."""
    draw = rng.random()
    if draw < 0.04:
        return text.lower()
    if draw < 0.07:
        return text.upper()
    if draw < 0.10:
        return f" {text}"
    return f"{text}  " if draw < 0.125 else text
