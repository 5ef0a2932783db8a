package api_test

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"filiere/internal/mission"
	"filiere/internal/people"
)

// ownSeal finds the seal at the end of a report's text.
var ownSeal = regexp.MustCompile(`,"hash":"([0-9a-f]{64})"\}$`)

func TestTheMissionIsRunFrozenAndVerifiedThroughTheAPI(t *testing.T) {
	k := newSchool(t)
	ana := k.token(k.person("ana@example.org", "Ana", people.Grant{Role: people.Analyst}))
	com := k.token(k.person("com@example.org", "Com", people.Grant{Role: people.Committee}))
	year := k.now.Year()
	report := fmt.Sprintf("/mission/reports/%d", year)

	var o mission.Objective
	decodeAlert(t, []byte(k.want(201, ana, "POST", "/mission/objectives", `{"title":"Train","text":"Train <one> in a hundred."}`)), &o)
	k.want(400, ana, "POST", "/mission/objectives", `{"title":" ","text":"x"}`)
	target := fmt.Sprintf(`{"indicator":"learners","objective":%q,"year":%d,"value":10}`, o.ID, year)
	k.want(200, ana, "POST", "/mission/targets", target)
	k.want(400, ana, "POST", "/mission/targets", strings.Replace(target, "learners", "luck", 1))
	k.want(404, ana, "POST", "/mission/targets", strings.Replace(target, string(o.ID), "none", 1))
	var p mission.Promise
	promise := fmt.Sprintf(`{"objective":%q,"title":"Open a path","due_on":"%d-12-31"}`, o.ID, year)
	decodeAlert(t, []byte(k.want(201, ana, "POST", "/mission/promises", promise)), &p)
	k.want(400, ana, "POST", "/mission/promises", strings.Replace(promise, "-12-31", "-31-12", 1))
	settle := "/mission/promises/" + string(p.ID) + "/settle"
	k.want(400, ana, "POST", settle, `{"event":"drop"}`)
	k.want(400, ana, "POST", settle, `{"event":"forget"}`)
	k.want(204, ana, "POST", settle, `{"event":"keep"}`)
	k.want(409, ana, "POST", settle, `{"event":"keep"}`)
	k.want(404, ana, "POST", "/mission/promises/none/settle", `{"event":"keep"}`)
	k.want(403, ana, "POST", "/mission/recommendations", `{"text":"Publish more."}`)
	var r mission.Recommendation
	decodeAlert(t, []byte(k.want(201, com, "POST", "/mission/recommendations", `{"text":"Publish more."}`)), &r)
	k.want(204, ana, "POST", "/mission/recommendations/"+string(r.ID)+"/answer", `{"event":"take_up"}`)
	k.want(404, ana, "POST", "/mission/programmes", `{"programme":"none","counts":true}`)

	k.want(401, nil, "POST", report+"/freeze", "")
	k.want(200, ana, "POST", report+"/freeze", "")
	k.want(409, ana, "POST", "/mission/targets", target)
	if got := k.want(200, nil, "GET", "/mission/reports", ""); !strings.Contains(got, `"frozen":true`) {
		t.Errorf("%s", got)
	}

	// What docs/mission.md tells readers to do: the text without its own seal has that seal.
	text := strings.TrimSuffix(k.want(200, nil, "GET", report, ""), "\n")
	m := ownSeal.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no seal at the end of %s", text)
	}
	sum := sha256.Sum256([]byte(ownSeal.ReplaceAllString(text, "}")))
	if hex.EncodeToString(sum[:]) != m[1] {
		t.Errorf("the seal is %s, the text has %x", m[1], sum)
	}
	var whole mission.Report
	if err := json.Unmarshal([]byte(text), &whole); err != nil || !whole.Whole() {
		t.Errorf("not whole: %v", err)
	}
	for name, rows := range map[string]int{"figures": 8, "areas": 1, "roadmap": 2, "recommendations": 2} {
		got, err := csv.NewReader(strings.NewReader(k.ask(nil, "GET", report+"/"+name+".csv", "").Body.String())).ReadAll()
		if err != nil || len(got) != rows {
			t.Errorf("%s: %d rows, %v", name, len(got), err)
		}
	}
	k.want(404, nil, "GET", "/mission/reports/1999", "")
	k.want(404, nil, "GET", "/mission/reports/x/figures.csv", "")
}
