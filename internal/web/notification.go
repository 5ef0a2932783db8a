package web

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/locale"
	"filiere/internal/people"
)

// newsView is a notification in the reader's language.
type newsView struct {
	Text string
	URL  string // the page of what it is about, "" when there is none
	At   moment
	Read bool
}

// newsOf puts a notification into words. Its detail may be anything: what is missing is left out.
func newsOf(who access.Caller, l *locale.Locale, n people.Notification) newsView {
	var detail map[string]string
	_ = json.Unmarshal([]byte(n.Detail), &detail) // no detail, or none we can read, is no words
	view := newsView{Text: n.Kind, URL: addressOf(who, n.Ref), At: momentOf(l, n.CreatedAt), Read: !n.ReadAt.IsZero()}
	if since := detail["since"]; since != "" && many(detail["n"]) > 1 { // of many alerts: their list
		view.URL = "/alerts?since=" + queryEscape(since) + "&state=" + anyState
	}
	if key := "news." + n.Kind; l.Has(key) {
		view.Text = l.T(key, "role", roleName(l, detail["role"]), "name", detail["name"], "n", many(detail["n"]))
	}
	return view
}

// many reads a number of things; what is none is one.
func many(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 1
	}
	return n
}

func roleName(l *locale.Locale, role string) string {
	if key := "role." + role; l.Has(key) {
		return l.T(key)
	}
	return role
}

// readNotifications notes that the person has seen what they were told.
func (s *server) readNotifications(ctx context.Context, _ *visit) (page, error) {
	return page{moved: "/me"}, s.people.ReadNotifications(ctx, access.Who(ctx).Account.ID)
}

// asFault finds the fault in an error.
func asFault(err error) (*fault.Fault, bool) { return errors.AsType[*fault.Fault](err) }
