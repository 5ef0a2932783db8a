-- The radar: places, nomenclatures, published observations, and the cells worked out from them.
-- Types are the ones both engines share; times are UTC; identifiers are made in the program.

-- +goose Up
CREATE TABLE setting (
    key   text PRIMARY KEY,
    value text NOT NULL
);

-- One edition of one source, as imported.
CREATE TABLE release (
    id            text PRIMARY KEY,
    dataset       text NOT NULL,
    scope         text NOT NULL,
    vintage       text NOT NULL,
    title         text NOT NULL,
    producer      text NOT NULL,
    licence       text NOT NULL,
    file          text NOT NULL,
    sha256        text NOT NULL,
    imported_at   timestamp NOT NULL,
    rows_read     bigint NOT NULL,
    rows_kept     bigint NOT NULL,
    rows_refused  bigint NOT NULL,
    superseded_by text
);
CREATE INDEX release_dataset ON release (dataset, scope);

-- Rows a source held that could not be read; kept up to a limit per release.
CREATE TABLE refusal (
    release_id text NOT NULL,
    line       bigint NOT NULL,
    col        text NOT NULL,
    value      text NOT NULL,
    reason     text NOT NULL
);
CREATE INDEX refusal_release ON refusal (release_id);

-- territory ----------------------------------------------------------------------------------------

CREATE TABLE area (
    id             text PRIMARY KEY,
    level          text NOT NULL,
    zoning         text NOT NULL,
    code           text NOT NULL,
    label          text NOT NULL,
    region_id      text NOT NULL,
    departement_id text NOT NULL,
    population     bigint NOT NULL,
    populated_in   bigint NOT NULL,
    lat            double precision NOT NULL,
    lon            double precision NOT NULL,
    release_id     text NOT NULL
);
CREATE INDEX area_level ON area (level, zoning);
CREATE INDEX area_region ON area (region_id, level);
CREATE INDEX area_release ON area (release_id);

CREATE TABLE membership (
    commune_id text NOT NULL,
    zoning     text NOT NULL,
    area_id    text NOT NULL,
    release_id text NOT NULL,
    PRIMARY KEY (commune_id, zoning)
);
CREATE INDEX membership_area ON membership (area_id);
CREATE INDEX membership_release ON membership (release_id);

CREATE TABLE passage (
    old_id     text NOT NULL,
    new_id     text NOT NULL,
    year       bigint NOT NULL,
    release_id text NOT NULL,
    PRIMARY KEY (old_id, new_id)
);

CREATE TABLE outline (
    area_id    text PRIMARY KEY,
    path       text NOT NULL,
    x          double precision NOT NULL,
    y          double precision NOT NULL,
    min_x      double precision NOT NULL,
    min_y      double precision NOT NULL,
    max_x      double precision NOT NULL,
    max_y      double precision NOT NULL,
    release_id text NOT NULL
);

-- occupation ---------------------------------------------------------------------------------------

CREATE TABLE occupation (
    id           text PRIMARY KEY,
    nomenclature text NOT NULL,
    code         text NOT NULL,
    grain        bigint NOT NULL,
    parent_id    text NOT NULL,
    label        text NOT NULL,
    definition   text NOT NULL,
    access       text NOT NULL,
    conditions   text NOT NULL,
    release_id   text NOT NULL
);
CREATE INDEX occupation_nomenclature ON occupation (nomenclature, grain);
CREATE INDEX occupation_parent ON occupation (parent_id);
CREATE INDEX occupation_release ON occupation (release_id);

CREATE TABLE title (
    occupation_id text NOT NULL,
    label         text NOT NULL,
    code          text NOT NULL,
    release_id    text NOT NULL,
    PRIMARY KEY (occupation_id, label)
);
CREATE INDEX title_release ON title (release_id);

CREATE TABLE crosswalk (
    from_id    text NOT NULL,
    to_id      text NOT NULL,
    relation   text NOT NULL,
    quality    text NOT NULL,
    release_id text NOT NULL,
    PRIMARY KEY (from_id, to_id)
);
CREATE INDEX crosswalk_to ON crosswalk (to_id);

CREATE TABLE mobility (
    from_id    text NOT NULL,
    to_id      text NOT NULL,
    is_close   boolean NOT NULL,
    release_id text NOT NULL,
    PRIMARY KEY (from_id, to_id)
);

