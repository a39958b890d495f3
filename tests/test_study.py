"""Study files: what they hold, and what a person is told when one is wrong."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from retention_research.customer_codes import KEY_NAME, customer_codes
from retention_research.study import (
    Source,
    StudyError,
    expand_environment,
    new_study,
    read_study,
    write_study,
)

GOOD = """
extends: _defaults.yml
study: shop
currency: EUR
sources:
  transactions: {path: orders.csv}
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    (tmp_path / "params").mkdir()
    monkeypatch.chdir(tmp_path)

    def writer(text: str, name: str = "shop.yml") -> Path:
        file = tmp_path / "params" / name
        file.write_text(text, encoding="utf-8")
        return file

    return writer


def told(file: Path, *overrides: str) -> str:
    with pytest.raises(StudyError) as error:
        read_study(file, overrides)
    return str(error.value)


def test_a_study_extends_the_packaged_defaults_and_knows_where_each_value_came_from(write):
    study = read_study(write(GOOD), ["money.margin=0.25"])
    assert study.money.margin == 0.25
    assert study.origins["money.margin"] == "command line"
    assert study.origins["currency"] == "params/shop.yml, line 4"
    assert study.origins["horizon"] == "default"


def test_a_study_extends_another_study_and_keeps_the_line_of_each(write):
    write(GOOD)
    child = write("extends: shop.yml\nstudy: child\nhorizon: 26W\n", "child.yml")
    study = read_study(child)
    assert (study.study, study.currency, study.horizon.days) == ("child", "EUR", 182)
    assert study.origins["currency"] == "params/shop.yml, line 4"
    assert study.origins["horizon"] == "params/child.yml, line 3"


def test_extending_in_a_circle_is_an_error(write):
    assert "circle" in told(write("extends: shop.yml\nstudy: shop\n"))


@pytest.mark.parametrize(
    ("typo", "hint"),
    [
        (
            "chrun: {inactive_for: 4W}",
            "line 7: `chrun` is not a key of a study. Did you mean `churn`?",
        ),
        ("churn: {inactive: 4W}", "Did you mean `inactive_for`?"),
        ("sources: {transactions: {path: a.csv, colums: {}}}", "Did you mean `columns`?"),
    ],
)
def test_a_typo_names_the_line_and_the_nearest_key(write, typo, hint):
    base = GOOD if not typo.startswith("sources") else GOOD.split("sources", maxsplit=1)[0]
    assert hint in told(write(base + typo + "\n"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("horizon: 5Q", "is not a duration"),
        ("horizon: 26", "write 26W"),
        ("horizon: 0W", "longer than zero"),
        ("drivers: {horizon: 0W}", "longer than zero"),
        ("drivers: {lookback: -3W}", "longer than zero"),
        ("drivers: {slow_after: 48}", "or h, D, M, Y"),
        ("drivers: {columns: colour}", "a list, such as"),
        ("survival: {tau: 0D}", "longer than zero"),
        ("churn: {inactive_for: autoo}", "did you mean `auto`"),
        ("churn: {inactive_for: 0W}", "a day or longer"),
        ("churn: {inactive_for: soon}", "or auto"),
        ("as_of: yesterday", "latest_complete_day"),
        ("calibration_end: soon", "an offset from as_of"),
        ("time: {zone: Europe/Warszawa}", "Europe/Warsaw"),
        ("locale: xx_YY", "not a locale"),
        ("money: {margin: 30}", "at most 1"),
        ("confidence: 95", "below 1 (did you mean 0.95?)"),
        ("limits: {cell_seconds: 0}", "above 0"),
        ("reports: []", "at least 1"),
        ("max_excluded_share: 2", "at most 1"),
        ("targets: {nothing: 0.4}", "`nothing`, which is no KPI"),
        ("targets: {crr: {by: region, levels: {north: 0.9}}}", "`region`, which is no segment"),
    ],
)
def test_a_wrong_value_is_told_with_its_line(write, line, words):
    message = told(write(f"{GOOD}{line}\n"))
    assert words in message
    assert "params/shop.yml, line 7" in message


