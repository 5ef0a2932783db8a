package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filiere/internal/campus"
	"filiere/internal/fold"
	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/story"
)

// The size of the school pages are measured on.
const (
	bigGraduates   = 20_000  // who went the whole way, to a diploma
	bigOutcomes    = 10_000  // of whom so many said what became of them
	bigLearners    = 100_000 // with the graduates
	menteesEach    = 40      // learners of a mentor
	assessedEach   = 200     // learners of an assessor
	candidatesEach = 20      // learners of a jury
	juriesEach     = 25      // juries of a pair of jurors
	revokedOf      = 200     // one diploma of so many was taken back
)

// bigSchoolEdition changes when bigSchool makes something else, so that a database kept from an earlier run
// is not taken for it.
const bigSchoolEdition = 1

// bigSchool is a database of 100,000 learners on one path, with what comes of them. Making it takes a few
// minutes; it is kept in the folder of temporary files, under a name that changes with the schema.
//
// Four learners, their mentor, assessor, jury and everything around them are the story's (package story):
// every row of theirs was written by the steps of the domain. The others are copies of those rows in bulk,
// under identifiers and names of their own. The audit trail is not copied: it is a chain, and no page of the
// way reads it.
func bigSchool(b *testing.B) (*store.Store, *program) {
	b.Helper()
	dir := filepath.Join(os.TempDir(), "filiere-school-"+schemaMark(b))
	if _, err := os.Stat(dir); err != nil {
		making, err := os.MkdirTemp(os.TempDir(), "filiere-school-new-") // beside where it will stay: 3 GB are not copied
		if err != nil {
			b.Fatal(err)
		}
		defer os.RemoveAll(making) // nothing is there once it has its name
		start := time.Now()
		makeBigSchool(b, making)
		b.Logf("the school was made in %.0f s", time.Since(start).Seconds())
		if b.Failed() {
			b.FailNow() // what is wrong is not kept
		}
		if err := os.Rename(making, dir); err != nil {
			b.Fatal(err)
		}
	}
	p := benchProgram(b, filepath.Join(dir, "filiere.db"))
	s, err := store.Open(context.Background(), p.db, p.now)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s, p
}

// schemaMark names what the database would be made with.
func schemaMark(b *testing.B) string {
	b.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "internal", "store", "migrations", "*.sql"))
	if err != nil || len(files) == 0 {
		b.Fatal(files, err)
	}
	h := sha256.New()
	fmt.Fprintln(h, bigSchoolEdition, bigGraduates, bigOutcomes, bigLearners)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

func benchProgram(b *testing.B, db string) *program {
	b.Helper()
	bundle, err := locale.Load()
	if err != nil {
		b.Fatal(err)
	}
	var log bytes.Buffer
	return &program{bundle: bundle, l: bundle[locale.English], stdout: &log, stderr: &log, getenv: os.Getenv, now: time.Now, db: db}
}

// makeBigSchool makes the database in a folder.
func makeBigSchool(b *testing.B, dir string) {
	b.Helper()
	ctx := context.Background()
	p := benchProgram(b, filepath.Join(dir, "filiere.db"))
	clock := story.NewClock(time.Now)
	p.now = clock.Now
	s, err := store.Open(ctx, p.db, p.now)
	if err != nil {
		b.Fatal(err)
	}
	if err := p.loadSample(ctx, s); err != nil {
		b.Fatal(err)
	}
	if err := p.tellStory(ctx, s, clock, defaultAddr); err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	copyLearners(b, p.db)
	if s, err = store.Open(ctx, p.db, p.now); err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	checkSchool(b, s)
	furtherSteps(b, s)
}

// cohort is a learner of the story and how many copies are made of them.
type cohort struct {
	email   string
	first   int // number of the first copy
	copies  int
	outcome bool // whether what became of them is copied
}

var cohorts = []cohort{
	{"ines@example.org", 1, bigOutcomes, true},
	{"ines@example.org", bigOutcomes + 1, bigGraduates - bigOutcomes, false},
	{"paul@example.org", bigGraduates + 1, 27_000, false},
	{"fatou@example.org", bigGraduates + 27_001, 27_000, false},
	{"lucas@example.org", bigGraduates + 54_001, bigLearners - bigGraduates - 54_000, false},
}

// copier copies rows of the story within one SQLite file.
type copier struct {
	b      *testing.B
	db     *sql.DB
	tables map[string][]string // columns
	suffix map[string]string   // identifiers that copies have their own of, and the column of bulk they end in
}

