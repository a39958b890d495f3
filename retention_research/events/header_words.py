"""What shops call their columns and order states, in six languages."""

from __future__ import annotations

from collections.abc import Mapping

# Commonest name first. English, Polish, Ukrainian, Romanian, Czech, German.
COLUMN_WORDS: Mapping[str, tuple[str, ...]] = {
    "customer_id": (
        "customer_id", "customer id", "customerid", "customer number", "client id", "user id",
        "customer", "client", "buyer", "cust", "email", "e-mail",
        "id klienta", "numer klienta", "nr klienta", "klient", "nabywca", "kupujący",
        "id клієнта", "код клієнта", "номер клієнта", "клієнт", "покупець", "замовник",
        "id client", "cod client", "număr client", "cumpărător",
        "id zákazníka", "číslo zákazníka", "zákazník", "odběratel",
        "kundennummer", "kunden-id", "kundennr", "kunde", "käufer",
    ),
    "timestamp": (
        "timestamp", "order date", "created at", "purchase date", "date", "paid at", "datetime",
        "data zamówienia", "data zakupu", "data złożenia", "data sprzedaży", "data",
        "дата замовлення", "дата покупки", "дата", "створено",
        "data comenzii", "data comandă", "datum objednávky", "datum vytvoření", "datum",
        "bestelldatum", "kaufdatum", "rechnungsdatum", "auftragsdatum",
    ),
    "amount": (
        "amount", "total", "order total", "grand total", "total price", "revenue", "price", "value",
        "kwota", "wartość", "wartość zamówienia", "suma", "razem", "cena", "brutto", "kwota brutto",
        "сума", "сума замовлення", "вартість", "всього", "разом", "ціна",
        "suma", "valoare", "total comandă", "preț", "sumă",
        "částka", "celkem", "celková cena", "hodnota", "cena celkem",
        "betrag", "gesamt", "gesamtbetrag", "summe", "umsatz", "preis", "bruttobetrag",
    ),
    "order_id": (
        "order_id", "order id", "order number", "order no", "order", "invoice", "invoice no",
        "name",
        "numer zamówienia", "nr zamówienia", "id zamówienia", "zamówienie", "numer faktury",
        "номер замовлення", "id замовлення", "замовлення", "номер рахунку",
        "număr comandă", "nr comandă", "id comandă", "comandă", "factură",
        "číslo objednávky", "id objednávky", "objednávka", "faktura",
        "bestellnummer", "bestell-id", "auftragsnummer", "bestellung", "rechnungsnummer",
    ),
    "status": (
        "status", "order status", "financial status", "state", "payment status",
        "status zamówienia", "stan", "stan zamówienia", "статус", "статус замовлення", "стан",
        "stare", "stare comandă", "stav", "stav objednávky", "bestellstatus", "zustand",
    ),
    "currency": ("currency", "waluta", "валюта", "monedă", "moneda", "měna", "währung"),
}  # fmt: skip

SALE_WORDS = (
    "paid", "complete", "shipped", "delivered", "fulfilled", "closed", "processing", "success",
    "opłacon", "zapłacon", "zrealizowan", "wysłan", "dostarczon", "zakończon",
    "оплачен", "виконан", "відправлен", "доставлен", "завершен",
    "plătit", "livrat", "finalizat", "expediat", "încasat",
    "zaplacen", "odeslan", "doručen", "vyřízen", "dokončen",
    "bezahlt", "versendet", "versandt", "geliefert", "abgeschlossen", "erledigt",
    "in progress", "realizacj", "przetwarzan", "kompletowan", "обробц", "procesare", "zpracov",
    "bearbeitung",
)  # fmt: skip

NO_SALE_WORDS = (
    "unpaid", "not paid", "incomplete", "cancel", "refund", "void", "fail", "declin", "return",
    "pending", "nieopłacon", "niezapłacon", "niezrealizowan", "anulowan", "zwr", "odrzucon",
    "odmow",
    "неоплачен", "не оплачен", "скасован", "повернен", "відмов",
    "neplătit", "anulat", "returnat", "nezaplacen", "zrušen", "stornován", "vrácen",
    "unbezahlt", "storniert", "retour", "abgebrochen", "erstattet",
)  # fmt: skip

# Names of columns that hold the amount of one line of an order, not of the order.
LINE_WORDS = (
    "line total", "line amount", "line value", "line price", "item total", "row total",
    "extended price", "lineitem total", "wartość pozycji", "kwota pozycji", "wartość linii",
    "suma pozycji", "сума рядка", "сума позиції", "вартість позиції", "valoare linie",
    "total linie", "cena řádku", "částka řádku", "cena položky celkem", "positionsbetrag",
    "zeilenbetrag", "positionssumme",
)  # fmt: skip

UNIT_PRICE_WORDS = (
    "unit price", "unitprice", "item price", "lineitem price", "price per unit", "price", "cena",
    "cena jednostkowa", "cena za sztukę", "ціна", "ціна за одиницю", "preț", "pret",
    "preț unitar", "pret unitar", "jednotková cena", "cena za kus", "preis", "einzelpreis",
    "stückpreis",
)  # fmt: skip

QUANTITY_WORDS = (
    "quantity", "qty", "units", "lineitem quantity", "ilość", "ilosc", "liczba sztuk", "sztuk",
    "кількість", "cantitate", "množství", "počet", "počet kusů", "menge", "anzahl", "stückzahl",
)  # fmt: skip

HUNDREDTH_WORDS = (
    "cents", "cent", "grosze", "grosz", "groszy", "gr", "копійки", "копійок", "коп", "bani",
    "haléře", "haléřů", "pence", "minor",
)  # fmt: skip

VAT_WORDS: Mapping[str, tuple[str, ...]] = {
    "included": (
        "brutto", "gross", "incl", "inc", "including", "inkl", "z vat", "z pdv", "з пдв", "cu tva",
        "s dph", "mit mwst",
    ),
    "excluded": (
        "netto", "net", "excl", "ex", "excluding", "exkl", "bez vat", "без пдв", "fără tva",
        "fara tva", "bez dph", "ohne mwst",
    ),
}  # fmt: skip

# Beginnings of words that only headings of one country's shops bear.
HOME_CURRENCIES: Mapping[str, tuple[str, ...]] = {
    "PLN": ("zamówien", "zamowien", "kwota", "wartość", "wartosc", "nabywc", "kupując", "zakup"),
    "CZK": ("objednáv", "objednav", "zákazn", "zakazn", "částk", "castk", "celkem"),
    "RON": ("comand", "comenzi", "valoare", "cumpăr", "preț", "sumă"),
    "UAH": ("замовл", "клієнт", "покуп", "сума", "ціна", "вартість"),
}  # fmt: skip
