package story

import (
	"context"
	"time"

	"filiere/internal/campus"
	"filiere/internal/lifecycle"
	"filiere/internal/market"
	"filiere/internal/mission"
	"filiere/internal/people"
	"filiere/internal/shop"
	"filiere/internal/studio"
)

// School is what the story is played on: the steps of every room. The errors are those the store documents.
type School interface {
	persons
	watch
	workshop
	teaching
	judging
	purpose
}

type persons interface {
	AccountByEmail(ctx context.Context, email string) (people.Account, error)
	CreateAccount(ctx context.Context, by people.Actor, a people.Account) (people.Account, error)
}

type watch interface {
	ScanAlerts(ctx context.Context, by people.Actor, rule market.Rule, scope market.ScanScope) (market.Scan, error)
	Alerts(ctx context.Context, f market.AlertFilter, limit, offset int) ([]market.Alert, int, error)
	AcknowledgeAlert(ctx context.Context, by people.Actor, id market.AlertID) error
}

type workshop interface {
	Programme(ctx context.Context, id studio.ProgrammeID) (studio.Programme, error)
	OpenProgramme(ctx context.Context, by people.Actor, b studio.Brief, alert market.AlertID) (studio.Programme, error)
	InviteExpert(ctx context.Context, by people.Actor, id studio.ProgrammeID, a people.Account) (people.Account, error)
	AddItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, kind studio.ItemKind, parent, wording string) (studio.Item, error)
	ApproveItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string, seen int) error
	CommentItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item, wording string, objection bool) (studio.Comment, error)
	Comments(ctx context.Context, id studio.ProgrammeID, item string) ([]studio.Comment, error)
	AddProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, pr studio.Project) (studio.Project, error)
	StepProgramme(ctx context.Context, by people.Actor, id studio.ProgrammeID, e lifecycle.Event, seen int) error
	PublishProgramme(ctx context.Context, by people.Actor, id studio.ProgrammeID, seen int) (studio.Version, error)
	VersionsOf(ctx context.Context, id studio.ProgrammeID) ([]studio.Version, error)
	Version(ctx context.Context, id studio.VersionID) (studio.Version, error)
}

type teaching interface {
	ImportCourse(ctx context.Context, by people.Actor, c campus.Course) (kept campus.Course, changed bool, err error)
	Course(ctx context.Context, id campus.CourseID) (campus.Course, error)
	CreatePath(ctx context.Context, by people.Actor, version studio.VersionID, title string, courses []campus.CourseID) (campus.Path, error)
	Paths(ctx context.Context, version studio.VersionID, before campus.PathID, limit int) ([]campus.Path, error)
	Enrol(ctx context.Context, by people.Actor, path campus.PathID, learner people.AccountID) (campus.Enrolment, error)
	EnrolmentsOf(ctx context.Context, learner people.AccountID) ([]campus.Enrolment, error)
	MarkRead(ctx context.Context, id campus.EnrolmentID, course campus.CourseID, part, chapter string) error
	AnswerQuiz(ctx context.Context, id campus.EnrolmentID, course campus.CourseID, part string, answers campus.Answers) (campus.Attempt, campus.Mark, error)
	NameMentor(ctx context.Context, by people.Actor, id campus.EnrolmentID, mentor people.AccountID) error
	MentorOf(ctx context.Context, id campus.EnrolmentID) (people.AccountID, error)
	BookSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, start time.Time, length time.Duration) (campus.MentorSession, error)
	HoldSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, session campus.SessionID, notes string) error
	MentorSessions(ctx context.Context, id campus.EnrolmentID, limit int) ([]campus.MentorSession, error)
	Works(ctx context.Context, id campus.EnrolmentID) ([]campus.Work, error)
	Submit(ctx context.Context, by people.Actor, sub campus.Submission) (campus.Submission, error)
}

type judging interface {
	PlanDefence(ctx context.Context, by people.Actor, id campus.EnrolmentID, project string, assessor people.AccountID, start time.Time) (campus.Defence, error)
	DefencesOf(ctx context.Context, id campus.EnrolmentID) ([]campus.Defence, error)
	HoldDefence(ctx context.Context, assessor people.AccountID, id campus.DefenceID) error
	DecideDefence(ctx context.Context, assessor people.AccountID, id campus.DefenceID, a campus.Assessment, o campus.Outcome) error
	Convene(ctx context.Context, by people.Actor, j campus.Jury) (campus.Jury, error)
	Juries(ctx context.Context, limit int) ([]campus.Jury, error)
	Jury(ctx context.Context, id campus.JuryID) (campus.Jury, error)
	OpenJury(ctx context.Context, by people.AccountID, id campus.JuryID, present []people.AccountID) error
	Deliberate(ctx context.Context, by people.AccountID, id campus.JuryID, e campus.EnrolmentID, blocs []campus.BlocDecision) error
	CloseJury(ctx context.Context, by people.AccountID, id campus.JuryID) error
	SignMinutes(ctx context.Context, by people.AccountID, id campus.JuryID, hash string) error
	DecisionsOf(ctx context.Context, id campus.EnrolmentID) ([]campus.Decision, error)
}

type purpose interface {
	AddObjective(ctx context.Context, by people.Actor, o mission.Objective) (mission.Objective, error)
	SetTarget(ctx context.Context, by people.Actor, t mission.Target) error
	Promise(ctx context.Context, by people.Actor, p mission.Promise) (mission.Promise, error)
	SettlePromise(ctx context.Context, by people.Actor, id mission.PromiseID, e lifecycle.Event, reason string) error
	Recommend(ctx context.Context, by people.Actor, text string) (mission.Recommendation, error)
	AnswerRecommendation(ctx context.Context, by people.Actor, id mission.RecommendationID, e lifecycle.Event, answer string) error
	CountProgramme(ctx context.Context, by people.Actor, programme string, counts bool) error
	TellPlace(ctx context.Context, id people.AccountID, area string) error
	OutcomesToAsk(ctx context.Context, limit int) ([]mission.Outcome, error)
	AskOutcome(ctx context.Context, o mission.Outcome, message func(secret string) people.Message) error
	Mails(ctx context.Context, limit int) ([]people.Message, error)
	TellOutcome(ctx context.Context, secret string, r mission.Reply) (mission.Outcome, error)
	SetSeller(ctx context.Context, by people.Actor, seller shop.Seller) error
	Seller(ctx context.Context) (shop.Seller, error)
	FreezeReport(ctx context.Context, by people.Actor, year int) (mission.Report, error)
}
