"""English as it is said: money, numbers, days, hours, abbreviations and initials in words.

An engine reads “$4.5bn” as signs and letters. So it is told “four point five billion dollars”.
The rules are applied from above downwards, each to what the ones before have left.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from re import Match

from masthead.press.speech.numerals import MOST_FIGURES, in_words

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"

CURRENCIES = {
    "US$": ("US dollar", "US dollars", "cent", "cents"),
    "A$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "C$": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "HK$": ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "NZ$": ("New Zealand dollar", "New Zealand dollars", "cent", "cents"),
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "sen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
}
"""What one and several are called, and one and several of its hundredths."""

SCALES = {
    **dict.fromkeys(("k", "K"), "thousand"),
    **dict.fromkeys(("m", "mn", "M", "million"), "million"),
    **dict.fromkeys(("bn", "b", "B", "billion"), "billion"),
    **dict.fromkeys(("trn", "tn", "trillion"), "trillion"),
}

MONTHS = {
    "Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "Jun": "June",
    "Jul": "July", "Aug": "August", "Sept": "September", "Sep": "September", "Oct": "October",
    "Nov": "November", "Dec": "December",
}  # fmt: skip
_MONTH = "|".join(sorted({*MONTHS, *MONTHS.values(), "May"}, key=len, reverse=True))

UNITS = {
    "km/h": ("kilometre per hour", "kilometres per hour"),
    "mph": ("mile per hour", "miles per hour"),
    "km²": ("square kilometre", "square kilometres"),
    "m²": ("square metre", "square metres"),
    "m³": ("cubic metre", "cubic metres"),
    "km": ("kilometre", "kilometres"),
    "kg": ("kilogram", "kilograms"),
    "mg": ("milligram", "milligrams"),
    "cm": ("centimetre", "centimetres"),
    "mm": ("millimetre", "millimetres"),
    "ft": ("foot", "feet"),
    "lb": ("pound", "pounds"),
    "oz": ("ounce", "ounces"),
    "ha": ("hectare", "hectares"),
    "m": ("metre", "metres"),
    "g": ("gram", "grams"),
    "l": ("litre", "litres"),
    "GWh": ("gigawatt hour", "gigawatt hours"),
    "MWh": ("megawatt hour", "megawatt hours"),
    "kWh": ("kilowatt hour", "kilowatt hours"),
    "GW": ("gigawatt", "gigawatts"),
    "MW": ("megawatt", "megawatts"),
    "kW": ("kilowatt", "kilowatts"),
    "GB": ("gigabyte", "gigabytes"),
    "MB": ("megabyte", "megabytes"),
    "TB": ("terabyte", "terabytes"),
    "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
}
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))

TITLES = {
    "Dr.": "Doctor", "Dr": "Doctor", "Mr.": "Mister", "Mr": "Mister", "Mrs.": "Missus",
    "Mrs": "Missus", "Ms.": "Miz", "Ms": "Miz", "Prof.": "Professor", "Gen.": "General",
    "Lt.": "Lieutenant", "Col.": "Colonel", "Sgt.": "Sergeant", "Rev.": "Reverend",
    "Sen.": "Senator", "Rep.": "Representative", "Gov.": "Governor", "Capt.": "Captain",
    "Cllr": "Councillor", "Hon.": "Honourable", "Mt.": "Mount", "Ft.": "Fort",
}  # fmt: skip
"""What stands before a name."""

ABBREVIATIONS = {
    "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus",
    "vs": "versus", "viz.": "namely", "cf.": "compare", "approx.": "approximately",
    "Inc.": "Incorporated", "Ltd.": "Limited", "Ltd": "Limited", "Corp.": "Corporation",
    "Co.": "Company", "Jr.": "Junior", "Sr.": "Senior", "pp.": "pages", "p.": "page",
    "vol.": "volume", "Fig.": "Figure", "Art.": "Article", "para.": "paragraph", "c.": "circa",
    "a.k.a.": "also known as", "w/o": "without",
}  # fmt: skip

SAID_AS_WORDS = frozenset(
    [
        "NATO",
        "OPEC",
        "UNESCO",
        "UNICEF",
        "NASA",
        "AIDS",
        "COVID",
        "SARS",
        "LASER",
        "RADAR",
        "SCUBA",
        "NAFTA",
        "ASEAN",
        "OPEC+",
        "FIFA",
        "UEFA",
        "EFTA",
        "TASS",
        "SWAT",
        "DARPA",
        "CERN",
        "OSHA",
        "PIN",
        "SIM",
        "RAM",
        "WHO",
    ]
) - {"WHO"}
"""Initials that people say as a word; all others are said letter by letter."""

FRACTIONS = {
    "½": "a half", "¼": "a quarter", "¾": "three quarters", "⅓": "a third", "⅔": "two thirds",
    "1/2": "a half", "1/3": "a third", "2/3": "two thirds", "1/4": "a quarter",
    "3/4": "three quarters",
}  # fmt: skip

_RULERS = (
    "Louis|Henry|Edward|George|William|Charles|James|Richard|Elizabeth|Mary|Catherine|Pius|John|"
    "Paul|Benedict|Philip|Frederick|Napoleon|Alexander|Nicholas|Ivan|Gregory|Leo|Francis|Victoria|"
    "Christian|Gustav|Haakon|Mehmed|Ramses|Constantine"
)
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def spoken(text: str) -> str:
    """Return a sentence as it is said; what is said as it is printed stays as it is."""
    for pattern, say in _RULES:
        text = pattern.sub(say, text)
    return re.sub(r"\s+([,.;:?!])", r"\1", re.sub(r"\s+", " ", text)).strip()


# --- Numbers ----------------------------------------------------------------


def _number(figures: str) -> str:
    """Return a number in words, without the commas at which an engine would wait."""
    plain = figures.replace(",", "")
    if "." not in plain:
        return _words(int(plain)) if len(plain) <= MOST_FIGURES else " ".join(map(_digit, plain))
    whole, part = plain.split(".")
    return f"{_words(int(whole))} point {' '.join(map(_digit, part))}"


def _words(number: int) -> str:
    return in_words(number)


def _digit(figure: str) -> str:
    return _words(int(figure))


def _ordinal(number: str) -> str:
    return in_words(int(number), ordinal=True)


def _year(figures: str) -> str:
    number = int(figures)
    if 2000 <= number <= 2009:
        return _words(number)
    if 1100 <= number <= 2099:
        first, last = divmod(number, 100)
        if not last:
            return f"{_words(first)} hundred"
        return f"{_words(first)} {'oh ' if last < 10 else ''}{_words(last)}"
    return _words(number)


def _plural(words: str) -> str:
    return re.sub("y$", "ies", words) if words.endswith("y") else words + "s"


def _roman(figures: str) -> int:
    values = [ROMAN[one] for one in figures]
    following = [*values[1:], 0]
    return sum(-one if one < after else one for one, after in zip(values, following, strict=True))


# --- What a rule says -------------------------------------------------------


def _money(found: Match[str]) -> str:
    one, many, cent, cents = CURRENCIES[found["sign"]]
    value, scale = found["value"].replace(",", ""), found["scale"]
    if scale:
        return f"{_number(value)} {SCALES[scale]} {many}"
    if re.fullmatch(r"\d+\.\d\d", value):
        whole, part = (int(half) for half in value.split("."))
        small = f"{_words(part)} {cent if part == 1 else cents}"
        if not whole:
            return small
        large = f"{_words(whole)} {one if whole == 1 else many}"
        return f"{large} and {small}" if part else large
    return f"{_number(value)} {one if value == '1' else many}"


def _money_range(found: Match[str]) -> str:
    many, scale = CURRENCIES[found["sign"]][1], found["scale"]
    scaled = f" {SCALES[scale]}" if scale else ""
    return f"{_number(found['from'])} to {_number(found['to'])}{scaled} {many}"


def _clock(found: Match[str]) -> str:
    hour, minutes, half = int(found["hour"]), int(found["minutes"] or 0), found["half"]
    said = _words(hour)
    if minutes:
        said += f" {'oh ' if minutes < 10 else ''}{_words(minutes)}"
    elif not half:
        said += " hundred hours" if hour > 12 or found["hour"].startswith("0") else " o’clock"
    return f"{said} {half[0].upper()} M" if half else said


def _day_first(found: Match[str]) -> str:
    day = f"the {_ordinal(found['day'])} of {_month(found['month'])}"
    return f"{day} {_year(found['year'])}" if found["year"] else day


def _month_first(found: Match[str]) -> str:
    day = f"{_month(found['month'])} {_ordinal(found['day'])}"
    return f"{day}, {_year(found['year'])}" if found["year"] else day


def _days(found: Match[str]) -> str:
    first, last = _ordinal(found["from"]), _ordinal(found["to"])
    return f"the {first} to the {last} of {_month(found['month'])}"


def _iso_day(found: Match[str]) -> str:
    months = (*(MONTHS[key] for key in ("Jan", "Feb", "Mar", "Apr")), "May",
              *(MONTHS[key] for key in ("Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")))  # fmt: skip
    month = months[int(found["month"]) - 1]
    return f"the {_ordinal(found['day'])} of {month} {_year(found['year'])}"


def _month(name: str) -> str:
    return MONTHS.get(name, name)


def _years(found: Match[str]) -> str:
    last = found["to"] if len(found["to"]) == 4 else found["from"][:2] + found["to"]
    return f"{_year(found['from'])} to {_year(last)}"


def _measure(found: Match[str]) -> str:
    one, many = UNITS[found["unit"]]
    return f"{_number(found['value'])} {one if found['value'] == '1' else many}"


def _measure_range(found: Match[str]) -> str:
    return f"{_number(found['from'])} to {_number(found['to'])} {UNITS[found['unit']][1]}"


def _address(found: Match[str]) -> str:
    host = re.sub(r"^(https?://)?(www\.)?", "", found[0]).split("/")[0].rstrip(".,;")
    return host.replace(".", " dot ")


def _initials(found: Match[str]) -> str:
    letters, tail = found["letters"], found["tail"]
    if letters in SAID_AS_WORDS:
        return found[0]
    return " ".join(letters) + (f" {tail}" if tail == "s" else tail)


def _fraction(found: Match[str]) -> str:
    over, under = found["over"], found["under"]
    known = FRACTIONS.get(f"{over}/{under}")
    return known or f"{_number(over)} over {_number(under)}"


def _mixed(found: Match[str]) -> str:
    return f"{_number(found['whole'])} and {FRACTIONS[found['part']]}"


def _ruler(found: Match[str]) -> str:
    return f"{found['name']} the {_ordinal(str(_roman(found['number']))).capitalize()}"


def _telephone(found: Match[str]) -> str:
    return ", ".join(" ".join(map(_digit, group)) for group in re.findall(r"\d+", found[0]))


_SIGN = r"US\$|A\$|C\$|HK\$|NZ\$|[$£€¥₹]"
_SCALE = r"million|billion|trillion|trn|bn|tn|mn|[kKmMbB]"

_COUNTED = (
    "people|others|readers|children|women|men|voters|votes|workers|jobs|homes|households|tonnes|"
    "barrels|copies|users|visitors|refugees|pupils|students|patients|passengers|years|a year|more|"
    "fewer|members|customers|cars|cases|deaths|doses|shares|euros|pounds|dollars"
)

_ORDER: list[tuple[str, str | Callable[[Match[str]], str]]] = [
    # What nobody hears.
    ("[\u200b\u00ad\ufeff]", ""),
    ("[\u00a0\u202f\u2009]", " "),
    ("\u2011", "-"),
    (r"(?<!\w)(?:https?://|www\.)\S+", _address),
    (r"(?<!\w)[\w.+-]+@[\w-]+(?:\.[\w-]+)+", lambda m: m[0].replace("@", " at ").replace(".", " dot ")),
    # Telephones, before their groups are taken for numbers.
    (r"(?<!\d)(?:\+\d{1,3}(?: \d{2,6}){1,4}|0\d{2,4}(?: \d{3,4}){2,3})(?!\d)", _telephone),
    # Money.
    (rf"(?P<sign>{_SIGN})\s?(?P<from>{NUMBER})(?:{_SCALE})?\s?[–-]\s?(?:{_SIGN})?(?P<to>{NUMBER})(?:[ -]?(?P<scale>{_SCALE})\b)?", _money_range),
    (rf"(?P<sign>{_SIGN})\s?(?P<value>{NUMBER})(?:[ -]?(?P<scale>{_SCALE})\b)?", _money),
    (r"(?<!\d)(\d+)p\b(?=[\s,.;)]|$)", lambda m: f"{_number(m[1])} pence"),
    (r"(?<!\d)(\d+)¢", lambda m: f"{_number(m[1])} cents"),
    # Days and hours.
    (r"\b(?P<year>[12]\d{3})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])\b", _iso_day),
    (r"\b(?P<hour>\d{1,2})(?:[:.](?P<minutes>\d\d))?\s?(?P<half>[ap])\.?\s?m\b\.?(?!\w)", _clock),
    (r"\b(?P<hour>[01]?\d|2[0-3]):(?P<minutes>[0-5]\d)(?P<half>)\b(?!:)", _clock),
    (rf"\b(?P<from>\d{{1,2}})\s?[–-]\s?(?P<to>\d{{1,2}}) (?P<month>{_MONTH})\b\.?", _days),
    (rf"\b(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? (?P<year>[12]\d{{3}})\b)?", _month_first),
    (rf"\b(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b\.?(?:,? (?P<year>[12]\d{{3}})\b)?", _day_first),
    (rf"\b({_MONTH})\.? ([12]\d{{3}})\b", lambda m: f"{_month(m[1])} {_year(m[2])}"),
    (rf"\b({'|'.join(MONTHS)})\.(?=\s)", lambda m: MONTHS[m[1]]),
    # Years.
    (r"\b(1[1-9]\d0|20\d0)s\b", lambda m: _plural(_year(m[1]))),
    (r"['’](\d0)s\b", lambda m: _plural(_words(int(m[1])))),
    (r"\b(?P<from>1[1-9]\d\d|20\d\d)[–-](?P<to>1[1-9]\d\d|20\d\d|\d\d)\b", _years),
    (r"\b(?:AD (\d{1,4})|(\d{1,4}) AD)\b", lambda m: f"A D {_year(m[1] or m[2])}"),
    (r"\b(\d{1,4}) (BCE?|CE)\b", lambda m: f"{_year(m[1])} {' '.join(m[2])}"),
    # Shares and measures.
    (rf"({NUMBER})\s?[–-]\s?({NUMBER})\s?(?:%|per cent)", lambda m: f"{_number(m[1])} to {_number(m[2])} per cent"),
    (rf"[−-]({NUMBER})\s?(?=%|per cent|°)", lambda m: f"minus {m[1]}"),
    (rf"({NUMBER})\s?%", lambda m: f"{_number(m[1])} per cent"),
    # Newspapers write 2.5m for millions of whatever is not a length.
    (rf"(?<![\w.])({NUMBER})m (?=(?:{_COUNTED})\b)", lambda m: f"{_number(m[1])} million "),
    (rf"(?P<from>{NUMBER})\s?[–-]\s?(?P<to>{NUMBER})\s?(?P<unit>{_UNIT})(?!\w)", _measure_range),
    (rf"(?<![\w.])(?P<value>{NUMBER})\s?(?P<unit>{_UNIT})(?![\w²³])", _measure),
    (rf"({NUMBER})\s?({_SCALE})\b(?!\.)", lambda m: f"{_number(m[1])} {SCALES[m[2]]}"),
    (r"(?<![\d/])(?P<whole>\d+)\s?(?P<part>[½¼¾⅓⅔])", _mixed),
    (r"[½¼¾⅓⅔]", lambda m: FRACTIONS[m[0]]),
    (r"(?<![\d/])(?P<over>\d{1,2})/(?P<under>\d{1,2})(?![\d/])", _fraction),
    (r"(?<!\w)(\d+)\s?[x×]\s?(\d+)(?!\w)", lambda m: f"{_number(m[1])} by {_number(m[2])}"),
    # Scores and ranges.
    (rf"(?<![\w–-])({NUMBER})[–]({NUMBER})(?![\w–-])", lambda m: f"{_number(m[1])} to {_number(m[2])}"),
    (r"(?<![\w–-])(\d{1,3})-(\d{1,3})(?![\w–-])", lambda m: f"{_number(m[1])} to {_number(m[2])}"),
    (r"\bNos?\. ?(\d+)", lambda m: f"number {_number(m[1])}"),
    (r"#(\d+)\b", lambda m: f"number {_number(m[1])}"),
    (r"\bWorld War (I{1,2})\b", lambda m: f"World War {'One' if m[1] == 'I' else 'Two'}"),
    (rf"\b(?P<name>{_RULERS}) (?P<number>[XVI]+)\b", _ruler),
    (r"\b(\d+)(?:st|nd|rd|th)\b", lambda m: _ordinal(m[1])),
    # Abbreviations and initials.
    (rf"\b(?:{'|'.join(sorted(map(re.escape, TITLES), key=len, reverse=True))})(?= [A-Z])", lambda m: TITLES[m[0]]),
    (r"\bSt\.? (?=[A-Z])", "Saint "),
    (rf"(?<![\w.])(?:{'|'.join(sorted(map(re.escape, ABBREVIATIONS), key=len, reverse=True))})(?=[\s,;:)]|$)", lambda m: ABBREVIATIONS[m[0]]),
    (r"\b(?:[A-Z]\.){2,}", lambda m: " ".join(m[0].replace(".", ""))),
    (r"\b([A-Z])\. (?=[A-Z])", r"\1 "),
    (r"(?<![\w’'-])(?P<letters>[A-Z]{2,5})(?P<tail>s|[’']s|)(?![\w])", _initials),
    # Whatever figures are left.
    (r"(?<![\w.,])(1[1-9]\d\d|20\d\d)(?!\w|,\d|\.\d)", lambda m: _year(m[1])),
    (rf"(?<![\w.])[−-]({NUMBER})(?!\w)", lambda m: f"minus {_number(m[1])}"),
    (rf"(?<![\w.])({NUMBER})(?!\w)", lambda m: _number(m[1])),
    # Signs.
    (r"\s?&\s?", " and "),
    (r"\s\+\s", " plus "),
    (r"\s=\s", " equals "),
    (r"\s?§\s?", " section "),
    ("…", ", "),
    (r"\s?—\s?|\s–\s", ", "),
    (r"[“”\"„«»]", ""),
]  # fmt: skip
_RULES = [(re.compile(pattern), say) for pattern, say in _ORDER]
