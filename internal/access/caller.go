package access

import (
	"context"
	"net/http"

	"filiere/internal/people"
)

// Caller is who asks. The zero Caller is a visitor.
type Caller struct {
	Identity people.Identity
	Account  people.Account // of a person or a token; zero for a visitor
	Session  people.Session // zero unless they are there in person
	Token    people.Token   // zero unless a program asks for them
}

// SignedIn tells a member from a visitor.
func (c Caller) SignedIn() bool { return c.Identity.SignedIn() }

// InPerson tells a signed-in browser from a program that holds a token.
func (c Caller) InPerson() bool { return c.Session.ID != "" }

// Actor is the caller's name in the audit trail.
func (c Caller) Actor() people.Actor {
	if !c.SignedIn() {
		return people.ByVisitor
	}
	return people.By(c.Account.ID)
}

// May reports whether the caller may do something, for pages that offer only what is allowed.
func (c Caller) May(action people.Action, object people.Ref) bool {
	return people.Allowed(c.Identity, action, object)
}

type callerKey struct{}

// With gives the context of a request whose caller is known.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// Who is the caller the gate let through; a visitor where there is no gate.
func Who(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// Own is the object of what concerns the caller's own account.
func Own(r *http.Request) people.Ref {
	return people.Ref{Kind: people.KindAccount, ID: string(Who(r.Context()).Account.ID)}
}

// PathAccount makes the function that finds an account in the address: /admin/accounts/{id}.
func PathAccount(name string) func(*http.Request) people.Ref {
	return PathObject(people.KindAccount, name)
}

// AnyAccount is the object of what concerns accounts in general: their list, a new one.
func AnyAccount(r *http.Request) people.Ref { return AnyObject(people.KindAccount)(r) }

// PathObject makes the function that finds an object of a kind in the address: /defences/{id}.
func PathObject(kind people.Kind, name string) func(*http.Request) people.Ref {
	return func(r *http.Request) people.Ref { return people.Ref{Kind: kind, ID: r.PathValue(name)} }
}

// AnyObject makes the function for what concerns the objects of a kind in general: their list, a new one.
func AnyObject(kind people.Kind) func(*http.Request) people.Ref {
	return func(*http.Request) people.Ref { return people.Ref{Kind: kind} }
}
