"""Chinese text is cut once, here, for both engines: fold, split into runs, cut the Chinese runs with jieba and our dictionary.

Documents are cut finely (a compound and the words inside it), queries coarsely (`query_words`); `parts` gives the words inside one.
Whatever changes the tokens changes `ANALYSIS_VERSION`, and an index cut under another version asks to be rebuilt.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files

import rjieba

_REVISION = "1"
MAX_TOKEN = 64
_SHORTEST_INSIDE = 4
MAX_QUERY_WORDS = 24

# Function words only. Words such as 技术 or 系统 stay: they are frequent, so they weigh little by themselves.
STOP_WORDS = frozenset((files("search") / "stop_words.txt").read_text("utf-8").split())
_DROPPED = STOP_WORDS | {" "}

_CJK = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LATIN = r"0-9a-z\u00b0\u00b5\u00df-\u024f\u0370-\u03ff\u0400-\u04ff%‰"
_THOUSANDS = r"(?<=\d),(?=\d{3}(?!\d))"
_RUNS = re.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<latin>[{_LATIN}]+(?:(?:[.\-_+/]|{_THOUSANDS})[{_LATIN}]+)*)")
_LATIN_RUNS = re.compile(rf"[{_LATIN}]+(?:(?:[.\-_+/]|{_THOUSANDS})[{_LATIN}]+)*")
_NOT_CHINESE = re.compile(rf"[^{_CJK}]+")
# Words of one character that jieba hides inside compounds: who looks for 钽 means 钽铌铍冶炼 too.
_ELEMENTS = re.compile("[钽铌铍钨钼铼锰镁锂钒镍钴硅铝铜锌钛铬泵阀]")
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_PIECES = re.compile(rf"(?:{_NUMBER})?[{_LATIN}]+|{_NUMBER}")
_QUANTITY = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>[^\d.,][^.,]*)?")
_TOO_LONG = re.compile(rf"[{_LATIN}.]{{{MAX_TOKEN + 1}}}")
_CHARACTERS = re.compile(rf"[{_CJK}]|[{_LATIN}]+(?:\.[{_LATIN}]+)*")

Span = tuple[str, int, int]


class _FoldTable(dict[int, str]):
    """Folds one code point at a time, so that places in the folded text can be traced back to the original."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code)).casefold()
        self[code] = folded
        return folded


_FOLD = _FoldTable()


def fold(text: str) -> str:
    """NFKC and case folding, code point by code point; traditional characters stay as they are."""
    return text.translate(_FOLD)


@cache
def domain_words() -> tuple[str, ...]:
    """The words of our own dictionary, `search/dictionary/*.txt`: separated by blanks, one file for a group of industries."""
    folder = files("search") / "dictionary"
    texts = [entry.read_text("utf-8") for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)]
    return tuple(sorted({word for text in texts for word in fold(text).split()}))


@cache
def _cutter() -> rjieba.Jieba:
    """An instance of our own: the module's default one is shared with whoever else imports rjieba."""
    cutter = rjieba.Jieba()
    for word in domain_words():
        cutter.add_word(word, None, None)
    return cutter


def _analysis_version() -> str:
    ingredients = "\n".join(
        (
            _REVISION,
            version("rjieba"),
            unicodedata.unidata_version,
            _RUNS.pattern,
            _PIECES.pattern,
            _ELEMENTS.pattern,
            str(MAX_TOKEN),
        )
    )
    digest = hashlib.sha256(ingredients.encode())
    digest.update(" ".join(sorted(STOP_WORDS)).encode())
    digest.update(" ".join(domain_words()).encode())
    return f"{_REVISION}-{digest.hexdigest()[:12]}"


ANALYSIS_VERSION = _analysis_version()
"""Names everything that decides how text is cut."""


def words(text: str) -> list[str]:
    """The tokens of a document's text, repeated as often as they stand there; in no order that means anything."""
    # What `_tokens` gives, without places and order, at a third of its cost: a whole index is cut this way.
    folded = fold(text)
    found = _cut_chinese(_NOT_CHINESE.sub(" ", folded))
    for run in _LATIN_RUNS.findall(folded):
        found.extend(_latin_run(run))
    return found


def query_words(text: str) -> list[str]:
    """What someone asks for: each word once, uncut compounds; at most `MAX_QUERY_WORDS`.

    A query of nothing but function words is taken at its word rather than emptied.
    """
    found = list(dict.fromkeys(_coarse(fold(text))))
    telling = [word for word in found if word not in STOP_WORDS]
    return (telling or found)[:MAX_QUERY_WORDS]


@lru_cache(maxsize=20_000)
def parts(word: str) -> tuple[str, ...]:
    """The words of two characters or more inside a word, in order, without itself."""
    inside = (token for token, _, _ in _tokens(fold(word)))
    return tuple(dict.fromkeys(token for token in inside if token != word and len(token) > 1))