CREATE TABLE skill (
    id         text PRIMARY KEY,
    label      text NOT NULL,
    kind       text NOT NULL,
    release_id text NOT NULL
);

CREATE TABLE skill_link (
    occupation_id text NOT NULL,
    skill_id      text NOT NULL,
    core          boolean NOT NULL,
    release_id    text NOT NULL,
    PRIMARY KEY (occupation_id, skill_id)
);

CREATE TABLE certification (
    id         text PRIMARY KEY,
    title      text NOT NULL,
    kind       text NOT NULL,
    level      bigint NOT NULL,
    certifier  text NOT NULL,
    active     boolean NOT NULL,
    expires    text NOT NULL,
    nsf        text NOT NULL,
    release_id text NOT NULL
);
CREATE INDEX certification_release ON certification (release_id);

CREATE TABLE certification_link (
    certification_id text NOT NULL,
    occupation_id    text NOT NULL,
    release_id       text NOT NULL,
    PRIMARY KEY (certification_id, occupation_id)
);
CREATE INDEX certification_link_occupation ON certification_link (occupation_id);

CREATE TABLE certification_block (
    certification_id text NOT NULL,
    number           text NOT NULL,
    title            text NOT NULL,
    release_id       text NOT NULL,
    PRIMARY KEY (certification_id, number)
);

CREATE TABLE certifier (
    certification_id text NOT NULL,
    name             text NOT NULL,
    release_id       text NOT NULL,
    PRIMARY KEY (certification_id, name)
);

CREATE TABLE certification_speciality (
    certification_id text NOT NULL,
    speciality_id    text NOT NULL,
    release_id       text NOT NULL,
    PRIMARY KEY (certification_id, speciality_id)
);

CREATE TABLE speciality (
    id         text PRIMARY KEY,
    label      text NOT NULL,
    release_id text NOT NULL
);

-- market: what was published -----------------------------------------------------------------------
-- suppressed is a bit per measure (market.Measure): the producer withholds that figure.

CREATE TABLE observation (
    release_id                text NOT NULL,
    occupation_id             text NOT NULL,
    area_id                   text NOT NULL,
    year                      bigint NOT NULL,
    suppressed                bigint NOT NULL,
    employment                double precision,
    offers                    double precision,
    offers_stock              double precision,
    jobseekers                double precision,
    jobseekers_a              double precision,
    projects                  double precision,
    difficult_projects        double precision,
    seasonal_projects         double precision,
    hirings                   double precision,
    entry_rate                double precision,
    exit_rate                 double precision,
    rotation_rate             double precision,
    tension                   double precision,
    class                     double precision,
    intensite_embauches       double precision,
    lien_formation_emploi     double precision,
    manque_main_oeuvre        double precision,
    non_durabilite_emploi     double precision,
    conditions_travail        double precision,
    inadequation_geographique double precision,
    PRIMARY KEY (release_id, occupation_id, area_id, year)
);

CREATE TABLE series_point (
    release_id text NOT NULL,
    series     text NOT NULL,
    key        text NOT NULL,
    period     text NOT NULL,
    value      double precision NOT NULL,
    unit       text NOT NULL,
    PRIMARY KEY (release_id, series, key, period)
);

CREATE TABLE hiring_sector (
    release_id    text NOT NULL,
    occupation_id text NOT NULL,
    naf           text NOT NULL,
    label         text NOT NULL,
    year          bigint NOT NULL,
    hirings       double precision NOT NULL,
    PRIMARY KEY (occupation_id, naf, year, release_id)
);

CREATE TABLE pay_band (
    release_id    text NOT NULL,
    occupation_id text NOT NULL,
    band          text NOT NULL,
    rank          bigint NOT NULL,
    thousands     double precision NOT NULL,
    percent       double precision NOT NULL,
    PRIMARY KEY (occupation_id, band, release_id)
);

CREATE TABLE training (
    release_id    text NOT NULL,
    occupation_id text NOT NULL,
    nsf           text NOT NULL,
    label         text NOT NULL,
    thousands     double precision NOT NULL,
    percent       double precision NOT NULL,
    PRIMARY KEY (occupation_id, nsf, label, release_id)
);

-- market: what was worked out ------------------------------------------------------------------------