def test_a_missing_key_says_to_extend_the_defaults(write):
    assert "extends: _defaults.yml" in told(write("study: shop\ncurrency: EUR\n"))


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "study: [", "just words"])
def test_what_is_no_study_file_is_said_in_words(write, text):
    assert "params/shop.yml" in told(write(text))


def test_a_key_written_twice_is_an_error_with_both_lines(write):
    assert "lines 3 and 7" in told(write(f"{GOOD}study: other\n"))


def test_a_missing_study_names_the_studies_that_are_there(write):
    write(GOOD)
    assert "params/shop.yml" in told(Path("params/shpo.yml"))


def test_bytes_that_are_no_text_are_refused(tmp_path):
    file = tmp_path / "x.yml"
    file.write_bytes(bytes(range(256)))
    assert "UTF-8" in told(file)


def test_an_override_that_is_no_assignment_is_refused(write):
    assert "key=value" in told(write(GOOD), "horizon")


def test_an_unknown_override_names_the_nearest_key(write):
    assert "Did you mean `horizon`?" in told(write(GOOD), "horizn=3W")


def test_a_plain_password_is_refused_and_never_repeated(write):
    source = "sources: {transactions: {url: 'postgresql://me:s3cret@host/db', table: t}}\n"
    message = told(write(GOOD.split("sources", maxsplit=1)[0] + source))
    assert "password" in message
    assert "s3cret" not in message


def test_a_secret_stays_a_reference_in_the_study_and_in_what_is_written(write, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_URL", "postgresql://me:s3cret@host/db")
    source = 'sources: {transactions: {url: "${WAREHOUSE_URL}", table: t}}\n'
    study = read_study(write(GOOD.split("sources", maxsplit=1)[0] + source))
    assert "s3cret" not in repr(study)
    assert "s3cret" not in str(study.resolved(date(2024, 1, 1)))
    assert expand_environment(str(study.sources["transactions"].url)).endswith("s3cret@host/db")


def test_an_unset_secret_is_named(monkeypatch):
    monkeypatch.delenv("NOT_THERE", raising=False)
    with pytest.raises(StudyError, match="NOT_THERE"):
        expand_environment("${NOT_THERE}")


def test_two_places_for_one_source_are_refused(write):
    source = "sources: {transactions: {demo: cdnow, path: a.csv}}\n"
    assert "exactly one" in told(write(GOOD.split("sources", maxsplit=1)[0] + source))


def test_a_study_is_frozen():
    study = new_study(study="x", currency="EUR", sources={"transactions": {"frame": True}})
    with pytest.raises(ValueError, match="frozen"):
        study.seed = 2


def test_settings_that_no_report_reads_are_known(write):
    study = read_study(write(f"{GOOD}drivers: {{horizon: 8W}}\nperiod: week\n"))
    assert study.settings_without_reader() == []


def test_paths_start_from_the_folder_that_holds_params(write, tmp_path):
    assert read_study(write(GOOD)).root == tmp_path


def test_a_resolved_study_reads_back_as_itself(write, tmp_path):
    study = read_study(write(GOOD), ["as_of=2024-05-01", "calibration_end=-13W"])
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "snapshot" / "events.json").write_text("{}", encoding="utf-8")
    write_study(study.resolved(date(2024, 5, 1)), tmp_path / "study.yml")
    again = read_study(tmp_path / "study.yml")
    assert again.model_dump() == study.model_dump()


def with_source(source: str, table: str = "transactions") -> str:
    return GOOD.split("sources", maxsplit=1)[0] + f"sources: {{{table}: {source}}}\n"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:s3cret@host/db",
        "postgresql://me:s3/cret@host/db",
        "postgresql://me:s3@cret@host/db",
        "postgresql://me:${A}s3cret@host/db",
        "postgresql://host/db?user=me&password=s3cret",
        "postgresql://host/db?p%61ssword=s3cret",
        "jdbc:sqlserver://host;user=me;password=s3cret",
        "host=here password=s3cret",
    ],
)
@pytest.mark.parametrize("key", ["url", "path"])
def test_a_password_is_refused_however_it_is_written(write, address, key):
    message = told(write(with_source(f"{{{key}: '{address}'}}")))
    assert "holds a password" in message
    assert "cret" not in message


