-- When alerts open and how they live: rules as data, what newer figures say of an alert, what changed of the cells.

-- +goose Up
-- content is market.Rule as JSON, never changed: a changed rule is another version. asked is the generation
-- of the figures the rule was last asked about, all of them; '' when it never was.
CREATE TABLE alert_rule (
    id      text PRIMARY KEY,
    name    text NOT NULL,
    version bigint NOT NULL,
    content text NOT NULL,
    state   text NOT NULL,
    asked   text NOT NULL
);
CREATE UNIQUE INDEX alert_rule_version ON alert_rule (name, version);
CREATE UNIQUE INDEX alert_rule_on ON alert_rule (name) WHERE state = 'on';

-- The rules a school begins with; a test holds them to be market.Rules.
INSERT INTO alert_rule (id, name, version, state, asked, content) VALUES ('published-1', 'published', 1, 'on', '',
'{"id":"published-1","name":"published","version":1,"basis":"published","note":"","open":4,"stay":3,"margin":1,"cause":"lien_formation_emploi","min_cause":4,"min_remediability":0,"watches":[{"level":"country","nomenclature":"fap2009","size":"employment","min":20000},{"level":"region","nomenclature":"fap2009","size":"employment","min":10000},{"level":"departement","nomenclature":"fap2009","size":"employment","min":5000},{"level":"bassin","nomenclature":"rome3","size":"offers","min":2000}],"severities":[{"from":4,"severity":"alerte"},{"from":5,"severity":"urgence"}]}');
INSERT INTO alert_rule (id, name, version, state, asked, content) VALUES ('estimated-1', 'estimated', 1, 'off', '',
'{"id":"estimated-1","name":"estimated","version":1,"basis":"estimates","note":"","open":0.8,"stay":0.65,"margin":0.05,"cause":"lien_formation_emploi","min_cause":4,"min_remediability":0,"watches":[{"level":"bassin","nomenclature":"rome3","size":"offers_stock","min":50}],"severities":[{"from":0.8,"severity":"vigilance"}]}');
INSERT INTO alert_rule (id, name, version, state, asked, content) VALUES ('forecast-1', 'forecast', 1, 'off', '',
'{"id":"forecast-1","name":"forecast","version":1,"basis":"forecast","note":"","open":0.7,"stay":0.5,"margin":0.05,"cause":"","min_cause":0,"min_remediability":0,"watches":[{"level":"country","nomenclature":"fap2009","size":"","min":0}],"severities":[{"from":0.7,"severity":"veille"}]}');

-- standing is market.Standing as JSON, '' when no newer figures were seen; ending says why an alert ended
-- without a person.
ALTER TABLE alert ADD COLUMN standing text NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN ending text NOT NULL DEFAULT '';
UPDATE alert SET state = 'monitored' WHERE state = 'linked' AND EXISTS (SELECT 1 FROM version v WHERE v.programme_id = alert.programme_id);

-- The generation of the figures a cell last changed in: rules are asked about what is newer than what they saw.
ALTER TABLE cell ADD COLUMN changed bigint NOT NULL DEFAULT 0;
CREATE INDEX cell_changed ON cell (changed);
