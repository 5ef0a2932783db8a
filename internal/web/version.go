package web

import (
	"context"
	"net/url"

	"filiere/internal/studio"
)

// versionLine is a version in a list.
type versionLine struct {
	studio.Version
	On moment
}

func linesOf(v *visit, list []studio.Version) []versionLine {
	var out []versionLine
	for _, one := range list {
		out = append(out, versionLine{one, momentOf(v.Locale, one.PublishedAt)})
	}
	return out
}

func versionAddress(id studio.VersionID) string { return "/versions/" + url.PathEscape(string(id)) }

// versionsView is a part of the list of published programmes.
type versionsView struct {
	Total      int
	Versions   []versionLine
	Prev, Next string
}

// versions lists what was published, the newest first.
func (s *server) versions(ctx context.Context, v *visit) (page, error) {
	n := pageNumber(v.Query.Get("page"))
	list, total, err := s.studio.Versions(ctx, programmesAPage, (n-1)*programmesAPage)
	view := versionsView{Total: total, Versions: linesOf(v, list)}
	view.Prev, view.Next = v.turn(n, programmesAPage, total)
	return page{name: "versions", title: v.T("programmes.title"), room: "nav.programmes", data: view}, err
}

// versionView is a published version, whole.
type versionView struct {
	versionLine
	Places  []string
	Figures []evidenceView
	Matrix  studio.Matrix
	Others  []versionLine
	Codes   map[string]string
	Newest  bool
	After   string // what became of its graduates, in words
}

// showVersion shows what was published, for ever at this address.
func (s *server) showVersion(ctx context.Context, v *visit) (page, error) {
	one, err := s.studio.Version(ctx, studio.VersionID(v.PathValue("id")))
	if err != nil {
		return page{}, err
	}
	view := versionView{
		versionLine: versionLine{one, momentOf(v.Locale, one.PublishedAt)}, Figures: evidenceOf(v, one.Evidence),
		Matrix: one.Coverage(), Codes: one.Framework.Codes(),
	}
	for _, id := range one.Areas {
		view.Places = append(view.Places, s.areaName(ctx, id))
	}
	versions, err := s.studio.VersionsOf(ctx, one.Programme)
	if err != nil {
		return page{}, err
	}
	view.Newest = len(versions) > 0 && versions[0].ID == one.ID
	view.Others = linesOf(v, versions)
	view.After, err = s.afterText(ctx, v, one.ID)
	return page{name: "version", title: v.T("version.title", "title", one.Title, "n", one.Number), room: "nav.programmes", data: view}, err
}
