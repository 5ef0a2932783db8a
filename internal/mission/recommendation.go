package mission

import (
	"time"

	"filiere/internal/lifecycle"
)

// RecommendationID names a recommendation of the committee for ever (UUIDv7).
type RecommendationID string

// RecommendationState is how the school follows a recommendation.
type RecommendationState string

// The states of a recommendation.
const (
	Made       RecommendationState = "made" // no answer yet
	InProgress RecommendationState = "in_progress"
	Followed   RecommendationState = "followed"
	Declined   RecommendationState = "declined"
)

// The events of a recommendation.
const (
	TakeUp  lifecycle.Event = "take_up"
	Follow  lifecycle.Event = "follow"
	Decline lifecycle.Event = "decline"
)

// RecommendationMachine is the life of a recommendation.
func RecommendationMachine() lifecycle.Machine[RecommendationState] {
	open := []RecommendationState{Made, InProgress}
	return lifecycle.Machine[RecommendationState]{
		Name: "recommendation", Initial: Made, Final: []RecommendationState{Followed, Declined},
		Moves: []lifecycle.Move[RecommendationState]{
			{Event: TakeUp, From: []RecommendationState{Made}, To: InProgress},
			{Event: Follow, From: open, To: Followed},
			{Event: Decline, From: open, To: Declined},
		},
	}
}

// Recommendation is what the committee asks of the school, and what came of it.
type Recommendation struct {
	ID        RecommendationID    `json:"id"`
	Text      string              `json:"text"`
	MadeAt    time.Time           `json:"made_at"`
	State     RecommendationState `json:"state"`
	Answer    string              `json:"answer,omitempty"` // what is done, or why not
	ChangedAt time.Time           `json:"changed_at,omitzero"`
}

// Check refuses a recommendation that says nothing.
func (r Recommendation) Check() error { return checkText("text", r.Text, maxText) }

// Settle moves a recommendation on with the school's answer; declining wants a reason. It returns an
// Invalid or Conflict fault.
func (r Recommendation) Settle(e lifecycle.Event, answer string, now time.Time) (Recommendation, error) {
	if e == Decline || answer != "" {
		if err := checkText("answer", answer, maxText); err != nil {
			return r, err
		}
	}
	next, err := RecommendationMachine().Next(r.State, e)
	if err != nil {
		return r, err
	}
	r.State, r.ChangedAt, r.Answer = next, now, answer
	return r, nil
}
