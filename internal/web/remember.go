package web

import (
	"context"
	"fmt"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// remembering is a Reader that keeps what it read of an occupation for as long as the version of the request
// stands: the pages of an occupation at each level and in each language read the same dozen lists. There are
// some thousand occupations, so what is kept has an end. Lists it gives are shared and must not be changed.
// For a request without a version it keeps nothing.
type remembering struct {
	Reader
	kept memo[any]
}

// remember reads what goes by a name and its parameters, once a version.
func remember[T any](ctx context.Context, r *remembering, read func(context.Context) (T, error), name string, params ...any) (T, error) {
	version, ok := ctx.Value(versionKey{}).(string)
	if !ok {
		return read(ctx)
	}
	kept, err := r.kept.get(ctx, version, fmt.Sprintf("%s %q", name, params), func(ctx context.Context) (any, error) { return read(ctx) })
	if err != nil {
		var none T
		return none, err
	}
	return kept.(T), nil
}

func (r *remembering) Occupation(ctx context.Context, id occupation.ID) (occupation.Occupation, error) {
	return remember(ctx, r, func(ctx context.Context) (occupation.Occupation, error) { return r.Reader.Occupation(ctx, id) }, "occupation", id)
}

func (r *remembering) Children(ctx context.Context, id occupation.ID) ([]occupation.Occupation, error) {
	return remember(ctx, r, func(ctx context.Context) ([]occupation.Occupation, error) { return r.Reader.Children(ctx, id) }, "children", id)
}

func (r *remembering) Correspondences(ctx context.Context, id occupation.ID) ([]market.Correspondence, error) {
	return remember(ctx, r, func(ctx context.Context) ([]market.Correspondence, error) { return r.Reader.Correspondences(ctx, id) }, "correspondences", id)
}

func (r *remembering) Titles(ctx context.Context, id occupation.ID) ([]occupation.Title, error) {
	return remember(ctx, r, func(ctx context.Context) ([]occupation.Title, error) { return r.Reader.Titles(ctx, id) }, "titles", id)
}

func (r *remembering) Skills(ctx context.Context, id occupation.ID) ([]market.RankedSkill, error) {
	return remember(ctx, r, func(ctx context.Context) ([]market.RankedSkill, error) { return r.Reader.Skills(ctx, id) }, "skills", id)
}

func (r *remembering) Near(ctx context.Context, id occupation.ID) ([]market.NearOccupation, error) {
	return remember(ctx, r, func(ctx context.Context) ([]market.NearOccupation, error) { return r.Reader.Near(ctx, id) }, "near", id)
}

func (r *remembering) Sectors(ctx context.Context, id occupation.ID, limit int) ([]market.HiringSector, error) {
	return remember(ctx, r, func(ctx context.Context) ([]market.HiringSector, error) { return r.Reader.Sectors(ctx, id, limit) }, "sectors", id, limit)
}

func (r *remembering) Pay(ctx context.Context, id occupation.ID) ([]market.PayBand, error) {
	return remember(ctx, r, func(ctx context.Context) ([]market.PayBand, error) { return r.Reader.Pay(ctx, id) }, "pay", id)
}

func (r *remembering) Trainings(ctx context.Context, id occupation.ID, limit int) ([]market.Training, error) {
	return remember(ctx, r, func(ctx context.Context) ([]market.Training, error) { return r.Reader.Trainings(ctx, id, limit) }, "trainings", id, limit)
}

func (r *remembering) Difficulties(ctx context.Context, o occupation.ID, a territory.ID, year, limit int) ([]market.Difficulty, error) {
	return remember(ctx, r, func(ctx context.Context) ([]market.Difficulty, error) {
		return r.Reader.Difficulties(ctx, o, a, year, limit)
	}, "difficulties", o, a, year, limit)
}

// certified is what Certifications gives.
type certified struct {
	list  []occupation.Certification
	total int
}

func (r *remembering) Certifications(ctx context.Context, id occupation.ID, activeOnly bool, limit int) ([]occupation.Certification, int, error) {
	c, err := remember(ctx, r, func(ctx context.Context) (certified, error) {
		list, total, err := r.Reader.Certifications(ctx, id, activeOnly, limit)
		return certified{list, total}, err
	}, "certifications", id, activeOnly, limit)
	return c.list, c.total, err
}
