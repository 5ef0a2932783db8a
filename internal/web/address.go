package web

import (
	"net/url"
	"strings"

	"filiere/internal/access"
	"filiere/internal/people"
)

// threadAddress is the page that shows where an object came from and what came of it.
func threadAddress(id string) string { return "/thread/" + url.PathEscape(id) }

// place says where an object of a kind has its page, and who finds one there.
type place struct {
	prefix string
	action people.Action // people.ReadCatalogue: everybody
	others []place       // where those find it who may not go there, the best first
}

// places are the addresses of the kinds of objects, in one table. A kind that is not in it has no page of
// its own beside that of the thread.
var places = map[people.Kind]place{
	people.KindAlert:     {prefix: "/alerts/", action: people.ReadCatalogue},
	people.KindProgramme: {prefix: "/studio/", action: people.ReadProgrammes},
	people.KindVersion:   {prefix: "/versions/", action: people.ReadCatalogue},
	people.KindCourse:    {prefix: "/courses/", action: people.ReadCatalogue},
	people.KindPath:      {prefix: "/paths/", action: people.ReadCatalogue},
	people.KindEnrolment: {prefix: "/learning/", action: people.ReadEnrolments},
	people.KindDefence:   {prefix: "/defences/", action: people.Assess},
	people.KindJury: {
		prefix: "/juries/", action: people.SitInJury,
		others: []place{{prefix: "/campus/juries/", action: people.Conduct}},
	},
	people.KindDiploma: {prefix: "/diplomas/", action: people.ReadCatalogue},
	people.KindReport:  {prefix: "/mission/reports/", action: people.ReadCatalogue},
}

// addressOf is the page of an object, "" when it has none this reader may open.
func addressOf(who access.Caller, ref people.Ref) string {
	if ref.ID == "" {
		return ""
	}
	if ref.Kind == people.KindFigures { // named occupation:area:year
		occupation, _, _ := strings.Cut(ref.ID, ":")
		return "/occupations/" + url.PathEscape(occupation)
	}
	p, ok := places[ref.Kind]
	if !ok {
		return ""
	}
	for _, p := range append([]place{p}, p.others...) {
		if p.action == people.ReadCatalogue || who.May(p.action, ref) {
			return p.prefix + url.PathEscape(ref.ID)
		}
	}
	return ""
}
