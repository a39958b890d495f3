"""What the simulated customers write: short sentences by reason, in five languages, as data."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from retention_research.events.simulate.company import REGIONS
from retention_research.events.simulate.draws import Floats, Ints

COUNTRIES: Final = ("PL", "UA", "RO", "CZ", "IE")
LANGUAGES: Final = ("pl", "uk", "ro", "cs", "en")  # of the countries, in their order

_OPENINGS: Final[dict[str, tuple[str, ...]]] = {
    "pl": ("", "Dzień dobry.", "Szczerze mówiąc,", "Kupuję u was od dawna.", "Niestety"),
    "uk": ("", "Добрий день.", "Чесно кажучи,", "Я давно у вас купую.", "На жаль,"),
    "ro": ("", "Bună ziua.", "Sincer,", "Cumpăr de mult de la voi.", "Din păcate,"),
    "cs": ("", "Dobrý den.", "Upřímně,", "Nakupuji u vás dlouho.", "Bohužel"),
    "en": ("", "Hello.", "To be honest,", "I have bought here for a long time.", "Sadly,"),
}
_CLOSINGS: Final[dict[str, tuple[str, ...]]] = {
    "pl": ("", "Dziękuję.", "Pozdrawiam.", "Proszę o odpowiedź."),
    "uk": ("", "Дякую.", "З повагою.", "Прошу відповісти."),
    "ro": ("", "Mulțumesc.", "Cu stimă.", "Aștept un răspuns."),
    "cs": ("", "Děkuji.", "S pozdravem.", "Prosím o odpověď."),
    "en": ("", "Thank you.", "Regards.", "Please answer."),
}
_SENTENCES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "delivery": {
        "pl": ("paczka przyszła tydzień po terminie", "dostawa znowu się spóźniła",
               "kurier nie przyjechał w umówionym dniu", "na przesyłkę czekam już drugi tydzień"),
        "uk": ("посилка прийшла на тиждень пізніше", "доставка знову запізнилася",
               "кур'єр не приїхав у домовлений день", "чекаю на посилку вже другий тиждень"),
        "ro": ("coletul a venit cu o săptămână întârziere", "livrarea a întârziat din nou",
               "curierul nu a venit în ziua stabilită", "aștept coletul de două săptămâni"),
        "cs": ("balík přišel o týden později", "doručení se zase opozdilo",
               "kurýr nepřijel v domluvený den", "na zásilku čekám už druhý týden"),
        "en": ("the parcel came a week late", "the delivery was late again",
               "the courier did not come on the agreed day", "two weeks of waiting for a parcel"),
    },
    "service": {
        "pl": ("nikt nie odpowiada na moje zgłoszenie", "na infolinii czekałam godzinę",
               "obsługa klienta nie pomogła", "reklamacja leży bez odpowiedzi od miesiąca"),
        "uk": ("ніхто не відповідає на моє звернення", "на гарячій лінії чекала годину",
               "служба підтримки не допомогла", "скарга лежить без відповіді місяць"),
        "ro": ("nimeni nu răspunde la sesizarea mea", "am așteptat o oră la telefon",
               "serviciul clienți nu m-a ajutat", "reclamația stă fără răspuns de o lună"),
        "cs": ("na můj dotaz nikdo neodpovídá", "na lince jsem čekala hodinu",
               "zákaznická podpora nepomohla", "reklamace leží bez odpovědi měsíc"),
        "en": ("nobody answers my request", "I waited an hour on the telephone",
               "customer service did not help", "my complaint has had no answer for a month"),
    },
    "product": {
        "pl": ("towar przyszedł uszkodzony", "produkt zepsuł się po tygodniu",
               "jakość dużo gorsza niż na zdjęciu", "w opakowaniu brakowało części"),
        "uk": ("товар прийшов пошкоджений", "виріб зламався через тиждень",
               "якість значно гірша, ніж на фото", "в упаковці бракувало деталей"),
        "ro": ("produsul a venit deteriorat", "produsul s-a stricat după o săptămână",
               "calitatea e mult mai slabă decât în poză", "lipseau piese din cutie"),
        "cs": ("zboží přišlo poškozené", "výrobek se rozbil po týdnu",
               "kvalita mnohem horší než na fotce", "v krabici chyběly díly"),
        "en": ("the goods arrived damaged", "the product broke after a week",
               "the quality is far worse than in the picture", "parts were missing in the box"),
    },
    "price": {
        "pl": ("ceny są za wysokie", "gdzie indziej jest taniej",
               "koszt wysyłki jest za wysoki", "promocje tylko dla nowych klientów"),
        "uk": ("ціни зависокі", "в іншому магазині дешевше",
               "вартість пересилання зависока", "знижки лише для нових клієнтів"),
        "ro": ("prețurile sunt prea mari", "în altă parte e mai ieftin",
               "costul transportului e prea mare", "reduceri doar pentru clienții noi"),
        "cs": ("ceny jsou příliš vysoké", "jinde je to levnější",
               "poštovné je příliš drahé", "slevy jen pro nové zákazníky"),
        "en": ("the prices are too high", "it is cheaper elsewhere",
               "postage costs too much", "discounts only for new customers"),
    },
    "range": {
        "pl": ("mały wybór rozmiarów", "mojego produktu nie ma już w ofercie",
               "ciągle brak w magazynie", "oferta się nie zmienia"),
        "uk": ("малий вибір розмірів", "мого товару вже немає в асортименті",
               "постійно немає на складі", "асортимент не змінюється"),
        "ro": ("puține mărimi la alegere", "produsul meu nu mai este în ofertă",
               "mereu lipsă din stoc", "oferta nu se schimbă"),
        "cs": ("malý výběr velikostí", "můj výrobek už není v nabídce",
               "pořád není skladem", "nabídka se nemění"),
        "en": ("few sizes to choose from", "my product is no longer offered",
               "always out of stock", "the range never changes"),
    },
    "no_need": {
        "pl": ("już tego nie potrzebuję", "przeprowadziłam się za granicę",
               "kupuję teraz rzadziej", "dzieci już wyrosły"),
        "uk": ("мені це більше не потрібно", "я переїхала за кордон",
               "тепер купую рідше", "діти вже виросли"),
        "ro": ("nu mai am nevoie", "m-am mutat în străinătate",
               "cumpăr mai rar acum", "copiii au crescut"),
        "cs": ("už to nepotřebuji", "odstěhovala jsem se do zahraničí",
               "teď nakupuji méně často", "děti už vyrostly"),
        "en": ("I do not need it any more", "I have moved abroad",
               "I buy less often now", "the children have grown up"),
    },
    "payment": {
        "pl": ("karta została odrzucona", "płatność pobrano dwa razy",
               "nie mogę zapłacić blikiem", "faktura jest błędna"),
        "uk": ("картку відхилено", "оплату списано двічі",
               "не можу оплатити карткою", "рахунок з помилкою"),
        "ro": ("cardul a fost respins", "plata a fost luată de două ori",
               "nu pot plăti cu cardul", "factura este greșită"),
        "cs": ("karta byla odmítnuta", "platba stržena dvakrát",
               "nemohu zaplatit kartou", "faktura je chybná"),
        "en": ("the card was declined", "the payment was taken twice",
               "I cannot pay by card", "the invoice is wrong"),
    },
    "praise": {
        "pl": ("wszystko w porządku, polecam", "szybka dostawa i dobra jakość",
               "miła obsługa", "zawsze chętnie wracam"),
        "uk": ("усе добре, рекомендую", "швидка доставка і добра якість",
               "привітне обслуговування", "завжди охоче повертаюся"),
        "ro": ("totul în regulă, recomand", "livrare rapidă și calitate bună",
               "personal amabil", "revin mereu cu plăcere"),
        "cs": ("vše v pořádku, doporučuji", "rychlé doručení a dobrá kvalita",
               "milá obsluha", "vždy se ráda vracím"),
        "en": ("all is well, I recommend it", "fast delivery and good quality",
               "friendly staff", "always glad to come back"),
    },
}  # fmt: skip
REASONS: Final = tuple(_SENTENCES)
_PRAISE: Final = "praise"


def comment_table(reason: str, language: str) -> tuple[str, ...]:
    """Every comment that can be written for a reason in a language.

    Args:
        reason: one of `REASONS`.
        language: one of `LANGUAGES`.

    Example:
        >>> comment_table("price", "en")[0]
        'The prices are too high.'
    """
    openings = _OPENINGS[language][: -1 if reason == _PRAISE else None]  # the last one regrets
    bodies = _SENTENCES[reason][language]
    return tuple(
        _written(opening, body, closing)
        for body in bodies
        for opening in openings
        for closing in _CLOSINGS[language]
    )


def _written(opening: str, body: str, closing: str) -> str:
    runs_on = bool(opening) and not opening.endswith(".")
    sentence = body if runs_on else body[:1].upper() + body[1:]
    return " ".join(part for part in (opening, f"{sentence}.", closing) if part)


def country(region: Ints) -> Ints:
    """The country of a region, which is also the code of its language.

    Args:
        region: codes into `REGIONS`, shape (n,).

    Example:
        >>> country(np.array([0, 7, 8, 39])).tolist()
        [0, 0, 1, 4]
    """
    return region * len(COUNTRIES) // len(REGIONS)


def comments(reasons: Ints, languages: Ints, draws: Floats) -> pa.Array:
    """One comment per row.

    Args:
        reasons: codes into `REASONS`, shape (n,); -1 for no comment.
        languages: codes into `LANGUAGES`, shape (n,).
        draws: uniform draws in [0, 1), shape (n,), that choose among the sentences.

    Returns:
        Texts, blank where nothing was written.

    Example:
        >>> comments(np.array([3, -1]), np.array([4, 4]), np.array([0.0, 0.5])).to_pylist()
        ['The prices are too high.', None]
    """
    shelves = [comment_table(reason, language) for reason in REASONS for language in LANGUAGES]
    firsts = np.cumsum([0, *map(len, shelves)])
    shelf = np.maximum(reasons, 0) * len(LANGUAGES) + languages
    lengths = np.diff(firsts)[shelf]
    picked = firsts[shelf] + (draws * lengths).astype(np.int64)
    texts = pa.array([text for texts in shelves for text in texts])
    return texts.take(pa.array(picked, pa.int64(), mask=reasons < 0))
