"""Words in the rows of the conversion table that a reader reads, marked to be translated.

`tools.proof.conversions` writes them into the data, and patterns and anchors are about the words
in English, so they are translated where they are shown. What `fragile_rows` calls a kind is a
name, such as ``jump``, and stays. A test finds a word of the data that isn't here.
"""

from tools.messages import _, later

#: What a model was given.
GIVEN = {
    *(later("numbers"), later("missing values"), later("one column"), later("two numbers")),
    *(later("2 classes"), later("3 classes"), later("6 classes"), later("2 classes, native")),
    *(later("2 classes: True and False"), later("2 classes, True and False")),
    *(later("2 classes: -1 and 1"), later("2 classes, -1 and 1"), later("2 classes: texts")),
    *(later("3 classes, 5, 7, and 9"), later("3 classes, texts"), later("2 targets")),
    *(later("labels"), later("2 labels"), later("lists of labels"), later("groups")),
    *(later("categories"), later("categories as text"), later("categories as integers")),
    *(later("categories as numbers, some missing"), later("missing categories")),
    *(later("texts"), later("texts with accents, lowered"), later("rows of words")),
    *(later("DataFrame, only numbers"), later("DataFrame with missing numbers")),
    *(later("DataFrame with missing numbers, only numbers"), later("DataFrame with empty texts")),
    *(later("DataFrame, texts with accents"), later("DataFrame, texts without accents")),
    *(later("images"), later("images of 11 by 7 pixels"), later("volumes"), later("videos")),
    *(later("channels first"), later("sequences"), later("sequences of any length")),
    *(later("sequences, channels first"), later("padded sequences"), later("two sequences")),
    *(later("maps in time"), later("sequences of maps"), later("sound")),
    *(later("sound in channels"), later("ids"), later("two single ids"), later("dicts")),
    later("kernel matrix"),
}
#: Kinds of rows that the sweep makes beside those of `fragile_rows`.
KINDS = {
    *(later("ordinary"), later("one row"), later("second call")),
    *(later("missing category"), later("unseen category"), later("one missing")),
    *(later("half missing"), later("all missing"), later("negative"), later("large")),
    *(later("halves"), later("rounded"), later("length 1"), later("length 2"), later("blanks")),
}
#: What differs.
DIFFER = {
    *(later("labels"), later("values"), later("missing values"), later("labels and values")),
    *(later("missing values and values"), later("labels and missing values and values")),
}
#: How the form of an output differs.
FORMS = {
    *(later("shape (rows, 1)"), later("shape (1, rows)"), later("shape (2, rows, 3)")),
    later("scores of two classes: (-d, d) for d"),
    later("scores of two classes: (d, -d) for d, the other way round"),
    later("1 more output"),
}
#: Names: of a class, and of the kinds of `fragile_rows`.
NAMES = {
    *("DataFrame", "jump", "center", "missing", "zero", "far", "constant", "unseen"),
    *("empty", "blank", "short words", "repeated", "capitals"),
}


def word_of(text: str) -> str:
    """Word of the data in the language of the page; a name stays, whatever else its word means."""
    return text if text in NAMES else _(text)
