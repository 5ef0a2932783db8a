package campus

// What is written in the audit trail of the campus, and chooses the words of notifications.
const (
	DidImportCourse = "course.import"
	DidCreatePath   = "path.create"
	DidChangePath   = "path.change"
	DidEnrol        = "enrolment.open"
	DidWithdraw     = "enrolment.withdraw"
)

// ToldEnrolled is the notification of whoever made a path: somebody began it.
const ToldEnrolled = "enrolment.new"
