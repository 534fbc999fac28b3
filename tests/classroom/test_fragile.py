import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from classroom import fragile_rows
from classroom.jumps import number, place

ROWS = np.random.default_rng(0).integers(0, 100, (60, 3)).astype(np.float32)
GROUP = (ROWS.sum(axis=1) > 150).astype(int)


def of_kind(odd, kind):
    return odd.rows[odd.kinds == kind]


def test_each_threshold_gets_two_numbers_on_each_side():
    tree = DecisionTreeRegressor(max_leaf_nodes=3).fit(ROWS[:, :1], ROWS[:, 0])
    odd = fragile_rows(tree, ROWS[:, :1])
    wanted = [
        threshold + step
        for threshold in np.float32(np.sort(tree.tree_.threshold[tree.tree_.feature >= 0]))
        for step in np.spacing(threshold) * np.arange(-1, 3)
    ]
    assert np.unique(of_kind(odd, "jump")).tolist() == wanted


def test_jumps_are_found_behind_other_steps_and_in_bins():
    trees = RandomForestClassifier(10, random_state=0)
    model = make_pipeline(StandardScaler(), trees).fit(ROWS, GROUP)
    rows = of_kind(fragile_rows(model, ROWS), "jump")
    _, below, above, _ = np.split(model.predict_proba(rows), 4)
    assert (below != above).any(axis=1).all()
    low, high = np.split(rows, 4)[1:3]
    assert (((high != low).sum(axis=1)) == 1).all()
    bins = KBinsDiscretizer(5, encode="ordinal", quantile_method="averaged_inverted_cdf").fit(ROWS)
    _, below, above, _ = np.split(bins.transform(of_kind(fragile_rows(bins, ROWS), "jump")), 4)
    assert (np.abs(above - below).sum(axis=1) >= 1).all()


def test_a_smooth_model_has_no_jumps_and_a_model_without_missing_values_refuses_them():
    odd = fragile_rows(LogisticRegression().fit(ROWS / 100, GROUP), ROWS / 100)
    assert set(odd.kinds) == {"zero", "constant", "far"}
    assert odd.refused == ("missing in 0", "missing in 1", "missing in 2")


def test_centers_are_met_exactly_also_behind_a_scaler():
    groups = KMeans(3, n_init=1, random_state=0).fit(ROWS)
    centers = of_kind(fragile_rows(groups, ROWS), "center")
    np.testing.assert_array_equal(centers[:3], groups.cluster_centers_)
    np.testing.assert_array_equal(centers[3:6], np.nextafter(centers[:3], np.float32(np.inf)))
    scaled = make_pipeline(StandardScaler(), KMeans(3, n_init=1, random_state=0)).fit(ROWS)
    centers = of_kind(fragile_rows(scaled, ROWS), "center")
    assert scaled.transform(centers[:3]).min(axis=1).max() < 1e-5


def test_a_frame_keeps_its_types_and_what_is_refused_is_named():
    frame = pd.DataFrame({"age": ROWS[:, 0], "calls": ROWS[:, 1].astype(int), "city": "Rome"})
    frame.loc[::2, "city"] = "Oslo"
    columns = make_column_transformer(
        (StandardScaler(), ["age", "calls"]), (OneHotEncoder(), ["city"])
    )
    model = make_pipeline(columns, DecisionTreeClassifier()).fit(frame, GROUP)
    odd = fragile_rows(model, frame)
    assert (odd.rows.dtypes == frame.dtypes).all()
    assert len(odd.rows) == len(odd.kinds)
    assert frame["calls"].max() + 1 in set(of_kind(odd, "unseen")["calls"])
    assert odd.refused == ("empty in 'city'", "blank in 'city'", "unseen in 'city'")


def test_a_model_that_refuses_each_odd_row_leaves_none():
    cities = np.array([["Oslo"], ["Rome"]], dtype=object)
    odd = fragile_rows(OneHotEncoder().fit(cities), cities)
    assert odd.rows.shape == (0, 1)
    assert odd.kinds.shape == (0,)
    assert odd.refused == ("empty in 0", "blank in 0", "unseen in 0")


def test_texts_come_empty_repeated_and_with_short_words_between():
    texts = ["good phone", "bad battery"]
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, ["yes", "no"])
    odd = fragile_rows(model, texts)
    assert {"", "never seen", "good a phone", "bad battery bad battery", "GOOD PHONE"} <= set(
        odd.rows
    )


def test_the_rows_are_the_same_on_every_call_and_no_more_jumps_than_asked_for():
    search = GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [3]})
    search.fit(ROWS, GROUP)
    one, two = (fragile_rows(search, ROWS, limit=10) for _ in range(2))
    np.testing.assert_array_equal(one.rows, two.rows)
    assert len(of_kind(one, "jump")) == 4 * 10


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_places_count_the_numbers_of_a_type(dtype):
    numbers = np.array([-np.inf, -1, -1e-45, 0, 1e-300, 1, 3e38], dtype)
    np.testing.assert_array_equal(number(place(numbers), np.dtype(dtype)), numbers)
    above = np.nextafter(numbers, dtype(np.inf), dtype=dtype)
    np.testing.assert_array_equal(place(above) - place(numbers), np.ones(7))


def test_what_does_not_fit_is_said():
    tree = DecisionTreeClassifier()
    with pytest.raises(ValueError, match=r"refuses the rows.*Fit it first.*not fitted"):
        fragile_rows(tree, ROWS)
    tree.fit(ROWS, GROUP)
    with pytest.raises(ValueError, match="expecting 3 features"):
        fragile_rows(tree, ROWS[:, :2])
    with pytest.raises(ValueError, match="at least 2 real rows"):
        fragile_rows(tree, ROWS[:1])
    with pytest.raises(TypeError, match=r"shape \(3,\).*add a dimension"):
        fragile_rows(tree, ROWS[0])
    with pytest.raises(TypeError, match="expected a fitted scikit-learn model, got str"):
        fragile_rows("model.onnx", ROWS)