CREATE TABLE cell (
    area_id                   text NOT NULL,
    occupation_id             text NOT NULL,
    year                      bigint NOT NULL,
    level                     text NOT NULL,
    zoning                    text NOT NULL,
    nomenclature              text NOT NULL,
    grain                     bigint NOT NULL,
    tension                   double precision,
    class                     bigint NOT NULL,
    origin                    text NOT NULL,
    intensite_embauches       bigint NOT NULL,
    lien_formation_emploi     bigint NOT NULL,
    manque_main_oeuvre        bigint NOT NULL,
    non_durabilite_emploi     bigint NOT NULL,
    conditions_travail        bigint NOT NULL,
    inadequation_geographique bigint NOT NULL,
    causes_computed           bigint NOT NULL,
    offers                    double precision,
    jobseekers                double precision,
    employment                double precision,
    projects                  double precision,
    difficult_projects        double precision,
    secret                    bigint NOT NULL,
    sources                   text NOT NULL,
    release_id                text NOT NULL,
    PRIMARY KEY (area_id, occupation_id, year)
);
CREATE INDEX cell_occupation ON cell (occupation_id, level, year);
-- The order of the radar: the first rows of any nomenclature × level × year are read without a sort.
-- The same expressions stand in cellOrder (radar.go); both engines match them by their text.
CREATE INDEX cell_rank ON cell (nomenclature, grain, level, zoning, year, class DESC,
    (coalesce(tension, -1000)) DESC, (coalesce(employment, offers, 0)) DESC, occupation_id, area_id);

-- What the radar has cells for, with how many: what menus offer and where "the latest year" is found.
CREATE TABLE edition (
    nomenclature text NOT NULL,
    grain        bigint NOT NULL,
    level        text NOT NULL,
    zoning       text NOT NULL,
    year         bigint NOT NULL,
    cells        bigint NOT NULL,
    classed      bigint NOT NULL,
    published    bigint NOT NULL,
    max_class    bigint NOT NULL,
    PRIMARY KEY (nomenclature, grain, level, zoning, year)
);

-- How many cells of an area fall in each class: what the home map shows.
CREATE TABLE area_tally (
    area_id      text NOT NULL,
    level        text NOT NULL,
    zoning       text NOT NULL,
    nomenclature text NOT NULL,
    grain        bigint NOT NULL,
    year         bigint NOT NULL,
    class1       bigint NOT NULL,
    class2       bigint NOT NULL,
    class3       bigint NOT NULL,
    class4       bigint NOT NULL,
    class5       bigint NOT NULL,
    max_class    bigint NOT NULL,
    cells        bigint NOT NULL, -- with those that have no class
    published    bigint NOT NULL, -- of which were published
    PRIMARY KEY (area_id, nomenclature, grain, year)
);
CREATE INDEX area_tally_level ON area_tally (level, zoning, nomenclature, grain, year);

-- The BMO survey at every level it can be summed to (basin → département → région → country).
-- withheld counts the basins whose figure the producer keeps secret: a sum over the others stays a number.
CREATE TABLE difficulty (
    area_id            text NOT NULL,
    occupation_id      text NOT NULL,
    year               bigint NOT NULL,
    projects           double precision,
    difficult_projects double precision,
    seasonal_projects  double precision,
    projects_withheld  bigint NOT NULL,
    difficult_withheld bigint NOT NULL,
    seasonal_withheld  bigint NOT NULL,
    PRIMARY KEY (area_id, year, occupation_id)
);

-- The names people look for, folded (package fold). ref is what the name leads to, label that thing's
-- own label, name the name itself; weight orders equally good answers, heavier first.
CREATE TABLE search_entry (
    id     text PRIMARY KEY,
    kind   text NOT NULL,
    ref    text NOT NULL,
    label  text NOT NULL,
    name   text NOT NULL,
    folded text NOT NULL,
    weight bigint NOT NULL
);
CREATE TABLE search_word (
    word     text NOT NULL,
    entry_id text NOT NULL,
    weight   bigint NOT NULL,
    PRIMARY KEY (entry_id, word)
);
CREATE INDEX search_word_weight ON search_word (word, entry_id, weight);

-- How well computed figures agree with published ones, measured at each recompute.
CREATE TABLE agreement (
    rank       bigint PRIMARY KEY,
    what       text NOT NULL,
    basis      text NOT NULL,
    cells      bigint NOT NULL,
    same_class double precision NOT NULL,
    within_one double precision NOT NULL,
    spearman   double precision NOT NULL
);