@pytest.mark.parametrize(
    "address",
    [
        "${WAREHOUSE_URL}",
        "postgresql://me:${PASSWORD}@host:5432/db",
        "postgresql://me@host:5432/db",
        "postgresql://host:5432/db?user=me&password=${PASSWORD}&sslmode=require",
    ],
)
def test_an_address_whose_secrets_are_references_is_accepted(write, address):
    study = read_study(write(with_source(f"{{url: '{address}'}}")))
    assert study.sources["transactions"].url == address


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("custmers", "`sources.custmers` is no event table (did you mean `customers`?)"),
        ("orders_by_day", "did you mean `order_lines`?"),
        ("xyz", "there are transactions, order_lines, customers,"),
        ('"trans/../x"', "is no event table"),
        ("frame", "is no event table"),
    ],
)
def test_a_source_that_is_no_event_table_is_refused_with_its_line(write, table, words):
    message = told(write(with_source(f"{{path: a.csv}}, {table}: {{path: b.csv}}")))
    assert words in message
    assert "params/shop.yml, line 5" in message


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"path": "/srv/exports/orders-*.parquet"}, "orders-*.parquet"),
        ({"path": "${EXPORTS}/orders.csv"}, "orders.csv"),
        ({"demo": "cdnow"}, "demo cdnow"),
        ({"url": "${WAREHOUSE_URL}"}, "a database"),
        ({"frame": True}, "a pandas frame"),
    ],
)
def test_a_reader_is_told_the_place_of_a_source_without_its_folder_or_address(source, words):
    assert Source(**source).place == words


BOMB = "a: &a [1, 1]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefghijklmnopq")
)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("1: 2", "the key `1` is no text"),
        ("yes: 2", "the key `yes` is no text"),
        ("targets: {2024-01-01: 1}", "the key `2024-01-01` is no text"),
        ("? [a]\n: 1", "no text"),
        ("targets: &x {b: *x}", "line 7: an alias (*name) cannot stand in a study"),
        (BOMB, "line 8: an alias"),
        ("as_of: 2024-13-45", "line 7: `2024-13-45` is no date"),
        (f"seed: {'9' * 5000}", "is no date or number"),
        (f"targets: {'[' * 5000}", "nested too deep"),
    ],
)
def test_yaml_that_is_nothing_for_a_study_is_told_in_words(write, lines, words):
    message = told(write(f"{GOOD}{lines}\n"))
    assert words in message
    assert len(message) < 300


def test_an_override_that_contains_itself_is_refused(write):
    assert "not readable YAML" in told(write(GOOD), "targets=&x {b: *x}")


@pytest.mark.parametrize("origins", ["5", "{seed: default}"])
def test_where_values_came_from_is_not_for_a_study_to_say(write, origins):
    assert "`origins` is not a key of a study" in told(write(f"{GOOD}origins: {origins}\n"))
    assert "`origins` is not a key of a study" in told(write(GOOD), f"origins={origins}")


def test_a_file_named_as_a_resolved_study_tells_no_origins_without_its_snapshot(write, tmp_path):
    write(GOOD)
    (tmp_path / "study.yml").write_text(f"{GOOD}origins: {{seed: default}}\n", encoding="utf-8")
    assert "`origins` is not a key of a study" in told(tmp_path / "study.yml")


def test_a_resolved_study_whose_origins_are_broken_says_so(write, tmp_path):
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "snapshot" / "events.json").write_text("{}", encoding="utf-8")
    (tmp_path / "study.yml").write_text(f"{GOOD}origins: 5\n", encoding="utf-8")
    assert "run it again" in told(tmp_path / "study.yml")


def shop_study(**settings):
    sources = {"transactions": {"frame": True}}
    return new_study(study="shop", currency="EUR", sources=sources, **settings)


