package campus

// What is written in the audit trail of assessment, and chooses the words of notifications.
const (
	DidNameMentor    = "mentor.name"
	DidBookSession   = "mentor_session.book"
	DidHoldSession   = "mentor_session.hold"
	DidMissSession   = "mentor_session.miss"
	DidCancelSession = "mentor_session.cancel"
	DidSubmit        = "project.submit"
	DidPlanDefence   = "defence.plan"
	DidCallOff       = "defence.call_off"
	DidHoldDefence   = "defence.hold"
	DidDecideDefence = "defence.decide"
	DidLapseFix      = "defence.lapse"
	DidConvene       = "jury.convene"
	DidOpenJury      = "jury.open"
	DidDeliberate    = "jury.deliberate"
	DidCloseJury     = "jury.close"
	DidReopenJury    = "jury.reopen"
	DidCancelJury    = "jury.cancel"
	DidSignMinutes   = "jury.sign"
)

// The notifications that say more than what was done.
const (
	ToldReady     = "jury.ready"     // designers: every project of a learner is validated
	ToldDecided   = "jury.decided"   // a learner: every bloc is acquired
	ToldUndecided = "jury.undecided" // a learner: the jury found a bloc not acquired
	ToldAssessor  = "defence.assess" // an assessor: a defence is theirs
	ToldFixed     = "defence.fixed"  // an assessor: the fix is there
	ToldMentee    = "mentor.learner" // a mentor: a learner is theirs
	ToldMinutes   = "jury.minutes"   // a member: the minutes wait for their signature
)