func (c *copier) exec(text string, args ...any) {
	c.b.Helper()
	if _, err := c.db.Exec(text, args...); err != nil {
		c.b.Fatalf("%s: %v", text, err)
	}
}

func (c *copier) strings(text string, args ...any) []string {
	c.b.Helper()
	rows, err := c.db.Query(text, args...)
	if err != nil {
		c.b.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			c.b.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		c.b.Fatal(err)
	}
	return out
}

// copyLearners makes the copies.
func copyLearners(b *testing.B, file string) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-200000)&_pragma=temp_store(MEMORY)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	c := &copier{b: b, db: db, tables: map[string][]string{}}
	for _, t := range c.strings(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`) {
		c.tables[t] = c.strings(`SELECT name FROM pragma_table_info($1)`, t)
	}
	c.numberLearners()
	// Indexes made at the end, of rows that are there, are made much faster.
	indexes := c.strings(`SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`)
	for _, name := range c.strings(`SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`) {
		c.exec(`DROP INDEX ` + name)
	}
	for i, k := range cohorts {
		c.identify(k)
		c.copyRows(k, i == 0)
	}
	for _, index := range indexes {
		c.exec(index)
	}
	c.exec(`UPDATE path SET enrolled = (SELECT count(*) FROM enrolment)`)
	c.exec(`UPDATE status_list SET taken = (SELECT count(*) FROM diploma)`)
	c.exec(`UPDATE diploma SET state = 'revoked', revoked_at = issued_at, reason = 'error' WHERE serial % $1 = 0`, revokedOf)
	c.exec(`UPDATE status_list SET revoked = (SELECT count(*) FROM diploma WHERE state = 'revoked')`)
	c.exec(`UPDATE thread_tally SET n = (SELECT count(*) FROM thread_node WHERE thread_node.kind = of_kind)
		WHERE kind IN ('alert', 'figures', 'programme', 'version', 'path') AND of_kind IN ('enrolment', 'defence', 'decision', 'diploma', 'outcome')`)
	c.exec(`ANALYZE`)
}

// numberLearners numbers and names the copies: n is the learner's number; s, m, a, j and r end the
// identifiers of what is theirs, their mentor's, their assessor's, their jury's and its jurors'.
func (c *copier) numberLearners() {
	c.exec(`CREATE TEMP TABLE bulk (n integer PRIMARY KEY, s text, m text, a text, j text, r text, name text, email text, folded text)`)
	c.exec(`CREATE TEMP TABLE word (n integer, word text)`)
	tx, err := c.db.Begin()
	if err != nil {
		c.b.Fatal(err)
	}
	defer tx.Rollback()
	add, err := tx.Prepare(`INSERT INTO bulk VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`)
	if err != nil {
		c.b.Fatal(err)
	}
	word, err := tx.Prepare(`INSERT INTO word VALUES ($1, $2)`)
	if err != nil {
		c.b.Fatal(err)
	}
	end := func(of string, n int) string { return fmt.Sprintf("-%s%06d", of, n) }
	for n := 1; n <= bigLearners; n++ {
		first, last := nameOf(n)
		email := fmt.Sprintf("%s.%s.%d@example.org", strings.ToLower(first), strings.ToLower(last), n)
		folded := fold.Plain(first+" "+last) + " " + fold.Plain(email)
		_, err := add.Exec(n, end("l", n), end("m", n/menteesEach), end("a", n/assessedEach), end("j", n/candidatesEach),
			end("r", n/(candidatesEach*juriesEach)), first+" "+last, email, folded)
		if err != nil {
			c.b.Fatal(err)
		}
		for _, w := range []string{fold.Plain(first), fold.Plain(last), fmt.Sprint(n), "example", "org"} {
			if _, err := word.Exec(n, w); err != nil {
				c.b.Fatal(err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		c.b.Fatal(err)
	}
}

// nameOf makes a name up: one of 100 first names and one of some 1,000 last names.
func nameOf(n int) (first, last string) {
	starts := []string{"Al", "Be", "Ca", "Da", "El", "Fa", "Ga", "He", "Il", "Jo"}
	ends := []string{"ma", "no", "ric", "line", "vie", "tine", "bert", "rine", "mond", "zia"}
	middles := []string{"rau", "lom", "ber", "gui", "cha", "dur", "fon", "lan", "mar", "ros"}
	lasts := []string{"dier", "let", "mont", "gnon", "teau", "rin", "bois", "val", "zac", "quet"}
	return starts[n%10] + ends[n/10%10], strings.ToUpper(middles[n/7%10][:1]) + middles[n/7%10][1:] + middles[n/100%10] + lasts[n/1000%10]
}

// identify finds the identifiers a learner's copies have their own of.
func (c *copier) identify(k cohort) {
	c.suffix = map[string]string{}
	mark := func(column, text string, args ...any) []string {
		found := c.strings(text, args...)
		for _, id := range found {
			c.suffix[id] = column
		}
		return found
	}
	learner := mark("s", `SELECT id FROM account WHERE email = $1`, k.email)[0]
	mark("s", `SELECT id FROM enrolment WHERE learner = $1`, learner)
	for _, table := range []string{"mentor_session", "submission", "defence", "decision", "diploma", "outcome"} {
		mark("s", `SELECT id FROM `+table+` WHERE learner = $1`, learner)
	}
	mark("m", `SELECT id FROM account WHERE email = 'marc@example.org'`)
	mark("a", `SELECT id FROM account WHERE email = 'nadia@example.org'`)
	mark("j", `SELECT id FROM jury`)
	mark("r", `SELECT id FROM account WHERE email IN ('helene@example.org', 'thomas@example.org')`)
}

// copyRows copies every row that names a learner or what is theirs, once for each copy; with staff, the rows
// of mentors, assessors, jurors and juries too, once for each of them.
func (c *copier) copyRows(k cohort, staff bool) {
	for table, columns := range c.tables {
		if slices.Contains([]string{"audit_event", "enrolment_word", "outcome_link", "session"}, table) {
			continue
		}
		quoted := make([]string, len(columns))
		for i, col := range columns {
			quoted[i] = `coalesce(CAST(` + col + ` AS text), '')`
		}
		// Copies made so far are left out: their identifiers are longer.
		for _, row := range c.strings(`SELECT rowid || char(31) || ` + strings.Join(quoted, ` || char(31) || `) + ` FROM ` + table + c.storyOnly(table, columns)) {
			values := strings.Split(row, "\x1f")
			c.copyRow(k, staff, table, columns, values[0], values[1:])
		}
	}
	c.exec(`INSERT OR IGNORE INTO enrolment_word (path_id, word, enrolment_id, learner)
		SELECT e.path_id, w.word, e.id, e.learner FROM word w JOIN bulk b ON b.n = w.n
		JOIN account t ON t.email = $1 JOIN enrolment o ON o.learner = t.id JOIN enrolment e ON e.id = o.id || b.s
		WHERE b.n BETWEEN $2 AND $3`, k.email, k.first, k.first+k.copies-1)
}

// uuidLength is how long identifiers of the store are.
const uuidLength = 36

// storyOnly leaves copies out of the rows of a table.
func (c *copier) storyOnly(table string, columns []string) string {
	for _, col := range []string{"id", "enrolment_id", "account_id", "learner", "submission_id", "to_id"} {
		if slices.Contains(columns, col) {
			switch table {
			case "alert", "area", "occupation", "release", "skill", "certification", "search_entry", "goose_db_version", "speciality":
				return ` WHERE false`
			}
			return ` WHERE length(` + col + `) <= ` + fmt.Sprint(uuidLength)
		}
	}
	return ` WHERE false`
}

// copyRow copies a row of a table.
func (c *copier) copyRow(k cohort, staff bool, table string, columns []string, rowid string, values []string) {
	ends := map[string]bool{}
	for _, v := range values {
		ends[c.suffix[v]] = true
	}
	from := fmt.Sprintf(`(SELECT * FROM bulk WHERE n BETWEEN %d AND %d)`, k.first, k.first+k.copies-1)
	if !ends["s"] {
		by := ""
		for _, of := range []string{"j", "m", "a", "r"} {
			if ends[of] {
				by = of
				break
			}
		}
		one := table == "account" || by == "j"
		if !staff || by == "" || !one {
			return
		}
		from = `(SELECT min(n) n, s, m, a, j, r, name, email, folded FROM bulk GROUP BY ` + by + `)`
		if by == "j" || by == "r" {
			from = fmt.Sprintf(`(SELECT min(n) n, s, m, a, j, r, name, email, folded FROM bulk WHERE n <= %d GROUP BY %s)`, bigGraduates, by)
		}
	}
	if !k.outcome && slices.Contains(values, "outcome") || table == "outcome" && !k.outcome {
		return // its node, link and tallies
	}
	picked := make([]string, len(columns))
	for i, col := range columns {
		picked[i] = c.copied(table, col, values[i], ends["s"])
	}
	c.exec(`INSERT INTO ` + table + ` (` + strings.Join(columns, ", ") + `) SELECT ` + strings.Join(picked, ", ") +
		` FROM ` + table + ` t, ` + from + ` b WHERE t.rowid = ` + rowid)
}

// copied is what a column of a copy holds.
func (c *copier) copied(table, column, value string, learners bool) string {
	switch table + "." + column {
	case "notification.id":
		end := c.suffix[value]
		if end == "" {
			end = map[bool]string{true: "s", false: "j"}[learners]
		}
		return `t.id || b.` + end
	case "account.name":
		return `b.name`
	case "account.email", "account.folded":
		if learners {
			return `b.` + column
		}
		return `b.n || '.' || t.` + column // one of the staff
	case "diploma.number":
		return fmt.Sprintf(`printf('FIL-%%d-%%06d', t.year, t.serial + b.n)`)
	case "diploma.serial":
		return `t.serial + b.n`
	case "diploma.list_index":
		return `(t.list_index + b.n * 7919) % 131072` // each once: 7919 is odd
	case "diploma.name":
		return `b.name`
	case "diploma.credential":
		return `replace(t.credential, t.id, t.id || b.s)` // as long as a real one; its proof is the story's
	}
	if end := c.suffix[value]; end != "" {
		return `t.` + column + ` || b.` + end
	}
	return `t.` + column
}

// checkSchool holds what the copies amount to against the store's own readers.
func checkSchool(b *testing.B, s *store.Store) {
	b.Helper()
	ctx := context.Background()
	paths, err := s.Paths(ctx, "", "", 2)
	if err != nil || len(paths) != 1 {
		b.Fatalf("%d paths, %v", len(paths), err)
	}
	told := len(cohorts) - 1
	if got, want := paths[0].Enrolled, bigLearners+told; got != want {
		b.Errorf("the path has %d learners, want %d", got, want)
	}
	seen := 0
	for before := campus.EnrolmentID(""); ; {
		page, err := s.Learners(ctx, paths[0].ID, before, 5000)
		if err != nil {
			b.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		seen, before = seen+len(page), page[len(page)-1].ID
	}
	if seen != bigLearners+told {
		b.Errorf("%d learners are listed, want %d", seen, bigLearners+told)
	}
	if _, n, err := s.Diplomas(ctx, 1, 0); err != nil || n != bigGraduates+1 {
		b.Errorf("%d diplomas, %v", n, err)
	}
	due, err := s.DiplomasDue(ctx, 10)
	if err != nil || len(due) != 0 {
		b.Errorf("%d diplomas are due, %v", len(due), err)
	}
	chain, err := s.Thread(ctx, people.Ref{Kind: people.KindPath, ID: string(paths[0].ID)}, "", true)
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range chain.Tallies {
		want, known := map[people.Kind]int{
			people.KindEnrolment: bigLearners + told, people.KindDecision: bigGraduates + 1, people.KindDiploma: bigGraduates + 1, people.KindOutcome: bigOutcomes + 1,
		}[t.Kind]
		if known && t.Count != want {
			b.Errorf("%d of kind %s came of the path, want %d", t.Count, t.Kind, want)
		}
	}
	found, err := s.FindLearners(ctx, paths[0].ID, "Alma raurau")
	if err != nil || len(found) == 0 {
		b.Errorf("a search finds %d learners, %v", len(found), err)
	}
}

// furtherSteps are steps of the domain taken on copies: some begin the path and have no mentor yet, some
// defences are planned. They show that copies are what the rules expect.
func furtherSteps(b *testing.B, s *store.Store) {
	b.Helper()
	ctx := context.Background()
	paths, err := s.Paths(ctx, "", "", 1)
	if err != nil {
		b.Fatal(err)
	}
	assessor, err := s.AccountByEmail(ctx, "nadia@example.org")
	if err != nil {
		b.Fatal(err)
	}
	for i := range 100 {
		a, err := s.CreateAccount(ctx, people.ByCLI, people.Account{Email: fmt.Sprintf("new%d@example.org", i), Name: fmt.Sprintf("Newcomer %d", i), Lang: "fr"})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Enrol(ctx, people.By(a.ID), paths[0].ID, a.ID); err != nil {
			b.Fatal(err)
		}
	}
	waiting, err := s.WaitingForDefence(ctx, 100)
	if err != nil || len(waiting) < 100 {
		b.Fatalf("%d projects wait for a defence, %v", len(waiting), err)
	}
	for i, w := range waiting {
		if _, err := s.PlanDefence(ctx, people.ByCLI, w.Enrolment, w.Project, assessor.ID, time.Now().Add(time.Duration(24+i)*time.Hour)); err != nil {
			b.Fatal(err)
		}
	}
}