def test_every_character_of_a_long_key_counts(monkeypatch):
    codes = set()
    for last in "ab":
        monkeypatch.setenv(KEY_NAME, "k" * 64 + last)
        codes.update(customer_codes(["0001"], shop_study()))
    assert len(codes) == 2


def test_a_hundred_thousand_customers_have_codes_of_their_own(monkeypatch):
    monkeypatch.delenv(KEY_NAME, raising=False)
    ids = [f"{i:06d}" for i in range(100_000)]
    assert len(set(customer_codes(ids, shop_study()))) == len(ids)


def test_ids_are_shown_where_the_study_says_so():
    assert customer_codes(["0001"], shop_study(show_ids=True)) == ["0001"]


def with_keys(**more):
    return new_study(
        study="mine", currency="EUR", sources={"transactions": {"frame": True}}, **more
    )


def test_a_bare_number_is_a_target_at_any_time():
    assert with_keys(targets={"crr": 0.9}).targets["crr"].on(date(2024, 1, 1)) == 0.9


def test_a_dated_path_gives_the_target_in_force():
    target = with_keys(targets={"crr": {"path": {"2025-03": 0.88, "2025-12": 0.90}}}).targets["crr"]
    days = [date(2025, 2, 28), date(2025, 3, 1), date(2025, 11, 30), date(2025, 12, 31)]
    assert [target.on(day) for day in days] == [None, 0.88, 0.88, 0.90]


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ({"crrr": 0.9}, "did you mean `crr`?"),
        ({"crr": {"path": {"March": 0.9}}}, "no month"),
        ({"crr": {"levels": {"north": 0.9}}}, "together"),
        ({"crr": {"value": 0.9, "path": {"2025-03": 0.9}}}, "exactly one"),
        ({"crr": {}}, "exactly one"),
        ({"crr": 90}, "did you mean 0.9?"),
        ({"nps": 200}, "between -100 and 100"),
        ({"resolution_hours": -1}, "above 0"),
        ({"csat": {"path": {"2025-03": 4.2}}}, "between 0 and 1"),
        ({"crr": True}, "targets"),
        ({"crr": "high"}, "targets"),
    ],
)
def test_a_target_that_means_nothing_is_refused(targets, words):
    with pytest.raises(StudyError, match=re.escape(words)):
        with_keys(targets=targets)


def test_business_hours_that_end_before_they_start_are_refused():
    hours = {"days": ["mon"], "start": "17:00", "end": "09:00"}
    with pytest.raises(StudyError, match="start must be before end"):
        with_keys(tickets={"targets": {}, "business_hours": hours})


def test_every_section_is_read_back_as_it_was_written(tmp_path):
    hours = {"days": ["mon", "fri"], "start": "09:00", "end": "17:30"}
    study = with_keys(
        segments=["region"],
        targets={
            "crr": 0.9,
            "nps": {"path": {"2025-03": 20}},
            "csat": {"by": "region", "levels": {"north": 0.8}},
        },
        events=[{"date": "2024-11-29", "label": "Sale"}],
        tickets={"targets": {"billing": 24}, "business_hours": hours},
        gates={"newest_row_within": "36h", "rows_drop_over": None, "null_share_rise": 0.1},
        notes=["The data are simulated."],
    )
    settings = {k: v for k, v in study.resolved(date(2024, 12, 31)).items() if k != "origins"}
    write_study(settings, tmp_path / "mine.yml")
    again = read_study(tmp_path / "mine.yml")
    assert again.resolved(date(2024, 12, 31)).items() >= settings.items()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"segments": ["category"]}, "reports use themselves"),
        ({"segments": ["RFM"]}, "reports use themselves"),
        ({"segments": ["Home region", "home-region"]}, "one name to the reports"),
        ({"segments": ["region"], "targets": {"crr": {"by": "regoin", "levels": {"n": 0.9}}}},
         "did you mean `region`?"),
    ],
)  # fmt: skip
def test_segments_that_reports_could_not_tell_apart_are_refused(more, words):
    with pytest.raises(StudyError, match=re.escape(words)):
        with_keys(**more)
