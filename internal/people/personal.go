package people

import "time"

// PersonalData is everything held on one person (règlement (UE) 2016/679, articles 15 and 20), in
// sections that say what it is. Secrets and their hashes are not in it: they would help a thief of the
// file and tell its owner nothing.
type PersonalData struct {
	ExportedAt    time.Time            `json:"exported_at"`
	Account       AccountRecord        `json:"account"`
	Grants        []GrantRecord        `json:"grants"`
	Sessions      []SessionRecord      `json:"sessions"`
	Tokens        []TokenRecord        `json:"tokens"`
	Links         []LinkRecord         `json:"links"`
	Passkeys      []PasskeyRecord      `json:"passkeys"`
	Password      []PasswordRecord     `json:"password"` // none or one
	OIDC          []OIDCRecord         `json:"openid_connect"`
	Notifications []NotificationRecord `json:"notifications"`
	Mails         []MailRecord         `json:"mails"`
	Events        []EventRecord        `json:"events"`         // of the audit trail, by the person or about them
	Held          []HeldTable          `json:"held,omitempty"` // what the other rooms hold, table by table as it is kept
}

// HeldTable is what one table holds on a person, as it is kept.
type HeldTable struct {
	Table   string     `json:"table"`
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
}

// AccountRecord is what identifies a person and what they chose.
type AccountRecord struct {
	ID        AccountID `json:"id"`
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Lang      string    `json:"language"`
	Theme     string    `json:"theme"`
	State     State     `json:"state"`
	CreatedAt time.Time `json:"created_at"`
}

// GrantRecord is a role a person holds or gave: to whom, by whom and when.
type GrantRecord struct {
	Account   AccountID `json:"account"`
	Role      Role      `json:"role"`
	ScopeKind Kind      `json:"scope_kind,omitempty"`
	ScopeID   string    `json:"scope_id,omitempty"`
	GivenAt   time.Time `json:"given_at"`
	GivenBy   Actor     `json:"given_by"`
}

// SessionRecord is a browser that is signed in.
type SessionRecord struct {
	Means     string    `json:"means"`
	OpenedAt  time.Time `json:"opened_at"`
	SeenAt    time.Time `json:"seen_at"`
	UserAgent string    `json:"user_agent"`
	Address   string    `json:"address"`
}

// TokenRecord is a program that may act for a person.
type TokenRecord struct {
	Name      string    `json:"name"`
	Scopes    []Action  `json:"scopes"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	UsedAt    time.Time `json:"used_at,omitzero"`
}

// LinkRecord is a one-time link that was sent.
type LinkRecord struct {
	Purpose   Purpose   `json:"purpose"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	UsedAt    time.Time `json:"used_at,omitzero"`
}

// PasskeyRecord is a passkey a person registered.
type PasskeyRecord struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"`
	UsedAt    time.Time `json:"used_at,omitzero"`
}

// PasswordRecord tells that there is a password, and since when.
type PasswordRecord struct {
	ChangedAt time.Time `json:"changed_at"`
}

// OIDCRecord is an account elsewhere a person signs in with.
type OIDCRecord struct {
	Issuer    string    `json:"issuer"`
	Subject   string    `json:"subject"`
	CreatedAt time.Time `json:"created_at"`
}

// NotificationRecord is something a person was told on the pages.
type NotificationRecord struct {
	Kind      string    `json:"kind"`
	RefKind   Kind      `json:"about_kind,omitempty"`
	RefID     string    `json:"about_id,omitempty"`
	Detail    string    `json:"detail,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	ReadAt    time.Time `json:"read_at,omitzero"`
}

// MailRecord is a message sent or waiting. Its body, which may carry a link that still opens, is left out.
type MailRecord struct {
	To        string    `json:"to"`
	Subject   string    `json:"subject_line"`
	CreatedAt time.Time `json:"created_at"`
	SentAt    time.Time `json:"sent_at,omitzero"`
}

// EventRecord is an entry of the audit trail.
type EventRecord struct {
	Seq        int64     `json:"seq"`
	At         time.Time `json:"at"`
	Actor      Actor     `json:"actor"`
	Action     string    `json:"action"`
	ObjectKind Kind      `json:"object_kind"`
	ObjectID   string    `json:"object_id"`
	Detail     string    `json:"detail,omitempty"`
}

// Kept is something erasure leaves, and the reason it must. What and Why name entries of the
// catalogue ("personal.kept." and "personal.why." before them).
type Kept struct {
	What  string `json:"what"`
	Why   string `json:"why"`
	Count int64  `json:"count"`
}
