"""Words that carry no theme, in the languages of the comments; without diacritics."""

from __future__ import annotations

import unicodedata

_ENGLISH = """
a about after again all also always am an and any are as at be because been before being but by
can cannot cant could couldnt did didnt do does doesnt doing done dont down each even ever every
few for from get gets getting got had has hasnt have havent having he her here him his how i if im
in into is isnt it its ive just like made make many me more most much must my never no none not now
of off on once one only or other our out over own really same she should since so some still such
than that thats the their them then there these they thing things this those though through to too
under until up us very was wasnt we were werent what when where which while who why will with wont
would wouldnt yet you your yours hello dear please thank thanks regards sincerely greetings
honest honestly sadly unfortunately
"""
_POLISH = """
a aby ale albo ani az bardzo bez bo by byc byl byla byli bylo byly bym caly cala cale ci chyba co
cos czy czyli dla do dzien dobry gdy gdyby gdzie go i ich ile im inny inne innego ja jak jaka jaki
jakie jako jakos je jednak jego jej jest jestem jesli jeszcze juz kazdy kiedy kilka kto ktora ktore
ktory ktorych lub ma maja mam mamy mi mial miala mimo mna mnie moga moge moj moja moje moze mozna
na nad nam nami nas nasz nawet nic nich nie niego niej nigdy nim niz no o od ona one oni ono oraz
pan pani po pod podczas poza ponad potem prosze przed przede przez przy raz razy sa sam sama sie
skad soba sobie ta tak taka taki takie tam te tego tej ten teraz tez to tu tutaj twoj ty tych tylko
tym u w wam was wasz we wiec wszystko wy z za zadna zadnego zaden zamiast zawsze ze znowu znow
zostal dziekuje dzieki byc pozdrawiam pozdrowienia witam szanowni panstwo szczerze
mowiac niestety
"""
_UKRAINIAN = """
а або аж але багато без би бо був була були було в вам вас ваш вже ви від він вона вони воно все
всі всього всіх всім втім г де для дуже до добрий день дякую ж за завжди зараз зі знову з із і й
його йому ще їй їм їх її коли кожен котрий крім куди ледве лише мало мати мене мені ми мій моя моє
мої може можна мною моєму на навіть над нам нами нас наш не ним них ні ніколи ніхто нічого о об
один однак ось от перед під після по поки при про раз разів сам сама самі свій своя своє свої себе
собі та так така такий такі там те тепер ти тих тільки то тобі тобто того тоді той тому трохи тут у
хоч хто це цей ця ці цього цієї чи чим через чого чому що щоб щось я як яка який яке які якщо був
будь ласка лишень повагою вітаю привіт чесно кажучи жаль
"""
_ROMANIAN = """
a abia acea aceasta aceea acel acela acele acest acesta aceste acesti acolo acum ai aici al ale alt
alta alte altul am ar are as asa asta astfel ati atat atunci au avea avem avut azi ba bine buna ca
cam cand care caci cat cate catre ce cea cei cel cele ceva chiar cine cineva cu cum cumva da daca
dar dat de deci deja deoarece desi despre din dintre doar dupa ea ei el ele era este eu fara fi
fie fiecare fiind foarte fost iar ii il imi in inca intr intre isi iti la le li lor lui ma mai mea
mei mele mereu meu mi mie mult multa multe multi multumesc ne ni nici nicio niciodata nimeni nimic
niste noi noastra nostru nou nu numai o ori orice pana pe pentru peste poate pot prea prin putin sa
sau se si sunt suntem sub sus ta tale tau te ti toata toate tot toti totul totusi tu un una unde
unei unele uneori unii unor unu unui unul va voi vostru vreo vrut ziua stima salut salutari sincer
pacate
"""
_CZECH = """
a aby ackoli ale ani asi az bez bude budem budu by byl byla byli bylo byly bych byt ci clovek co
coz dal dale dekuji den deset dnes do dobry dost hned ho i ja jak jake jako jakou je jeden jedna
jedno jeho jej jeji jejich jen jenom jenz jeste ji jich jim jinak jiny jsem jses jsi jsme jsou jste
k kam kazdy kde kdo kdy kdyz ke ktera ktere kteri kterou ktery ma mam mame maji mate me mel mela
meli melo mezi mi misto mit mne mnou moc moje mohl moje moznost muj muze my na nad nam nami nas nase
ne nebo necht neco nejsem nejsou neni nez nic nich nim no nyni o od on ona oni ono pak po pod podle
pokud porad potom pouze prave pred pres pri pro proc prosim proto protoze prvni pta s sam se si sice
snad spis sve svuj ta tady tak take takze tam te ted tedy ten tento teto ti tim to tobe tohle toho
tom tomto toto tu tuto tvuj ty tyto u uz v vam vas vase ve vedle velmi vice vsak vsechno vsechny
vy vubec vzdy z za zda zde ze zpet pozdravem pozdravy vazeni
uprimne bohuzel
"""


def without_marks(word: str) -> str:
    """A word in small letters without diacritics, as people type in a hurry.

    Example:
        >>> without_marks("Łódź"), without_marks("її")
        ('lodz', 'її')
    """
    plain = unicodedata.normalize("NFKC", word).casefold().replace("ł", "l").replace("đ", "d")
    return "".join(_letter(character) for character in plain)


def _letter(character: str) -> str:
    # й and ї are letters of their own; only Latin letters lose their marks
    return unicodedata.normalize("NFD", character)[0] if character < "\u0400" else character


def stop_words() -> dict[str, frozenset[str]]:
    """Words that carry no theme, by language.

    Example:
        >>> found = stop_words()
        >>> list(found)
        ['English', 'Polish', 'Ukrainian', 'Romanian', 'Czech']
        >>> "pentru" in found["Romanian"]
        True
    """
    lists = {
        "English": _ENGLISH,
        "Polish": _POLISH,
        "Ukrainian": _UKRAINIAN,
        "Romanian": _ROMANIAN,
        "Czech": _CZECH,
    }
    return {language: frozenset(words.split()) for language, words in lists.items()}
