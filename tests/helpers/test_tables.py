import xml.etree.ElementTree as ElementTree

from helpers import html_table


def test_rows_and_columns_are_in_place():
    table = ElementTree.fromstring(html_table(["name", "count"], [["Add", "2"], ["Relu", "1"]]))
    cells = [[cell.text for cell in row] for row in table.iter("tr")]
    assert cells == [["name", "count"], ["Add", "2"], ["Relu", "1"]]


def test_text_is_escaped():
    table = html_table(["<b>"], [["<script>"]])
    assert "<script>" not in table
    assert "&lt;script&gt;" in table


def test_the_last_cell_of_a_short_row_spans_the_rest():
    table = ElementTree.fromstring(html_table(["a", "b", "c"], [["1", "2"]]))
    assert [cell.get("colspan") for cell in table.iter("td")] == [None, "2"]