def chars(text: str) -> list[str]:
    """Single Chinese characters, and letters and numbers whole."""
    folded = fold(text)
    found = _CHARACTERS.findall(folded)
    return [token[:MAX_TOKEN] for token in found] if _TOO_LONG.search(folded) else found


def placed_words(text: str) -> list[Span]:
    """Tokens with start and end in the *original* text; for highlighting."""
    folded = fold(text)
    tokens = _tokens(folded)
    if len(folded) == len(text):  # no character folds to nothing, so none has become longer either
        return list(tokens)
    origin = [place for place, character in enumerate(text) for _ in _FOLD[ord(character)]]
    return [(token, origin[start], origin[end - 1] + 1) for token, start, end in tokens]


def _tokens(folded: str) -> Iterator[Span]:
    cutter = _cutter()
    for run in _RUNS.finditer(folded):
        start = run.start()
        if run.lastgroup == "latin":
            yield from _latin_tokens(run.group(), start)
            continue
        seen = set()
        for token, begin, end in cutter.tokenize(run.group(), mode="search", hmm=False):
            if token not in STOP_WORDS:
                seen.add((token, begin))
                yield token, start + begin, start + end
                for inner, offset in _long_words_inside(token):
                    yield inner, start + begin + offset, start + begin + offset + len(inner)
        for element in _ELEMENTS.finditer(run.group()):
            if (element.group(), element.start()) not in seen:
                yield element.group(), start + element.start(), start + element.end()


def _cut_chinese(text: str) -> list[str]:
    """The tokens of runs of Chinese characters separated by blanks."""
    found = [token for token in _cutter().cut_for_search(text, hmm=False) if token not in _DROPPED]
    elements = _ELEMENTS.findall(text)
    if elements:
        # An element that was cut as a word of its own stands there already, as often as it was cut.
        found.extend((Counter(elements) - Counter(token for token in found if len(token) == 1)).elements())
    for token in [token for token in found if len(token) > _SHORTEST_INSIDE]:
        found.extend(inner for inner, _ in _long_words_inside(token))
    return found


@lru_cache(maxsize=50_000)
def _latin_run(run: str) -> tuple[str, ...]:
    return tuple(token for token, _, _ in _latin_tokens(run, 0))


@lru_cache(maxsize=20_000)
def _long_words_inside(token: str) -> tuple[tuple[str, int], ...]:
    """Words of four characters or more inside a longer one; jieba itself gives only those of two and three."""
    if len(token) <= _SHORTEST_INSIDE:
        return ()
    cutter = _cutter()
    return tuple(
        (token[start:end], start)
        for start in range(len(token))
        for end in range(start + _SHORTEST_INSIDE, len(token) + 1)
        if end - start < len(token) and cutter.has_word(token[start:end])
    )


def _coarse(folded: str) -> Iterator[str]:
    for run in _RUNS.finditer(folded):
        if run.lastgroup == "latin":
            yield from _latin_words(run.group())
        else:
            yield from _cutter().cut(run.group(), hmm=False)


def _latin_words(run: str) -> Iterator[str]:
    """The run as a query means it: whole where it names something (``gb/t``, ``li-ion``), else its quantities."""
    whole = _compound(run)
    if whole:
        yield whole
    else:
        for piece in _PIECES.finditer(run):
            yield _canonical(piece.group())


def _latin_tokens(run: str, start: int) -> Iterator[Span]:
    whole = _compound(run)
    if whole:
        yield whole, start, start + len(run)
    for match in _PIECES.finditer(run):
        piece, begin = match.group(), start + match.start()
        if piece in STOP_WORDS:
            continue
        yield _canonical(piece), begin, begin + len(piece)
        quantity = _QUANTITY.fullmatch(piece)
        if quantity and quantity["unit"]:
            middle = begin + len(quantity["number"])
            yield _canonical(quantity["number"]), begin, middle
            yield quantity["unit"][:MAX_TOKEN], middle, begin + len(piece)


def _compound(run: str) -> str:
    """The whole run where its pieces belong together and letters take part; "" for a lone piece or a range of numbers."""
    pieces = _PIECES.findall(run)
    if len(pieces) < 2 or len(run) > MAX_TOKEN or not pieces[0][0].isalpha():  # noqa: PLR2004
        return ""
    return run


def _canonical(piece: str) -> str:
    """``1,200.50kw`` -> ``1200.5kw``: one number, one token."""
    quantity = _QUANTITY.fullmatch(piece)
    if quantity is None:
        return piece[:MAX_TOKEN]
    number = quantity["number"].replace(",", "")
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return (number + (quantity["unit"] or ""))[:MAX_TOKEN]
