package registrar

// What is written in the audit trail of the registrar, and chooses the words of notifications.
const (
	DidIssue     = "diploma.issue"
	DidRevoke    = "diploma.revoke"
	DidCreateKey = "issuer.key"
)
