package web

import (
	"context"
	"errors"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// usePassword signs in by address and password.
func (s *server) usePassword(ctx context.Context, v *visit) (page, error) {
	view := signView{Next: nextOf(v.PostForm.Get("next")), Wrong: map[string]string{}}
	view.Email = asked(v, view.Wrong)
	if len(view.Wrong) > 0 {
		return s.signInPage(v, view), nil
	}
	if err := s.limited(ctx, v, people.LimitPassword, view.Email); err != nil {
		return tooSoon(v, s.signInPage(v, view), err)
	}
	a, err := s.passwordHolder(ctx, view.Email, v.PostForm.Get("password"))
	if errors.Is(err, errWrongPassword) {
		s.turnedAway(ctx, v, meansPassword, "address and password do not go together")
		view.Wrong["password"] = v.T("sign.wrong")
		return s.signInPage(v, view), nil
	}
	if err != nil {
		return page{}, err
	}
	return s.enter(v, a, meansPassword, view.Next)
}

// errWrongPassword is the one answer to an address without account, an account without password or
// suspended, and a wrong password.
var errWrongPassword = errors.New("address and password do not go together")

// passwordHolder finds whose address and password these are. The same is asked of the database and one
// hash is computed whether there is an account or not, so that the time taken tells nothing.
func (s *server) passwordHolder(ctx context.Context, email, password string) (people.Account, error) {
	a, err := s.people.AccountByEmail(ctx, email)
	if err != nil && fault.CodeOf(err) != fault.NotFound {
		return people.Account{}, err
	}
	hash, err := s.people.PasswordHash(ctx, a.ID)
	if err != nil {
		return people.Account{}, err
	}
	right, rehash, err := s.passwords.Verify(ctx, hash, password)
	if err != nil {
		return people.Account{}, err
	}
	if !right || a.State != people.Active {
		return people.Account{}, errWrongPassword
	}
	if rehash {
		s.later.Do(ctx, "hash a password anew", func(ctx context.Context) error { return s.rehash(ctx, a.ID, hash, password) })
	}
	return a, nil
}

// rehash stores a password at today's cost.
func (s *server) rehash(ctx context.Context, id people.AccountID, old, password string) error {
	hash, err := s.passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.people.RehashPassword(ctx, id, old, hash)
}
